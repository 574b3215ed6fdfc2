//! Joining a fleet.
#![allow(clippy::unwrap_used)]

mod common;

use common::redis::RedisServer;
use spotify_emulator::Emulator;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::rate_limit::RateLimiter;
use spotify_sdk_redis::Fleet;

#[tokio::test]
async fn a_wrong_address_is_reported_without_its_password() {
    let mut server = RedisServer::start();
    Fleet::connect(server.url()).await.unwrap();
    let url = format!("redis://user:geheim@127.0.0.1:{}/", server.port());
    server.kill();
    let error = Fleet::connect(&url).await.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("127.0.0.1") && !error.contains("geheim"), "{error}");
    println!("{error}");
    let error = Fleet::connect("http://user:geheim@example.org/").await.map(|_| ()).unwrap_err().to_string();
    assert!(!error.contains("geheim"), "{error}");
    println!("{error}");
}

#[test]
fn a_blocking_client_joins_a_fleet_without_a_runtime() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let fleet = Fleet::builder(server.url()).client_id("app").rate_budget(10).connect_blocking().unwrap();
    let auth = AccessToken::new(emulator.valid_token()).unwrap();
    let client = fleet.join(emulator.client_builder(auth)).build().unwrap();
    assert_eq!(client.users().get_current_profile().send().unwrap().id.as_str(), "alma");
    assert_eq!(fleet.rate_limiter("app").status().budget, Some(10));
    let error = Fleet::connect_blocking("redis://127.0.0.1:1/").map(drop).unwrap_err().to_string();
    assert!(error.contains("no server listens there"), "{error}");
}

#[tokio::test]
async fn connecting_without_await_works_within_a_runtime_too() {
    let server = RedisServer::start();
    Fleet::connect_blocking(server.url()).unwrap();
}
