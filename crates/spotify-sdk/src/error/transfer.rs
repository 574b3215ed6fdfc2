//! What can happen to a response on its way: [`ConnectionError`], [`TimeoutError`], [`ResponseTooLargeError`] and
//! [`DecodeError`].

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde::de::Error as _;

use super::{Secrets, SharedCause, body, name_of, root_cause, short_debug};
use crate::definition::Action;
use crate::text::{MAX_MESSAGE, brief, printable};

/// The maximum length of what is kept of a body that cannot be decoded, in characters.
const MAX_BODY_START: usize = 80;

/// A connection that could not be made, or that broke before the response was complete.
#[derive(Clone, thiserror::Error)]
#[error(
    "no response from Spotify: {}: {} {address}: {}",
    name_of(*.action),
    if *.maybe_executed { "lost the connection to" } else { "cannot connect to" },
    printable(root_cause(&**.inner))
)]
#[non_exhaustive]
pub struct ConnectionError {
    /// What the client was doing; `None` for a short link that it resolved.
    pub action: Option<Action>,
    /// The base URL that the request was sent to.
    pub address: Box<str>,
    /// Whether the request may have reached Spotify and may have been carried out. `false` where no connection was made.
    pub maybe_executed: bool,
    pub(crate) inner: SharedCause,
}

short_debug!(ConnectionError: action, { address, maybe_executed, inner });

impl ConnectionError {
    /// The error of the HTTP client.
    pub fn inner(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.inner
    }
}

/// A response that did not arrive, or not to its end, within the time that one attempt may take.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no response from Spotify: {}: {} within {} s",
    name_of(*.action),
    if *.waiting_for_token { "the auth provider gave no access token" } else { "not complete" },
    .limit.as_secs_f64()
)]
#[non_exhaustive]
pub struct TimeoutError {
    /// What the client was doing; `None` for a short link that it resolved.
    pub action: Option<Action>,
    /// The limit that was reached.
    pub limit: Duration,
    /// Whether the time went into waiting for the access token. The request was certainly not sent then.
    pub waiting_for_token: bool,
}

short_debug!(TimeoutError: action, { limit, waiting_for_token });

impl TimeoutError {
    /// For a request that was sent, or may have been.
    pub(crate) fn new(action: Option<Action>, limit: Duration) -> Self {
        Self { action, limit, waiting_for_token: false }
    }
}

/// A body that is longer than the client's `max_response_size`, or takes too much memory once it is decoded.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the response of {} {} {limit} bytes",
    name_of(*.action),
    if *.decoded { "would take more memory, once it is decoded, than 4 times" } else { "is longer than" },
)]
#[non_exhaustive]
pub struct ResponseTooLargeError {
    /// What the client was doing; `None` for a short link that it resolved.
    pub action: Option<Action>,
    /// The limit, in bytes.
    pub limit: usize,
    /// Whether the body itself was within the limit, and would have taken more than four times the limit once decoded.
    pub decoded: bool,
}

short_debug!(ResponseTooLargeError: action, { limit, decoded });

impl ResponseTooLargeError {
    /// For a body that is longer than `limit`.
    pub(crate) fn new(action: Action, limit: usize) -> Self {
        Self { action: Some(action), limit, decoded: false }
    }
}

/// A success whose body could not be read.
#[derive(Clone, thiserror::Error)]
#[error(
    "cannot read the response of {} ({}): {inner}; the body starts with {body_start:?}",
    name_of(*.action),
    .status.as_u16()
)]
#[non_exhaustive]
pub struct DecodeError {
    /// What the client was doing; `None` for a short link that it resolved.
    pub action: Option<Action>,
    /// The HTTP status of the response.
    pub status: StatusCode,
    /// The first characters of the body, at most 80.
    pub body_start: String,
    inner: Arc<serde_json::Error>,
}

short_debug!(DecodeError: action, { status, body_start, inner });

impl DecodeError {
    pub(crate) fn new(
        action: impl Into<Option<Action>>,
        status: StatusCode,
        body: &[u8],
        cause: serde_json::Error,
        secrets: &Secrets,
    ) -> Self {
        let body_start = body::text(body, secrets).chars().take(MAX_BODY_START).collect();
        // serde quotes what it did not expect, at any length. It is cut first, as the body is.
        let words = brief(&cause);
        let shown = printable(secrets.blotted_out_of(&words)).to_string();
        let is_whole = words.len() < MAX_MESSAGE && shown == words;
        let cause = Arc::new(if is_whole { cause } else { serde_json::Error::custom(shown) });
        Self { action: action.into(), status, body_start, inner: cause }
    }

    /// The same error, of one item that was asked for: `what` names it.
    pub(crate) fn of_item(self, what: impl Display) -> Self {
        let cause = serde_json::Error::custom(format_args!("{what}: {}", self.inner));
        Self { inner: Arc::new(cause), ..self }
    }

    /// The error of the JSON decoder, with line and column.
    pub fn inner(&self) -> &serde_json::Error {
        &self.inner
    }

    /// Whether the body looks like a web page: a proxy or a sign-in page of a network responded in Spotify's place.
    pub fn looks_like_html(&self) -> bool {
        self.body_start.trim_start_matches('\u{feff}').trim_start().starts_with('<')
    }
}
