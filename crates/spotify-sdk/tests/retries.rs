//! The rules for sending again and for waiting, under paused time: every wait below passes at once.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{ALBUM, AddItems, Script, Step, TOKEN, album, limited, status};
use spotify_sdk::Error;
use spotify_sdk::auth::AccessToken;
use tokio::time::Instant;

const DAY: Duration = Duration::from_secs(86_400);

fn within(wait: Duration, full: f64) -> bool {
    // Paused time moves in milliseconds.
    (full / 2.0 - 0.001..=full + 0.002).contains(&wait.as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn transient_failures_are_sent_again_after_growing_waits() {
    for failure in [Step::Refused, Step::Lost, status(500), status(502), status(503), status(504), limited("")] {
        let script = Script::new([failure.clone(), failure.clone(), failure, album()]);
        script.client().albums().get(ALBUM).await.unwrap();
        let waits = script.waits();
        assert_eq!(waits.len(), 3);
        assert!(within(waits[0], 0.5) && within(waits[1], 1.0) && within(waits[2], 2.0), "{waits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_sent_again() {
    let script = Script::new([Step::Silence, album()]);
    let client = script.builder().timeout(Duration::from_secs(10)).build().unwrap();
    client.albums().get(ALBUM).await.unwrap();
    assert!(within(script.waits()[0] - Duration::from_secs(10), 0.5));
}

#[tokio::test(start_paused = true)]
async fn waits_grow_to_eight_seconds_and_no_further() {
    let script = Script::new(vec![status(503); 8]);
    let error = script.client().albums().get(ALBUM).max_retries(7).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)));
    let waits = script.waits();
    assert!(within(waits[4], 8.0) && within(waits[5], 8.0) && within(waits[6], 8.0), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn waits_are_not_the_same_for_every_call() {
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let script = Script::new([status(503), album()]);
        script.client().albums().get(ALBUM).await.unwrap();
        seen.insert(script.waits()[0]);
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn there_are_three_retries_unless_told_otherwise() {
    let script = Script::new(vec![status(500); 10]);
    assert!(script.client().albums().get(ALBUM).await.is_err());
    assert_eq!(script.count(), 4);

    let script = Script::new(vec![status(500); 10]);
    let client = script.builder().max_retries(1).build().unwrap();
    assert!(client.albums().get(ALBUM).await.is_err());
    assert_eq!(script.count(), 2);
    assert!(client.albums().get(ALBUM).max_retries(0).await.is_err());
    assert_eq!(script.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_the_caller_did_wrong_is_not_sent_again() {
    for code in [400, 401, 403, 404, 413, 418, 301] {
        let script = Script::new([status(code), album()]);
        let error = script.client().albums().get(ALBUM).await.unwrap_err();
        assert_eq!(error.status().unwrap(), code);
        assert_eq!(script.count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_replaces_the_computed_wait() {
    let script = Script::new([
        limited("7"),
        Step::Respond(503, vec![("retry-after", "9".into())], ""),
        Step::Respond(
            429,
            vec![
                ("date", "Mon, 23 Nov 2026 12:00:00 GMT".into()),
                ("retry-after", "Mon, 23 Nov 2026 12:00:11 GMT".into()),
            ],
            "",
        ),
        album(),
    ]);
    script.client().albums().get(ALBUM).await.unwrap();
    let seconds: Vec<u64> = script.waits().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [7, 9, 11]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_a_day_is_not_slept_and_holds_back_every_clone_and_sibling() {
    let script = Script::new([limited("86400")]);
    let client = script.client();
    let begin = Instant::now();

    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(error, Error::RateLimit(_)), "{error}");
    assert_eq!(error.retry_after(), Some(DAY));

    let sibling = client.with_auth(AccessToken::new("BQanotherUser").unwrap());
    for other in [client.clone(), sibling] {
        let error = other.albums().get(ALBUM).await.unwrap_err();
        assert!(matches!(error, Error::RateLimit(_)), "{error}");
        assert!(error.retry_after().unwrap() > DAY - Duration::from_secs(1));
    }
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!(script.count(), 1, "the second and third call must not reach the network");

    tokio::time::advance(DAY + Duration::from_secs(1)).await;
    client.albums().get(ALBUM).await.unwrap_err();
    assert_eq!(script.count(), 2, "after the wait, calls are sent again");
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_wait_longer_or_not_at_all() {
    let script = Script::new([limited("3600"), album(), limited("3600"), album(), album()]);
    let client = script.client();
    client.albums().get(ALBUM).await.unwrap_err();
    client.albums().get(ALBUM).max_retry_wait(DAY).await.unwrap();
    assert_eq!(script.waits()[0].as_secs(), 3600);

    client.albums().get(ALBUM).await.unwrap_err();
    client.albums().get(ALBUM).ignore_rate_limit().await.unwrap();
    assert_eq!(script.waits()[2], Duration::ZERO);
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(script.waits()[3], Duration::ZERO, "a success shows that the limit is over");
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_wait_holds_back_the_others_too() {
    let script = Script::new([limited(""), album(), album()]);
    let client = script.client();
    let (first, second) = tokio::join!(client.albums().get(ALBUM).no_coalescing(), async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        client.albums().get(ALBUM).no_coalescing().await
    });
    first.unwrap();
    second.unwrap();
    assert!(script.waits()[0] >= Duration::from_millis(250), "{:?}", script.waits());
}

#[tokio::test(start_paused = true)]
async fn calls_that_come_while_the_app_waits_are_sent_when_the_wait_is_over() {
    let script = Script::new(std::iter::once(limited("30")).chain(vec![album(); 11]));
    let client = script.client();
    let begin = Instant::now();
    let calls = (0..11).map(|index| {
        let client = client.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(index)).await;
            client.albums().get(ALBUM).no_coalescing().await
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(script.count(), 12);
    assert_eq!(begin.elapsed().as_secs(), 30);
    assert!(script.waits()[0].as_secs() >= 29, "nothing is sent before the wait is over");
}

#[tokio::test(start_paused = true)]
async fn an_absurd_wait_is_believed_without_a_panic() {
    let script = Script::new([limited("99999999999999999999"), limited("1e400")]);
    let error = script.client().albums().get(ALBUM).await.unwrap_err();
    assert!(error.retry_after().unwrap() > DAY * 300);
    let script = Script::new([limited("99999999999999999999"), album()]);
    script.client().albums().get(ALBUM).max_retry_wait(Duration::MAX).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_longest_settings_there_are_work_without_a_panic() {
    let script = Script::new([limited("5"), Step::Lost, album()]);
    let longest = Duration::MAX;
    let client = script.builder().timeout(longest).max_retry_wait(longest).max_retries(u32::MAX).build().unwrap();
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(script.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_unsafe_operation_is_sent_again_only_when_it_certainly_was_not_done() {
    for (failure, attempts) in [
        (Step::Refused, 2),
        (limited("1"), 2),
        (Step::Lost, 1),
        (Step::Silence, 1),
        (status(500), 1),
        (status(502), 1),
        (status(503), 1),
        (status(504), 1),
    ] {
        let script = Script::new([failure]);
        let result = script.client().call(AddItems).await;
        assert_eq!(script.count(), attempts);
        assert_eq!(result.is_ok(), attempts == 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_allow_an_unsafe_operation_to_be_sent_again() {
    let script = Script::new([Step::Lost, status(502)]);
    script.client().call(AddItems).idempotent(true).await.unwrap();
    assert_eq!(script.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_lost_unsafe_operation_says_that_it_may_have_been_done() {
    for failure in [Step::Lost, Step::Silence] {
        let script = Script::new([failure]);
        let error = script.client().call(AddItems).await.unwrap_err();
        assert!(error.is_retryable());
        assert!(error.hint().unwrap().contains("may have carried it out"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_with_a_meaningless_body_is_a_success() {
    let script = Script::new([
        Step::Respond(200, vec![], "oPClBVDzidwlAlSqmFF-zKNO62E"),
        Step::Respond(202, vec![], ""),
        Step::Respond(204, vec![], ""),
        Step::Respond(200, vec![], "<html>"),
    ]);
    for _ in 0..4 {
        script.client().call(AddItems).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_carries_the_token_and_the_same_request() {
    let script = Script::new([status(503), album()]);
    let client = script.builder().user_agent("my-app/1.0").base_url("https://api.example.org/v1/").build().unwrap();
    client.albums().get(ALBUM).market("se").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.uri().to_string(), format!("https://api.example.org/v1/albums/{ALBUM}?market=SE"));
        assert_eq!(request.headers()["authorization"], format!("Bearer {TOKEN}"));
        assert!(request.headers()["authorization"].is_sensitive());
        assert_eq!(request.headers()["user-agent"], "my-app/1.0");
        assert!(request.body().is_empty());
    }
}
