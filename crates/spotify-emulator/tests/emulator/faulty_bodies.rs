//! Faults that a client sees in the body of an response.

use std::time::Duration;

use reqwest::Response;
use spotify_emulator::{Emulator, Fault};

use crate::support::*;

async fn begin(emulator: &Emulator) -> Response {
    let request = client().get(address(emulator, "/me/albums")).bearer_auth(emulator.valid_token());
    request.send().await.unwrap()
}

/// Every byte up to the end or the failure of the body.
async fn read_until_broken(mut response: Response) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, true),
            Err(_) => return (body, false),
        }
    }
}

#[tokio::test]
async fn a_truncated_body_breaks_off_after_so_many_bytes() {
    let emulator = Emulator::start().unwrap();
    let whole = get(&emulator, "/me/albums").await.body;
    for after in [0, 1, 100, whole.len() - 1] {
        emulator.faults().fail_next(1, Fault::truncate(after));
        let response = begin(&emulator).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-length"], whole.len().to_string().as_str());
        assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
        let (body, complete) = read_until_broken(response).await;
        assert_eq!(body, &whole.as_bytes()[..after], "{after}");
        assert!(!complete, "{after}");
    }
    assert_eq!(get(&emulator, "/me/albums").await.body, whole);
}

#[tokio::test]
async fn a_body_shorter_than_the_cut_is_whole() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(502).body("short").truncated(5));
    assert_eq!(try_get(&emulator, "/me/albums").await.unwrap(), b"short");
}

#[tokio::test]
async fn any_answer_can_be_truncated() {
    let emulator = Emulator::start().unwrap();
    emulator
        .faults()
        .fail_next(1, Fault::status(429).header("retry-after", "1").body("Too many requests").truncated(8));
    let response = begin(&emulator).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(response.headers()["content-length"], "17");
    assert_eq!(read_until_broken(response).await, (b"Too many".to_vec(), false));

    emulator.faults().fail_next(1, Fault::endless().truncated(100_000));
    let (body, complete) = read_until_broken(begin(&emulator).await).await;
    assert_eq!((body.len(), complete), (100_000, false));
}

#[tokio::test]
async fn a_large_body_is_truncated_where_it_should_be() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(200).body(vec![b'x'; 10_000_000]).truncated(9_999_999));
    let (body, complete) = read_until_broken(begin(&emulator).await).await;
    assert_eq!((body.len(), complete), (9_999_999, false));
}

#[tokio::test]
async fn a_lie_about_the_length_is_sent_as_it_is() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(200).header("content-length", "100").body("short"));
    let response = begin(&emulator).await;
    assert_eq!(response.headers()["content-length"], "100");
    assert_eq!(read_until_broken(response).await, (b"short".to_vec(), false));
    emulator.faults().fail_next(1, Fault::status(200).header("content-length", "2").body("short"));
    assert_eq!(try_get(&emulator, "/me/albums").await.unwrap(), b"sh");
    emulator.faults().fail_next(1, Fault::status(200).header("content-length", "nonsense").body("short"));
    try_get(&emulator, "/me/albums").await.unwrap_err();
}

#[tokio::test]
async fn a_dripping_body_comes_chunk_after_chunk_and_whole() {
    let emulator = Emulator::start().unwrap();
    let whole = get(&emulator, "/me/albums").await.body;
    emulator.faults().fail_next(1, Fault::drip(whole.len() / 4, Duration::from_millis(20)));
    let mut response = begin(&emulator).await;
    assert_eq!(response.headers()["content-length"], whole.len().to_string().as_str());
    let mut chunks = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        chunks.push(chunk);
    }
    assert!(chunks.len() > 1);
    assert_eq!(chunks.concat(), whole.as_bytes());
}

#[tokio::test]
async fn a_dripping_body_pauses_between_its_chunks() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(200).body("abc").dripping(0, Duration::from_millis(20)));
    let start = std::time::Instant::now();
    assert_eq!(try_get(&emulator, "/me/albums").await.unwrap(), b"abc");
    assert!(start.elapsed() >= Duration::from_millis(40));
}

#[tokio::test]
async fn a_dripping_body_can_be_truncated() {
    let emulator = Emulator::start().unwrap();
    emulator
        .faults()
        .fail_next(1, Fault::status(200).body("abcdefgh").dripping(3, Duration::from_millis(1)).truncated(7));
    assert_eq!(read_until_broken(begin(&emulator).await).await, (b"abcdefg".to_vec(), false));
}

#[tokio::test]
async fn an_endless_body_goes_on_until_the_client_has_enough() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::endless());
    let mut response = begin(&emulator).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(response.headers().get("content-length"), None);
    let mut received = 0;
    while received < 50_000_000 {
        let chunk = response.chunk().await.unwrap().unwrap();
        assert!(chunk.iter().all(|byte| *byte == b' '));
        received += chunk.len();
    }
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
    drop(response);
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
}

#[tokio::test]
async fn a_huge_length_can_be_announced() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(200).announce(5_000_000_000));
    let mut response = begin(&emulator).await;
    assert_eq!(response.content_length(), Some(5_000_000_000));
    let mut received = 0;
    while received < 1_000_000 {
        received += response.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn an_announced_length_is_kept() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::status(200).body("{}").announce(100_000));
    let body = try_get(&emulator, "/me/albums").await.unwrap();
    assert_eq!(body.len(), 100_000);
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&body).unwrap(), serde_json::json!({}));
    emulator.faults().fail_next(1, Fault::status(200).body("{\"cut\": \"off\"}").announce(3));
    assert_eq!(try_get(&emulator, "/me/albums").await.unwrap(), b"{\"c");
    emulator.faults().fail_next(1, Fault::status(200).announce(0));
    assert_eq!(try_get(&emulator, "/me/albums").await.unwrap(), b"");
}
