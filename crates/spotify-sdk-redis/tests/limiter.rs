//! What the processes of an app, and the apps of an account, know of each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::eventually;
use common::redis::RedisServer;
use spotify_sdk::Priority;
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::operation::{self, OperationInfo};
use spotify_sdk::rate_limit::{AcquireError, AcquireRequest, Completion, Permit, RateLimiter};
use spotify_sdk_redis::{Fleet, FleetBuilder, FleetEvent, RedisRateLimiter};
use tokio::time::{sleep, timeout};

const APP: &str = "app";

fn album() -> &'static OperationInfo {
    operation::find("albums.get").unwrap()
}

async fn member(builder: FleetBuilder) -> RedisRateLimiter {
    builder.connect().await.unwrap().rate_limiter(APP)
}

async fn permit(limiter: &RedisRateLimiter) -> Permit {
    let mut permit = limiter.acquire(AcquireRequest::new(album())).await.unwrap();
    permit.mark_sent();
    permit
}

#[tokio::test]
async fn a_wait_that_one_process_is_told_holds_for_all_of_the_app_and_for_no_other_app() {
    let redis = RedisServer::start();
    let (one, other) = (member(Fleet::builder(redis.url())).await, member(Fleet::builder(redis.url())).await);
    let another_app = Fleet::connect(redis.url()).await.unwrap().rate_limiter("another app");
    for limiter in [&one, &other, &another_app] {
        permit(limiter).await.complete(Completion::Success);
    }
    let asked = other.round_trips();
    permit(&one).await.complete(Completion::RateLimited { wait: Duration::from_secs(60) });
    eventually("the other process knows of the wait", || !other.status().wait.is_zero()).await;
    let impatient = AcquireRequest::new(album()).max_wait(Duration::from_secs(10));
    assert!(matches!(other.acquire(impatient).await, Err(AcquireError::Blocked { .. })));
    assert!(other.round_trips() <= asked + 1, "it was told, and did not ask");
    drop(another_app.acquire(impatient).await.unwrap());
    // A process that starts during the wait waits, too.
    let late = member(Fleet::builder(redis.url())).await;
    assert!(matches!(late.acquire(impatient).await, Err(AcquireError::Blocked { .. })));
}

#[tokio::test]
async fn a_block_of_the_program_holds_for_all_processes() {
    let redis = RedisServer::start();
    let (one, other) = (member(Fleet::builder(redis.url())).await, member(Fleet::builder(redis.url())).await);
    permit(&other).await.complete(Completion::Success);
    one.block_until(Timestamp::now() + SignedDuration::from_secs(60));
    eventually("the other process knows of the block", || other.status().waiting_until.is_some()).await;
}

#[tokio::test]
async fn a_budget_that_was_learned_is_there_for_processes_that_start_later() {
    let redis = RedisServer::start();
    {
        let one = member(Fleet::builder(redis.url())).await;
        for _ in 0..25 {
            permit(&one).await.complete(Completion::Success);
        }
        permit(&one).await.complete(Completion::RateLimited { wait: Duration::from_secs(1) });
        eventually("the budget is learned", || one.status().budget == Some(25)).await;
    }
    let late = member(Fleet::builder(redis.url())).await;
    eventually("it is known", || late.status().budget == Some(25)).await;
    assert!(late.status().is_learned);
}

#[tokio::test]
async fn processes_without_a_budget_keep_to_the_one_that_another_was_given() {
    let redis = RedisServer::start();
    let given = member(Fleet::builder(redis.url()).rate_budget(5)).await;
    let other = member(Fleet::builder(redis.url())).await;
    eventually("the first one has said so", || given.round_trips() > 0).await;
    eventually("the other one knows", || other.status().budget == Some(5)).await;
    let mut held = Vec::new();
    for limiter in [&given, &other, &given, &other, &given] {
        held.push(permit(limiter).await);
    }
    for limiter in [&given, &other] {
        let more = timeout(Duration::from_millis(300), permit(limiter)).await;
        assert!(more.is_err(), "six are more than the budget");
    }
}

#[tokio::test]
async fn redis_is_not_asked_while_nothing_is_limited() {
    let redis = RedisServer::start();
    let limiter = member(Fleet::builder(redis.url())).await;
    permit(&limiter).await.complete(Completion::Success);
    let before = limiter.round_trips();
    for _ in 0..10_000 {
        permit(&limiter).await.complete(Completion::Success);
    }
    let reports = limiter.round_trips() - before;
    assert!(reports <= 50, "{reports} reports of 10,000 requests");
    let other = member(Fleet::builder(redis.url())).await;
    eventually("the other process knows of them", || other.usage().requests >= 10_000 || other.round_trips() == 0)
        .await;
}

#[tokio::test]
async fn requests_of_all_processes_are_counted_by_operation() {
    let redis = RedisServer::start();
    let (one, other) = (member(Fleet::builder(redis.url())).await, member(Fleet::builder(redis.url())).await);
    for limiter in [&one, &one, &other] {
        permit(limiter).await.complete(Completion::Success);
    }
    permit(&one).await.complete(Completion::NotSent);
    drop((one, other));
    let late = member(Fleet::builder(redis.url())).await;
    eventually("all are counted", || late.usage().operation("albums.get").is_some_and(|usage| usage.requests == 3))
        .await;
}

#[tokio::test]
async fn the_quota_is_one_for_all_apps_of_an_account() {
    let redis = RedisServer::start();
    let app = async |account: Option<&str>, client_id: &str| {
        let builder = Fleet::builder(redis.url());
        let builder = account.into_iter().fold(builder, FleetBuilder::account);
        builder.connect().await.unwrap().rate_limiter(client_id)
    };
    let one = app(Some("studio"), "one").await;
    let two = app(Some("studio"), "two").await;
    let stranger = app(None, "three").await;
    for limiter in [&one, &two, &stranger] {
        permit(limiter).await.complete(Completion::Success);
    }
    let retry_after = Some(Duration::from_secs(3_000));
    permit(&one).await.complete(Completion::QuotaExceeded { retry_after });
    let request = AcquireRequest::new(album());
    assert!(
        matches!(one.check_quota(&request), Err(AcquireError::QuotaExceeded { .. })),
        "at once in the same process"
    );
    eventually("the other app knows", || two.check_quota(&request).is_err()).await;
    assert!(two.acquire(request).await.is_err());
    assert!(stranger.check_quota(&request).is_ok());
    drop(two.acquire(AcquireRequest::new(operation::find("tracks.get").unwrap())).await.unwrap());
    let closed = two.usage().operation("albums.get").unwrap().closed.clone().unwrap();
    assert!(closed.is_named && closed.wait > Duration::from_secs(2_900));
    let late = app(Some("studio"), "four").await;
    eventually("an app that starts later knows", || late.check_quota(&request).is_err()).await;
    // The rate limits stay apart.
    permit(&stranger).await.complete(Completion::RateLimited { wait: Duration::from_secs(60) });
    assert!(one.status().wait.is_zero() && two.status().wait.is_zero());
    // A success of a request that was sent all the same opens it for all.
    permit_past_the_quota(&two).await.complete(Completion::Success);
    eventually("it is open again", || one.check_quota(&request).is_ok() && late.check_quota(&request).is_ok()).await;
}

async fn permit_past_the_quota(limiter: &RedisRateLimiter) -> Permit {
    let mut permit = limiter.acquire(AcquireRequest::new(album()).bypass(true)).await.unwrap();
    permit.mark_sent();
    permit
}

#[tokio::test]
async fn a_program_can_start_without_redis_and_joins_its_fleet_later() {
    let mut redis = RedisServer::start();
    redis.kill();
    let events: [Arc<AtomicUsize>; 2] = Default::default();
    let [offline, online] = events.clone();
    let builder = Fleet::builder(redis.url()).rate_budget(3).start_without_redis(true).on_event(move |event| {
        let count = if matches!(event, FleetEvent::Offline { .. }) { &offline } else { &online };
        count.fetch_add(1, Ordering::SeqCst);
    });
    let limiter = member(builder).await;
    let held = [permit(&limiter).await, permit(&limiter).await, permit(&limiter).await];
    assert!(limiter.is_offline());
    assert!(timeout(Duration::from_millis(100), permit(&limiter)).await.is_err(), "its own budget holds");
    redis.restart();
    eventually("it is back", || !limiter.is_offline()).await;
    drop(held);
    let other = member(Fleet::builder(redis.url())).await;
    assert!(timeout(Duration::from_secs(1), permit(&other)).await.is_err(), "what was sent meanwhile counts");
    assert_eq!([events[0].load(Ordering::SeqCst), events[1].load(Ordering::SeqCst)], [1, 1]);
}

#[tokio::test]
async fn background_calls_of_any_process_leave_a_tenth_of_the_budget_to_the_others() {
    let redis = RedisServer::start();
    let builder = || Fleet::builder(redis.url()).rate_budget(20);
    let (one, other) = (member(builder()).await, member(builder()).await);
    let background = AcquireRequest::new(album()).priority(Priority::Background);
    let mut held = Vec::new();
    for turn in 0..18 {
        let limiter = if turn % 2 == 0 { &one } else { &other };
        held.push(timeout(Duration::from_secs(5), limiter.acquire(background)).await.unwrap().unwrap());
    }
    for limiter in [&one, &other] {
        assert!(timeout(Duration::from_millis(300), limiter.acquire(background)).await.is_err(), "eighteen of twenty");
    }
    for limiter in [&one, &other] {
        held.push(timeout(Duration::from_secs(5), permit(limiter)).await.unwrap());
    }
}

#[tokio::test]
async fn an_interactive_call_of_one_process_precedes_the_waiting_background_calls_of_another() {
    let redis = RedisServer::start();
    let window = Duration::from_secs(2);
    let builder = || Fleet::builder(redis.url()).rate_budget(4).rate_window(window);
    let (one, other) = (member(builder()).await, member(builder()).await);
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(permit(&other).await);
    }
    held.into_iter().for_each(|permit| permit.complete(Completion::Success));
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (one, order) = (one.clone(), Arc::clone(&order));
        tasks.spawn(async move {
            let request = AcquireRequest::new(album()).priority(Priority::Background);
            let mut permit = one.acquire(request).await.unwrap();
            permit.mark_sent();
            order.lock().unwrap().push(Priority::Background);
            permit.complete(Completion::Success);
        });
    }
    eventually("the background calls wait", || one.status().waiting_calls == 8).await;
    sleep(window / 10).await;
    let interactive = Arc::clone(&order);
    tasks.spawn(async move {
        let permit = permit(&other).await;
        interactive.lock().unwrap().push(Priority::Interactive);
        permit.complete(Completion::Success);
    });
    tasks.join_all().await;
    let place = order.lock().unwrap().iter().position(|priority| *priority == Priority::Interactive).unwrap();
    assert!(place < 3, "it was number {place} of those that waited: {:?}", order.lock().unwrap());
}

#[tokio::test]
async fn permits_that_a_process_does_not_use_go_back_to_the_others() {
    let redis = RedisServer::start();
    let builder = || Fleet::builder(redis.url()).rate_budget(30);
    let (one, other) = (member(builder()).await, member(builder()).await);
    // It is busy, so that it asks for several at once, and then has no more calls.
    for _ in 0..11 {
        permit(&one).await.complete(Completion::Success);
    }
    let mut held = Vec::new();
    for _ in 0..19 {
        held.push(timeout(Duration::from_secs(10), permit(&other)).await.expect("all that one did not use"));
    }
    assert!(timeout(Duration::from_millis(300), permit(&other)).await.is_err(), "and no more than the budget");
}
