//! Errors: of single items, which fail nothing else, and of requests, after which the caller goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use spotify_emulator::{Fault, FaultRule, Quota};
use spotify_sdk::Error;
use spotify_sdk::operation::Idempotency;
use spotify_sdk::serde_json::json;

use crate::shelf::{Shelf, numbers};
use crate::support::*;

#[tokio::test]
async fn an_error_tells_how_many_ids_are_done_and_the_rest_can_be_got_from_there() {
    let emulator = emulator(Quota::Development);
    let (client, given) = (client(&emulator), albums(12));
    emulator.faults().add(FaultRule::new(Fault::status(502)).path(format!("/albums/{}", given[7])));
    let error = client.albums().get_many(&given).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 502);
    assert!(error.is_retryable());
    assert!(error.hint().unwrap().contains("Go on from id 7, counted from 0"), "{:?}", error.hint());
    let text = "read in part: albums.get: 7 of 12 were read, 5 were not: Spotify failed: albums.get (GET /albums/{id})";
    assert!(error.to_string().starts_with(text), "{error}");
    let error = incomplete(error);
    assert_eq!((error.done(), error.total(), error.uncertain(), error.rest()), (7, 12, 7..7, 7..12));
    assert_eq!(error.idempotency(), Idempotency::Idempotent);

    emulator.faults().clear();
    let rest = client.albums().get_many(&given[error.done()..]).await.unwrap();
    assert_eq!(ids(&rest), given[7..].iter().map(|id| Some(*id)).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_error_before_the_first_item_is_that_error() {
    let emulator = emulator(Quota::Development);
    emulator.faults().always(Fault::status(502));
    let error = client(&emulator).albums().get_many(albums(5)).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error}");
}

#[tokio::test]
async fn a_stream_yields_what_is_before_an_error_and_then_goes_on_with_the_same_id() {
    let emulator = emulator(Quota::Development);
    let given = albums(12);
    emulator.faults().add(FaultRule::new(Fault::status(502)).path(format!("/albums/{}", given[7])).times(2));
    let mut stream = client(&emulator).albums().get_many(&given).stream();
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    while let Some(album) = stream.next().await {
        match album {
            Ok(album) => found.push(album),
            Err(error) => {
                assert!(matches!(error, Error::Server(_)), "{error}");
                errors.push(stream.done());
            }
        }
    }
    assert_eq!(ids(&found), given.iter().map(|id| Some(*id)).collect::<Vec<_>>());
    assert_eq!(errors, [7, 7]);
}

#[tokio::test]
async fn what_was_read_beyond_an_error_is_not_requested_again() {
    let emulator = emulator(Quota::Development);
    let given = albums(8);
    emulator.faults().add(FaultRule::new(Fault::status(502)).path(format!("/albums/{}", given[0])).times(1));
    let mut stream = client(&emulator).albums().get_many(&given).concurrency(4).stream();
    assert!(stream.next().await.unwrap().is_err());
    for _ in 0..8 {
        stream.next().await.unwrap().unwrap().unwrap();
    }
    assert_eq!(paths(&emulator).len(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_after_three_errors_in_a_row() {
    let shelf = Shelf::with(|id| (id == "5").then(|| (502, json!(""))));
    let mut stream = shelf.client().albums().get_many(numbers(9)).stream();
    for _ in 0..5 {
        stream.next().await.unwrap().unwrap();
    }
    for _ in 0..3 {
        stream.next().await.unwrap().unwrap_err();
    }
    assert!(stream.next().await.is_none() && stream.next().await.is_none());
    assert_eq!(stream.done(), 5);
    assert_eq!(shelf.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_success_between_errors_begins_the_count_anew() {
    let count = AtomicUsize::new(0);
    // The id of the first of every two requests fails.
    let shelf = Shelf::with(move |_| count.fetch_add(1, Ordering::SeqCst).is_multiple_of(2).then(|| (502, json!(""))));
    let mut stream = shelf.client().albums().get_many(numbers(9)).concurrency(1).stream();
    let (mut found, mut errors) = (0, 0);
    while let Some(album) = stream.next().await {
        match album {
            Ok(_) => found += 1,
            Err(_) => errors += 1,
        }
    }
    assert_eq!((found, errors), (9, 9));
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up_ends_the_stream_at_once() {
    let shelf = Shelf::with(|id| {
        let quota = json!({"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}});
        (id == "5").then_some((429, quota))
    });
    let mut stream = shelf.client().albums().get_many(numbers(100)).concurrency(1).stream();
    for _ in 0..5 {
        stream.next().await.unwrap().unwrap();
    }
    assert!(matches!(stream.next().await, Some(Err(Error::QuotaExceeded(_)))));
    assert!(stream.next().await.is_none());
    assert_eq!(shelf.asked().len(), 6);
    let error = shelf.client().albums().get_many(numbers(100)).concurrency(1).await.unwrap_err();
    assert_eq!(incomplete(error).done(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_item_that_cannot_be_read_is_an_error_that_names_it_and_fails_no_other() {
    let shelf = Shelf::with(|id| (id == "5").then(|| (200, json!({"name": "no id"}))));
    let mut stream = shelf.client().albums().get_many(["3", "5", "4", "5"]).stream();
    let mut outcomes = Vec::new();
    while let Some(album) = stream.next().await {
        outcomes.push(match album {
            Ok(album) => album.unwrap().id.to_string(),
            Err(Error::Decode(error)) => error.to_string(),
            Err(error) => panic!("{error}"),
        });
    }
    let error = "cannot read the response of albums.get (200): the album 5: missing or unusable field `id`";
    assert!(outcomes[1].starts_with(error), "{outcomes:?}");
    assert_eq!((outcomes[0].as_str(), outcomes[2].as_str(), &outcomes[3]), ("3", "4", &outcomes[1]));
    assert_eq!((stream.done(), shelf.asked().len()), (4, 3));
    let error = shelf.client().albums().get_many(["3", "5", "4"]).await.unwrap_err();
    assert!(error.to_string().contains("the album 5: missing"), "{error}");
    assert_eq!(incomplete(error).done(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_says_nothing_about_an_item_is_an_error_of_the_request() {
    let service = json!({"error": {"status": 404, "message": "Service not found"}});
    for (status, body) in [(404, service), (404, json!("<html>")), (200, json!("<html>")), (400, json!(""))] {
        let wrong = Arc::new(AtomicBool::new(true));
        let switch = Arc::clone(&wrong);
        let shelf = Shelf::with(move |_| switch.load(Ordering::SeqCst).then(|| (status, body.clone())));
        let mut stream = shelf.client().albums().get_many(["1"]).stream();
        assert!(stream.next().await.unwrap().is_err(), "{status}");
        assert_eq!(stream.done(), 0);
        wrong.store(false, Ordering::SeqCst);
        assert_eq!(stream.next().await.unwrap().unwrap().unwrap().id, *"1");
    }
}
