//! What several test programs use: an HTTP client that responds from a script, so that time can be paused.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod examples;
pub mod origin;
#[cfg(feature = "cache")]
pub mod shared_store;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Method, Request, Response};
use spotify_sdk::operation::{Operation, OperationInfo, RequestBuilder, ResponseBody};
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder, error::InvalidInput};
use tokio::time::Instant;

pub const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";
pub const TOKEN: &str = "BQscriptedTokenThatMustNotShow0123456789";

/// One step of a script.
#[derive(Clone)]
pub enum Step {
    /// A response: status, headers, body.
    Respond(u16, Vec<(&'static str, String)>, &'static str),
    /// No connection can be made.
    Refused,
    /// The connection dies after the request went out.
    Lost,
    /// No answer, ever.
    Silence,
}

pub fn status(code: u16) -> Step {
    Step::Respond(code, vec![], "")
}

pub fn limited(retry_after: &str) -> Step {
    Step::Respond(429, vec![("retry-after", retry_after.to_owned())], "Too many requests")
}

/// An answer that says that the quota of the operation is used up.
pub fn quota_exceeded(retry_after: Option<u64>) -> Step {
    let headers = retry_after.map(|seconds| ("retry-after", seconds.to_string())).into_iter().collect();
    Step::Respond(429, headers, QUOTA_EXCEEDED)
}

pub const QUOTA_EXCEEDED: &str = r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;

pub fn album() -> Step {
    Step::Respond(200, vec![], r#"{"id":"4aawyAB9vmqN3uQ7FjRGTy","name":"Global Warming"}"#)
}

/// An HTTP client that follows a script, and notes what was sent and when. After the script it responds with 204.
#[derive(Clone)]
pub struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

type Sent = (Instant, Request<Bytes>);

impl Script {
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: Arc::new(Mutex::new(steps.into_iter().collect())), sent: Arc::default() }
    }

    pub fn client(&self) -> AsyncSpotifyClient {
        self.builder().build().unwrap()
    }

    pub fn builder(&self) -> ClientBuilder<AsyncSpotifyClient> {
        AsyncSpotifyClient::builder(AccessToken::new(TOKEN).unwrap()).http(self.clone())
    }

    /// How many requests were sent.
    pub fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    /// The time between each request and the one before it.
    pub fn waits(&self) -> Vec<Duration> {
        self.sent.lock().unwrap().windows(2).map(|pair| pair[1].0 - pair[0].0).collect()
    }

    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.sent.lock().unwrap().iter().map(|(_, request)| request.clone()).collect()
    }
}

impl HttpClient for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        self.sent.lock().unwrap().push((Instant::now(), request));
        let step = self.steps.lock().unwrap().pop_front().unwrap_or_else(|| status(204));

        match step {
            Step::Respond(code, headers, body) => {
                let mut response = Response::builder().status(code);
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                Ok(response.body(Body::from(body)).unwrap())
            }
            Step::Refused => Err(HttpError::not_sent("connection refused")),
            Step::Lost => Err(HttpError::lost("connection reset")),
            Step::Silence => std::future::pending().await,
        }
    }
}

/// An operation that must not be done twice, as `add_items` is.
#[derive(Debug, Clone)]
pub struct AddItems;

impl Operation for AddItems {
    type Output = ();

    fn info(&self) -> &'static OperationInfo {
        static INFO: OperationInfo = OperationInfo::new("test.add_items", Method::POST, "/playlists/1/items")
            .with_response_body(ResponseBody::Ignored)
            .with_reference("add-items-to-playlist");
        &INFO
    }

    fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput> {
        request.field("uris", vec!["spotify:track:6rqhFgbbKwnb9MLmUQDhG6"]);
        Ok(())
    }
}
