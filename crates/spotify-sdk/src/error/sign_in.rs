//! What only the user can change: [`ReauthorizationRequiredError`] and [`AccessDeniedError`].

use std::fmt;

use super::short_debug;
use crate::definition::OperationInfo;
use crate::text::printable;

/// A user who has to sign in, for the first time or again.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReauthorizationRequiredError {
    /// What the app calls the user. Empty where the app has one user.
    pub user: String,
    /// The client id of the app.
    pub client_id: String,
    /// The operation that a token was needed for, where there was one.
    pub operation: Option<&'static OperationInfo>,
    /// Why there is no token.
    pub reason: ReauthorizationReason,
    /// What Spotify said, where it was asked: `Refresh token revoked`, for example.
    pub message: Option<String>,
}

short_debug!(ReauthorizationRequiredError: operation, { user, client_id, reason, message });

/// Why a user has to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReauthorizationReason {
    /// There is no sign-in of this user.
    NeverSignedIn,
    /// The user's consent has ended, six months after it was given.
    ConsentExpired,
    /// The user, or Spotify, has withdrawn the consent.
    Revoked,
    /// The user has signed in for fewer scopes than the app asks for.
    MissingScopes,
    /// The token has expired, and came without a refresh token.
    NoRefreshToken,
}

impl fmt::Display for ReauthorizationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverSignedIn => "there is no sign-in yet",
            Self::ConsentExpired => "the consent has expired",
            Self::Revoked => "the consent was revoked",
            Self::MissingScopes => "the sign-in is for fewer scopes than the app asks for",
            Self::NoRefreshToken => "the token has expired, and there is no refresh token",
        })
    }
}

impl ReauthorizationRequiredError {
    pub(crate) fn new(
        client_id: impl Into<String>,
        user: impl Into<String>,
        reason: ReauthorizationReason,
        message: Option<String>,
    ) -> Self {
        Self { user: user.into(), client_id: client_id.into(), operation: None, reason, message }
    }
}

impl fmt::Display for ReauthorizationRequiredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the user ")?;
        if !self.user.is_empty() {
            write!(f, "`{}` ", printable(&self.user))?;
        }
        write!(f, "of the app `{}` has to sign in", printable(&self.client_id))?;
        if self.reason != ReauthorizationReason::NeverSignedIn {
            f.write_str(" again")?;
        }
        if let Some(operation) = self.operation {
            write!(f, " for `{}`", operation.name)?;
        }
        write!(f, ": {}", self.reason)?;
        match &self.message {
            Some(message) => write!(f, " ({})", printable(message)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ReauthorizationRequiredError {}

/// A sign-in that ended without access, because the user or Spotify denied it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the user did not give the app access: {}", printable(reason))]
#[non_exhaustive]
pub struct AccessDeniedError {
    /// Spotify's word for it, `access_denied` as a rule.
    pub reason: String,
}

impl AccessDeniedError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}
