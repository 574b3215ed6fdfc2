//! [`Observed`]: HTTP that remembers the time at the other end.

use std::sync::{Arc, Mutex, PoisonError};

use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, ReqwestClient, Response, header};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::jiff::fmt::rfc2822;

use crate::output::Failure;

/// By how many seconds the clock of this machine is ahead of that of the server which answered last; `None` where none did.
pub(super) type Ahead = Arc<Mutex<Option<i64>>>;

/// The usual HTTP, and what the `Date` of each response says.
pub(super) struct Observed {
    http: ReqwestClient,
    ahead: Ahead,
}

impl Observed {
    pub(super) fn new() -> Result<(Self, Ahead), Failure> {
        let ahead = Ahead::default();
        Ok((Self { http: ReqwestClient::new()?, ahead: Arc::clone(&ahead) }, ahead))
    }
}

impl HttpClient for Observed {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let response = self.http.send(request).await?;
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(|date| rfc2822::parse(date).ok()) {
            let ahead = Timestamp::now().as_second() - date.timestamp().as_second();
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        }
        Ok(response)
    }
}
