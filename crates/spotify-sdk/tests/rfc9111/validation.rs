//! Asking whether a stored response has changed, and what follows from the answer.

use std::time::Duration;

use crate::common::origin::{named, respond};
use crate::support::*;

#[tokio::test(start_paused = true)]
async fn every_tag_is_sent_as_it_was_received() {
    for tag in ["\"1\"", "W/\"1\"", "\"\"", "1", "\"a b, c\"", "\"a\\\"b\"", "w/\"1\"", "*"] {
        let case = Case::new([headers(&[("etag", tag)])]);
        case.send().await;
        assert_eq!(case.reuse().await, Reuse::Confirmed, "{tag}");
        assert_eq!(case.asked("if-none-match").as_deref(), Some(tag));
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_is_asked_with_where_there_is_one_and_a_tag_goes_first() {
    let date = "Thu, 18 Aug 2022 02:01:18 GMT";
    let case = Case::new([headers(&[("last-modified", date)])]);
    case.send().await;
    assert_eq!(case.reuse().await, Reuse::Confirmed);
    assert_eq!(case.asked("if-modified-since").as_deref(), Some(date));
    let case = Case::new([headers(&[("last-modified", date), ("etag", "\"1\"")])]);
    case.send().await;
    assert_eq!(case.reuse().await, Reuse::Confirmed);
    assert_eq!(case.asked("if-none-match").as_deref(), Some("\"1\""));
    assert_eq!(case.asked("if-modified-since").as_deref(), Some(date));
}

#[tokio::test(start_paused = true)]
async fn headers_on_which_a_response_depends_are_sent_with_the_question() {
    let case = Case::new([headers(&[("etag", "\"1\""), ("vary", "accept-language")])]);
    case.ask(&[("accept-language", "sv")]);
    case.send().await;
    assert_eq!(case.reuse().await, Reuse::Confirmed);
    assert_eq!(case.asked("accept-language").as_deref(), Some("sv"));
    case.ask(&[("accept-language", "en")]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    assert_eq!(case.asked("if-none-match"), None);
}

#[tokio::test(start_paused = true)]
async fn a_200_in_answer_to_a_question_replaces_what_was_stored() {
    let case = Case::new([headers(&[("etag", "\"1\"")]), headers(&[("etag", "\"2\"")])]);
    for (expected, name) in [(Reuse::Sent, "0"), (Reuse::Sent, "1"), (Reuse::Confirmed, "1"), (Reuse::Confirmed, "1")] {
        let response = case.send().await;
        assert_eq!((reuse_of(&response), response.value.name.as_str()), (expected, name));
    }
    assert_eq!(case.asked("if-none-match").as_deref(), Some("\"2\""));
}

/// A service that responds with `first`, and to every question with 304 and these headers; and a response without a question is
/// called after its number.
fn confirms(first: &[(&'static str, &str)], confirmation: &[(&'static str, &str)]) -> Case {
    let (first, confirmation) = (headers(first), headers(confirmation));
    Case::of(cache(), move |number, request| {
        let is_asked = ["if-none-match", "if-modified-since"].iter().any(|name| request.headers().contains_key(*name));
        let lines = if is_asked { &confirmation } else { &first };
        let lines: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        respond(
            if is_asked { 304 } else { 200 },
            &lines,
            if is_asked { named("304") } else { named(&number.to_string()) },
        )
    })
}

#[tokio::test(start_paused = true)]
async fn a_304_confirms_what_was_asked_about_in_whatever_way_it_says_so() {
    for (first, confirmation) in [
        (("etag", "\"1\""), vec![]),
        (("etag", "\"1\""), vec![("etag", "\"1\"")]),
        (("etag", "W/\"1\""), vec![("etag", "\"1\"")]),
        (("etag", "\"1\""), vec![("etag", "W/\"1\"")]),
        (("last-modified", "Thu, 18 Aug 2022 02:01:18 GMT"), vec![]),
        (("last-modified", "Thu, 18 Aug 2022 02:01:18 GMT"), vec![("last-modified", "Thu, 18 Aug 2022 02:01:18 GMT")]),
    ] {
        let case = confirms(&[first], &confirmation);
        case.send().await;
        let response = case.send().await;
        assert_eq!((reuse_of(&response), response.value.name.as_str()), (Reuse::Confirmed, "0"), "{first:?}");
        assert_eq!((response.status.as_u16(), case.origin.count()), (200, 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_304_about_another_response_is_no_confirmation() {
    for (first, confirmation) in [
        (("etag", "\"1\""), ("etag", "\"2\"")),
        (("last-modified", "Thu, 18 Aug 2022 02:01:18 GMT"), ("etag", "\"2\"")),
        (("last-modified", "Thu, 18 Aug 2022 02:01:18 GMT"), ("last-modified", "Fri, 19 Aug 2022 02:01:18 GMT")),
    ] {
        let case = confirms(&[first], &[confirmation]);
        case.send().await;
        let response = case.send().await;
        assert_eq!((reuse_of(&response), response.value.name.as_str()), (Reuse::Sent, "2"), "{first:?}");
        assert_eq!(case.asked("if-none-match"), None, "it is asked for as a whole");
    }
}

#[tokio::test(start_paused = true)]
async fn a_304_updates_the_headers_that_do_not_describe_the_body() {
    let case = confirms(
        &[
            ("etag", "\"1\""),
            ("cache-control", "max-age=0"),
            ("x-same", "old"),
            ("x-two", "1"),
            ("content-language", "sv"),
            ("age", "500"),
        ],
        &[
            ("etag", "\"1\""),
            ("cache-control", "max-age=3600"),
            ("x-new", "new"),
            ("x-two", "2"),
            ("x-two", "3"),
            ("content-length", "0"),
            ("content-encoding", "gzip"),
            ("content-range", "bytes 0-1/2"),
            ("set-cookie", "a=b"),
            ("connection", "close"),
        ],
    );
    case.send().await;
    assert_eq!(case.reuse().await, Reuse::Confirmed);
    let served = case.send().await;
    assert_eq!(reuse_of(&served), Reuse::Fresh, "it is good for another hour");
    let all = |name: &str| {
        let values = served.headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>().join("+")
    };
    assert_eq!([all("x-same"), all("x-new"), all("x-two"), all("content-language")], ["old", "new", "2+3", "sv"]);
    for name in ["content-length", "content-encoding", "content-range", "set-cookie", "connection"] {
        assert_eq!(all(name), "", "{name}");
    }
    assert!(all("age").parse::<u64>().unwrap() < 60, "it is young again");
}

#[tokio::test(start_paused = true)]
async fn a_304_that_forbids_storing_is_the_last_use_of_what_was_stored() {
    for forbids in ["no-store", "No-Store, max-age=3600"] {
        let case = confirms(&[("etag", "\"1\"")], &[("etag", "\"1\""), ("cache-control", forbids)]);
        case.send().await;
        assert_eq!(case.reuse().await, Reuse::Confirmed);
        assert_eq!(case.reuse().await, Reuse::Sent, "{forbids}");
        assert_eq!(case.asked("if-none-match"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_makes_a_response_as_young_as_a_new_one() {
    let case = Case::with(cache().fresh_for(MINUTE), [headers(&[("etag", "\"1\"")])]);
    case.send().await;
    for _ in 0..3 {
        tokio::time::advance(MINUTE - Duration::from_secs(1)).await;
        assert_eq!(case.reuse().await, Reuse::Fresh);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(case.reuse().await, Reuse::Confirmed);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_in_answer_to_a_question_leaves_what_is_stored() {
    let case = Case::of(cache(), |number, request| match number {
        1 => respond(503, &[], ""),
        _ if request.headers().contains_key("if-none-match") => respond(304, &[], ""),
        _ => respond(200, &[("etag", "\"1\"")], named("kept")),
    });
    case.send().await;
    case.client.albums().get(crate::common::ALBUM).await.unwrap_err();
    assert_eq!(case.reuse().await, Reuse::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_304_that_nobody_asked_for_is_an_error() {
    let case = Case::of(cache(), |_, _| respond(304, &[("etag", "\"1\"")], ""));
    let error = case.client.albums().get(crate::common::ALBUM).await.unwrap_err();
    assert!(matches!(error, spotify_sdk::Error::Api(_)), "{error}");
    assert_eq!(case.origin.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_confirms_only_what_it_does_not_name_ends_in_an_error_and_no_loop() {
    let case = Case::of(cache(), |number, _| match number {
        0 => respond(200, &[("etag", "\"1\"")], named("old")),
        _ => respond(304, &[("etag", "\"2\"")], ""),
    });
    case.send().await;
    case.client.albums().get(crate::common::ALBUM).await.unwrap_err();
    assert_eq!(case.origin.count(), 3);
}
