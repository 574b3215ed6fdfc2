//! What goes wrong on a real connection: every status and body of Spotify's, and connections that die, stall or flood.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::io::Write;
use std::time::Duration;

use common::AddItems;
use flate2::Compression;
use flate2::write::GzEncoder;
use spotify_emulator::{Emulator, Fault};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder, Error};

const ALBUM: &str = common::ALBUM;

fn emulator() -> Emulator {
    Emulator::builder().start().unwrap()
}

fn builder(emulator: &Emulator) -> ClientBuilder<AsyncSpotifyClient> {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).max_retries(0)
}

/// The error of a call that the next fault of the emulator hits.
async fn error_of(emulator: &Emulator, fault: Fault) -> Error {
    emulator.faults().fail_next(1, fault);
    builder(emulator).build().unwrap().albums().get(ALBUM).await.unwrap_err()
}

#[tokio::test]
async fn the_status_alone_decides_what_an_error_is() {
    let emulator = emulator();
    let bodies: [&[u8]; 8] = [
        br#"{"error":{"status":0,"message":"Spotify's words"}}"#,
        br#"{"error":"invalid_request","error_description":"Spotify's words"}"#,
        b"<!DOCTYPE html><html><head><title>Spotify's words</title></head></html>",
        b"Spotify's words",
        br#"{"error":{"message":"Spotify's words","sta"#,
        b"",
        b"\xff\xfe\x00not text",
        b"[[[[",
    ];
    for status in [400, 401, 403, 404, 405, 413, 418, 429, 500, 502, 503, 504, 599, 301, 304] {
        for (index, body) in bodies.into_iter().enumerate() {
            // The protocol allows no body with a 304.
            let body: &[u8] = if status == 304 { b"" } else { body };
            let error = error_of(&emulator, Fault::status(status).body(body).header("retry-after", "0")).await;
            let fits = match status {
                400 => matches!(error, Error::BadRequest(_)),
                401 => matches!(error, Error::Authentication(_)),
                403 => matches!(error, Error::Forbidden(_)),
                404 => matches!(error, Error::NotFound(_)),
                429 => matches!(error, Error::RateLimit(_)),
                500..=599 => matches!(error, Error::Server(_)),
                _ => matches!(error, Error::Api(_)),
            };
            assert!(fits, "{status} with {body:?} became {error:?}");
            assert_eq!(error.status().unwrap(), status);
            if index < 5 && status != 304 {
                assert_eq!(error.message(), "Spotify's words");
            }
            assert!(!error.to_string().is_empty() && !error.message().is_empty());
        }
    }
}

#[tokio::test]
async fn reason_and_wait_are_given_where_spotify_gives_them() {
    let emulator = emulator();
    let body = r#"{"error":{"status":404,"message":"Player command failed: No active device found","reason":"NO_ACTIVE_DEVICE"}}"#;
    let error = error_of(&emulator, Fault::status(404).body(body)).await;
    assert_eq!(error.reason(), Some("NO_ACTIVE_DEVICE"));
    assert!(error.hint().unwrap().contains("device"));

    let error = error_of(&emulator, Fault::status(429).header("retry-after", "2484").body("Too many requests")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2484)));
    assert!(error.is_retryable());

    let error = error_of(&emulator, Fault::status(503).header("retry-after", "5")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
}

#[tokio::test]
async fn a_redirect_is_an_error_and_its_target_never_sees_the_token() {
    let (emulator, elsewhere) = (emulator(), Emulator::builder().start().unwrap());
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/albums/{ALBUM}", elsewhere.base_url());
        let error = error_of(&emulator, Fault::status(status).header("location", &target)).await;
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        assert!(error.hint().unwrap().contains("not followed"));
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn what_is_no_json_of_spotifys_is_a_decode_error() {
    let emulator = emulator();
    let bodies: [&[u8]; 8] = [
        b"<html><body>Please sign in to this network</body></html>",
        b"",
        b"null",
        b"[]",
        br#"{"name":"no id"}"#,
        br#"{"id":"1","name":"cut of"#,
        b"{\"id\":\"\xff\xfe\"}",
        br#"{"id":"1"} trailing"#,
    ];
    for body in bodies {
        let error = error_of(&emulator, Fault::status(200).body(body)).await;
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
        assert!(error.hint().is_some());
        assert!(!error.is_retryable());
    }
    let deep = [r#"{"id":"1","new":"#, &"[".repeat(200_000)].concat();
    assert!(matches!(error_of(&emulator, Fault::status(200).body(deep)).await, Error::Decode(_)));
    let page = error_of(&emulator, Fault::status(200).body("<html>")).await;
    assert!(page.hint().unwrap().contains("proxy"));
}

#[tokio::test]
async fn a_body_without_end_is_dropped_at_the_limit() {
    let emulator = emulator();
    for fault in [Fault::endless(), Fault::status(200).announce(5_000_000_000)] {
        emulator.faults().fail_next(1, fault);
        let client = builder(&emulator).max_response_size(1_000_000).build().unwrap();
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert!(matches!(&error, Error::ResponseTooLarge(too_large) if too_large.limit == 1_000_000), "{error:?}");
    }
    emulator.faults().fail_next(1, Fault::endless());
    let error = builder(&emulator).build().unwrap().albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(&error, Error::ResponseTooLarge(too_large) if too_large.limit == 16_777_216), "{error:?}");
}

#[tokio::test]
async fn a_compressed_body_counts_as_long_as_it_unpacks() {
    let emulator = emulator();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![b' '; 50_000_000]).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 100_000);
    emulator.faults().fail_next(1, Fault::status(200).header("content-encoding", "gzip").body(packed));
    let error = builder(&emulator).build().unwrap().albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge(_)), "{error:?}");
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let emulator = emulator();
    let body = r#"{"id":"1","name":"ten"}"#;
    for (limit, fits) in [(body.len(), true), (body.len() - 1, false)] {
        emulator.faults().fail_next(1, Fault::status(200).body(body));
        let client = builder(&emulator).max_response_size(limit).build().unwrap();
        assert_eq!(client.albums().get(ALBUM).await.is_ok(), fits);
    }
}

#[tokio::test]
async fn an_answer_that_stalls_or_drips_ends_in_a_timeout() {
    let emulator = emulator();
    for fault in [Fault::delay(Duration::from_secs(600)), Fault::drip(1, Duration::from_millis(50))] {
        emulator.faults().fail_next(1, fault);
        let client = builder(&emulator).build().unwrap();
        let error = client.albums().get(ALBUM).timeout(Duration::from_millis(300)).await.unwrap_err();
        assert!(matches!(error, Error::Timeout(_)), "{error:?}");
        assert!(error.to_string().contains("albums.get"), "{error}");
    }
}

#[tokio::test]
async fn a_slow_error_body_does_not_hide_the_status() {
    let emulator = emulator();
    emulator.faults().fail_next(1, Fault::status(404).body("x".repeat(5000)).dripping(1, Duration::from_millis(50)));
    let client = builder(&emulator).build().unwrap();
    let error = client.albums().get(ALBUM).timeout(Duration::from_millis(300)).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_dies_is_sent_again_for_a_safe_operation() {
    let emulator = emulator();
    for fault in [Fault::reset(), Fault::truncate(40)] {
        emulator.clear_requests();
        emulator.faults().fail_next(1, fault);
        let client = builder(&emulator).max_retries(1).build().unwrap();
        assert_eq!(client.albums().get(ALBUM).await.unwrap().id, ALBUM);
        assert_eq!(emulator.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_connection_that_dies_is_not_sent_again_for_an_unsafe_operation() {
    let emulator = emulator();
    emulator.faults().fail_next(1, Fault::reset());
    let client = builder(&emulator).max_retries(3).build().unwrap();
    let error = client.call(AddItems).await.unwrap_err();
    let Error::Connection(connection) = &error else { panic!("{error:?}") };
    assert!(connection.maybe_executed);
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1, "an item must not be added twice");
    assert_eq!(requests[0].headers["content-type"], "application/json");
    assert_eq!(&requests[0].body[..], br#"{"uris":["spotify:track:6rqhFgbbKwnb9MLmUQDhG6"]}"#);
}

#[tokio::test]
async fn a_success_that_breaks_off_is_a_success_where_the_body_has_no_meaning() {
    let emulator = emulator();
    emulator.faults().fail_next(1, Fault::status(200).body("token-like-text").truncated(3));
    builder(&emulator).build().unwrap().call(AddItems).await.unwrap();
}

#[tokio::test]
async fn nobody_listening_is_a_connection_error_that_says_nothing_was_done() {
    let emulator = emulator();
    let client = builder(&emulator).build().unwrap();
    emulator.stop();
    let error = client.call(AddItems).await.unwrap_err();
    let Error::Connection(connection) = &error else { panic!("{error:?}") };
    assert!(!connection.maybe_executed);
    assert!(error.is_retryable());
    assert!(error.to_string().to_lowercase().contains("connect"), "{error}");
}

#[tokio::test]
async fn a_dropped_call_is_given_up() {
    let emulator = emulator();
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(600)));
    let client = builder(&emulator).build().unwrap();
    let call = client.albums().get(ALBUM).send();
    assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
    assert_eq!(client.albums().get(ALBUM).await.unwrap().id, ALBUM);
}
