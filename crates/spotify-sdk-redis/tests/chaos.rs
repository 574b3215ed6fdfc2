//! What becomes of a fleet when Redis, the network or a process fails.
#![allow(clippy::unwrap_used)]

mod common;

use std::thread::sleep;
use std::time::Duration;

use common::process::{Job, Outcome, Process, run_job};
use common::proxy::Proxy;
use common::redis::RedisServer;
use spotify_emulator::Emulator;

const WINDOW: Duration = Duration::from_secs(2);
const LIMIT: u32 = 40;
const PROCESSES: usize = 4;
const CALLS: usize = 60;
/// The number of permits that all processes together hold at most.
const LEASES: usize = PROCESSES * 5;

#[test]
#[ignore = "a process that other tests start"]
fn process() {
    run_job();
}

struct Chaos {
    redis: RedisServer,
    proxy: Proxy,
    emulator: Emulator,
    processes: Vec<Process>,
}

impl Chaos {
    /// Starts a fleet that has a few windows' work to do.
    fn start(options: &[&str]) -> Self {
        Self::start_with(options, |job| (0..PROCESSES).map(|_| Process::start("process", job)).collect())
    }

    fn start_with(options: &[&str], start: impl FnOnce(&Job) -> Vec<Process>) -> Self {
        let redis = RedisServer::with_options(options);
        let (proxy, emulator) = (Proxy::start(redis.port()), Emulator::start().unwrap());
        emulator.rate_limit_in(LIMIT, WINDOW).unwrap();
        let job = Job {
            redis: Some(proxy.url()),
            base_url: emulator.base_url().to_owned(),
            token: emulator.valid_token().to_owned(),
            window_ms: WINDOW.as_millis() as u64,
            budget: Some(LIMIT),
            calls: CALLS,
            tasks: 2,
            pause_ms: 0,
        };
        let mut processes = start(&job);
        for process in &mut processes {
            process.wait_for("ready");
        }
        processes.iter_mut().for_each(Process::go);
        Self { redis, proxy, emulator, processes }
    }

    /// Waits until every call is done, and says how often Spotify had to limit one.
    fn finish(self, what: &str) -> Vec<Outcome> {
        let outcomes: Vec<Outcome> = self.processes.into_iter().map(Process::outcome).collect();
        let limited = self.emulator.rate_limited();
        let offline: Vec<usize> = outcomes.iter().map(|outcome| outcome.offline).collect();
        let wall = outcomes.iter().map(|outcome| outcome.wall_ms).max().unwrap_or_default();
        println!("{what}: {limited} times 429 with {LEASES} permits leased at most, offline {offline:?}, {wall} ms");
        for outcome in &outcomes {
            assert!(outcome.errors.is_empty(), "{what}: {:?}", outcome.errors);
            assert_eq!(outcome.done, CALLS, "{what}");
        }
        assert!(limited <= LEASES, "{what}: {limited} times 429");
        outcomes
    }
}

fn each_was_offline(outcomes: &[Outcome]) {
    assert!(outcomes.iter().all(|outcome| outcome.offline > 0));
}

#[test]
fn calls_go_on_while_redis_is_killed_and_comes_back_empty() {
    let mut chaos = Chaos::start(&[]);
    sleep(WINDOW);
    chaos.redis.kill();
    sleep(WINDOW * 3 / 2);
    chaos.redis.restart();
    each_was_offline(&chaos.finish("killed and restarted empty"));
}

#[test]
fn calls_go_on_while_the_network_is_cut() {
    let chaos = Chaos::start(&[]);
    sleep(WINDOW);
    chaos.proxy.cut();
    sleep(WINDOW * 2);
    chaos.proxy.restore();
    each_was_offline(&chaos.finish("network cut"));
}

#[test]
fn calls_do_not_wait_for_a_redis_that_is_half_a_second_away() {
    let chaos = Chaos::start(&[]);
    sleep(WINDOW);
    chaos.proxy.delay(Duration::from_millis(250));
    sleep(WINDOW * 2);
    chaos.proxy.delay(Duration::ZERO);
    each_was_offline(&chaos.finish("500 ms latency"));
}

#[test]
fn what_redis_forgets_the_processes_remember() {
    let chaos = Chaos::start(&[]);
    for _ in 0..4 {
        sleep(WINDOW / 2);
        let () = chaos.redis.command(&["FLUSHALL"]);
    }
    chaos.finish("FLUSHALL, four times");
}

#[test]
fn keys_that_redis_evicts_cost_no_call() {
    let chaos = Chaos::start(&["--maxmemory", "2mb", "--maxmemory-policy", "allkeys-random"]);
    for round in 0..150 {
        let value = "x".repeat(60_000);
        let () = chaos.redis.command(&["SET", &format!("other:{round}"), &value]);
        sleep(WINDOW / 50);
    }
    let stats: String = chaos.redis.command(&["INFO", "stats"]);
    let evicted = stats.lines().find(|line| line.starts_with("evicted_keys:")).unwrap().to_owned();
    chaos.finish(&evicted);
}

#[test]
fn what_a_killed_process_held_comes_back_by_itself() {
    let mut chaos = Chaos::start(&[]);
    sleep(WINDOW);
    let mut killed = chaos.processes.remove(0);
    killed.kill();
    let others = chaos.finish("a process killed");
    assert_eq!(others.len(), PROCESSES - 1);
}

#[test]
fn clocks_that_are_an_hour_apart_do_not_matter() {
    let chaos = Chaos::start_with(&[], |job| {
        ["-1h", "+0", "+0", "+1h"].map(|offset| Process::start_at(offset, "process", job)).into()
    });
    chaos.finish("clocks two hours apart");
}
