//! What is up to the program around the SDK, or to the SDK itself: [`ProviderError`], [`SetupError`] and
//! [`InternalError`].

use std::fmt;

use super::{BoxError, SharedCause, root_cause, short_debug};
use crate::definition::OperationInfo;
use crate::text::printable;

/// An auth provider, its token cache or a middleware, that failed in a way of its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProviderError {
    /// What that means for the call.
    what: &'static str,
    inner: SharedCause,
}

impl ProviderError {
    /// An error with a cause of the provider's own.
    pub fn new(cause: impl Into<BoxError>) -> Self {
        Self { what: "no access token", inner: cause.into().into() }
    }

    /// The error of a middleware.
    pub(crate) fn of_middleware(cause: BoxError) -> Self {
        Self { what: "the middleware failed", inner: cause.into() }
    }

    /// The error of the store of a cache.
    #[cfg(feature = "cache")]
    pub(crate) fn of_cache(cause: BoxError) -> Self {
        Self { what: "the cache's store failed", inner: cause.into() }
    }

    /// The provider's error.
    pub fn inner(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.inner
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, printable(&self.inner))
    }
}

impl std::error::Error for ProviderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source()
    }
}

/// What the environment lacks.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", printable(message))]
#[non_exhaustive]
pub struct SetupError {
    /// What is missing.
    pub message: Box<str>,
    pub(super) hint: Option<&'static str>,
    inner: Option<SharedCause>,
}

impl SetupError {
    /// `message` says what is missing, `hint` what to do about it.
    pub(crate) fn new(message: &str, hint: &'static str) -> Self {
        Self { message: message.into(), hint: Some(hint), inner: None }
    }

    /// Something that the system does not give.
    pub(crate) fn because(message: &str, cause: impl Into<BoxError>) -> Self {
        let cause = SharedCause::from(cause.into());
        Self { message: format!("{message}: {}", root_cause(&*cause)).into(), hint: None, inner: Some(cause) }
    }

    /// The error of the system, where there is one.
    pub fn inner(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.inner.as_deref()
    }
}

/// A task that ended without a result, or a fault of the SDK itself.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", operation.map(|operation| format!("{}: ", operation.name)).unwrap_or_default())]
#[non_exhaustive]
pub struct InternalError {
    /// The operation that was called.
    pub operation: Option<&'static OperationInfo>,
    /// What happened.
    pub message: Box<str>,
    /// Whether a request may have reached Spotify and may have been carried out.
    pub maybe_executed: bool,
}

short_debug!(InternalError: operation, { message, maybe_executed });

impl InternalError {
    pub(crate) fn new(operation: Option<&'static OperationInfo>, message: &str, maybe_executed: bool) -> Self {
        Self { operation, message: message.into(), maybe_executed }
    }
}
