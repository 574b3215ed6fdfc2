//! Quotas: an operation whose quota is used up is refused, and everything else goes on.

#![cfg(all(feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{ALBUM, QUOTA_EXCEEDED, Script, Step, TOKEN, album, limited, quota_exceeded, status};
use spotify_emulator::{DailyQuota, Emulator, EndpointGroup, Fault, FaultRule};
use spotify_sdk::auth::{AccessToken, ClientCredentials};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::observe::Event;
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};
use tokio::task::JoinSet;
use tokio::time::advance;

const HOUR: Duration = Duration::from_secs(3600);
const SEEN: Duration = Duration::from_secs(48_925);

fn wait_of(error: &Error) -> Duration {
    assert!(matches!(error, Error::QuotaExceeded(_)), "{error}");
    assert_eq!((error.status().unwrap().as_u16(), error.reason()), (429, Some("QUOTA_EXCEEDED")));
    assert!(!error.is_retryable());
    error.retry_after().unwrap()
}

#[tokio::test(start_paused = true)]
async fn it_is_not_sent_again_and_refuses_the_operation_alone_for_as_long_as_spotify_says() {
    let script = Script::new([quota_exceeded(Some(SEEN.as_secs())), status(204), status(204), album()]);
    let client = script.client();
    let error = client.albums().get(ALBUM).max_retry_wait(Duration::MAX).await.unwrap_err();
    assert_eq!((wait_of(&error), script.count()), (SEEN, 1));
    assert_eq!(
        error.to_string(),
        "quota used up: albums.get (GET /albums/{id}): Too many requests (429, QUOTA_EXCEEDED, retry after 48925 s)"
    );

    advance(HOUR).await;
    for other in [client.clone(), client.with_auth(AccessToken::new("BQanotherUser").unwrap())] {
        let error = other.albums().get(ALBUM).max_retry_wait(Duration::MAX).await.unwrap_err();
        assert_eq!(wait_of(&error), SEEN - HOUR);
        assert!(error.message().starts_with("not sent"), "{error}");
        assert_eq!(error.operation().unwrap().name, "albums.get");
    }
    assert_eq!(script.count(), 1);
    for _ in 0..2 {
        client.player().pause_playback().await.unwrap();
    }
    assert_eq!(client.rate_limit().wait, Duration::ZERO, "the rate is another matter");

    advance(SEEN - HOUR).await;
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(script.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn where_spotify_names_no_time_it_is_an_hour() {
    for step in [
        quota_exceeded(None),
        // Half an answer, and one of another shape.
        Step::Respond(429, vec![], r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"#),
        Step::Respond(429, vec![], r#"{"error":"quota_exceeded"}"#),
    ] {
        let script = Script::new([step, album()]);
        let client = script.client();
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert!(matches!(error, Error::QuotaExceeded(_)), "{error}");
        assert_eq!(error.retry_after(), Some(HOUR));
        advance(HOUR - Duration::from_secs(1)).await;
        assert_eq!(wait_of(&client.albums().get(ALBUM).await.unwrap_err()).as_secs(), 1);
        assert!(!client.usage().operation("albums.get").unwrap().closed.clone().unwrap().is_named);
        advance(Duration::from_secs(1)).await;
        client.albums().get(ALBUM).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_no_quota() {
    let script = Script::new([limited("7"), album()]);
    let client = script.client();
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(script.waits()[0].as_secs(), 7);
    assert_eq!(client.usage().operations[0].closed, None);
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_send_it_all_the_same_and_a_success_ends_the_refusal() {
    let script = Script::new([quota_exceeded(Some(50_000)), quota_exceeded(Some(60_000)), album(), album()]);
    let client = script.client();
    client.albums().get(ALBUM).await.unwrap_err();
    let error = client.albums().get(ALBUM).ignore_rate_limit().await.unwrap_err();
    assert_eq!((wait_of(&error).as_secs(), script.count()), (60_000, 2));
    client.albums().get(ALBUM).await.unwrap_err();
    client.albums().get(ALBUM).ignore_rate_limit().await.unwrap();
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(script.count(), 4);
    assert_eq!(client.usage().operation("albums.get").unwrap().closed, None);
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up_after_a_wait_lets_the_others_go_on() {
    let script = Script::new([limited("5"), quota_exceeded(Some(50_000))]);
    let client = script.client();
    let mut tasks = JoinSet::new();
    for index in 0..5 {
        let client = client.clone();
        tasks.spawn(async move {
            tokio::time::sleep(Duration::from_millis(index)).await;
            client.albums().get(ALBUM).no_coalescing().await.unwrap_err()
        });
    }
    for error in tasks.join_all().await {
        assert!(matches!(error, Error::QuotaExceeded(_)), "{error}");
    }
    assert_eq!(script.count(), 2, "those that waited are not sent either");
    client.player().pause_playback().await.unwrap();
    assert_eq!((script.count(), client.rate_limit().waiting_calls), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn hints_say_what_a_quota_is() {
    let script = Script::new([quota_exceeded(Some(50_000))]);
    let error = script.client().albums().get(ALBUM).await.unwrap_err();
    let hint = error.hint().unwrap();
    for words in ["24 hours", "account of the developer", "all its client ids", "50000 s", "usage()"] {
        assert!(hint.contains(words), "{words} is not in {hint}");
    }
    assert!(!hint.contains(WITHDRAWN), "{hint}");
}

const WITHDRAWN: &str = "may have withdrawn the client id";

#[tokio::test(start_paused = true)]
async fn hints_say_that_an_id_may_be_withdrawn_where_nothing_ever_succeeded_and_no_wait_is_told() {
    let hint = |error: Error| error.hint().unwrap();
    let script = Script::new([status(429), limited("3600"), album(), status(429)]);
    let client = script.builder().max_retries(0).build().unwrap();
    let without_wait = hint(client.albums().get(ALBUM).await.unwrap_err());
    assert!(without_wait.contains(WITHDRAWN), "{without_wait}");
    let told = hint(client.albums().get(ALBUM).ignore_rate_limit().await.unwrap_err());
    assert!(told.contains("3600 s") && !told.contains(WITHDRAWN), "{told}");
    client.albums().get(ALBUM).ignore_rate_limit().await.unwrap();
    let later = hint(client.albums().get(ALBUM).ignore_rate_limit().await.unwrap_err());
    assert!(!later.contains(WITHDRAWN), "{later}");
}

#[tokio::test(start_paused = true)]
async fn usage_tells_what_was_sent_in_the_last_24_hours_and_what_is_used_up() {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let observer = {
        let heard = Arc::clone(&heard);
        move |event: &Event<'_>| {
            if let Event::QuotaExceeded(usage) = event {
                let closed = usage.closed.as_ref().unwrap();
                let line = format!("{}: {}, {:?}", usage.action.name(), usage.requests, closed.wait);
                heard.lock().unwrap().push(line);
            }
        }
    };
    let steps = [status(503), album(), Step::Refused, Step::Lost, album(), status(404), quota_exceeded(Some(50_000))];
    let client = Script::new(steps).builder().observer(observer).build().unwrap();
    assert_eq!((client.usage().requests, client.usage().operations.len()), (0, 0));
    for _ in 0..2 {
        client.albums().get(ALBUM).await.unwrap();
    }
    client.albums().get(ALBUM).await.unwrap_err();
    // The one that was sent, and one that is not.
    for _ in 0..2 {
        client.albums().get(ALBUM).await.unwrap_err();
    }
    let sibling = client.with_auth(AccessToken::new("BQanotherUser").unwrap());
    sibling.player().pause_playback().await.unwrap();

    let usage = client.usage();
    let requests: Vec<_> = usage.operations.iter().map(|usage| (usage.action.name(), usage.requests)).collect();
    assert_eq!(requests, [("albums.get", 6), ("player.pause_playback", 1)], "all but the one that was not sent");
    assert_eq!(usage.requests, 7);
    let closed = usage.operation("albums.get").unwrap().closed.clone().unwrap();
    assert_eq!((closed.wait.as_secs(), closed.is_named), (50_000, true));
    let until = closed.until.duration_since(Timestamp::now()).as_secs();
    assert!((49_900..=50_000).contains(&until), "{until}");
    assert_eq!(usage.operation("player.pause_playback").unwrap().closed, None);
    assert_eq!(*heard.lock().unwrap(), ["albums.get: 6, 50000s"]);

    advance(HOUR * 25).await;
    assert_eq!((client.usage().requests, client.usage().operations.len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_given_up_on_its_way_counts() {
    let client = Script::new([Step::Silence]).client();
    let call = client.albums().get(ALBUM).send();
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    assert_eq!(client.usage().requests, 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_ends_with_it() {
    let page = Step::Respond(200, vec![], r#"{"items": [{"track": {}}], "total": 100}"#);
    let script = Script::new([page, quota_exceeded(Some(50_000))]);
    let client = script.client();
    let mut tracks = client.tracks().get_saved().limit(1).concurrency(1).stream();
    tracks.next().await.unwrap().unwrap();
    assert!(matches!(tracks.next().await.unwrap(), Err(Error::QuotaExceeded(_))));
    assert!(tracks.next().await.is_none());
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_write_in_several_requests_says_how_far_it_came() {
    let script = Script::new([status(200), quota_exceeded(Some(50_000))]);
    let uris: Vec<String> = (0..100).map(|number| format!("spotify:track:{number:022}")).collect();
    let error = script.client().library().save_items(&uris).await.unwrap_err();
    assert_eq!((error.retry_after().unwrap().as_secs(), error.is_retryable()), (50_000, false));
    let hint = error.hint().unwrap();
    assert!(hint.contains("24 hours") && hint.contains("Go on from value 40"), "{hint}");
    let Error::Incomplete(error) = error else { panic!("{error}") };
    assert!(matches!(error.inner(), Error::QuotaExceeded(_)), "{}", error.inner());
    assert_eq!((error.done(), error.uncertain(), error.rest()), (40, 40..40, 40..100));
    assert_eq!(script.count(), 2);
}

fn exceeded() -> Fault {
    Fault::status(429).header("retry-after", "50000").body(QUOTA_EXCEEDED)
}

#[test]
fn the_blocking_client_does_the_same() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    emulator.faults().fail_next(1, exceeded());
    for _ in 0..2 {
        assert!(wait_of(&client.albums().get(ALBUM).send().unwrap_err()).as_secs() > 49_900);
    }
    client.users().get_current_profile().send().unwrap();
    assert_eq!(emulator.requests().len(), 2);
    let usage = client.usage();
    let count = |name: &str| usage.operation(name).unwrap().requests;
    assert_eq!((count("albums.get"), count("users.get_current_profile"), usage.requests), (1, 1, 2));
    client.albums().get(ALBUM).ignore_rate_limit().send().unwrap();
}

#[test]
fn a_quota_of_one_group_of_operations_leaves_the_others_alone() {
    let emulator = Emulator::start().unwrap();
    emulator.daily_quota(DailyQuota::new(1_000).group(EndpointGroup::Albums, 2));
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let get = || client.albums().get(ALBUM).send();
    get().unwrap();
    get().unwrap();
    for _ in 0..5 {
        let wait = wait_of(&get().unwrap_err());
        assert!(wait > HOUR * 23 && wait <= HOUR * 24, "{wait:?}");
    }
    for _ in 0..5 {
        client.users().get_current_profile().send().unwrap();
    }
    assert_eq!(emulator.requests().len(), 2 + 1 + 5);
    assert_eq!(client.usage().operation("albums.get").unwrap().requests, 3);
}

#[tokio::test]
async fn the_token_endpoint_is_not_asked_again_either() {
    let emulator = Emulator::start().unwrap();
    let auth = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url());
    let client = builder.accounts_url(emulator.accounts_url()).build().unwrap();
    emulator.faults().add(FaultRule::new(exceeded()).path("/api/token").times(1));
    for _ in 0..3 {
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert!(wait_of(&error).as_secs() > 49_900);
        assert_eq!(error.action().unwrap().name(), "auth.token");
    }
    assert_eq!(emulator.requests().len(), 1);
    let usage = client.usage();
    assert_eq!(usage.requests, 0, "it is no request of the Web API");
    assert!(usage.operation("auth.token").unwrap().closed.is_some());
}

#[tokio::test]
async fn no_token_is_in_what_is_said_of_it() {
    let body = format!(r#"{{"error":{{"status":429,"message":"{TOKEN}","reason":"QUOTA_EXCEEDED"}}}}"#);
    let script = Script::new([Step::Respond(429, vec![], Box::leak(body.into_boxed_str()))]);
    let client = script.client();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {:?}", error.hint(), client.usage());
    assert!(!shown.contains(TOKEN), "{shown}");
}
