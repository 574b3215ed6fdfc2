//! [`exchange`]: one request and its response, with a deadline and a limit for the body.

use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{Request, Response};
use tokio::time::{Instant, timeout_at};

use super::body::Collected;
use super::{BodyError, HttpClient, HttpError, SharedHttpClient};

/// How much of the response body is needed, decided from the response head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyRule {
    /// The whole body, up to this many bytes; without it the exchange fails.
    Required { limit: usize },
    /// What arrives, up to this many bytes and within this time: the status is useful without the body.
    Optional { limit: usize, within: Option<Duration> },
    /// Nothing: the body is not read.
    Unused,
}

/// The reason why an exchange has no usable response.
#[derive(Debug)]
pub(crate) enum ExchangeError {
    /// The HTTP client returned no response, or the body broke off.
    Http(HttpError),
    /// The deadline passed.
    TimedOut,
    /// A required body is longer than its limit.
    TooLong,
}

/// Sends `request` and reads its response until `deadline`. `rule` receives the response head as soon as it has
/// arrived, and returns what is needed of the body.
pub(crate) async fn exchange(
    http: &SharedHttpClient,
    request: Request<Bytes>,
    deadline: Instant,
    rule: impl FnOnce(&Parts) -> BodyRule,
) -> Result<Response<Bytes>, ExchangeError> {
    let response = timeout_at(deadline, http.send(request)).await.map_err(|_| ExchangeError::TimedOut)?;
    let (head, body) = response.map_err(ExchangeError::Http)?.into_parts();
    let bytes = match rule(&head) {
        BodyRule::Required { limit } => match timeout_at(deadline, body.bytes(limit)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(BodyError::Broken(error))) => return Err(ExchangeError::Http(error)),
            Ok(Err(BodyError::TooLong)) => return Err(ExchangeError::TooLong),
            Err(_) => return Err(ExchangeError::TimedOut),
        },
        BodyRule::Optional { limit, within } => {
            let deadline = within.map_or(deadline, |within| deadline.min(Instant::now() + within));
            let mut collected = Collected::default();
            let _ = timeout_at(deadline, body.read_into(limit, &mut collected)).await;
            collected.into_bytes()
        }
        BodyRule::Unused => Bytes::new(),
    };
    Ok(Response::from_parts(head, bytes))
}
