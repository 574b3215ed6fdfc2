//! [`Error`]: everything that can go wrong with a call, and what to do about each.
//!
//! An error says what happened, on which operation, and, through [`Error::hint`], what the caller can do next. It never
//! holds a token: should a server send one back, it is replaced before the error is made.

mod body;
mod hint;
mod secrets;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::ids::PlaylistId;
pub use crate::invalid_input::InvalidInput;
use crate::models::json::{MAX_MESSAGE, brief};
use crate::operation::{Idempotency, OperationInfo};
use crate::text::printable;

pub(crate) use secrets::Secrets;

/// The reason that Spotify gives with a 429 when a quota is used up.
pub(crate) const QUOTA_EXCEEDED: &str = "QUOTA_EXCEEDED";

/// Any error, as implementations of the SDK's ports return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The outcome of everything in this SDK that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a call.
///
/// The first eight variants are answers of Spotify's, told apart by their status alone; the others did not get that far.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// 401: Spotify does not accept the access token, and the auth provider has no newer one. Get a fresh token: they
    /// live for one hour.
    #[error("Spotify refused the access token: {0}")]
    Authentication(Box<ApiError>),
    /// 400: Spotify does not understand the request. Look at the message; a value in the call is not one it takes.
    #[error("Spotify refused the request: {0}")]
    BadRequest(Box<ApiError>),
    /// 403: the token is good, but this is not allowed. A scope is missing, the user or the owner of the app has no Premium,
    /// the user is not on the app's list, the operation is not open to apps in Development Mode, or the device or what plays
    /// does not allow it; [`Error::hint`] tells which it may be.
    #[error("Spotify does not allow this: {0}")]
    Forbidden(Box<ApiError>),
    /// 404: there is no such item, no such device, or no active device to play on.
    #[error("not found: {0}")]
    NotFound(Box<ApiError>),
    /// 429: the app has sent too many requests, and the wait that Spotify asks for is longer than the call may wait.
    /// Try again after [`Error::retry_after`]; until then no call of this client is sent.
    #[error("rate limited: {0}")]
    RateLimit(Box<ApiError>),
    /// 429 with the reason `QUOTA_EXCEEDED`: the quota of the operation is used up, which Spotify counts over about 24 hours for
    /// the account of the developer, with all their client ids together. It is never sent again by itself, and this client
    /// refuses the operation until [`Error::retry_after`] is over, an hour where Spotify names no time. Other operations
    /// go on. [`usage`](crate::AsyncSpotifyClient::usage) tells what was sent.
    #[error("quota used up: {0}")]
    QuotaExceeded(Box<ApiError>),
    /// 500 to 599: Spotify failed, and still did after the retries.
    #[error("Spotify failed: {0}")]
    Server(Box<ApiError>),
    /// Any other status that is not a success, 413 and redirects among them.
    #[error("Spotify answered: {0}")]
    Api(Box<ApiError>),
    /// The user's consent is gone: it expired, six months after it was given, or was revoked. Nothing but sending the
    /// user through sign-in again helps.
    #[error("the user has to sign in again: {}", printable(.0))]
    ReauthorizationRequired(Box<str>),
    /// The user did not let the app in: they said no, or Spotify did. The word is Spotify's, `access_denied` as a rule.
    #[error("the user did not let the app in: {}", printable(.0))]
    AccessDenied(Box<str>),
    /// No answer: no connection could be made, or it broke. [`ConnectionError::maybe_executed`] tells whether Spotify
    /// may have received the request.
    #[error("no answer from Spotify: {0}")]
    Connection(Box<ConnectionError>),
    /// No complete answer in time. The limit is the `timeout` of the client or of the call, for each attempt, in which it also
    /// waits for its access token: [`TimeoutError::waiting_for_token`] tells whether that took all of it.
    #[error("no answer from Spotify: {0}")]
    Timeout(TimeoutError),
    /// A success whose body is not what the operation answers with: not JSON, or JSON of another shape.
    #[error("cannot read the answer of {0}")]
    Decode(Box<DecodeError>),
    /// A body longer than the client's `max_response_size`, or one that would take more than four times as much memory once
    /// it is decoded; what came until then was dropped.
    #[error(
        "the response of {} {} {limit} bytes",
        name_of(*.operation),
        if *.decoded { "would take more memory, once it is decoded, than 4 times" } else { "is longer than" },
    )]
    ResponseTooLarge {
        /// The operation that was called.
        operation: Option<&'static OperationInfo>,
        /// The limit, in bytes.
        limit: usize,
        /// Whether the body itself was within the limit, and would have taken more than four times the limit once decoded.
        decoded: bool,
    },
    /// Done in part: an operation that takes several requests, of which one failed after others were done. It says how much,
    /// so that the caller can go on from there. Status, message, wait and reason are those of the request that failed.
    #[error("done in part: {0}")]
    Incomplete(#[source] Box<IncompleteError>),
    /// The caller's own mistake, found before anything was sent.
    #[error(transparent)]
    InvalidInput(#[from] InvalidInput),
    /// Someone else has changed a playlist while it was synced, or since the caller saw it. Nothing of theirs is overwritten.
    /// See [`Playlists::sync`](crate::api::Playlists::sync).
    #[error(transparent)]
    PlaylistChanged(Box<PlaylistChanged>),
    /// The auth provider could not give a token. What it is depends on the provider.
    #[error("no access token: {}", printable(.0))]
    Provider(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The HTTP status that Spotify answered with, if it did.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Decode(error) => Some(error.status),
            Self::Incomplete(error) => error.source.status(),
            _ => self.api().map(|error| error.status),
        }
    }

    /// Spotify's own message where there is one, for example `Invalid base62 id`; else what this error's text says.
    pub fn message(&self) -> String {
        match self.api() {
            Some(error) => error.message.clone(),
            None => self.to_string(),
        }
    }

    /// Spotify's machine-readable reason, which player commands give: `NO_ACTIVE_DEVICE`, `PREMIUM_REQUIRED`, ….
    pub fn reason(&self) -> Option<&str> {
        self.api()?.reason.as_deref()
    }

    /// How long Spotify asks to wait before the next request, where it does. For a [quota](Self::QuotaExceeded) that is used up
    /// it is how long this client refuses the operation, which is an hour where Spotify says nothing.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after
    }

    /// Whether the same call may succeed soon without a change: rate limits, Spotify's own failures, lost connections
    /// and timeouts. A [quota](Self::QuotaExceeded) that is used up is none of them: it takes hours. For an operation that is not safe to repeat, look at [`ConnectionError::maybe_executed`] first.
    pub fn is_retryable(&self) -> bool {
        match self {
            // The same call would do again what was done.
            Self::Incomplete(error) => error.idempotency == Idempotency::Idempotent && error.source.is_retryable(),
            _ => matches!(self, Self::RateLimit(_) | Self::Server(_) | Self::Connection(_) | Self::Timeout(_)),
        }
    }

    /// The operation that was called, where the error came from one.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        match self {
            Self::Connection(error) => error.operation,
            Self::Timeout(error) => error.operation,
            Self::Decode(error) => error.operation,
            Self::ResponseTooLarge { operation, .. } => *operation,
            Self::Incomplete(error) => Some(error.operation),
            _ => self.api()?.operation,
        }
    }

    /// What the caller can do about it, in a sentence or two, where there is something to say.
    pub fn hint(&self) -> Option<String> {
        hint::hint(self)
    }

    /// Spotify's answer, if this error is one.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Authentication(error)
            | Self::BadRequest(error)
            | Self::Forbidden(error)
            | Self::NotFound(error)
            | Self::RateLimit(error)
            | Self::QuotaExceeded(error)
            | Self::Server(error)
            | Self::Api(error) => Some(error),
            Self::Incomplete(error) => error.source.api(),
            _ => None,
        }
    }

    /// The error of a port: one of the SDK as it is, any other as [`Provider`](Self::Provider).
    pub fn from_box(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(error) => *error,
            Err(error) => Self::Provider(error),
        }
    }

    pub(crate) fn from_api(error: ApiError) -> Self {
        let error = Box::new(error);
        match error.status.as_u16() {
            400 => Self::BadRequest(error),
            401 => Self::Authentication(error),
            403 => Self::Forbidden(error),
            404 => Self::NotFound(error),
            429 if error.is_about_quota() => Self::QuotaExceeded(error),
            429 => Self::RateLimit(error),
            500..=599 => Self::Server(error),
            _ => Self::Api(error),
        }
    }
}

/// An answer of Spotify's that is not a success.
///
/// The status decides what it is. Message and reason are read from the body where it holds them; a body may as well be
/// HTML, plain text, cut off or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Spotify's message, or where it gave none, the name of the status.
    pub message: String,
    /// Spotify's machine-readable reason, such as `NO_ACTIVE_DEVICE`.
    pub reason: Option<String>,
    /// How long Spotify asks to wait before the next request; see [`Error::retry_after`].
    pub retry_after: Option<Duration>,
    /// The body as text, at most 4 KiB of it.
    pub body: String,
    /// The operation that was called.
    pub operation: Option<&'static OperationInfo>,
    /// Whether Spotify has answered none of the client's requests with a success so far.
    pub(crate) before_any_success: bool,
}

impl ApiError {
    /// Whether Spotify refuses the size of a page: the app may not have as many items at a time.
    pub(crate) fn refuses_limit(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST && self.message.to_ascii_lowercase().contains("invalid limit")
    }

    /// Reads a response. What was sent with the request as a secret is blotted out of whatever came back.
    pub(crate) fn new(
        operation: Option<&'static OperationInfo>,
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
            operation,
            before_any_success: false,
        }
    }

    /// What a call gets that is not sent, because Spotify has said that it must not be for so long.
    pub(crate) fn not_sent(operation: &'static OperationInfo, why: &str, wait: Duration) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            message: why.to_owned(),
            reason: None,
            retry_after: Some(wait),
            body: String::new(),
            operation: Some(operation),
            before_any_success: false,
        }
    }

    /// Whether a 429 is about a quota, and not about the rate. Half a body may hold the word and still have no reason.
    fn is_about_quota(&self) -> bool {
        match &self.reason {
            Some(reason) => reason.eq_ignore_ascii_case(QUOTA_EXCEEDED),
            None => self.body.contains(QUOTA_EXCEEDED),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
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

/// A connection that could not be made, or that broke before the answer was complete.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}: {} {address}: {}",
    name_of(*.operation),
    if *.maybe_executed { "lost the connection to" } else { "cannot connect to" },
    printable(root_cause(&**.source))
)]
#[non_exhaustive]
pub struct ConnectionError {
    /// The operation that was called.
    pub operation: Option<&'static OperationInfo>,
    /// The base URL that the request was sent to.
    pub address: Box<str>,
    /// Whether the request may have reached Spotify and may have been carried out. `false` where no connection was made.
    pub maybe_executed: bool,
    /// What the HTTP transport said.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// An answer that did not come, or not to its end, within the time that one attempt may take.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(
    "{}: {} within {} s",
    name_of(*.operation),
    if *.waiting_for_token { "the auth provider gave no access token" } else { "not complete" },
    .limit.as_secs_f64()
)]
#[non_exhaustive]
pub struct TimeoutError {
    /// The operation that was called.
    pub operation: Option<&'static OperationInfo>,
    /// The limit that was reached.
    pub limit: Duration,
    /// Whether the time went into waiting for the access token. The request was certainly not sent then.
    pub waiting_for_token: bool,
}

impl TimeoutError {
    /// For a request that was sent, or may have been.
    pub(crate) fn new(operation: Option<&'static OperationInfo>, limit: Duration) -> Self {
        Self { operation, limit, waiting_for_token: false }
    }
}

/// A success whose body could not be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} ({}): {source}; the body starts with {start:?}",
    name_of(*.operation),
    .status.as_u16()
)]
#[non_exhaustive]
pub struct DecodeError {
    /// The operation that was called.
    pub operation: Option<&'static OperationInfo>,
    /// The HTTP status of the answer.
    pub status: StatusCode,
    /// The first characters of the body.
    pub start: String,
    /// What the JSON decoder said, with line and column.
    pub source: serde_json::Error,
}

impl DecodeError {
    pub(crate) fn new(
        operation: Option<&'static OperationInfo>,
        status: StatusCode,
        body: &[u8],
        source: serde_json::Error,
        secrets: &Secrets,
    ) -> Self {
        let start = body::text(body, secrets).chars().take(80).collect();
        // serde quotes what it did not expect, at any length. It is cut first, as the body is.
        let words = brief(&source);
        let shown = printable(secrets.blotted_out_of(&words)).to_string();
        let is_whole = words.len() < MAX_MESSAGE && shown == words;
        let source = if is_whole { source } else { serde::de::Error::custom(shown) };
        Self { operation, status, start, source }
    }

    /// Whether the body looks like a web page: a proxy or a sign-in page of a network answered in Spotify's place.
    pub fn looks_like_html(&self) -> bool {
        self.start.trim_start_matches('\u{feff}').trim_start().starts_with('<')
    }
}

/// How far an operation came that takes several requests.
///
/// Of the values that the caller gave, the first [`done`](Self::done) were certainly dealt with. Of the
/// [`uncertain`](Self::uncertain) ones after them nobody knows, since the answer was lost. The [`rest`](Self::rest)
/// certainly was not. [`next`](Self::next) is the operation to go on with; where it adds items at a position, they go as
/// much further on as there are done.
///
/// ```no_run
/// use spotify_sdk::{AsyncSpotifyClient, Error};
///
/// # async fn example(client: AsyncSpotifyClient, uris: Vec<String>) -> spotify_sdk::Result<()> {
/// match client.library().save_items(&uris).await {
///     // What may have been saved can be saved again.
///     Err(Error::Incomplete(error)) => client.library().save_items(&uris[error.done..]).await,
///     result => result,
/// }
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[error(
    "{}: {done} of {total} were done{}, {} were not: {source}",
    .operation.name,
    if *.uncertain > 0 { format!(", the next {uncertain} may have been") } else { String::new() },
    .total - .done - .uncertain,
)]
#[non_exhaustive]
pub struct IncompleteError {
    /// The operation that was called.
    pub operation: &'static OperationInfo,
    /// The operation to go on with. Nearly always the same; but when `replace_items` has replaced everything by the first
    /// 100, the others are added with `add_items`.
    pub next: &'static OperationInfo,
    /// How many values the caller gave.
    pub total: usize,
    /// How many of them, from the first on, were dealt with.
    pub done: usize,
    /// How many after those may or may not have been.
    pub uncertain: usize,
    /// Whether dealing with the uncertain ones again does no harm.
    pub idempotency: Idempotency,
    /// What went wrong.
    pub source: Error,
}

impl IncompleteError {
    /// The indices of the values of which nobody knows whether they were dealt with.
    pub fn uncertain(&self) -> std::ops::Range<usize> {
        self.done..self.done + self.uncertain
    }

    /// The indices of the values that certainly were not dealt with.
    pub fn rest(&self) -> std::ops::Range<usize> {
        self.done + self.uncertain..self.total
    }
}

/// A playlist that is not what a sync took it to be, because someone else has changed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the playlist {playlist} was changed by someone else: {}", Progress(self))]
#[non_exhaustive]
pub struct PlaylistChanged {
    /// The playlist.
    pub playlist: PlaylistId,
    /// The version that the sync took it to be at.
    pub expected: String,
    /// The version that it is at.
    pub found: String,
    /// How many steps of the plan were taken before that was noticed. They stay done.
    pub steps_done: usize,
    /// How many steps the plan has; 0 where there was none yet.
    pub steps: usize,
}

struct Progress<'a>(&'a PlaylistChanged);

impl fmt::Display for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PlaylistChanged { expected, found, steps_done, steps, .. } = self.0;
        match steps_done {
            0 => f.write_str("nothing was done to it")?,
            _ => write!(f, "{steps_done} of {steps} steps were done, and nothing else was overwritten")?,
        }
        write!(f, " (expected version {}, found {})", printable(expected), printable(found))
    }
}

fn name_of(operation: Option<&OperationInfo>) -> &'static str {
    operation.map_or("the request", |operation| operation.name)
}

/// What lies at the bottom of an error: HTTP libraries wrap `Connection refused` into several layers that say less.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
