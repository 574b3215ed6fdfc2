//! [`ApiError`]: a response that is not a success.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;

use super::{Secrets, body, short_debug};
use crate::definition::{Action, OperationInfo};

/// The reason that Spotify gives with a 429 when a quota is used up.
pub(crate) const QUOTA_EXCEEDED: &str = "QUOTA_EXCEEDED";

/// The [reason](ApiError::reason) of the SDK's own with which a call fails that is not sent, since the client's
/// [daily budget](crate::ClientBuilder::daily_budget) is used up: [`Error::is_daily_budget`](super::Error::is_daily_budget).
pub const DAILY_BUDGET: &str = "DAILY_BUDGET";

/// A response of Spotify's that is not a success.
///
/// The status decides what it is. Message and reason are read from the body where it holds them; a body may as well be
/// HTML, plain text, cut off or empty.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Spotify's message, or where it gave none, the name of the status.
    pub message: String,
    /// Spotify's machine-readable reason, such as `NO_ACTIVE_DEVICE`; or [`DAILY_BUDGET`], which is the SDK's own.
    pub reason: Option<String>,
    /// How long Spotify asks to wait before the next request; see [`Error::retry_after`](super::Error::retry_after).
    pub retry_after: Option<Duration>,
    /// The body as text, at most 4 KiB of it.
    pub body: String,
    /// What the client was doing.
    pub action: Option<Action>,
    /// Whether Spotify has answered none of the client's requests with a success so far.
    pub(crate) before_any_success: bool,
    /// From when on the call would be sent, where the program's own limit holds it back.
    pub(crate) sent_from: Option<Timestamp>,
}

short_debug!(ApiError: action, { status, message, reason, retry_after });

impl ApiError {
    /// Returns the operation that was called, if it was one of the Web API.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        self.action?.operation()
    }

    /// Whether Spotify refuses the size of a page: the app may not have as many items at a time.
    pub(crate) fn refuses_limit(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST && self.message.to_ascii_lowercase().contains("invalid limit")
    }

    /// Whether there is no item with the id that was asked for, or the id is none that Spotify takes. A path that the server
    /// does not know, and a web page in place of a response, say nothing of an item.
    pub(crate) fn is_no_such_item(&self) -> bool {
        let text = self.message.to_ascii_lowercase();
        match self.status {
            StatusCode::NOT_FOUND => text != "service not found" && !self.looks_like_html(),
            StatusCode::BAD_REQUEST => text.contains("base62") || text.contains("invalid id"),
            _ => false,
        }
    }

    /// Whether the body looks like a web page.
    pub(super) fn looks_like_html(&self) -> bool {
        self.body.trim_start_matches('\u{feff}').trim_start().starts_with('<')
    }

    /// Reads a response. What was sent with the request as a secret is blotted out of whatever came back.
    pub(crate) fn new(
        action: Action,
        status: StatusCode,
        body: &[u8],
        retry_after: Option<Duration>,
        secrets: &Secrets,
    ) -> Self {
        let text = body::text(body, secrets);
        let (message, reason) = body::read(&text, secrets);
        Self {
            status,
            message: message.unwrap_or_else(|| status.canonical_reason().unwrap_or("no message").to_owned()),
            reason,
            retry_after,
            body: text,
            action: Some(action),
            before_any_success: false,
            sent_from: None,
        }
    }

    /// What a call gets that is not sent, because Spotify has said that it must not be for so long.
    pub(crate) fn not_sent(action: Action, why: &str, wait: Duration) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            message: why.to_owned(),
            reason: None,
            retry_after: Some(wait),
            body: String::new(),
            action: Some(action),
            before_any_success: false,
            sent_from: None,
        }
    }

    /// Whether a 429 is about a quota, and not about the rate. Half a body may hold the word and still have no reason.
    pub(super) fn is_about_quota(&self) -> bool {
        match &self.reason {
            Some(reason) => reason.eq_ignore_ascii_case(QUOTA_EXCEEDED),
            None => self.body.contains(QUOTA_EXCEEDED),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(action) = self.action {
            write!(f, "{action}: ")?;
        }
        write!(f, "{} ({}", self.message, self.status.as_u16())?;
        if let Some(reason) = &self.reason {
            write!(f, ", {reason}")?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, ", retry after {} s", wait.as_secs_f64().ceil())?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for ApiError {}
