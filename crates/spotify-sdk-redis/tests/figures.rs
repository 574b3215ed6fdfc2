//! Figures of a fleet, for people to read: `cargo test --release -p spotify-sdk-redis --test figures -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use std::time::{Duration, Instant};

use common::process::{Job, Outcome, run_all, run_job};
use common::proxy::Proxy;
use common::redis::RedisServer;
use spotify_emulator::Emulator;
use spotify_sdk::operation;
use spotify_sdk::rate_limit::{AcquireRequest, Completion, LocalRateLimiter, RateLimiter};
use spotify_sdk_redis::Fleet;

const LIMIT: u32 = 100;

#[test]
#[ignore = "a process that other tests start"]
fn process() {
    run_job();
}

fn shortest(calls: usize, window: Duration) -> Duration {
    window * (calls.div_ceil(LIMIT as usize) - 1) as u32
}

#[derive(Clone, Copy)]
struct Setup {
    what: &'static str,
    processes: usize,
    calls: usize,
    tasks: usize,
    budget: Option<u32>,
    is_shared: bool,
    window: Duration,
}

fn fleet(setup: &Setup) {
    let Setup { what, processes, calls, tasks, budget, is_shared, window } = *setup;
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    emulator.rate_limit_in(LIMIT, window).unwrap();
    let job = Job {
        redis: is_shared.then(|| redis.url()),
        base_url: emulator.base_url().to_owned(),
        token: emulator.valid_token().to_owned(),
        window_ms: window.as_millis() as u64,
        budget,
        calls: calls / processes,
        tasks,
        pause_ms: 0,
    };
    let (outcomes, wall) = run_all("process", &vec![job; processes]);
    let sum = |count: fn(&Outcome) -> usize| outcomes.iter().map(count).sum::<usize>();
    println!(
        "{what}: {processes} processes × {tasks}, {} calls, {} errors, {} times 429, {:.1} s, {:.3} of the shortest time, {:.2} round trips \
         per call",
        sum(|outcome| outcome.done),
        sum(|outcome| outcome.errors.len()),
        emulator.rate_limited(),
        wall.as_secs_f64(),
        wall.as_secs_f64() / shortest(calls, window).as_secs_f64(),
        sum(|outcome| outcome.round_trips as usize) as f64 / calls as f64,
    );
}

#[test]
#[ignore = "takes minutes"]
fn fleets_and_processes_on_their_own() {
    let window = Duration::from_secs(6);
    let shared = Setup {
        what: "shared, budget given",
        processes: 4,
        calls: 1_000,
        tasks: 1,
        budget: Some(LIMIT),
        is_shared: true,
        window,
    };
    fleet(&Setup { tasks: 8, ..shared });
    fleet(&shared);
    fleet(&Setup { processes: 40, calls: 10_000, window: window / 3, ..shared });
    fleet(&Setup { what: "shared, budget learned", budget: None, ..shared });
    let alone = Setup { is_shared: false, processes: 6, ..shared };
    fleet(&Setup { what: "on their own, budget given", ..alone });
    fleet(&Setup { what: "on their own, budget learned", budget: None, ..alone });
}

/// Calls the limiter from several tasks, and says how many calls a second and how long a permit takes.
async fn permits(what: &str, limiter: impl RateLimiter + Clone, tasks: usize, calls: usize) -> f64 {
    let request = AcquireRequest::new(operation::find("albums.get").unwrap());
    let start = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..tasks {
        let limiter = limiter.clone();
        running.spawn(async move {
            let mut times = Vec::with_capacity(calls / tasks);
            for _ in 0..calls / tasks {
                let start = Instant::now();
                let mut permit = limiter.acquire(request).await.unwrap();
                times.push(start.elapsed());
                permit.mark_sent();
                permit.complete(Completion::Success);
                tokio::task::yield_now().await;
            }
            times
        });
    }
    let mut times: Vec<Duration> = running.join_all().await.concat();
    let wall = start.elapsed();
    times.sort();
    println!(
        "{what}: {:.0} permits a second, p50 {:.1} µs, p99 {:.1} µs",
        calls as f64 / wall.as_secs_f64(),
        times[times.len() / 2].as_secs_f64() * 1e6,
        times[times.len() * 99 / 100].as_secs_f64() * 1e6,
    );
    calls as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while"]
async fn permits_of_the_local_and_of_the_redis_limiter() {
    const CALLS: usize = 100_000;
    let redis = RedisServer::start();
    let far = Proxy::start(redis.port());
    far.delay(Duration::from_millis(1));
    for tasks in [1, 32] {
        permits(&format!("local, no budget, {tasks} tasks"), LocalRateLimiter::new(), tasks, CALLS).await;
        permits(
            &format!("local, large budget, {tasks} tasks"),
            LocalRateLimiter::with_budget(10_000_000),
            tasks,
            CALLS,
        )
        .await;
        for (where_, url) in [("on this machine", redis.url()), ("2 ms away", far.url())] {
            for budget in [None, Some(10_000_000)] {
                let builder = Fleet::builder(&url);
                let builder = budget.into_iter().fold(builder, spotify_sdk_redis::FleetBuilder::rate_budget);
                let limiter = builder.connect().await.unwrap().rate_limiter(&format!("{tasks}{where_}{budget:?}"));
                drop(limiter.acquire(AcquireRequest::any()).await);
                let before = limiter.round_trips();
                let what = format!("Redis {where_}, budget {budget:?}, {tasks} tasks");
                let calls = if budget.is_some() { CALLS / 10 } else { CALLS };
                let calls = permits(&what, limiter.clone(), tasks, calls).await;
                println!("    {:.4} round trips per call", (limiter.round_trips() - before) as f64 / calls);
            }
        }
    }
}
