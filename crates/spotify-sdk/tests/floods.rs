//! A server that never stops sending: each call ends, and within its limits.

#![cfg(all(feature = "async", feature = "blocking", feature = "reqwest"))]
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};

/// A server that answers each connection with `head`, and then with `more` for as long as somebody listens; its address.
fn flood(head: &'static str, more: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                // The request is short, and comes in one piece.
                let _ = stream.read(&mut [0; 4096]);
                let more = more.repeat(1 + 8192 / more.len());
                let mut end = stream.write_all(head.as_bytes());
                while end.is_ok() {
                    end = stream.write_all(more.as_bytes());
                }
            });
        }
    });
    address
}

const FLOODS: &[(&str, &str, &str)] = &[
    ("headers", "HTTP/1.1 200 OK\r\n", "x-more: more\r\n"),
    ("one header", "HTTP/1.1 200 OK\r\nx-more: ", "more"),
    ("chunk extensions", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1", ";more=more"),
    ("trailers", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "x-more: more\r\n"),
    ("tiny chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n"),
];

const TIMEOUT: Duration = Duration::from_millis(500);

fn is_an_end(error: &Error) -> bool {
    matches!(error, Error::Timeout(_) | Error::Connection(_) | Error::ResponseTooLarge { .. })
}

#[test]
fn a_flood_of_anything_ends_a_call_of_the_blocking_client() {
    for (name, head, more) in FLOODS {
        let token = AccessToken::new("BQflood").unwrap();
        let builder = SpotifyClient::builder(token).base_url(flood(head, more));
        let client = builder.timeout(TIMEOUT).max_retries(0).build().unwrap();
        let error = client.tracks().get_saved().send().unwrap_err();
        assert!(is_an_end(&error), "{name}: {error:?}");
    }
}

#[tokio::test]
async fn a_flood_of_anything_ends_a_call_in_a_runtime_of_one_thread() {
    for (name, head, more) in FLOODS {
        let token = AccessToken::new("BQflood").unwrap();
        let builder = AsyncSpotifyClient::builder(token).base_url(flood(head, more));
        let client = builder.timeout(TIMEOUT).max_retries(0).build().unwrap();
        let error = client.tracks().get_saved().await.unwrap_err();
        assert!(is_an_end(&error), "{name}: {error:?}");
    }
}
