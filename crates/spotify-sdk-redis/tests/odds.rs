//! Rare sequences of events, in which a limit could be exceeded, or calls could wait in vain.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::eventually;
use common::proxy::Proxy;
use common::redis::RedisServer;
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::rate_limit::{AcquireError, AcquireRequest, Completion, Permit, RateLimiter};
use spotify_sdk_redis::{Fleet, RedisRateLimiter};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

const LONG: Duration = Duration::from_secs(30);

async fn member(url: &str, budget: Option<u32>, window: Duration) -> RedisRateLimiter {
    let builder = Fleet::builder(url).rate_window(window);
    let builder = budget.into_iter().fold(builder, spotify_sdk_redis::FleetBuilder::rate_budget);
    builder.connect().await.unwrap().rate_limiter("app")
}

/// A request that does not wait for the end of a block.
fn impatient() -> AcquireRequest {
    AcquireRequest::any().max_wait(Duration::from_secs(1))
}

async fn sent(limiter: &RedisRateLimiter, request: AcquireRequest) -> Permit {
    let mut permit = limiter.acquire(request).await.unwrap();
    permit.mark_sent();
    permit
}

/// Makes calls at the same time, and returns how many were sent within a time.
async fn send(limiter: &RedisRateLimiter, calls: usize, within: Duration) -> usize {
    let mut tasks = JoinSet::new();
    for _ in 0..calls {
        let limiter = limiter.clone();
        tasks.spawn(async move {
            let permit = timeout(within, sent(&limiter, AcquireRequest::any())).await.ok();
            permit.map(|permit| permit.complete(Completion::Success)).is_some()
        });
    }
    tasks.join_all().await.into_iter().filter(|was_sent| *was_sent).count()
}

/// Waits until what is known has been told.
async fn settle() {
    sleep(Duration::from_millis(1_500)).await;
}

#[tokio::test]
async fn a_bypass_that_was_sent_before_a_wait_does_not_end_it() {
    let redis = RedisServer::start();
    let limiter = member(&redis.url(), None, LONG).await;
    assert_eq!(send(&limiter, 1, LONG).await, 1);
    let before = sent(&limiter, AcquireRequest::any().bypass(true)).await;
    sent(&limiter, AcquireRequest::any()).await.complete(Completion::RateLimited { wait: Duration::from_secs(60) });
    before.complete(Completion::Success);
    for _ in 0..50 {
        assert!(matches!(limiter.acquire(impatient()).await, Err(AcquireError::Blocked { .. })));
    }
}

#[tokio::test]
async fn a_budget_that_one_process_brings_holds_at_once_for_those_without() {
    let redis = RedisServer::start();
    let without = member(&redis.url(), None, LONG).await;
    assert_eq!(send(&without, 1, LONG).await, 1);
    let with = member(&redis.url(), Some(10), LONG).await;
    let of_one = send(&with, 10, Duration::from_secs(3)).await;
    let of_both = 1 + of_one + send(&without, 200, Duration::from_millis(300)).await;
    assert!(of_both <= 11, "{of_both} of ten, and one that was sent before");
}

#[tokio::test]
async fn requests_that_bypass_the_limiter_count_for_the_others() {
    let redis = RedisServer::start();
    let (one, other) = (member(&redis.url(), Some(10), LONG).await, member(&redis.url(), Some(10), LONG).await);
    settle().await;
    for _ in 0..8 {
        sent(&one, AcquireRequest::any().bypass(true)).await.complete(Completion::Success);
    }
    sleep(Duration::from_secs(3)).await;
    assert_eq!(send(&other, 10, Duration::from_millis(1_500)).await, 2);
}

#[tokio::test]
async fn the_last_permits_of_a_budget_are_used() {
    let redis = RedisServer::start();
    let limiter = member(&redis.url(), Some(40), LONG).await;
    assert_eq!(send(&limiter, 39, LONG / 6).await, 39);
    settle().await;
    assert_eq!(send(&limiter, 1, Duration::from_secs(3)).await, 1);
}

#[tokio::test]
async fn an_old_copy_of_the_state_is_not_believed() {
    let mut redis = RedisServer::with_options(&["--dbfilename", "dump.rdb"]);
    let limiter = member(&redis.url(), Some(40), LONG).await;
    assert_eq!(send(&limiter, 1, LONG).await, 1);
    settle().await;
    let () = redis.command(&["SAVE"]);
    assert_eq!(send(&limiter, 39, Duration::from_secs(5)).await, 39);
    settle().await;
    redis.kill();
    redis.restart();
    settle().await;
    assert_eq!(send(&limiter, 40, Duration::from_secs(3)).await, 0, "the budget was used before the restart");
}

#[tokio::test]
async fn a_wait_that_an_old_copy_of_the_state_does_not_have_holds() {
    let mut redis = RedisServer::with_options(&["--dbfilename", "dump.rdb"]);
    let limiter = member(&redis.url(), None, LONG).await;
    assert_eq!(send(&limiter, 1, LONG).await, 1);
    settle().await;
    let () = redis.command(&["SAVE"]);
    sent(&limiter, AcquireRequest::any()).await.complete(Completion::RateLimited { wait: Duration::from_secs(3_600) });
    settle().await;
    redis.kill();
    redis.restart();
    settle().await;
    // Something to tell, so that the process asks for the state.
    limiter.block_until(Timestamp::now() + SignedDuration::from_millis(50));
    settle().await;
    assert!(matches!(limiter.acquire(impatient()).await, Err(AcquireError::Blocked { .. })));
}

#[tokio::test]
async fn the_success_of_an_older_request_ends_no_wait_while_redis_is_away() {
    let mut redis = RedisServer::start();
    let (one, other) = (member(&redis.url(), None, LONG).await, member(&redis.url(), None, LONG).await);
    assert_eq!(send(&one, 1, LONG).await + send(&other, 1, LONG).await, 2);
    let older = sent(&one, AcquireRequest::any()).await;
    sent(&other, AcquireRequest::any()).await.complete(Completion::RateLimited { wait: Duration::from_secs(3_600) });
    eventually("the first one knows of the wait", || !one.status().wait.is_zero()).await;
    redis.kill();
    eventually("it knows that Redis is away", || one.is_offline()).await;
    older.complete(Completion::Success);
    assert!(matches!(one.acquire(impatient()).await, Err(AcquireError::Blocked { .. })));
}

#[tokio::test]
async fn what_the_others_have_sent_counts_when_redis_dies() {
    let mut redis = RedisServer::start();
    let (one, other) = (member(&redis.url(), Some(60), LONG).await, member(&redis.url(), Some(60), LONG).await);
    let first = send(&other, 1, LONG).await + send(&one, 50, Duration::from_secs(5)).await;
    settle().await;
    // It hears of the others with each step.
    let second = send(&other, 4, Duration::from_secs(5)).await;
    settle().await;
    redis.kill();
    eventually("it knows that Redis is away", || other.is_offline()).await;
    let more = send(&other, 60, Duration::from_secs(2)).await;
    assert!(first + second + more <= 60, "{first}, {second} and {more} of 60");
}

#[tokio::test]
async fn a_process_that_redis_is_too_slow_for_takes_nothing_from_the_others() {
    let redis = RedisServer::start();
    let proxy = Proxy::start(redis.port());
    let (slow, other) = (member(&proxy.url(), Some(60), LONG).await, member(&redis.url(), Some(60), LONG).await);
    assert_eq!(send(&slow, 1, LONG).await + send(&other, 1, LONG).await, 2);
    settle().await;
    proxy.delay(Duration::from_millis(200));
    let calls = slow.clone();
    let of_slow = tokio::spawn(async move { send(&calls, 200, Duration::from_secs(7)).await });
    sleep(Duration::from_secs(4)).await;
    let of_other = send(&other, 60, Duration::from_secs(3)).await;
    assert!(slow.is_offline() && of_slow.await.unwrap() <= 30);
    assert!(of_other >= 60 - 30 - 4, "{of_other}: no more than its own requests and one lease is missing");
}

#[tokio::test]
async fn redis_can_be_away_for_long() {
    let mut redis = RedisServer::start();
    let window = Duration::from_secs(1);
    let limiter = member(&redis.url(), Some(100), window).await;
    assert_eq!(send(&limiter, 1, LONG).await, 1);
    redis.kill();
    eventually("it knows that Redis is away", || limiter.is_offline()).await;
    for _ in 0..60_000 {
        sent(&limiter, AcquireRequest::any().bypass(true)).await.complete(Completion::Success);
    }
    sleep(window * 2).await;
    redis.restart();
    eventually("it is back", || !limiter.is_offline()).await;
}

#[tokio::test]
async fn what_others_have_written_under_its_keys_costs_no_call() {
    let redis = RedisServer::start();
    let () = redis.command(&["SET", "{spotify-sdk:app}:buckets", "not a hash"]);
    let limiter = member(&redis.url(), Some(100), LONG).await;
    assert_eq!(send(&limiter, 1, LONG).await, 1);
    settle().await;
    for field in ["learned", "blocked", "steps", "window", "given"] {
        let _: i64 = redis.command(&["HSET", "{spotify-sdk:app}:rate", field, "not a number"]);
    }
    assert_eq!(send(&limiter, 20, Duration::from_secs(5)).await, 20);
    assert!(!limiter.is_offline());
}

#[tokio::test]
async fn that_redis_is_gone_is_noticed_although_all_calls_wait() {
    let mut redis = RedisServer::start();
    let (one, other) = (member(&redis.url(), Some(20), LONG).await, member(&redis.url(), Some(20), LONG).await);
    assert_eq!(send(&one, 20, Duration::from_secs(5)).await, 20);
    settle().await;
    let waiting = other.clone();
    let waiting = tokio::spawn(async move { send(&waiting, 3, LONG).await });
    eventually("the calls wait", || other.status().waiting_calls == 3).await;
    settle().await;
    redis.kill();
    let start = Instant::now();
    eventually("it knows that Redis is away", || other.is_offline()).await;
    assert!(start.elapsed() < LONG / 2, "long before it is their turn");
    waiting.abort();
}

#[tokio::test]
async fn a_call_that_is_given_up_does_not_keep_the_first_request_after_a_wait() {
    let redis = RedisServer::start();
    let proxy = Proxy::start(redis.port());
    let (slow, other) = (member(&proxy.url(), None, LONG).await, member(&redis.url(), None, LONG).await);
    assert_eq!(send(&slow, 1, LONG).await + send(&other, 1, LONG).await, 2);
    settle().await;
    let wait = Duration::from_millis(1_500);
    sent(&other, AcquireRequest::any()).await.complete(Completion::RateLimited { wait });
    eventually("the slow one knows of the wait", || !slow.status().wait.is_zero()).await;
    proxy.delay(Duration::from_millis(100));
    let left = slow.status().wait;
    // It is dropped while the reply with the right to send it is under way.
    assert!(timeout(left + Duration::from_millis(130), slow.acquire(AcquireRequest::any())).await.is_err());
    timeout(Duration::from_secs(3), other.acquire(AcquireRequest::any()))
        .await
        .unwrap()
        .unwrap()
        .complete(Completion::Success);
}

/// Passes on what comes, for as long as its connection is not one of those that lead nowhere.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, own: usize, dead: Arc<AtomicUsize>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if own > dead.load(Ordering::SeqCst) && to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_any_more_is_replaced() {
    let redis = RedisServer::start();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    // The number of connections that lead nowhere, although nobody has closed them.
    let (dead, opened) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (port, proxied, count) = (redis.port(), Arc::clone(&dead), Arc::clone(&opened));
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let own = count.fetch_add(1, Ordering::SeqCst) + 1;
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            tokio::spawn(forward(from_client, to_server, own, Arc::clone(&proxied)));
            tokio::spawn(forward(from_server, to_client, own, Arc::clone(&proxied)));
        }
    });
    let limiter = member(&url, Some(100), LONG).await;
    assert_eq!(send(&limiter, 1, LONG).await, 1);
    dead.store(opened.load(Ordering::SeqCst), Ordering::SeqCst);
    assert_eq!(send(&limiter, 5, LONG).await, 5);
    eventually("it knows that Redis is away", || limiter.is_offline()).await;
    eventually("it is back", || !limiter.is_offline()).await;
    // What is published reaches the new connection.
    let other = member(&redis.url(), Some(100), LONG).await;
    sent(&other, AcquireRequest::any()).await.complete(Completion::RateLimited { wait: Duration::from_secs(60) });
    eventually("it hears of a wait", || !limiter.status().wait.is_zero()).await;
}
