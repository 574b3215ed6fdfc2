//! An HTTP client that a closure responds for, so that a response can depend on the request, and can be held back.

use std::sync::{Arc, Mutex};

use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use tokio::sync::Semaphore;

pub type Seen = Request<Bytes>;

/// What becomes of a request.
pub enum Answer {
    Respond(Response<Body>),
    Fail(HttpError),
    /// No response, ever.
    Silence,
    Panic,
}

/// A response with these headers.
pub fn respond(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Answer::Respond(response.body(Body::from(body.into())).unwrap())
}

/// An album of this name.
pub fn named(name: &str) -> Bytes {
    Bytes::from(format!(r#"{{"id":"4aawyAB9vmqN3uQ7FjRGTy","name":"{name}"}}"#))
}

/// The token that a request is sent with.
pub fn token(request: &Seen) -> &str {
    request.headers()["authorization"].to_str().unwrap().trim_start_matches("Bearer ")
}

type Respond = dyn Fn(usize, &Seen) -> Answer + Send + Sync;

/// Responds to each request as a closure says, which receives its number, from 0, and the request.
#[derive(Clone)]
pub struct Origin {
    respond: Arc<Respond>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// One permit lets one response pass.
    gate: Option<Arc<Semaphore>>,
    cancelled: Arc<Mutex<usize>>,
}

impl Origin {
    pub fn new(respond: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self { respond: Arc::new(respond), seen: Arc::default(), gate: None, cancelled: Arc::default() }
    }

    /// Holds responses back until [`release`](Self::release).
    pub fn held(mut self) -> Self {
        self.gate = Some(Arc::new(Semaphore::new(0)));
        self
    }

    /// Lets the responses to this many requests pass.
    pub fn release(&self, responses: usize) {
        self.gate.as_ref().unwrap().add_permits(responses);
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// How many requests were dropped before their response.
    pub fn cancelled(&self) -> usize {
        *self.cancelled.lock().unwrap()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until this many requests have arrived.
    pub async fn arrived(&self, requests: usize) {
        while self.count() < requests {
            tokio::task::yield_now().await;
        }
    }
}

/// Counts a request that is dropped before its response.
struct Pending(Option<Arc<Mutex<usize>>>);

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(cancelled) = &self.0 {
            *cancelled.lock().unwrap() += 1;
        }
    }
}

impl HttpClient for Origin {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        let mut pending = Pending(Some(Arc::clone(&self.cancelled)));
        // What it responds with is decided when the request arrives: a response may be older than a later request.
        let answer = (self.respond)(number, &request);
        if let Some(gate) = &self.gate {
            gate.acquire().await.unwrap().forget();
        }
        let result = match answer {
            Answer::Respond(response) => Ok(response),
            Answer::Fail(error) => Err(error),
            Answer::Silence => std::future::pending().await,
            Answer::Panic => panic!("a transport that panics"),
        };
        pending.0 = None;
        result
    }
}
