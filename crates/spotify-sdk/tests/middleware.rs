//! Middleware: what it sees of a call, what it may change, and what reaches the caller.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{ALBUM, AddItems, Script, Step, TOKEN, album, limited, status};
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider, TokenOwner};
use spotify_sdk::http::{HeaderValue, StatusCode};
use spotify_sdk::middleware::{ApiRequest, ApiResponse, CacheStatus, Middleware, Next};
use spotify_sdk::{BoxError, Error, SpotifyClient};

/// Notes the calls that pass, and what came of them.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>, &'static str);

impl Notes {
    fn named(&self, name: &'static str) -> Self {
        Self(Arc::clone(&self.0), name)
    }

    fn taken(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Middleware for Notes {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        let what = format!("{}{} {} {}", self.1, request.operation().name, request.method(), request.target());
        self.0.lock().unwrap().push(what);
        let result = next.run(request).await;
        let status = result.as_ref().map_or_else(Error::status, |response| Some(response.status()));
        self.0.lock().unwrap().push(format!("{}{}", self.1, status.map_or(0, |status| status.as_u16())));
        Ok(result?)
    }
}

#[tokio::test(start_paused = true)]
async fn a_middleware_sees_each_call_once_however_often_it_is_sent() {
    let script = Script::new([status(503), limited("1"), album()]);
    let notes = Notes::default();
    let client = script.builder().middleware(notes.clone()).build().unwrap();
    client.albums().get(ALBUM).market("SE").await.unwrap();
    assert_eq!(script.count(), 3);
    assert_eq!(notes.taken(), [format!("albums.get GET /albums/{ALBUM}?market=SE"), "200".to_owned()]);
}

#[tokio::test]
async fn the_first_middleware_sees_a_call_first_and_its_response_last() {
    let script = Script::new([album()]);
    let notes = Notes::default();
    let builder = script.builder().middleware(notes.named("outer ")).middleware(notes.named("inner "));
    builder.build().unwrap().call(AddItems).await.unwrap();
    let order: Vec<String> = notes.taken().iter().map(|note| note.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(order, ["outer", "inner", "inner", "outer"]);
}

/// Responds in Spotify's place.
struct Cached(u16, &'static str);

impl Middleware for Cached {
    async fn handle(&self, _: ApiRequest, _: Next<'_>) -> Result<ApiResponse, BoxError> {
        let status = StatusCode::from_u16(self.0)?;
        Ok(ApiResponse::new(status, self.1).with_cache_status(CacheStatus::Fresh))
    }
}

#[tokio::test]
async fn a_middleware_that_responds_itself_costs_no_request_and_no_token() {
    let script = Script::new([]);
    let builder = script.builder().middleware(Cached(200, r#"{"id":"4aawyAB9vmqN3uQ7FjRGTy","name":"Kept"}"#));
    let client = builder.build().unwrap().with_auth(spotify_sdk::auth::from_fn(|| async {
        Err::<AccessToken, _>(Error::from_box("nobody should have asked for a token".into()))
    }));
    let response = client.albums().get(ALBUM).send_raw().await.unwrap();
    assert_eq!((response.value.name.as_str(), response.from_cache), ("Kept", Some(CacheStatus::Fresh)));
    assert_eq!((script.count(), client.rate_limit().sent), (0, 0));
}

#[tokio::test]
async fn a_response_of_a_middleware_that_is_no_success_is_the_error_of_the_call() {
    let body = r#"{"error":{"status":403,"message":"Not today"}}"#;
    let client = Script::new([]).builder().middleware(Cached(403, body)).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(&error, Error::Forbidden(error) if error.message == "Not today"), "{error}");
}

/// Fails for a reason of its own.
struct Broken;

impl Middleware for Broken {
    async fn handle(&self, _: ApiRequest, _: Next<'_>) -> Result<ApiResponse, BoxError> {
        Err("the audit log is full".into())
    }
}

#[tokio::test]
async fn errors_of_spotify_pass_a_middleware_as_they_are_and_its_own_say_whose_they_are() {
    let client = Script::new([status(404)]).builder().middleware(Notes::default()).build().unwrap();
    assert!(matches!(client.albums().get(ALBUM).await, Err(Error::NotFound(_))));
    let client = Script::new([]).builder().middleware(Broken).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(error, Error::Provider(_)));
    assert_eq!(error.to_string(), "the middleware failed: the audit log is full");
}

/// Adds headers, one of which is the SDK's.
struct Headers;

impl Middleware for Headers {
    async fn handle(&self, mut request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        request.headers_mut().insert("if-none-match", HeaderValue::from_static("\"abc\""));
        request.headers_mut().insert("authorization", HeaderValue::from_static("Bearer another"));
        Ok(next.run(request).await?)
    }
}

#[tokio::test]
async fn headers_of_a_middleware_are_sent_but_never_replace_the_token() {
    let script = Script::new([album()]);
    script.builder().middleware(Headers).build().unwrap().albums().get(ALBUM).await.unwrap();
    let headers = script.requests().remove(0).headers().clone();
    assert_eq!(headers["if-none-match"], "\"abc\"");
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}").as_str());
    assert_eq!(headers.get_all("authorization").iter().count(), 1);
}

/// Sends what failed once more.
struct Again;

impl Middleware for Again {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        match next.clone().run(request.clone()).await {
            Err(Error::NotFound(_)) => Ok(next.run(request).await?),
            result => Ok(result?),
        }
    }
}

#[tokio::test]
async fn a_middleware_may_pass_a_request_on_again() {
    let script = Script::new([status(404), album()]);
    script.builder().middleware(Again).build().unwrap().albums().get(ALBUM).await.unwrap();
    assert_eq!(script.count(), 2);
}

/// Counts calls by whose token they are made with.
#[derive(Clone, Default)]
struct PerUser(Arc<Mutex<HashMap<TokenOwner, u32>>>);

impl Middleware for PerUser {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        *self.0.lock().unwrap().entry(request.owner()).or_default() += 1;
        Ok(next.run(request).await?)
    }
}

/// Tokens of a provider that does not say whose they are.
struct Unnamed;

impl AuthProvider for Unnamed {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(AccessToken::new("BQunnamed")?)
    }
}

#[tokio::test]
async fn calls_are_told_apart_by_whose_token_they_are_made_with() {
    let counts = PerUser::default();
    let client = Script::new([]).builder().middleware(counts.clone()).build().unwrap();
    let siblings = [client.clone(), client.with_auth(AccessToken::new("BQother").unwrap()), client.with_auth(Unnamed)];
    for (calls, client) in siblings.iter().enumerate() {
        for _ in 0..=calls {
            client.player().pause_playback().await.unwrap();
        }
    }
    siblings[2].with_auth(Unnamed).player().pause_playback().await.unwrap();
    let mut counted: Vec<u32> = counts.0.lock().unwrap().values().copied().collect();
    counted.sort_unstable();
    assert_eq!(counted, [1, 1, 2, 3], "two providers that name no owner are two owners");
}

#[test]
fn the_blocking_client_goes_through_the_same_middleware() {
    let (script, notes) = (Script::new([album()]), Notes::default());
    let builder = SpotifyClient::builder(AccessToken::new(TOKEN).unwrap()).http(script).middleware(notes.clone());
    builder.build().unwrap().albums().get(ALBUM).send().unwrap();
    assert_eq!(notes.taken().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_been_executed_is_said_to_be_in_doubt_behind_a_middleware_too() {
    let script = Script::new([Step::Lost, Step::Refused]);
    let client = script.builder().middleware(Notes::default()).max_retries(1).build().unwrap();
    let error = client.call(AddItems).idempotent(true).await.unwrap_err();
    assert!(matches!(&error, Error::Connection(error) if error.maybe_executed), "{error}");
}

#[tokio::test]
async fn what_spotify_sent_is_given_as_it_was_sent() {
    let body = r#"{"id":"4aawyAB9vmqN3uQ7FjRGTy","name":"Global Warming","total_tracks":18.0,"brand_new":null}"#;
    let client = Script::new([Step::Respond(200, vec![("etag", "\"abc\"".to_owned())], body)]).client();
    let response = client.albums().get(ALBUM).send_raw().await.unwrap();
    assert_eq!((response.status, &response.headers["etag"]), (StatusCode::OK, &HeaderValue::from_static("\"abc\"")));
    assert_eq!((&response.body[..], response.value.total_tracks), (body.as_bytes(), Some(18)));
    assert_eq!(response.from_cache, None);
    let uris: Vec<String> = (0..150).map(|number| format!("spotify:track:{number:022}")).collect();
    let error = client.library().save_items(&uris).send_raw().await.unwrap_err();
    assert!(error.to_string().contains("`send_raw` cannot join responses"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_starts_again_waits_for_the_end_of_the_limit_it_was_told_of() {
    let script = Script::new([album(), album()]);
    let until = spotify_sdk::jiff::Timestamp::now() + Duration::from_secs(40);
    let client = script.builder().rate_limited_until(until).build().unwrap();
    assert!(client.rate_limit().wait > Duration::from_secs(39));
    let start = tokio::time::Instant::now();
    let error = client.albums().get(ALBUM).max_retry_wait(Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(error, Error::RateLimit(_)), "{error}");
    client.albums().get(ALBUM).await.unwrap();
    assert!(start.elapsed() > Duration::from_secs(39) && script.count() == 1);
    let past = spotify_sdk::jiff::Timestamp::now() - Duration::from_secs(40);
    assert!(script.builder().rate_limited_until(past).build().unwrap().rate_limit().wait.is_zero());
}
