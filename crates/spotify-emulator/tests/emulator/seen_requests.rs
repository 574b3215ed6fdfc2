//! The log of requests, and the secrets that it must not tell.

use reqwest::Method;
use spotify_emulator::{Emulator, Fault};

use crate::support::*;

#[tokio::test]
async fn a_request_is_recorded_as_it_was_sent() {
    let emulator = Emulator::start().unwrap();
    let response = client()
        .post(address(&emulator, "/some%20thing/%C3%A9?market=S%45&flag"))
        .bearer_auth(emulator.valid_token())
        .header("x-test", "yes")
        .body(&b"\xff\x00body"[..])
        .send()
        .await;
    assert_eq!(response.unwrap().status(), 404);
    let [seen] = &emulator.requests()[..] else { panic!("{:?}", emulator.requests()) };
    assert_eq!(seen.method, Method::POST);
    assert_eq!(seen.path, "/v1/some%20thing/%C3%A9");
    assert_eq!(seen.query.as_deref(), Some("market=S%45&flag"));
    assert_eq!(seen.header("x-test"), Some("yes"));
    assert_eq!(seen.header("x-absent"), None);
    assert_eq!(seen.bearer_token(), Some(emulator.valid_token()));
    assert_eq!(&seen.body[..], b"\xff\x00body");
}

#[tokio::test]
async fn requests_are_recorded_in_order_also_when_they_fail() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::reset());
    try_get(&emulator, "/first").await.unwrap_err();
    get_as(&emulator, emulator.expired_token(), "/me/albums").await;
    get(&emulator, "/third").await;
    let paths: Vec<_> = emulator.requests().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/v1/first", "/v1/me/albums", "/v1/third"]);
    assert_eq!(emulator.requests()[0].query, None);
    assert!(emulator.requests()[0].body.is_empty());
    emulator.clear_requests();
    assert!(emulator.requests().is_empty());
    get(&emulator, "/fourth").await;
    assert_eq!(emulator.requests().len(), 1);
}

async fn post(emulator: &Emulator, body: Vec<u8>) {
    client().post(address(emulator, "/me/tracks")).body(body).send().await.unwrap();
}

#[tokio::test]
async fn the_log_is_bounded_in_bytes_and_counts_what_it_forgot() {
    const KEPT: usize = 256 * 1024;
    let emulator = Emulator::builder().request_bytes_kept(KEPT).start().unwrap();
    for _ in 0..100 {
        post(&emulator, vec![b'x'; 10_000]).await;
    }
    let seen = emulator.requests();
    let bodies: usize = seen.iter().map(|request| request.body.len()).sum();
    assert!(bodies <= KEPT && bodies > KEPT / 2, "{bodies}");
    assert!(seen.iter().all(|request| !request.is_body_cut() && request.body_length == 10_000));
    assert_eq!(emulator.dropped_requests(), 100 - seen.len());
    let told = ask(&emulator, "/requests").await;
    assert_eq!(told["dropped"], 100 - seen.len());
    assert_eq!(emulator.take_requests().len(), seen.len());
    assert_eq!(emulator.dropped_requests(), 0);
}

#[tokio::test]
async fn a_body_that_is_too_long_for_the_log_is_cut_and_says_so() {
    let emulator = Emulator::builder().request_bytes_kept(40_000).start().unwrap();
    post(&emulator, vec![b'a'; 10_000]).await;
    post(&emulator, vec![b'b'; 10_001]).await;
    let seen = emulator.requests();
    assert_eq!(seen.iter().map(|request| request.body.len()).collect::<Vec<_>>(), [10_000, 10_000]);
    assert_eq!(seen.iter().map(|request| request.body_length).collect::<Vec<_>>(), [10_000, 10_001]);
    let told = ask(&emulator, "/requests").await["requests"].clone();
    assert_eq!((&told[0]["body_cut"], &told[1]["body_cut"]), (&false.into(), &true.into()));
    assert_eq!(told[1]["body_length"], 10_001);
}

#[tokio::test]
async fn a_log_with_no_room_keeps_nothing_and_counts() {
    for emulator in [Emulator::builder().request_bytes_kept(0), Emulator::builder().requests_kept(0)] {
        let emulator = emulator.start().unwrap();
        post(&emulator, Vec::new()).await;
        assert!(emulator.requests().is_empty());
        assert_eq!(emulator.dropped_requests(), 1);
    }
}

#[tokio::test]
async fn a_request_is_recorded_before_its_fault_happens() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::delay(HANG));
    let address = address(&emulator, "/me/albums");
    let waiting = tokio::spawn(async move { client().get(address).send().await.is_ok() });
    while emulator.requests().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    waiting.abort();
}

#[tokio::test]
async fn no_token_is_ever_printed() {
    let emulator = Emulator::start().unwrap();
    let issued = emulator.token_with_scopes(&["user-library-read"]);
    let tokens = [emulator.valid_token(), emulator.expired_token(), emulator.unknown_token(), issued.as_str()];
    emulator.faults().fail_next(1, Fault::status(500));
    for token in tokens {
        get_as(&emulator, token, &format!("/me/albums?access_token={token}")).await;
        let request = client().post(address(&emulator, "/me/albums")).body(token.to_owned());
        request.header("cookie", token).header("proxy-authorization", token).send().await.unwrap();
    }
    emulator.faults().fail_next(3, Fault::status(500).body(issued.clone()));
    let requests = emulator.requests();
    let headers: Vec<_> = requests.iter().map(|seen| seen.headers.clone()).collect();
    let printed = [
        format!("{emulator:?} {emulator:#?}"),
        format!("{requests:?} {requests:#?}"),
        format!("{headers:?}"),
        format!("{:?}", emulator.faults()),
        format!("{:?}", Emulator::builder()),
    ];
    for text in &printed {
        for token in tokens {
            assert!(!text.contains(token), "{text}");
            assert!(!text.contains(&token[..20]), "{text}");
        }
    }
    assert!(printed[1].contains("/v1/me/albums"), "{}", printed[1]);
}
