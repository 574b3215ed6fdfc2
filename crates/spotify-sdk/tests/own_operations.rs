//! Operations that are written outside the SDK.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Script;
use spotify_sdk::Error;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::http::Method;
use spotify_sdk::operation::{Operation, Quota, Replay, RequestBuilder};
use spotify_sdk::serde_json::{Value, json};

/// Any request.
struct Put(String);

impl Operation for Put {
    type Output = ();
    const NAME: &'static str = "put";
    const METHOD: Method = Method::PUT;
    const PATH: &'static str = "/…";
    const REFERENCE: &'static str = "";
    const QUOTA: Quota = Quota::Development;
    const REPLAY: Replay = Replay::Unsafe;

    fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput> {
        request.path(&self.0)?;
        request.query("a b", "c&d");
        request.json(&json!([1, "two"]));
        Ok(())
    }
}

#[tokio::test]
async fn a_path_of_the_callers_is_below_the_api_and_nowhere_else() {
    let script = Script::new([]);
    script.client().call(Put("/me/library/caf%C3%A9".to_owned())).await.unwrap();
    let request = script.requests().pop().unwrap();
    assert_eq!(request.uri(), "https://api.spotify.com/v1/me/library/caf%C3%A9?a%20b=c%26d");
    assert_eq!(spotify_sdk::serde_json::from_slice::<Value>(request.body()).unwrap(), json!([1, "two"]));
    for path in [
        "",
        "me",
        "//evil.example/me",
        "https://evil.example/",
        "/me?x=1",
        "/me#x",
        "/../secret",
        "/me/%2e%2E/x",
        "/me/.",
        "/a b",
        "/{id}",
        "\\\\evil",
    ] {
        let error = script.client().call(Put(path.to_owned())).await.unwrap_err();
        assert!(matches!(error, Error::InvalidInput(_)), "{path}: {error}");
    }
    assert_eq!(script.count(), 1);
}
