//! Albums served without sockets, so that time can be paused and the responses be as odd as a test wants.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::serde_json::{Value, json};
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder};
use tokio::time::sleep;

/// What is responded to the request for an album in place of it.
type Hook = dyn Fn(&str) -> Option<(u16, Value)> + Send + Sync;

/// Has an album for every id. It takes 1 s for each, and 10 s for the one with the id `slow`.
#[derive(Clone)]
pub(crate) struct Shelf {
    asked: Arc<Mutex<Vec<String>>>,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
    hook: Arc<Hook>,
}

/// Counts a request until it is answered or cancelled.
struct Running<'a>(&'a Shelf);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shelf {
    pub(crate) fn new() -> Self {
        Self::with(|_| None)
    }

    pub(crate) fn with(hook: impl Fn(&str) -> Option<(u16, Value)> + Send + Sync + 'static) -> Self {
        Self {
            asked: Arc::default(),
            running: Arc::default(),
            most: Arc::default(),
            answered: Arc::default(),
            hook: Arc::new(hook),
        }
    }

    pub(crate) fn builder(&self) -> ClientBuilder<AsyncSpotifyClient> {
        AsyncSpotifyClient::builder(AccessToken::new("BQshelf").unwrap()).http(self.clone()).max_retries(0)
    }

    pub(crate) fn client(&self) -> AsyncSpotifyClient {
        self.builder().build().unwrap()
    }

    /// The ids that were requested, in the order of the requests.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// How many requests are under way.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// How many were under way at the same time at most.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

impl HttpClient for Shelf {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        self.asked.lock().unwrap().push(id.clone());
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        let counted = Running(self);
        sleep(Duration::from_secs(if id == "slow" { 10 } else { 1 })).await;
        drop(counted);
        self.answered.fetch_add(1, Ordering::SeqCst);
        let (status, body) = (self.hook)(&id).unwrap_or_else(|| (200, json!({"id": id, "name": "An album"})));
        let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        Ok(Response::builder().status(status).body(Body::from(text)).unwrap())
    }
}

/// Ids that are all different: the number of each.
pub(crate) fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}
