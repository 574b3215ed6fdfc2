//! Responses that are no longer fresh, where the program accepts them in place of an error.

use crate::common::ALBUM;
use crate::common::origin::{named, respond};
use crate::support::*;

/// How a call is answered while the service is out of order, a minute after a response with this `Cache-Control`, if the program
/// accepts old ones; `None` for an error.
async fn in_place_of_an_error(cache_control: &'static str, request: &[(&'static str, &str)]) -> Option<Reuse> {
    let case = Case::of(cache().stale_if_error(MINUTE * 10), move |number, _| match number {
        0 => respond(200, &[("cache-control", cache_control), ("etag", "\"1\"")], named("old")),
        _ => respond(503, &[], ""),
    });
    case.send().await;
    tokio::time::advance(MINUTE).await;
    case.ask(request);
    case.client.albums().get(ALBUM).send_raw().await.ok().as_ref().map(reuse_of)
}

#[tokio::test(start_paused = true)]
async fn a_response_that_allows_it_is_used() {
    for cache_control in ["max-age=0", "public, max-age=1", "private", "stale-if-error=0, max-age=1"] {
        assert_eq!(in_place_of_an_error(cache_control, &[]).await, Some(Reuse::Stale), "{cache_control}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_forbids_it_is_not() {
    for cache_control in
        ["must-revalidate", "max-age=1, Must-Revalidate", "no-cache", "max-age=1, no-cache=\"x\"", "no-store"]
    {
        assert_eq!(in_place_of_an_error(cache_control, &[]).await, None, "{cache_control}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_asks_for_a_newer_one_gets_the_error() {
    for request in [("cache-control", "no-cache"), ("pragma", "no-cache"), ("cache-control", "max-age=1")] {
        assert_eq!(in_place_of_an_error("max-age=1", &[request]).await, None, "{request:?}");
    }
    assert_eq!(in_place_of_an_error("max-age=1", &[("cache-control", "max-age=600")]).await, Some(Reuse::Stale));
}

#[tokio::test(start_paused = true)]
async fn stale_while_revalidate_of_a_response_is_not_followed() {
    let lines = [("cache-control", "max-age=1, stale-while-revalidate=3600"), ("etag", "\"1\"")];
    assert_eq!(second(&lines, MINUTE).await, Reuse::Confirmed);
}
