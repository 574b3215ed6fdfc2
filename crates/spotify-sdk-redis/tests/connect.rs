//! Joining a fleet.
#![allow(clippy::unwrap_used)]

mod common;

use common::redis::RedisServer;
use spotify_emulator::Emulator;
use spotify_sdk::auth::{AccessToken, AuthorizationCode};
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
    for url in ["redis://user:12/geheim@127.0.0.1/", "redis://127.0.0.1:1/#geheim@", "redis://:geh#eim@127.0.0.1/"] {
        let error = Fleet::connect(url).await.map(|_| ()).unwrap_err().to_string();
        assert!(!error.contains("geh") && !error.contains("eim"), "{error}");
    }
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

#[test]
fn tls_without_its_cargo_feature_is_named_as_such() {
    let error = Fleet::connect_blocking("rediss://user:geheim@127.0.0.1:1/").map(drop).unwrap_err().to_string();
    assert_eq!(error.contains("needs the Cargo feature `tls`"), !cfg!(feature = "tls"), "{error}");
    assert!(!error.contains("geheim"), "{error}");
}

/// The command in the guide that makes a user for the fleet.
fn acl() -> Vec<&'static str> {
    let guide = include_str!("../src/guide.md");
    guide.lines().find(|line| line.starts_with("ACL SETUSER")).unwrap().split(' ').collect()
}

#[test]
fn an_account_with_the_permissions_of_the_guide_is_enough() {
    let (server, emulator) =
        (RedisServer::start(), Emulator::builder().redirect_uri("http://127.0.0.1/").start().unwrap());
    server.command::<()>(&acl());
    let url = format!("redis://app:password@127.0.0.1:{}/", server.port());
    let fleet = Fleet::builder(&url).rate_budget(10).connect_blocking().unwrap();
    let auth = AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1/")
        .accounts_url(emulator.accounts_url())
        .user("alma")
        .cache(fleet.token_cache())
        .build()
        .unwrap();
    let client = fleet.join(emulator.client_builder(auth.clone())).build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url(), "alma").unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).wait().unwrap();
    emulator.expire_access_tokens();
    assert_eq!(client.users().get_current_profile().send().unwrap().id.as_str(), "alma");
    let limiter = fleet.rate_limiter(&emulator.client_id());
    assert!(!limiter.is_offline());
    assert_eq!(limiter.usage().requests, 2, "the expired token took a request");
    assert!(limiter.round_trips() > 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let users = runtime.block_on(fleet.token_cache().users(emulator.client_id())).unwrap();
    assert_eq!(users.len(), 1);
    assert!(runtime.block_on(fleet.token_cache().forget_user(emulator.client_id(), "alma")).unwrap());
    assert!(runtime.block_on(Fleet::connect(&url)).is_ok());
    // Nothing was refused.
    let denied: Vec<redis::Value> = server.command(&["ACL", "LOG"]);
    assert!(denied.is_empty(), "{denied:?}");
}
