//! Calls of every shape: lists, batches, raw requests, types of the caller's.

use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt;
use spotify_sdk::BoxError;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::http::Method;
use spotify_sdk::middleware::{ApiRequest, ApiResponse, CacheStatus, Middleware, Next};
use spotify_sdk::operation::{Operation, OperationInfo, RawRequest, RequestBuilder, Resource, ResponseBody};
use spotify_sdk::serde_json::{Value, json};

use crate::common::origin::{Origin, respond};
use crate::support::*;

#[tokio::test]
async fn every_page_of_a_list_is_kept() {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    let tracks = || client.albums().get_tracks(ALBUM).limit(5);
    let first = tracks().collect_all().await.unwrap();
    assert!(first.len() > 5);
    let requests = emulator.requests().len();
    assert!(requests > 1);
    assert_eq!(tracks().collect_all().await.unwrap(), first);
    let streamed: Vec<_> = tracks().stream().try_collect().await.unwrap();
    assert_eq!(streamed, first);
    assert_eq!(emulator.requests().len(), requests);
}

#[tokio::test]
async fn several_items_and_whatever_names_the_operation_share_what_is_kept() {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    let path = format!("/albums/{ALBUM}");
    client.albums().get(ALBUM).await.unwrap();
    // The same request in other words.
    let value: Value = client.albums().get(ALBUM).send_as().await.unwrap();
    assert_eq!(value["id"], ALBUM);
    let raw = client.call(RawRequest::new(Method::GET, path).unwrap()).send_raw().await.unwrap();
    assert_eq!(raw.from_cache, FRESH);
    assert_eq!(client.invoke("albums.get", json!({"id": ALBUM})).await.unwrap()["id"], ALBUM);
    assert_eq!(emulator.requests().len(), 1);
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn a_batch_is_kept_as_it_was_asked_for() {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    for _ in 0..2 {
        assert_eq!(client.albums().get_several([ALBUM]).await.unwrap().len(), 1);
    }
    assert_eq!(emulator.requests().len(), 1);
}

/// Notes how calls are answered.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Option<CacheStatus>>>>);

impl Middleware for Notes {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        let response = next.run(request).await?;
        self.0.lock().unwrap().push(response.from_cache());
        assert_eq!(response.status().as_u16(), 200, "no middleware sees a 304 that it has not asked for");
        Ok(response)
    }
}

#[tokio::test]
async fn a_middleware_stands_before_the_cache() {
    let (emulator, notes) = (emulator(), Notes::default());
    let client = builder(&emulator).middleware(notes.clone()).cache(cache()).build().unwrap();
    for _ in 0..2 {
        client.albums().get(ALBUM).await.unwrap();
    }
    client.albums().get(ALBUM).fresh_for(HOUR).await.unwrap();
    assert_eq!(*notes.0.lock().unwrap(), [None, CONFIRMED, FRESH]);
}

/// A read that says what it reads, and nothing else; or that has no use for the body.
struct Own(&'static OperationInfo);

static QUIET: OperationInfo = OperationInfo::new("own.quiet", Method::GET, "/own").with_reads(&[Resource::Catalog]);
static SILENT: OperationInfo = OperationInfo::new("own.silent", Method::GET, "/own")
    .with_reads(&[Resource::Catalog])
    .with_response_body(ResponseBody::Ignored);
static UNKNOWN: OperationInfo = OperationInfo::new("own.unknown", Method::GET, "/own");

impl Operation for Own {
    type Output = Option<Value>;

    fn info(&self) -> &'static OperationInfo {
        self.0
    }

    fn write(&self, _: &mut RequestBuilder) -> Result<(), InvalidInput> {
        Ok(())
    }
}

fn own(origin: &Origin) -> spotify_sdk::AsyncSpotifyClient {
    let token = spotify_sdk::auth::AccessToken::new("BQown").unwrap();
    spotify_sdk::AsyncSpotifyClient::builder(token).http(origin.clone()).cache(cache().fresh_for(HOUR)).build().unwrap()
}

#[tokio::test]
async fn an_own_operation_is_kept_if_it_says_what_it_reads() {
    let origin = Origin::new(|_, _| respond(200, &[], "{}"));
    let client = own(&origin);
    assert_eq!([status!(client.call(Own(&QUIET))), status!(client.call(Own(&QUIET)))], [None, FRESH]);
    assert_eq!([status!(client.call(Own(&UNKNOWN))), status!(client.call(Own(&UNKNOWN)))], [None, None]);
}

#[tokio::test]
async fn a_body_that_may_have_been_cut_short_is_not_kept() {
    let origin = Origin::new(|_, _| respond(200, &[], format!("\"{}\"", "x".repeat(200_000))));
    let client = own(&origin);
    client.call(Own(&SILENT)).await.unwrap();
    let whole = client.call(Own(&QUIET)).await.unwrap().unwrap();
    assert_eq!(whole.as_str().unwrap().len(), 200_000);
}

#[tokio::test]
async fn an_answer_that_repeats_the_token_is_not_kept() {
    let origin = Origin::new(|_, _| respond(200, &[], r#"{"id": 5, "name": "BQown"}"#));
    let client = own(&origin);
    for _ in 0..2 {
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("BQown"), "{error}");
    }
    assert_eq!(origin.count(), 2);
}
