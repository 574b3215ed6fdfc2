//! The daily budget: a limit of the program's own for any 24 hours.

#![cfg(all(feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{ALBUM, Script, Step, TOKEN, album, quota_exceeded, status};
use spotify_emulator::{Emulator, Fault};
use spotify_sdk::auth::{AccessToken, ClientCredentials};
use spotify_sdk::error::DAILY_BUDGET;
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::observe::Event;
use spotify_sdk::operation::Action;
use spotify_sdk::rate_limit::{
    AcquireError, AcquireRequest, BudgetShare, LocalRateLimiter, OperationUsage, Permit, RateLimit, RateLimiter, Usage,
};
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder, Error, Priority, SpotifyClient};
use tokio::task::JoinSet;
use tokio::time::advance;

const HOUR: Duration = Duration::from_secs(3600);
/// A request counts for no longer than that.
const OUT_OF_WINDOW: Duration = Duration::from_secs(24 * 3600 + 10 * 60);

fn wait_of(error: &Error) -> Duration {
    assert!(error.is_daily_budget(), "{error}");
    assert!(matches!(error, Error::QuotaExceeded(_)) && !error.is_retryable(), "{error}");
    assert_eq!(error.reason(), Some(DAILY_BUDGET));
    error.retry_after().unwrap()
}

async fn pause(client: &AsyncSpotifyClient) -> spotify_sdk::Result<()> {
    client.player().pause_playback().await
}

/// Sends calls of the client's until one is refused, and returns how many were not.
async fn calls_until_refused(client: &AsyncSpotifyClient, priority: Priority) -> u32 {
    for count in 0..10_000 {
        match client.player().pause_playback().priority(priority).await {
            Ok(()) => {}
            Err(error) => {
                wait_of(&error);
                return count;
            }
        }
    }
    panic!("no call was refused");
}

/// Has 32 tasks make 1,100 calls through clones and siblings, and returns how many were refused.
async fn flood(client: &AsyncSpotifyClient) -> u32 {
    let (left, refused) = (Arc::new(AtomicU32::new(1_100)), Arc::new(AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for task in 0..32 {
        let sibling = || client.with_auth(AccessToken::new(TOKEN).unwrap());
        let client = if task % 2 == 0 { client.clone() } else { sibling() };
        let (left, refused) = (Arc::clone(&left), Arc::clone(&refused));
        tasks.spawn(async move {
            while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                match client.albums().get(ALBUM).no_coalescing().await {
                    Err(error) if error.is_daily_budget() => drop(refused.fetch_add(1, Ordering::SeqCst)),
                    // The sibling's token is not one of the emulator's.
                    result => drop(result),
                }
            }
        });
    }
    tasks.join_all().await;
    refused.load(Ordering::SeqCst)
}

fn emulated(emulator: &Emulator) -> ClientBuilder<AsyncSpotifyClient> {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn as_many_requests_as_the_budget_are_sent_however_many_tasks_call_and_retries_count() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(40, Fault::status(503));
    let client = emulated(&emulator).daily_budget(1_000).build().unwrap();
    let refused = flood(&client).await;
    assert_eq!(emulator.requests().len(), 1_000);
    assert!(refused >= 100, "each of the retries is a request of its own: {refused}");
    let usage = client.usage();
    assert_eq!(usage.requests, 1_000);
    let budget = usage.daily_budget.unwrap();
    assert_eq!((budget.limit, budget.used, budget.left, budget.left_for_background), (1_000, 1_000, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clients_that_share_a_limiter_and_what_a_log_brought_keep_to_the_budget_together() {
    let emulator = Emulator::start().unwrap();
    let earlier = LocalRateLimiter::new();
    let first = emulated(&emulator).rate_limiter(earlier.clone()).build().unwrap();
    for _ in 0..300 {
        first.albums().get(ALBUM).await.unwrap();
    }
    // A rate budget makes calls wait between the reservation and the request.
    let limiter = LocalRateLimiter::with_budget(600).window(Duration::from_secs(3));
    let limiter = limiter.with_usage_log(&earlier.usage_log());
    let client = || emulated(&emulator).rate_limiter(limiter.clone()).daily_budget(1_000).build().unwrap();
    let (one, other) = (client(), client());
    let refused = tokio::join!(flood(&one), flood(&other));
    assert_eq!(emulator.requests().len(), 1_000);
    assert_eq!(refused.0 + refused.1, 2 * 1_100 - 700);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limiter_of_the_programs_own_is_held_to_the_budget_as_well() {
    let emulator = Emulator::start().unwrap();
    let limiter = Fleet { elsewhere: 0, inner: LocalRateLimiter::new() };
    let client = emulated(&emulator).rate_limiter(limiter).daily_budget(1_000).build().unwrap();
    assert_eq!(flood(&client).await, 100);
    assert_eq!(emulator.requests().len(), 1_000);
}

/// A limiter that also knows of requests of other machines.
struct Fleet {
    elsewhere: u32,
    inner: LocalRateLimiter,
}

impl RateLimiter for Fleet {
    async fn acquire(&self, request: AcquireRequest) -> Result<Permit, AcquireError> {
        self.inner.acquire(request).await
    }

    fn block_until(&self, until: Timestamp) {
        self.inner.block_until(until);
    }

    fn status(&self) -> RateLimit {
        self.inner.status()
    }

    fn usage(&self) -> Usage {
        let others = OperationUsage::new(Action::Unknown, self.elsewhere);
        Usage::new(self.inner.usage().operations.into_iter().chain([others]))
    }
}

#[tokio::test(start_paused = true)]
async fn requests_of_other_machines_count_where_the_limiter_knows_of_them() {
    let script = Script::new([Step::Refused]);
    let limiter = Fleet { elsewhere: 90, inner: LocalRateLimiter::new() };
    let client = script.builder().rate_limiter(limiter).daily_budget(100).max_retries(0).build().unwrap();
    assert!(matches!(pause(&client).await, Err(Error::Connection(_))), "it is not sent, and does not count");
    let error = client.player().pause_playback().background().await.unwrap_err();
    assert_eq!(wait_of(&error).as_secs(), 600, "when the others were sent is not known");
    assert_eq!(calls_until_refused(&client, Priority::Interactive).await, 10);
    assert_eq!(client.usage().daily_budget.unwrap().used, 100);
}

#[tokio::test(start_paused = true)]
async fn background_calls_leave_a_tenth_to_the_others() {
    for (limit, background) in [(1_000, 900), (10, 9), (5, 4), (2, 1), (1, 1)] {
        let script = Script::new([]);
        let client = script.builder().daily_budget(limit).build().unwrap();
        assert_eq!(client.usage().daily_budget.unwrap().left_for_background, background);
        assert_eq!(calls_until_refused(&client, Priority::Background).await, background);
        let budget = client.usage().daily_budget.unwrap();
        assert_eq!((budget.left, budget.left_for_background), (limit - background, 0));
        assert_eq!(calls_until_refused(&client, Priority::Prefetch).await, limit - background);
        assert_eq!(script.count() as u32, limit);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_go_on_when_enough_of_the_oldest_requests_are_a_day_old() {
    let script = Script::new([]);
    let client = script.builder().daily_budget(10).build().unwrap();
    for _ in 0..9 {
        pause(&client).await.unwrap();
        advance(HOUR).await;
    }
    pause(&client).await.unwrap();
    for (priority, requests) in [(Priority::Interactive, 1), (Priority::Background, 2)] {
        let error = client.player().pause_playback().priority(priority).await.unwrap_err();
        let wait = wait_of(&error);
        let oldest = HOUR * (9 - (requests - 1));
        let expected = 24 * HOUR - oldest..=OUT_OF_WINDOW - oldest;
        assert!(expected.contains(&wait), "{priority:?}: {wait:?} is not in {expected:?}");
    }
    let wait = wait_of(&pause(&client).await.unwrap_err());
    advance(wait - Duration::from_secs(1)).await;
    assert_eq!(wait_of(&pause(&client).await.unwrap_err()).as_secs(), 1);
    advance(Duration::from_secs(1)).await;
    pause(&client).await.unwrap();
    wait_of(&pause(&client).await.unwrap_err());
    advance(OUT_OF_WINDOW).await;
    assert_eq!(calls_until_refused(&client, Priority::Interactive).await, 10);
}

#[tokio::test(start_paused = true)]
async fn requests_that_certainly_were_not_sent_are_given_back_and_those_that_may_have_been_are_not() {
    let steps = [Step::Refused, Step::Refused, Step::Lost, status(500)];
    let script = Script::new(steps);
    let client = script.builder().daily_budget(3).max_retries(0).build().unwrap();
    for left in [3, 3, 2, 1] {
        pause(&client).await.unwrap_err();
        assert_eq!(client.usage().daily_budget.unwrap().left, left);
    }
    pause(&client).await.unwrap();
    wait_of(&pause(&client).await.unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_while_it_waits_leaves_its_room_to_others() {
    let script = Script::new([]);
    let client = script.builder().rate_budget(1).daily_budget(2).build().unwrap();
    pause(&client).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(1), pause(&client)).await.is_err());
    assert_eq!(client.usage().daily_budget.unwrap().left, 1);
    pause(&client).await.unwrap();
    wait_of(&pause(&client).await.unwrap_err());
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_retry_needs_room_too() {
    let script = Script::new([status(503), status(503), album()]);
    let client = script.builder().daily_budget(2).max_retries(5).build().unwrap();
    wait_of(&client.albums().get(ALBUM).await.unwrap_err());
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn errors_say_whose_limit_it_is_and_until_when() {
    let script = Script::new([]);
    let client = script.builder().daily_budget(1_000).build().unwrap();
    assert_eq!(calls_until_refused(&client, Priority::Background).await, 900);
    let background = client.albums().get(ALBUM).background().await.unwrap_err();
    assert!(background.message().starts_with("not sent, since nine tenths of the daily budget of 1,000 requests"));
    assert!(background.message().contains("the rest is kept"), "{background}");
    assert_eq!(calls_until_refused(&client, Priority::Interactive).await, 100);
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert_eq!(error.message(), "not sent, since the daily budget of 1,000 requests is used up");
    assert_eq!(error.operation().unwrap().name, "albums.get");

    let hint = error.hint().unwrap();
    let shown = hint.split("from ").nth(1).unwrap().split(" UTC").next().unwrap();
    let shown: Timestamp = format!("{}:00Z", shown.replace(' ', "T")).parse().unwrap();
    let late = shown.duration_since(Timestamp::now()).as_secs() - wait_of(&error).as_secs() as i64;
    assert!((-300..=60).contains(&late), "{hint}: {late} s after the wait");
    for words in ["program's own limit", "not Spotify's", "24 hours"] {
        assert!(hint.contains(words), "{words} is not in {hint}");
    }
    assert!(!hint.contains("account of the developer"), "{hint}");
    assert_eq!(client.usage().operations[0].closed, None, "no operation is closed");
}

#[tokio::test(start_paused = true)]
async fn a_quota_of_spotifys_is_not_taken_for_it() {
    let script = Script::new([quota_exceeded(Some(50_000))]);
    let client = script.builder().daily_budget(1_000).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(error, Error::QuotaExceeded(_)) && !error.is_daily_budget(), "{error}");
    pause(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_send_it_all_the_same_and_it_counts() {
    let script = Script::new([]);
    let client = script.builder().daily_budget(1).build().unwrap();
    pause(&client).await.unwrap();
    wait_of(&pause(&client).await.unwrap_err());
    client.player().pause_playback().ignore_rate_limit().await.unwrap();
    wait_of(&pause(&client).await.unwrap_err());
    let budget = client.usage().daily_budget.unwrap();
    assert_eq!((script.count(), budget.used, budget.left), (2, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn observers_hear_once_of_each_share_and_again_after_the_count_has_fallen() {
    let heard: Arc<Mutex<Vec<(BudgetShare, u32, u32)>>> = Arc::default();
    let observer = {
        let heard = Arc::clone(&heard);
        move |event: &Event<'_>| {
            if let Event::DailyBudget(reached) = event {
                heard.lock().unwrap().push((reached.share, reached.used, reached.limit));
            }
        }
    };
    let client = Script::new([]).builder().daily_budget(20).observer(observer).build().unwrap();
    let all = [(BudgetShare::Half, 10, 20), (BudgetShare::NineTenths, 18, 20), (BudgetShare::Whole, 20, 20)];
    for _ in 0..2 {
        calls_until_refused(&client, Priority::Background).await;
        assert_eq!(*heard.lock().unwrap(), all[..2]);
        calls_until_refused(&client, Priority::Interactive).await;
        calls_until_refused(&client, Priority::Interactive).await;
        assert_eq!(std::mem::take(&mut *heard.lock().unwrap()), all);
        advance(OUT_OF_WINDOW).await;
    }
}

#[tokio::test]
async fn no_token_is_fetched_for_a_call_that_is_refused() {
    let emulator = Emulator::start().unwrap();
    let limiter = LocalRateLimiter::new();
    let earlier = emulated(&emulator).rate_limiter(limiter.clone()).build().unwrap();
    earlier.albums().get(ALBUM).await.unwrap();
    let auth = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).accounts_url(emulator.accounts_url());
    let client = builder.rate_limiter(limiter).daily_budget(1).build().unwrap();
    wait_of(&client.albums().get(ALBUM).await.unwrap_err());
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_in_several_requests_says_how_far_it_came() {
    let uris: Vec<String> = (0..100).map(|number| format!("spotify:track:{number:022}")).collect();
    let client = Script::new([status(200)]).builder().daily_budget(1).build().unwrap();
    let error = client.library().save_items(&uris).await.unwrap_err();
    assert!(error.is_daily_budget() && error.hint().unwrap().contains("Go on from value 40"), "{error:?}");
    let Error::Incomplete(error) = error else { panic!("{error}") };
    assert_eq!((error.done(), error.uncertain()), (40, 40..40));
}

#[test]
fn the_blocking_client_keeps_to_it() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(token).base_url(emulator.base_url()).daily_budget(10).build().unwrap();
    for _ in 0..9 {
        client.albums().get(ALBUM).background().send().unwrap();
    }
    wait_of(&client.albums().get(ALBUM).background().send().unwrap_err());
    client.albums().get(ALBUM).send().unwrap();
    wait_of(&client.albums().get(ALBUM).send().unwrap_err());
    assert_eq!((emulator.requests().len(), client.usage().daily_budget.unwrap().left), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn everything_that_takes_a_priority_can_be_in_the_background() {
    let script = Script::new([]);
    let client = script.builder().daily_budget(10).background().build().unwrap();
    assert_eq!(calls_until_refused(&client, Priority::Background).await, 9);
    wait_of(&pause(&client).await.unwrap_err());
    wait_of(&client.playlists().sync(ALBUM, ["spotify:track:1"]).background().await.unwrap_err());
    wait_of(&client.invoke("albums.get", serde_json::json!({ "id": ALBUM })).background().await.unwrap_err());
    assert_eq!(script.count(), 9);
    assert_eq!(client.usage().daily_budget.unwrap().left, 1);
}

#[test]
fn a_budget_of_none_is_refused_and_without_one_nothing_is_told() {
    let builder = || AsyncSpotifyClient::builder(AccessToken::new(TOKEN).unwrap());
    let error = builder().daily_budget(0).build().unwrap_err();
    assert_eq!(error.to_string(), "invalid daily_budget: expected at least 1 request, got 0");
    assert_eq!(builder().build().unwrap().usage().daily_budget, None);
}
