//! One holder at a time, across connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use spotify_sdk::auth::{TokenCache, TokenKey};
use tokio::time::{sleep, timeout};

use crate::common::redis::RedisServer;
use crate::support::*;

const SOON: Duration = Duration::from_millis(100);

fn locks(server: &RedisServer) -> usize {
    server.command::<Vec<String>>(&["KEYS", "*token-lock*"]).len()
}

#[tokio::test]
async fn a_lock_is_held_by_one_at_a_time_and_nobody_waits_for_the_end_of_a_lease() {
    let server = RedisServer::start();
    let holders = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..8 {
        // A lease that nobody could wait for here.
        let cache = cache(&server).await.lock_lease(Duration::from_secs(3600));
        let holders = Arc::clone(&holders);
        tasks.push(tokio::spawn(async move {
            for _ in 0..25 {
                let lock = cache.lock(&key("alma")).await.unwrap();
                assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                tokio::task::yield_now().await;
                holders.fetch_sub(1, Ordering::SeqCst);
                drop(lock);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn other_users_and_other_apps_are_not_locked() {
    let server = RedisServer::start();
    let (one, other) = (cache(&server).await, cache(&server).await);
    let _lock = one.lock(&key("alma")).await.unwrap();
    let _bo = other.lock(&key("bo")).await.unwrap();
    let _app = other.lock(&TokenKey::new("other").user("alma")).await.unwrap();
    assert!(timeout(SOON, other.lock(&key("alma").scopes(SCOPES))).await.is_err(), "the scopes make no difference");
}

#[tokio::test]
async fn dropping_the_wait_for_a_lock_leaves_nothing_locked() {
    let server = RedisServer::start();
    let (one, other) = (cache(&server).await, cache(&server).await);
    let held = one.lock(&key("alma")).await.unwrap();
    for _ in 0..5 {
        assert!(timeout(SOON / 10, other.lock(&key("alma"))).await.is_err());
    }
    drop(held);
    // Also one that is dropped at the very moment at which the lock is taken.
    for micros in (0..2000).step_by(100) {
        let _ = timeout(Duration::from_micros(micros), other.lock(&key("alma"))).await;
    }
    drop(one.lock(&key("alma")).await.unwrap());
    while locks(&server) > 0 {
        sleep(SOON / 10).await;
    }
}

#[tokio::test]
async fn a_lease_is_renewed_for_as_long_as_the_lock_is_held() {
    let server = RedisServer::start();
    let lease = Duration::from_millis(300);
    let (one, other) = (cache(&server).await.lock_lease(lease), cache(&server).await);
    let held = one.lock(&key("alma")).await.unwrap();
    assert!(timeout(lease * 4, other.lock(&key("alma"))).await.is_err());
    one.reserve(&key("alma")).await.unwrap();
    drop(held);
    drop(other.lock(&key("alma")).await.unwrap());
}

#[tokio::test]
async fn waiting_for_a_lock_asks_redis_no_more_than_a_few_times() {
    let server = RedisServer::start();
    let (one, other) = (cache(&server).await, cache(&server).await);
    let held = one.lock(&key("alma")).await.unwrap();
    other.get(&key("alma")).await.unwrap();
    server.command::<()>(&["CONFIG", "RESETSTAT"]);
    assert!(timeout(SOON * 10, other.lock(&key("alma"))).await.is_err());
    let stats: String = server.command(&["INFO", "commandstats"]);
    let calls = stats.lines().find_map(|line| line.strip_prefix("cmdstat_evalsha:calls=")).unwrap_or("0");
    let calls: usize = calls.split(',').next().unwrap().parse().unwrap();
    assert!(calls <= 3, "{stats}");
    drop(held);
}
