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
    emulator.faults().next(1, Fault::reset());
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

#[tokio::test]
async fn a_request_is_recorded_before_its_fault_happens() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().next(1, Fault::delay(HANG));
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
    emulator.faults().next(1, Fault::status(500));
    for token in tokens {
        get_as(&emulator, token, &format!("/me/albums?access_token={token}")).await;
        let request = client().post(address(&emulator, "/me/albums")).body(token.to_owned());
        request.header("cookie", token).header("proxy-authorization", token).send().await.unwrap();
    }
    emulator.faults().next(3, Fault::status(500).body(issued.clone()));
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
