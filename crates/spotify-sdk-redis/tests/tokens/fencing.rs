//! Those who come too late.

use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::auth::TokenCache;
use spotify_sdk_redis::{RedisTokenCache, TokenCacheError};

use crate::common::proxy::Proxy;
use crate::common::redis::RedisServer;
use crate::support::*;

const LEASE: Duration = Duration::from_millis(200);

/// A cache that can be cut off.
async fn behind(proxy: &Proxy) -> RedisTokenCache {
    RedisTokenCache::connect(proxy.url()).await.unwrap().lock_lease(LEASE)
}

#[tokio::test]
async fn a_writer_who_was_cut_off_cannot_put_an_old_token_back() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let (late, other) = (behind(&proxy).await, cache(&server).await);
    late.set(&key("alma"), &token("first")).await.unwrap();
    let lock = late.lock(&key("alma")).await.unwrap();
    proxy.cut();
    // The lease ends.
    let next = other.lock(&key("alma")).await.unwrap();
    proxy.restore();
    // Nothing may be spent any more.
    let failed = reason(late.reserve(&key("alma")).await);
    assert_eq!(failed, TokenCacheError::LockLost);
    other.reserve(&key("alma")).await.unwrap();
    other.set(&key("alma"), &token("later")).await.unwrap();
    let failed = reason(late.set(&key("alma"), &token("old")).await);
    assert_eq!(failed, TokenCacheError::Superseded);
    let failed = reason(late.remove(&key("alma")).await);
    assert_eq!(failed, TokenCacheError::Superseded);
    drop(lock);
    let third = cache(&server).await;
    let taken = tokio::time::timeout(LEASE, third.lock(&key("alma"))).await;
    assert!(taken.is_err(), "the lock of another is not released");
    other.set(&key("alma"), &token("latest")).await.unwrap();
    drop(next);
    for cache in [&late, &other] {
        assert_eq!(stored(cache, "alma").await.as_deref(), Some("latest"));
    }
}

#[tokio::test]
async fn a_lease_that_ended_while_nobody_else_took_the_lock_goes_on() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let cache = behind(&proxy).await;
    let _lock = cache.lock(&key("alma")).await.unwrap();
    proxy.cut();
    while !server.command::<Vec<String>>(&["KEYS", "*token-lock*"]).is_empty() {
        tokio::time::sleep(LEASE / 10).await;
    }
    proxy.restore();
    cache.reserve(&key("alma")).await.unwrap();
    cache.set(&key("alma"), &token("one")).await.unwrap();
    assert_eq!(stored(&cache, "alma").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn a_token_that_was_got_before_the_lock_was_lost_is_kept_as_long_as_there_is_none_later() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let (late, other) = (behind(&proxy).await, cache(&server).await);
    let _lock = late.lock(&key("alma")).await.unwrap();
    proxy.cut();
    let _next = other.lock(&key("alma")).await.unwrap();
    proxy.restore();
    // What it has got may be the only good token: the one who holds the lock now finds it, should theirs be spent.
    late.set(&key("alma"), &token("new")).await.unwrap();
    assert_eq!(stored(&other, "alma").await.as_deref(), Some("new"));
}

#[tokio::test]
async fn a_renewal_that_was_overtaken_takes_the_later_token() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let emulator = Emulator::builder().rotation(Rotation::Never).start().unwrap();
    let (late, other) = (behind(&proxy).await, cache(&server).await);
    let auth = sign_in(&emulator, &late).await;
    let other_auth = app(&emulator.client_id(), emulator.accounts_url()).cache(other.clone()).build().unwrap();
    emulator.expire_access_tokens();
    // Its response takes long; meanwhile it is cut off, and the lease ends.
    emulator.faults().add(FaultRule::new(Fault::delay(LEASE * 10)).path("/api/token").times(1));
    let late_client = client(emulator.base_url(), &auth);
    let (calling, other_client) = (late_client.clone(), client(emulator.base_url(), &other_auth));
    let call = tokio::spawn(async move { calling.users().get_current_profile().await });
    while refreshes(&emulator.requests()).is_empty() {
        tokio::time::sleep(LEASE / 20).await;
    }
    proxy.cut();
    // Another process: within one, the SDK has its own lock for a refresh token.
    let overtaking = other.lock(&key_of(&emulator)).await.unwrap();
    let found = other.get(&key_of(&emulator)).await.unwrap().unwrap();
    let later = token("later").with_refresh_token(found.refresh_token().unwrap());
    other.set(&key_of(&emulator), &later).await.unwrap();
    drop(overtaking);
    proxy.restore();
    // The later token is one that the emulator does not know, so that it is renewed in its turn.
    assert_eq!(call.await.unwrap().unwrap().id, "alma");
    // Nor does the late one keep its own, to store it when it has the lock again.
    let (known, kept) = (auth.token_info().await.unwrap(), other.get(&key_of(&emulator)).await.unwrap());
    assert_eq!(known.unwrap().access_token(), kept.unwrap().access_token());
    assert_eq!(other_client.users().get_current_profile().await.unwrap().id, "alma");
    assert_eq!(late_client.users().get_current_profile().await.unwrap().id, "alma");
}

#[tokio::test]
async fn a_write_without_a_lock_replaces_the_token_that_was_read_and_no_later_one() {
    let server = RedisServer::start();
    let (one, other) = (cache(&server).await, cache(&server).await);
    let first = token("first");
    one.set(&key("alma"), &first).await.unwrap();
    let renewed = |name: &str| token(name).with_authorized_at(first.authorized_at().unwrap());
    assert_eq!(stored(&other, "alma").await.as_deref(), Some("first"));
    one.set(&key("alma"), &renewed("second")).await.unwrap();
    assert_eq!(reason(other.set(&key("alma"), &renewed("late")).await), TokenCacheError::Superseded);
    assert_eq!(stored(&other, "alma").await.as_deref(), Some("second"));
    other.set(&key("alma"), &renewed("third")).await.unwrap();
    // A new sign-in takes the place of any; it is later by a millisecond at least.
    tokio::time::sleep(Duration::from_millis(2)).await;
    one.set(&key("alma"), &token("new-sign-in")).await.unwrap();
    assert_eq!(stored(&other, "alma").await.as_deref(), Some("new-sign-in"));
}

#[tokio::test]
async fn nothing_is_spent_for_a_user_who_was_removed_meanwhile() {
    let server = RedisServer::start();
    let (one, other) = (cache(&server).await, cache(&server).await);
    one.set(&key("alma"), &token("one")).await.unwrap();
    let _lock = one.lock(&key("alma")).await.unwrap();
    other.forget_user(APP, "alma").await.unwrap();
    assert_eq!(reason(one.reserve(&key("alma")).await), TokenCacheError::LockLost);
}

#[tokio::test]
async fn a_task_that_lost_its_lock_keeps_the_lock_from_others_of_its_process_until_it_knows() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let (here, elsewhere) = (behind(&proxy).await, cache(&server).await);
    let lost = here.lock(&key("alma")).await.unwrap();
    proxy.cut();
    drop(elsewhere.lock(&key("alma")).await.unwrap());
    proxy.restore();
    // Else a late write of the first task would have the fencing number of the second one.
    let next = tokio::time::timeout(LEASE * 2, here.lock(&key("alma"))).await;
    assert!(next.is_err());
    elsewhere.set(&key("alma"), &token("later")).await.unwrap();
    assert_eq!(reason(here.set(&key("alma"), &token("old")).await), TokenCacheError::Superseded);
    drop(lost);
    let _next = here.lock(&key("alma")).await.unwrap();
    here.set(&key("alma"), &token("latest")).await.unwrap();
}

fn key_of(emulator: &Emulator) -> spotify_sdk::auth::TokenKey {
    spotify_sdk::auth::TokenKey::new(emulator.client_id()).user("alma")
}
