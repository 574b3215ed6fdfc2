//! What is stored, for whom, and for how long.

use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::SpotifyClient;
use spotify_sdk::auth::{AuthProvider, Scope, TokenCache, TokenInfo};
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk_redis::{Fleet, TokenCacheError};

use crate::common::redis::RedisServer;
use crate::support::*;

#[tokio::test]
async fn a_token_is_given_to_its_app_and_user_with_its_scopes_alone() {
    let server = RedisServer::start();
    let writer = cache(&server).await;
    let reader = Fleet::connect(server.url()).await.unwrap().token_cache();
    writer.set(&key("alma"), &token("one")).await.unwrap();
    writer.set(&key(""), &token("two")).await.unwrap();
    assert_eq!(stored(&reader, "alma").await.as_deref(), Some("one"));
    assert_eq!(stored(&reader, "").await.as_deref(), Some("two"));
    assert_eq!(stored(&reader, "bo").await, None);
    let other = spotify_sdk::auth::TokenKey::new("other").user("alma");
    assert!(reader.get(&other).await.unwrap().is_none());
    assert!(reader.get(&key("alma").scopes(SCOPES)).await.unwrap().is_some());
    assert!(reader.get(&key("alma").scopes([Scope::UserLibraryModify])).await.unwrap().is_none());
    let read = reader.get(&key("alma")).await.unwrap().unwrap();
    assert_eq!(read.refresh_token().unwrap().expose(), "refresh-one");
    writer.set(&key("alma"), &token("three")).await.unwrap();
    assert_eq!(stored(&reader, "alma").await.as_deref(), Some("three"));
    writer.remove(&key("alma")).await.unwrap();
    writer.remove(&key("alma")).await.unwrap();
    assert_eq!(stored(&reader, "alma").await, None);
}

#[tokio::test]
async fn nothing_stays_in_redis_for_ever() {
    const DAY: i64 = 24 * 3600 * 1000;
    let server = RedisServer::start();
    let cache = cache(&server).await;
    cache.set(&key("alma"), &token("one")).await.unwrap();
    cache.set(&key("bo"), &token("two")).await.unwrap();
    cache.remove(&key("bo")).await.unwrap();
    drop(cache.lock(&key("cleo")).await.unwrap());
    for name in server.command::<Vec<String>>(&["KEYS", "*"]) {
        let left: i64 = server.command(&["PTTL", &name]);
        println!("{name}: {} days", left / DAY);
        // Six months, of up to 184 days, and the margin of 30.
        let has_token: bool = name.contains(":token:") && server.command(&["HEXISTS", &name, "token"]);
        let limits = if has_token { 209 * DAY..=214 * DAY } else { 1..=365 * DAY };
        assert!(limits.contains(&left), "{name}: {left}");
    }
}

#[tokio::test]
async fn redis_away_is_an_error_that_says_what_comes_next() {
    let mut server = RedisServer::start();
    let cache = cache(&server).await;
    let lock = cache.lock(&key("alma")).await.unwrap();
    server.kill();
    for failed in [
        reason(cache.get(&key("alma")).await),
        reason(cache.set(&key("alma"), &token("one")).await),
        reason(cache.reserve(&key("alma")).await),
        reason(cache.remove(&key("alma")).await),
        reason(cache.lock(&key("bo")).await),
    ] {
        assert!(matches!(failed, TokenCacheError::Redis { .. }), "{failed}");
    }
    drop(lock);
    server.restart();
    cache.set(&key("alma"), &token("one")).await.unwrap();
    assert_eq!(stored(&cache, "alma").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn what_was_used_before_goes_on_without_redis_until_it_expires() {
    let mut server = RedisServer::start();
    let emulator = Emulator::start().unwrap();
    let cache = cache(&server).await;
    sign_in(&emulator, &cache).await;
    let expired = token("expired").with_refresh_token("any");
    let expired = TokenInfo::new(expired.access_token().clone(), Timestamp::now() - SignedDuration::from_secs(1));
    cache.set(&key("bo"), &expired).await.unwrap();
    server.kill();
    // A provider of its own for each request, as web servers have.
    for _ in 0..3 {
        let auth = app(&emulator.client_id(), emulator.accounts_url()).cache(cache.clone()).build().unwrap();
        assert_eq!(client(emulator.base_url(), &auth).users().get_current_profile().await.unwrap().id, "alma");
    }
    assert!(matches!(reason(cache.get(&key("bo")).await), TokenCacheError::Redis { .. }));
}

#[tokio::test]
async fn machines_agree_on_whose_token_it_is_however_often_it_is_renewed() {
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let auth = sign_in(&emulator, &cache(&server).await).await;
    let elsewhere = app(&emulator.client_id(), emulator.accounts_url()).cache(cache(&server).await).build().unwrap();
    let owner = auth.owner();
    assert!(owner.is_some());
    for _ in 0..2 {
        emulator.expire_access_tokens();
        for machine in [&auth, &elsewhere] {
            client(emulator.base_url(), machine).users().get_current_profile().await.unwrap();
            assert_eq!(machine.owner(), owner);
        }
    }
}

#[tokio::test]
async fn a_server_that_is_full_is_noticed_before_the_refresh_token_is_spent() {
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let cache = cache(&server).await;
    let auth = sign_in(&emulator, &cache).await;
    let client = client(emulator.base_url(), &auth);
    client.users().get_current_profile().await.unwrap();
    emulator.take_requests();
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    emulator.expire_access_tokens();
    let error = client.users().get_current_profile().await.unwrap_err();
    println!("{error}");
    assert_eq!(refreshes(&emulator.take_requests()).len(), 0);
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
    client.users().get_current_profile().await.unwrap();
    assert_eq!(refreshes(&emulator.take_requests()).len(), 1);
}

#[test]
fn a_blocking_client_uses_the_cache_as_well() {
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (cache, auth) = runtime.block_on(async {
        let cache = cache(&server).await;
        let auth = sign_in(&emulator, &cache).await;
        (cache, auth)
    });
    // The runtime that the cache was made in is gone.
    drop(runtime);
    let client = SpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    for _ in 0..3 {
        emulator.expire_access_tokens();
        assert_eq!(client.users().get_current_profile().send().unwrap().id, "alma");
    }
    assert_eq!(refreshes(&emulator.requests()).len(), 3);
    // Nor is a runtime needed that has a clock.
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    other.block_on(async { assert!(cache.get(&key("nobody")).await.unwrap().is_none()) });
}
