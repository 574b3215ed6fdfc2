//! Operations that are written outside the SDK.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::collections::HashMap;

use common::{Script, Step};
use spotify_sdk::Error;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::http::Method;
use spotify_sdk::operation::{Idempotency, Operation, OperationInfo, Quota, RequestBuilder, ResponseBody};
use spotify_sdk::serde_json::value::RawValue;
use spotify_sdk::serde_json::{Value, json};

/// Any request.
struct Put(String);

impl Operation for Put {
    type Output = ();

    fn info(&self) -> &'static OperationInfo {
        static INFO: OperationInfo =
            OperationInfo::new("put", Method::PUT, "/…").with_response_body(ResponseBody::Ignored);
        &INFO
    }

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

/// What serde can read in one of its less usual ways.
#[derive(Debug, serde::Deserialize)]
struct Unusual {
    float: f64,
    whole: u32,
    large: i128,
    pair: (u8, String),
    character: char,
    by_number: HashMap<u32, f32>,
    kind: Kind,
    other: Kind,
    either: Either,
    raw: Box<RawValue>,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
enum Kind {
    Plain,
    Sized { width: f64 },
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
enum Either {
    Text(String),
    Numbers(Vec<u8>),
}

#[tokio::test]
async fn an_answer_is_read_as_whatever_serde_can_read() {
    let body = r#"{
        "float": 1.50, "whole": 7, "large": -170141183460469231731687303715884105728, "pair": [1, "a"], "character": "ä",
        "by_number": {"5": 0.25}, "kind": "Plain", "other": {"Sized": {"width": 6.4e2}}, "either": [1, 2],
        "raw": {"a":  1.50}, "more": 2.5, "most": [{"b": 3}]
    }"#;
    let script = Script::new([Step::Respond(200, vec![], body)]);
    let read = script.client().albums().get(common::ALBUM).send_as::<Unusual>().await.unwrap();
    assert_eq!((read.float, read.whole, read.large), (1.5, 7, i128::MIN));
    assert_eq!((read.pair, read.character), ((1, "a".to_owned()), 'ä'));
    assert_eq!(read.by_number, HashMap::from([(5, 0.25)]));
    assert_eq!((read.kind, read.other), (Kind::Plain, Kind::Sized { width: 640.0 }));
    assert_eq!(read.either, Either::Numbers(vec![1, 2]));
    assert_eq!(read.raw.get(), r#"{"a":  1.50}"#);
    assert_eq!(read.rest, HashMap::from([("more".to_owned(), json!(2.5)), ("most".to_owned(), json!([{"b": 3}]))]));
}

#[tokio::test]
async fn what_is_no_number_is_told_from_one() {
    for (body, what) in [(r#"{"n": {"a": 1}}"#, "invalid type: map"), (r#"{"n": "1"}"#, "invalid type: string")] {
        let script = Script::new([Step::Respond(200, vec![], body)]);
        let call = script.client().albums().get(common::ALBUM).send_as::<HashMap<String, f64>>();
        let error = call.await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)) && error.to_string().contains(what), "{error:?}");
    }
}

struct Get;

impl Operation for Get {
    type Output = Option<Value>;

    fn info(&self) -> &'static OperationInfo {
        static INFO: OperationInfo = OperationInfo::new("get", Method::GET, "/new");
        &INFO
    }

    fn write(&self, _: &mut RequestBuilder) -> Result<(), InvalidInput> {
        Ok(())
    }
}

#[test]
fn an_operation_is_what_is_safe_unless_it_says_otherwise() {
    let (get, put) = (Get.info(), Put(String::new()).info());
    assert_eq!((get.idempotency, put.idempotency), (Idempotency::Idempotent, Idempotency::NotIdempotent));
    assert_eq!((get.response_body, put.response_body), (ResponseBody::Json, ResponseBody::Ignored));
    assert_eq!((get.quota, get.scopes, get.reference_url()), (Quota::Development, [].as_slice(), None));
    assert!(put.changes.is_empty());
}
