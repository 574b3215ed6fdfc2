//! Several processes of one app, against an emulator that counts their requests together.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::time::Duration;

use common::process::{Job, Outcome, run_all, run_job};
use common::redis::RedisServer;
use spotify_emulator::Emulator;

/// The window of the emulator and of the limiters.
const WINDOW: Duration = Duration::from_secs(2);
const LIMIT: u32 = 100;

#[test]
#[ignore = "a process that other tests start"]
fn process() {
    run_job();
}

fn job(emulator: &Emulator, redis: Option<&RedisServer>, budget: Option<u32>, calls: usize, tasks: usize) -> Job {
    Job {
        redis: redis.map(RedisServer::url),
        base_url: emulator.base_url().to_owned(),
        token: emulator.valid_token().to_owned(),
        window_ms: WINDOW.as_millis() as u64,
        budget,
        calls,
        tasks,
        pause_ms: 0,
    }
}

/// The shortest time in which so many requests fit.
fn shortest(calls: usize) -> Duration {
    WINDOW * (calls.div_ceil(LIMIT as usize) - 1) as u32
}

fn all_done(outcomes: &[Outcome], calls: usize) {
    let errors: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.errors).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(outcomes.iter().map(|outcome| outcome.done).sum::<usize>(), calls);
}

/// Runs a fleet, and returns the number of responses with 429. A machine that is so busy that Redis does not respond in time
/// proves nothing: then it is run again.
fn run(processes: usize, calls: usize, tasks: usize, budget: Option<u32>) -> usize {
    for _ in 0..3 {
        if let Some(limited) = run_once(processes, calls, tasks, budget) {
            return limited;
        }
    }
    panic!("Redis was away in each of three runs");
}

fn run_once(processes: usize, calls: usize, tasks: usize, budget: Option<u32>) -> Option<usize> {
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    emulator.rate_limit_in(LIMIT, WINDOW).unwrap();
    let jobs = vec![job(&emulator, Some(&redis), budget, calls / processes, tasks); processes];
    let (outcomes, wall) = run_all("process", &jobs);
    let round_trips: u64 = outcomes.iter().map(|outcome| outcome.round_trips).sum();
    println!(
        "{processes} processes, {calls} calls, {tasks} at a time, budget {budget:?}: {} times 429, {:.2} of the shortest time, {:.2} round \
         trips per call",
        emulator.rate_limited(),
        wall.as_secs_f64() / shortest(calls).as_secs_f64(),
        round_trips as f64 / calls as f64,
    );
    all_done(&outcomes, calls);
    outcomes.iter().all(|outcome| outcome.offline == 0).then(|| emulator.rate_limited())
}

#[test]
fn four_processes_with_a_budget_are_never_limited() {
    assert_eq!(run(4, 1_000, 8, Some(LIMIT)), 0);
}

#[test]
fn four_processes_with_one_call_at_a_time_are_never_limited() {
    assert_eq!(run(4, 400, 1, Some(LIMIT)), 0);
}

#[test]
fn forty_processes_with_a_budget_are_never_limited() {
    assert_eq!(run(40, 400, 1, Some(LIMIT)), 0);
}

#[test]
fn a_budget_is_learned_once_for_all_processes() {
    // Each process has one call at a time: those in flight when the limit is met are limited together, and never again.
    let limited = run(4, 400, 1, None);
    assert!((1..=4).contains(&limited), "{limited} times 429");
}
