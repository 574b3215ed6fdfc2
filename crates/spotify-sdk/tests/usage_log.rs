//! Usage that survives the process: what a client knows after a restart.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{ALBUM, QUOTA_EXCEEDED, Script, quota_exceeded, status};
use spotify_emulator::{Emulator, Fault, FaultRule};
use spotify_sdk::auth::ClientCredentials;
use spotify_sdk::operation::Action;
use spotify_sdk::rate_limit::{LocalRateLimiter, UsageLog};
use spotify_sdk::{AsyncSpotifyClient, Error};
use tokio::time::advance;

const HOUR: Duration = Duration::from_secs(3600);

/// Returns the log after it was written to a file and read again.
fn stored(log: &UsageLog) -> UsageLog {
    serde_json::from_str(&serde_json::to_string(log).unwrap()).unwrap()
}

/// Starts a process with a file; it sends so many requests, and adds them to the file.
async fn run(file: &mut UsageLog, budget: u32, calls: u32) -> Result<(), Error> {
    let limiter = LocalRateLimiter::new().with_usage_log(&stored(file));
    let client = Script::new([]).builder().rate_limiter(limiter.clone()).daily_budget(budget).build()?;
    let mut result = Ok(());
    for _ in 0..calls {
        result = result.and(client.player().pause_playback().await);
    }
    file.merge(&stored(&limiter.take_usage_log()));
    result
}

#[tokio::test(start_paused = true)]
async fn short_processes_keep_to_one_daily_budget() {
    let mut file = UsageLog::default();
    run(&mut file, 10, 4).await.unwrap();
    run(&mut file, 10, 4).await.unwrap();
    let error = run(&mut file, 10, 4).await.unwrap_err();
    assert!(error.is_daily_budget(), "{error}");
    assert!(error.retry_after().unwrap() > 23 * HOUR, "{error}");
    let client = Script::new([]).builder().rate_limiter(LocalRateLimiter::new().with_usage_log(&file)).build().unwrap();
    let usage = client.usage();
    assert_eq!((usage.requests, usage.operation("player.pause_playback").unwrap().requests), (10, 10));
}

#[tokio::test(start_paused = true)]
async fn processes_that_run_at_the_same_time_each_add_their_own() {
    let start = |log: &UsageLog| {
        let limiter = LocalRateLimiter::new().with_usage_log(log);
        (Script::new([]).builder().rate_limiter(limiter.clone()).build().unwrap(), limiter)
    };
    let mut file = UsageLog::default();
    run(&mut file, 100, 1).await.unwrap();
    let (one, other) = (start(&file), start(&file));
    one.0.player().pause_playback().await.unwrap();
    for _ in 0..2 {
        other.0.albums().get(ALBUM).await.unwrap_err();
    }
    file.merge(&one.1.take_usage_log());
    file.merge(&other.1.take_usage_log());
    let usage = start(&stored(&file)).0.usage();
    let count = |name: &str| usage.operation(name).unwrap().requests;
    assert_eq!((count("player.pause_playback"), count("albums.get"), usage.requests), (2, 2, 4));
    assert_eq!(one.0.usage().requests, 2, "it goes on to count what it was started with");
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up_stays_so_after_a_restart() {
    let limiter = LocalRateLimiter::new();
    let client = Script::new([quota_exceeded(Some(50_000))]).builder().rate_limiter(limiter.clone()).build().unwrap();
    client.albums().get(ALBUM).await.unwrap_err();
    advance(HOUR).await;
    let log = stored(&limiter.usage_log());

    let script = Script::new([status(204)]);
    let limiter = LocalRateLimiter::new().with_usage_log(&log);
    let client = script.builder().rate_limiter(limiter).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    let wait = error.retry_after().unwrap().as_secs();
    assert!(matches!(error, Error::QuotaExceeded(_)) && !error.is_daily_budget(), "{error}");
    assert!((46_000..=46_400).contains(&wait), "{wait}");
    assert!(client.usage().operation("albums.get").unwrap().closed.clone().unwrap().is_named);
    client.player().pause_playback().await.unwrap();
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn so_does_a_quota_of_the_token_endpoint() {
    let emulator = Emulator::start().unwrap();
    let exceeded = Fault::status(429).header("retry-after", "50000").body(QUOTA_EXCEEDED);
    emulator.faults().add(FaultRule::new(exceeded).path("/api/token").times(1));
    let mut log = UsageLog::default();
    for _ in 0..2 {
        let limiter = LocalRateLimiter::new().with_usage_log(&log);
        let auth = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
        let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).rate_limiter(limiter.clone());
        let client = builder.accounts_url(emulator.accounts_url()).build().unwrap();
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert_eq!(error.action(), Some(Action::TokenRequest), "{error}");
        log.merge(&stored(&limiter.take_usage_log()));
    }
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn operations_of_other_programs_count_and_are_kept() {
    let now = spotify_sdk::jiff::Timestamp::now();
    let json = serde_json::json!({ "operations": {
        "of_another.program": { "requests": { now.to_string(): 7 } },
        "albums.get": { "requests": { now.to_string(): 2 } },
    } });
    let limiter = LocalRateLimiter::new().with_usage_log(&serde_json::from_value(json).unwrap());
    let client = Script::new([]).builder().rate_limiter(limiter.clone()).daily_budget(10).build().unwrap();
    let usage = client.usage();
    assert_eq!((usage.requests, usage.operations[0].action), (9, Action::Unknown));
    assert_eq!((usage.operations[0].requests, usage.operation("albums.get").unwrap().requests), (7, 2));
    client.player().pause_playback().await.unwrap();
    assert!(client.player().pause_playback().await.unwrap_err().is_daily_budget());
    let log = limiter.usage_log();
    let names: Vec<&str> = log.operations().map(|(name, _)| name).collect();
    assert_eq!(names, ["albums.get", "of_another.program", "player.pause_playback"]);
}
