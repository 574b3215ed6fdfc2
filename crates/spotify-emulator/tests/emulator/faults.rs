//! Faults that a client sees in the head of an response, or instead of one.

use std::error::Error;
use std::io;
use std::time::Duration;

use spotify_emulator::{Emulator, Fault};

use crate::support::*;

fn is_reset(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionReset) {
            return true;
        }
        source = error.source();
    }
    false
}

#[tokio::test]
async fn a_status_comes_with_its_headers_and_its_body_and_nothing_else() {
    let emulator = Emulator::start().unwrap();
    let fault =
        Fault::status(429).header("retry-after", "7").header("x-a", "1").header("x-a", "2").body("Too many requests");
    emulator.faults().fail_next(1, fault);
    let response = get(&emulator, "/me/albums").await;
    assert_eq!(response.status, 429);
    assert_eq!(response.headers["retry-after"], "7");
    assert_eq!(response.headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(response.body, "Too many requests");
    assert_eq!(response.headers.get("content-type"), None);
    assert_eq!(response.headers["content-length"], "17");
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
    assert_eq!(emulator.faults().pending(), 0);
}

#[tokio::test]
async fn any_status_can_be_answered() {
    let emulator = Emulator::start().unwrap();
    for status in [200, 202, 204, 304, 400, 401, 403, 404, 413, 418, 429, 500, 502, 503, 504, 599, 999] {
        emulator.faults().fail_next(1, Fault::status(status));
        let response = get(&emulator, "/me/albums").await;
        assert_eq!((response.status, response.body.as_str()), (status, ""));
    }
    emulator.faults().fail_next(1, Fault::status(42));
    assert_eq!(get(&emulator, "/me/albums").await.status, 500);
}

#[tokio::test]
async fn a_redirect_can_be_answered() {
    let emulator = Emulator::start().unwrap();
    emulator
        .faults()
        .fail_next(1, Fault::status(307).header("location", format!("{}/me/albums?limit=1", emulator.base_url())));
    assert_eq!(get(&emulator, "/me/albums").await.json()["limit"], 1);
}

#[tokio::test]
async fn a_body_may_be_anything() {
    let emulator = Emulator::start().unwrap();
    for body in [&b"\xff\xfe\x00\x80"[..], b"<html><body>Bad Gateway</body></html>", b"{\"error\":", b""] {
        emulator.faults().fail_next(1, Fault::status(502).body(body));
        assert_eq!(try_get(&emulator, "/me/albums").await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_usual_answer_can_get_another_header_or_body() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::delay(Duration::ZERO).header("cache-control", "no-store"));
    emulator.faults().fail_next(1, Fault::delay(Duration::ZERO).body("oPClBVDzidwlAlSqmFF-zKNO62E"));
    let first = get(&emulator, "/me/albums").await;
    assert_eq!(first.headers.get_all("cache-control").iter().collect::<Vec<_>>(), ["no-store"]);
    assert!(first.json()["total"].is_u64());
    let second = get(&emulator, "/me/albums").await;
    assert_eq!(second.status, 200);
    assert_eq!(second.body, "oPClBVDzidwlAlSqmFF-zKNO62E");
}

#[tokio::test]
async fn faults_are_met_in_the_order_in_which_they_were_queued() {
    let emulator = Emulator::start().unwrap();
    let faults = emulator.faults();
    faults.fail_next(2, Fault::status(503));
    faults.fail_next(1, Fault::status(429));
    assert_eq!(emulator.faults().pending(), 3);
    let mut statuses = Vec::new();
    for path in ["/me/albums", "/nonsense", "/me/albums", "/me/albums"] {
        statuses.push(get(&emulator, path).await.status);
    }
    assert_eq!(statuses, [503, 503, 429, 200]);
}

#[tokio::test]
async fn faults_can_be_cleared() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().always(Fault::status(503));
    assert_eq!(get(&emulator, "/me/albums").await.status, 503);
    assert_eq!(get(&emulator, "/me/albums").await.status, 503);
    emulator.faults().clear();
    assert_eq!(emulator.faults().pending(), 0);
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
}

#[tokio::test]
async fn an_impossible_header_is_reported_in_the_answer() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(200).header("no such name", "x"));
    emulator.faults().fail_next(1, Fault::status(200).header("x", "line\nbreak"));
    for part in ["name", "value"] {
        let response = get(&emulator, "/me/albums").await;
        assert_eq!(response.status, 500);
        assert!(response.body.contains(&format!("impossible header {part}")), "{}", response.body);
    }
}

#[tokio::test]
async fn a_delay_only_makes_the_answer_late() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::delay(Duration::from_millis(50)));
    emulator.faults().fail_next(1, Fault::status(503).delayed(Duration::from_millis(50)));
    let start = std::time::Instant::now();
    assert!(get(&emulator, "/me/albums").await.json()["total"].is_u64());
    assert_eq!(get(&emulator, "/me/albums").await.status, 503);
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_delay_outlasts_a_client_that_does_not_wait() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(100_000)));
    let impatient = client().get(address(&emulator, "/me/albums")).timeout(Duration::from_millis(50));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
}

#[tokio::test]
async fn others_are_served_while_one_waits() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(100_000)));
    let address = address(&emulator, "/nonsense");
    let waiting = tokio::spawn(async move { client().get(address).send().await.is_ok() });
    while emulator.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
    waiting.abort();
}

#[tokio::test]
async fn a_reset_is_a_connection_error_without_an_answer() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(2, Fault::reset());
    for body in [String::new(), "x".repeat(1_000_000)] {
        let request = client().post(address(&emulator, "/me/albums")).body(body.clone());
        let error = request.send().await.unwrap_err();
        assert!(error.is_request(), "{error:?}");
        assert!(is_reset(&error), "{error:?}");
        assert_eq!(emulator.requests().last().unwrap().body, body);
    }
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
}

#[tokio::test]
async fn a_reset_can_hit_a_connection_that_was_good_before() {
    let emulator = Emulator::start().unwrap();
    let client = client();
    let get = || client.get(address(&emulator, "/me/albums")).bearer_auth(emulator.valid_token()).send();
    assert_eq!(read(get().await.unwrap()).await.status, 200);
    emulator.faults().fail_next(1, Fault::reset());
    let error = get().await.unwrap_err();
    assert!(is_reset(&error), "{error:?}");
    assert_eq!(emulator.connections(), 1);
    assert_eq!(read(get().await.unwrap()).await.status, 200);
    assert_eq!(emulator.connections(), 2);
}
