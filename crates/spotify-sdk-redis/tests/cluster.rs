//! A fleet over Redis Cluster.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used)]

mod common;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use common::redis::RedisServer;
use spotify_emulator::Emulator;
use spotify_sdk::auth::{AccessToken, TokenCache, TokenInfo, TokenKey};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::rate_limit::RateLimiter;
use spotify_sdk_redis::Fleet;

/// A cluster of one node, which has all slots.
fn cluster() -> RedisServer {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let server = RedisServer::with_options(&[
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        &port,
        "--cluster-announce-ip",
        "127.0.0.1",
    ]);
    server.command::<()>(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    let start = Instant::now();
    while !server.command::<String>(&["CLUSTER", "INFO"]).contains("cluster_state:ok") {
        assert!(start.elapsed() < Duration::from_secs(10), "the cluster is not ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    server
}

#[tokio::test]
async fn limits_quotas_and_tokens_are_shared_over_a_cluster() {
    let (server, emulator) = (cluster(), Emulator::start().unwrap());
    let fleet = || Fleet::cluster([server.url()]).client_id("app").account("studio").rate_budget(10).connect();
    let (one, other) = (fleet().await.unwrap(), fleet().await.unwrap());
    let auth = AccessToken::new(emulator.valid_token()).unwrap();
    let client = one.join(emulator.async_client_builder(auth)).build().unwrap();
    for _ in 0..3 {
        client.users().get_current_profile().await.unwrap();
    }
    let key = TokenKey::new("app").user("alma");
    let token = TokenInfo::new(AccessToken::new("access").unwrap(), Timestamp::now() + Duration::from_secs(3600));
    one.token_cache().set(&key, &token).await.unwrap();
    assert!(other.token_cache().get(&key).await.unwrap().is_some());
    let auth = AccessToken::new(emulator.valid_token()).unwrap();
    let client = other.join(emulator.async_client_builder(auth)).build().unwrap();
    let limiter = other.rate_limiter("app");
    let start = Instant::now();
    let mut calls = 3;
    while limiter.usage().requests <= calls - 3 || limiter.status().sent < 4 {
        assert!(start.elapsed() < Duration::from_secs(20), "{limiter:?} {:?}", limiter.usage());
        client.users().get_current_profile().await.unwrap();
        calls += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(!limiter.is_offline() && !one.rate_limiter("app").is_offline());
}
