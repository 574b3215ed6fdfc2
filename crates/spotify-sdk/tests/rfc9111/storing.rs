//! Which responses are stored, and what of them.

use std::time::Duration;

use spotify_sdk::http::Method;
use spotify_sdk::operation::RawRequest;
use spotify_sdk::serde_json::Value;

use crate::common::ALBUM;
use crate::common::origin::{named, respond};
use crate::support::*;

#[tokio::test(start_paused = true)]
async fn no_store_is_stored_by_nobody() {
    for cache_control in [
        "no-store",
        "No-StOrE",
        "no-store, max-age=3600",
        "max-age=3600, no-store",
        "no-store, must-understand, max-age=3600",
        "no-store=\"x\", max-age=3600",
        "max-age=3600, x=\"\u{e9}\", no-store",
    ] {
        for fresh_for in [None, Some(MINUTE)] {
            let cache = fresh_for.map_or_else(cache, |fresh_for| cache().fresh_for(fresh_for));
            let case = Case::with(cache, [headers(&[("cache-control", cache_control), ("etag", "\"1\"")])]);
            case.send().await;
            assert_eq!(case.reuse().await, Reuse::Sent, "{cache_control:?}");
            assert_eq!(case.asked("if-none-match"), None, "{cache_control:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_must_not_be_stored_takes_the_place_of_one_that_was() {
    let stored = headers(&[("cache-control", "max-age=1"), ("etag", "\"1\"")]);
    let case = Case::new([stored, headers(&[("cache-control", "no-store"), ("etag", "\"2\"")])]);
    case.send().await;
    tokio::time::advance(MINUTE).await;
    assert_eq!(case.reuse().await, Reuse::Sent);
    assert_eq!(case.asked("if-none-match").as_deref(), Some("\"1\""));
    assert_eq!(case.reuse().await, Reuse::Sent);
    assert_eq!(case.asked("if-none-match"), None, "nothing is left to ask about");
}

#[tokio::test(start_paused = true)]
async fn no_cache_is_stored_and_asked_about_each_time() {
    for cache_control in ["no-cache", "No-CaChE", "no-cache, max-age=3600", "max-age=3600, no-cache=\"set-cookie\""] {
        let case =
            Case::with(cache().fresh_for(MINUTE), [headers(&[("cache-control", cache_control), ("etag", "\"1\"")])]);
        case.send().await;
        assert_eq!(case.reuse().await, Reuse::Confirmed, "{cache_control:?}");
        assert_eq!(second(&[("cache-control", cache_control)], Duration::ZERO).await, Reuse::Sent);
    }
    let pragma = [("pragma", "no-cache"), ("etag", "\"1\"")];
    assert_eq!(second(&pragma, Duration::ZERO).await, Reuse::Confirmed);
    let case = Case::with(cache().fresh_for(MINUTE), [headers(&pragma)]);
    case.send().await;
    assert_eq!(case.reuse().await, Reuse::Confirmed);
    let both = [("pragma", "no-cache"), ("cache-control", "max-age=3600")];
    assert_eq!(second(&both, MINUTE).await, Reuse::Fresh, "`Pragma` counts only by itself");
}

#[tokio::test(start_paused = true)]
async fn must_revalidate_is_fresh_while_it_is_and_asked_about_afterwards() {
    let lines = [("cache-control", "must-revalidate, max-age=30"), ("etag", "\"1\"")];
    for (later, expected) in [(0, Reuse::Fresh), (40, Reuse::Confirmed)] {
        let case = Case::with(cache().fresh_for(MINUTE), [headers(&lines)]);
        case.send().await;
        tokio::time::advance(Duration::from_secs(later)).await;
        assert_eq!(case.reuse().await, expected, "after {later} s, within what the program allows");
    }
}

#[tokio::test(start_paused = true)]
async fn responses_to_an_authorized_request_are_stored_in_a_private_cache() {
    for cache_control in ["max-age=3600", "private, max-age=3600", "public, max-age=3600"] {
        assert_eq!(second(&[("cache-control", cache_control)], MINUTE).await, Reuse::Fresh, "{cache_control}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_whole_200_is_stored() {
    for status in [201, 202, 203, 204, 206, 299, 300, 301, 302, 307, 308, 400, 404, 405, 410, 414, 500, 501, 503, 599] {
        let case = Case::of(cache().fresh_for(MINUTE), move |_, _| {
            respond(status, &[("cache-control", "max-age=3600"), ("etag", "\"1\"")], named("x"))
        });
        for _ in 0..2 {
            if let Ok(response) = case.client.albums().get(ALBUM).send_raw().await {
                assert_eq!(response.from_cache, None, "{status}");
            }
        }
        assert_eq!(case.origin.count(), 2, "{status}");
        assert_eq!(case.asked("if-none-match"), None, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_is_neither_stored_nor_asked_for_in_the_name_of_the_whole() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600"), ("content-range", "bytes 0-5/100")])]);
    case.ask(&[("range", "bytes=0-5")]);
    case.send().await;
    assert_eq!(case.reuse().await, Reuse::Sent);
    case.ask(&[]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    case.ask(&[("range", "bytes=0-5")]);
    assert_eq!(case.reuse().await, Reuse::Sent, "a stored whole is not cut");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_stored() {
    let emulator = spotify_emulator::Emulator::start().unwrap();
    let token = spotify_sdk::auth::AccessToken::new(emulator.valid_token()).unwrap();
    let builder = spotify_sdk::AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).max_retries(0);
    let client = builder.cache(cache().fresh_for(MINUTE)).build().unwrap();
    emulator.faults().fail_next(1, spotify_emulator::Fault::truncate(50));
    client.albums().get(ALBUM).await.unwrap_err();
    assert_eq!(client.albums().get(ALBUM).send_raw().await.unwrap().from_cache, None);
}

#[tokio::test(start_paused = true)]
async fn headers_of_the_connection_and_cookies_are_not_stored() {
    let case = Case::new([headers(&[
        ("cache-control", "max-age=3600"),
        ("connection", "close, x-hop, Cache-Control"),
        ("x-hop", "1"),
        ("keep-alive", "timeout=5"),
        ("proxy-authenticate", "Basic"),
        ("proxy-authentication-info", "x"),
        ("proxy-authorization", "x"),
        ("proxy-connection", "close"),
        ("te", "trailers"),
        ("trailer", "x-trailer"),
        ("upgrade", "h2c"),
        ("set-cookie", "sp_t=1"),
        ("x-kept", "1"),
        ("x-kept", "2"),
        ("content-type", "application/json"),
    ])]);
    case.send().await;
    let served = case.send().await;
    assert_eq!(reuse_of(&served), Reuse::Fresh);
    let mut names: Vec<&str> = served.headers.keys().map(spotify_sdk::http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["age", "cache-control", "content-type", "x-kept"]);
    assert_eq!(served.headers.get_all("x-kept").iter().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn other_methods_than_get_are_neither_stored_nor_answered_from_the_cache() {
    for method in [Method::HEAD, Method::POST] {
        let case = Case::new([headers(&[("cache-control", "max-age=3600")])]);
        case.send().await;
        for _ in 0..2 {
            let request = RawRequest::new(method.clone(), format!("/albums/{ALBUM}")).unwrap();
            let response = case.client.call(request).send_as::<Option<Value>>().await;
            assert!(response.is_ok() || method == Method::HEAD);
        }
        assert_eq!(case.origin.count(), 3, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_query_is_a_part_of_the_key() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600")])]);
    for expected in [Reuse::Sent, Reuse::Fresh] {
        for market in ["SE", "DE"] {
            let response = case.client.albums().get(ALBUM).market(market).send_raw().await.unwrap();
            assert_eq!(reuse_of(&response), expected);
        }
    }
}
