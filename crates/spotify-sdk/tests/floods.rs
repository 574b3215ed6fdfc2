//! A server that never stops sending: each call ends, and within its limits.

#![cfg(all(feature = "async", feature = "blocking", feature = "reqwest"))]
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A server that answers each connection with `head`, and then with `more` for as long as somebody listens; its address.
fn flood(head: &'static str, more: &'static str) -> String {
    paced_flood(head, more, Duration::ZERO).0
}

/// The same, which pauses after each 8 KiB or so, and says when nobody listens any more.
fn paced_flood(head: &'static str, more: &'static str, pause: Duration) -> (String, UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (closed, told) = unbounded_channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let closed = closed.clone();
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                // The request is short, and comes in one piece.
                let _ = stream.read(&mut [0; 4096]);
                let more = more.repeat(1 + 8192 / more.len());
                let mut end = stream.write_all(head.as_bytes());
                while end.is_ok() {
                    std::thread::sleep(pause);
                    end = stream.write_all(more.as_bytes());
                }
                let _ = closed.send(());
            });
        }
    });
    (address, told)
}

const FLOODS: &[(&str, &str, &str)] = &[
    ("headers", "HTTP/1.1 200 OK\r\n", "x-more: more\r\n"),
    ("one header", "HTTP/1.1 200 OK\r\nx-more: ", "more"),
    ("chunk extensions", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1", ";more=more"),
    ("trailers", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "x-more: more\r\n"),
    ("tiny chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n"),
];

/// Responses that are followed by another one. hyper reads as many as have arrived before it lets anything else run on its
/// thread: they come slowly enough here for a debug build to keep pace.
const INFORMATIONAL: &[&str] = &[
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\nx-more: more\r\n\r\n",
];
const PAUSE: Duration = Duration::from_millis(10);

const TIMEOUT: Duration = Duration::from_millis(500);

fn is_an_end(error: &Error) -> bool {
    matches!(error, Error::Timeout(_) | Error::Connection(_) | Error::ResponseTooLarge(_))
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

#[test]
fn informational_responses_without_end_end_a_call_of_the_blocking_client() {
    for response in INFORMATIONAL {
        let (address, mut closed) = paced_flood("", response, PAUSE);
        let builder = SpotifyClient::builder(AccessToken::new("BQflood").unwrap()).base_url(address);
        let client = builder.timeout(TIMEOUT).max_retries(0).build().unwrap();
        let error = client.tracks().get_saved().send().unwrap_err();
        assert!(matches!(error, Error::Timeout(_)), "{response}: {error:?}");
        assert_eq!(closed.blocking_recv(), Some(()), "{response}: the connection is closed with the call");
    }
}

#[tokio::test]
async fn informational_responses_without_end_end_a_call_in_a_runtime_of_one_thread() {
    for response in INFORMATIONAL {
        let (address, mut closed) = paced_flood("", response, PAUSE);
        let builder = AsyncSpotifyClient::builder(AccessToken::new("BQflood").unwrap()).base_url(address);
        let client = builder.timeout(TIMEOUT).max_retries(0).build().unwrap();
        let error = client.tracks().get_saved().await.unwrap_err();
        assert!(matches!(error, Error::Timeout(_)), "{response}: {error:?}");
        assert_eq!(closed.recv().await, Some(()), "{response}: the connection is closed with the call");
    }
}
