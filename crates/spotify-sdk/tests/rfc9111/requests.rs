//! What a middleware asks with its headers, and what a response says that it depends on.

use std::time::Duration;

use crate::support::*;

/// How a call is answered that asks with this `Cache-Control`, 30 s after a response that is good for an hour, or for as long as
/// `fresh_for` of the cache says.
async fn asked_for(cache_control: &str) -> [Reuse; 2] {
    let by_headers = Case::new([headers(&[("cache-control", "max-age=3600"), ("etag", "\"1\"")])]);
    let by_program =
        Case::with(cache().fresh_for(MINUTE * 60), [headers(&[("cache-control", "max-age=0"), ("etag", "\"1\"")])]);
    let mut found = Vec::new();
    for case in [by_headers, by_program] {
        case.send().await;
        tokio::time::advance(Duration::from_secs(30)).await;
        case.ask(&[("cache-control", cache_control)]);
        found.push(case.reuse().await);
        assert_eq!(case.asked("cache-control").is_some(), found.last() != Some(&Reuse::Fresh));
    }
    found.try_into().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_request_may_ask_for_a_newer_response_than_the_program_would_take() {
    for (cache_control, expected) in [
        ("no-cache", Reuse::Confirmed),
        ("No-Cache", Reuse::Confirmed),
        ("max-age=0", Reuse::Confirmed),
        ("max-age=10", Reuse::Confirmed),
        ("MAX-AGE=10", Reuse::Confirmed),
        ("max-age=\"10\"", Reuse::Confirmed),
        ("max-age=1000", Reuse::Fresh),
        ("min-fresh=1000", Reuse::Fresh),
        ("min-fresh=3590", Reuse::Confirmed),
        ("unknown=1", Reuse::Fresh),
        ("", Reuse::Fresh),
    ] {
        assert_eq!(asked_for(cache_control).await, [expected; 2], "{cache_control:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pragma_asks_as_no_cache_does() {
    for (pragma, expected) in [("no-cache", Reuse::Confirmed), ("No-Cache", Reuse::Confirmed), ("x", Reuse::Fresh)] {
        for cache in [cache(), cache().fresh_for(MINUTE)] {
            let case = Case::with(cache, [headers(&[("cache-control", "max-age=3600"), ("etag", "\"1\"")])]);
            case.send().await;
            case.ask(&[("pragma", pragma)]);
            assert_eq!(case.reuse().await, expected, "{pragma}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_response_to_a_request_with_no_store_is_not_stored() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600")])]);
    case.ask(&[("cache-control", "No-Store")]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    case.ask(&[]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    assert_eq!(case.reuse().await, Reuse::Fresh);
}

#[tokio::test(start_paused = true)]
async fn max_stale_takes_what_is_no_longer_fresh_but_nothing_that_has_to_be_asked_about() {
    for (response, request, expected) in [
        ("max-age=10", "max-stale", Reuse::Fresh),
        ("max-age=10", "max-stale=100", Reuse::Fresh),
        ("max-age=10", "max-stale=5", Reuse::Confirmed),
        ("max-age=10, must-revalidate", "max-stale", Reuse::Confirmed),
        ("max-age=10, no-cache", "max-stale, no-cache", Reuse::Confirmed),
    ] {
        let case = Case::new([headers(&[("cache-control", response), ("etag", "\"1\"")])]);
        case.send().await;
        tokio::time::advance(Duration::from_secs(30)).await;
        case.ask(&[("cache-control", request)]);
        assert_eq!(case.reuse().await, expected, "{request} of {response}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_if_cached_is_answered_all_the_same() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600")])]);
    case.ask(&[("cache-control", "only-if-cached")]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    assert_eq!(case.reuse().await, Reuse::Fresh);
}

#[tokio::test(start_paused = true)]
async fn headers_of_the_request_are_told_apart_whatever_vary_says() {
    for vary in ["accept-language", "Accept-Language, x-other", "x-other", "", "accept-encoding"] {
        let case = Case::new([headers(&[("cache-control", "max-age=3600"), ("vary", vary)])]);
        for expected in [Reuse::Sent, Reuse::Fresh] {
            for language in ["en", "sv", "en, sv"] {
                case.ask(&[("accept-language", language)]);
                assert_eq!(case.reuse().await, expected, "{language} with Vary: {vary}");
            }
            case.ask(&[("accept-language", "en"), ("accept-language", "sv")]);
            assert_eq!(case.reuse().await, expected, "two lines");
            case.ask(&[("x-other", "1")]);
            assert_eq!(case.reuse().await, expected);
            case.ask(&[]);
            assert_eq!(case.reuse().await, expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn vary_with_a_star_fits_no_request() {
    for vary in [&["*"][..], &["*, *"], &["*", "*"], &[", *"], &["", "*"], &["*, foo"], &["foo, *"], &["foo", " * "]] {
        for fresh_for in [None, Some(MINUTE)] {
            let cache = fresh_for.map_or_else(cache, |fresh_for| cache().fresh_for(fresh_for)).stale_if_error(MINUTE);
            let mut lines = headers(&[("cache-control", "max-age=3600"), ("etag", "\"1\"")]);
            lines.extend(vary.iter().map(|value| ("vary", (*value).to_owned())));
            let case = Case::with(cache, [lines]);
            case.send().await;
            assert_eq!(case.reuse().await, Reuse::Sent, "{vary:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn vary_by_a_directive_of_the_request_is_followed() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600"), ("vary", "cache-control")])]);
    case.ask(&[("cache-control", "x=1")]);
    assert_eq!([case.reuse().await, case.reuse().await], [Reuse::Sent, Reuse::Fresh]);
    case.ask(&[("cache-control", "x=2")]);
    assert_eq!(case.reuse().await, Reuse::Sent);
}

#[tokio::test(start_paused = true)]
async fn a_middleware_with_validators_of_its_own_passes_the_cache() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600"), ("etag", "\"1\"")])]);
    case.send().await;
    case.ask(&[("if-none-match", "\"other\"")]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    assert_eq!(case.asked("if-none-match").as_deref(), Some("\"other\""));
    case.ask(&[]);
    assert_eq!(case.send().await.value.name, "0", "and leaves alone what is stored");
}
