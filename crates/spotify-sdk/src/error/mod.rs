//! [`Error`]: everything that can go wrong with a call, and what to do about each.
//!
//! An error says what happened, on which operation, and, through [`Error::hint`], what the caller can do next. It never
//! holds a token: should a server send one back, it is replaced before the error is made.
//!
//! # Sources
//!
//! `Display` prints the whole message, the cause included. So that a reporter which prints the chain of sources repeats
//! nothing, [`source`](std::error::Error::source) continues after the last error that was printed. The cause itself is
//! behind an accessor: [`ConnectionError::inner`], [`DecodeError::inner`], [`IncompleteError::inner`],
//! [`ProviderError::inner`] and [`SetupError::inner`].

mod api;
mod body;
mod hint;
mod incomplete;
mod program;
mod secrets;
mod sign_in;
#[cfg(test)]
mod tests;
mod transfer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::definition::{Action, Idempotency, OperationInfo};
pub use crate::invalid_input::InvalidInput;

pub(crate) use api::QUOTA_EXCEEDED;
pub use api::{ApiError, DAILY_BUDGET};
pub use incomplete::{IncompleteError, PlaylistChangedError};
pub use program::{InternalError, ProviderError, SetupError};
pub(crate) use secrets::Secrets;
pub use sign_in::{AccessDeniedError, ReauthorizationReason, ReauthorizationRequiredError};
pub use transfer::{ConnectionError, DecodeError, ResponseTooLargeError, TimeoutError};

/// The result of everything in this SDK that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error: what an implementation of one of the SDK's traits may fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A cause that clones of an error share.
type SharedCause = Arc<dyn std::error::Error + Send + Sync>;

/// What went wrong with a call.
///
/// The first eight variants are responses of Spotify's, told apart by their status alone; the others did not get that far.
/// Clones are cheap and share their causes.
///
/// `Debug` prints the message, and the [`hint`](Self::hint) on a line below, so a `main` that returns an error shows both:
///
/// ```text
/// Error: Spotify refused the access token: users.get_current_profile (GET /me): Invalid access token (401)
/// hint: Get a fresh access token, and check that it is complete, and for Spotify's Web API.
/// ```
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// 401: Spotify does not accept the access token, and the auth provider has no newer one. Get a fresh token: they
    /// live for one hour.
    #[error("Spotify refused the access token: {0}")]
    Authentication(Box<ApiError>),
    /// 400: Spotify does not understand the request. Look at the message; it takes no such value.
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
    /// the account of the developer, with all their client ids together. It is never sent again automatically, and this client
    /// refuses the operation until [`Error::retry_after`] is over, an hour where Spotify names no time. Other operations
    /// go on. [`usage`](crate::AsyncSpotifyClient::usage) tells what was sent.
    ///
    /// Or the client's own [daily budget](crate::ClientBuilder::daily_budget) is used up, and the call was not sent:
    /// [`Error::is_daily_budget`].
    #[error("quota used up: {0}")]
    QuotaExceeded(Box<ApiError>),
    /// 500 to 599: Spotify failed, and still did after the retries.
    #[error("Spotify failed: {0}")]
    Server(Box<ApiError>),
    /// Any other status that is not a success, 413 and redirects among them.
    #[error("Spotify responded: {0}")]
    Api(Box<ApiError>),
    /// The user has to sign in, for the first time or again: [`ReauthorizationRequiredError::reason`] tells why. Nothing
    /// else helps.
    #[error(transparent)]
    ReauthorizationRequired(Box<ReauthorizationRequiredError>),
    /// The user denied the app access, or Spotify did.
    #[error(transparent)]
    AccessDenied(Box<AccessDeniedError>),
    /// No response: no connection could be made, or it broke. [`ConnectionError::maybe_executed`] tells whether Spotify
    /// may have received the request.
    #[error(transparent)]
    Connection(Box<ConnectionError>),
    /// No complete response in time. The limit is the `timeout` of the client or of the call, for each attempt, waiting for
    /// the access token included: [`TimeoutError::waiting_for_token`] tells whether that took all of it.
    #[error(transparent)]
    Timeout(Box<TimeoutError>),
    /// A success whose body is not what the operation responds with: not JSON, or JSON of another shape.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// A body longer than the client's `max_response_size`, or one that would take more than four times as much memory once
    /// it is decoded; what had arrived until then was dropped.
    #[error(transparent)]
    ResponseTooLarge(Box<ResponseTooLargeError>),
    /// Done or read in part: what takes several requests, of which one failed after others were done. It says how much, so
    /// that the caller can go on from there. Status, message, wait and reason are those of the request that failed.
    #[error(transparent)]
    Incomplete(Box<IncompleteError>),
    /// The caller's own mistake, found before anything was sent.
    #[error(transparent)]
    InvalidInput(Box<InvalidInput>),
    /// Another program has changed a playlist while it was synced, or since the caller saw it. Nothing of that is overwritten.
    /// See [`Playlists::sync`](crate::api::Playlists::sync).
    #[error(transparent)]
    PlaylistChanged(Box<PlaylistChangedError>),
    /// The auth provider, its token cache or a middleware failed in a way of its own: [`ProviderError::inner`].
    #[error(transparent)]
    Provider(Box<ProviderError>),
    /// The environment lacks what a client needs: a tokio runtime, TLS, random numbers, a thread, an HTTP client; or the
    /// process was forked after the client was made. Nothing was sent.
    #[error(transparent)]
    Setup(Box<SetupError>),
    /// A task of this SDK ended without a result, because its runtime did or because something in it panicked; or the SDK
    /// itself is at fault. [`InternalError::maybe_executed`] tells whether Spotify may have received a request.
    #[error(transparent)]
    Internal(Box<InternalError>),
}

impl Error {
    /// The error of an implementation of one of the SDK's traits: an `Error` in the box is taken out of it, and anything else
    /// becomes [`Provider`](Self::Provider).
    ///
    /// ```
    /// use spotify_sdk::Error;
    ///
    /// let error = Error::from_box("the vault is sealed".into());
    /// assert_eq!(error.to_string(), "no access token: the vault is sealed");
    /// assert!(matches!(Error::from_box(error.into()), Error::Provider(_)));
    /// ```
    pub fn from_box(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(error) => *error,
            Err(error) => ProviderError::new(error).into(),
        }
    }

    /// The HTTP status that Spotify responded with, if it did.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Decode(error) => Some(error.status),
            Self::Incomplete(error) => error.inner.status(),
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

    /// Whether the call was not sent because the client's own [daily budget](crate::ClientBuilder::daily_budget) is used up, or
    /// nine tenths of it for a call in the background. [`reason`](Self::reason) is [`DAILY_BUDGET`] then, and
    /// [`retry_after`](Self::retry_after) the time until calls of its priority are sent again.
    pub fn is_daily_budget(&self) -> bool {
        matches!(self, Self::QuotaExceeded(_) | Self::Incomplete(_)) && self.reason() == Some(DAILY_BUDGET)
    }

    /// How long Spotify asks to wait before the next request, where it does. For a [quota](Self::QuotaExceeded) that is used up
    /// it is how long this client refuses the operation, which is an hour where Spotify says nothing.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after
    }

    /// Whether the failure is transient, so that the same call may succeed soon: rate limits, Spotify's own failures, lost
    /// connections and timeouts. A [quota](Self::QuotaExceeded) that is used up is not: it takes hours. For an operation that
    /// is not idempotent, look at [`ConnectionError::maybe_executed`] first.
    pub fn is_retryable(&self) -> bool {
        match self {
            // The same call would do again what was done.
            Self::Incomplete(error) => error.idempotency == Idempotency::Idempotent && error.inner.is_retryable(),
            _ => matches!(self, Self::RateLimit(_) | Self::Server(_) | Self::Connection(_) | Self::Timeout(_)),
        }
    }

    /// The operation that was called, where the error came from one.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        match self {
            Self::ReauthorizationRequired(error) => error.operation,
            Self::Incomplete(error) => Some(error.operation),
            Self::Internal(error) => error.operation,
            _ => self.action()?.operation(),
        }
    }

    /// What the client was doing when the error arose, where that is known: it called an operation, or it tried to get an
    /// access token.
    pub fn action(&self) -> Option<Action> {
        match self {
            Self::Connection(error) => error.action,
            Self::Timeout(error) => error.action,
            Self::Decode(error) => error.action,
            Self::ResponseTooLarge(error) => error.action,
            Self::ReauthorizationRequired(_) | Self::Incomplete(_) | Self::Internal(_) => {
                self.operation().map(Action::from)
            }
            _ => self.api()?.action,
        }
    }

    /// What the caller can do about it, in a sentence or two, where there is something to say.
    pub fn hint(&self) -> Option<String> {
        hint::hint(self)
    }

    /// Spotify's response, if this error is one.
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
            Self::Incomplete(error) => error.inner.api(),
            _ => None,
        }
    }

    /// Whether Spotify refuses the operation itself to this app, whatever it is called with.
    #[cfg(feature = "extended-quota")]
    pub(crate) fn is_closed_to_app(&self) -> bool {
        self.api().is_some_and(hint::is_closed_to_app)
    }

    /// Whether there is no item with the id that was asked for, or the id is none that Spotify takes.
    pub(crate) fn is_no_such_item(&self) -> bool {
        self.api().is_some_and(ApiError::is_no_such_item)
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

/// The message, and the hint on a line below. The details are in the fields of each variant's struct.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match self.hint() {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

macro_rules! from_details {
    ($($variant:ident: $details:ident,)*) => {
        $(impl From<$details> for Error {
            fn from(error: $details) -> Self {
                Self::$variant(Box::new(error))
            }
        })*
    };
}

from_details! {
    ReauthorizationRequired: ReauthorizationRequiredError,
    AccessDenied: AccessDeniedError,
    Connection: ConnectionError,
    Timeout: TimeoutError,
    Decode: DecodeError,
    ResponseTooLarge: ResponseTooLargeError,
    Incomplete: IncompleteError,
    InvalidInput: InvalidInput,
    PlaylistChanged: PlaylistChangedError,
    Provider: ProviderError,
    Setup: SetupError,
    Internal: InternalError,
}

/// `Debug` for details that name an operation: by its name, where its whole description would fill the screen.
macro_rules! short_debug {
    ($details:ident: $what:ident, { $($field:ident),* }) => {
        impl std::fmt::Debug for $details {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($details))
                    .field(stringify!($what), &self.$what.map(|$what| $crate::definition::Action::from($what).name()))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}
use short_debug;

fn name_of(action: Option<Action>) -> &'static str {
    action.map_or("the request", Action::name)
}

/// What lies at the bottom of an error: HTTP libraries wrap `Connection refused` into several layers that say less.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
