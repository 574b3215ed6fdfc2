//! Errors of the public API.

use std::fmt;

use crate::accounts::AuthorizationError;

/// A text is not the saved state of an emulator. `Display` says why.
#[derive(Debug)]
pub struct StateError(serde_json::Error);

impl StateError {
    pub(crate) fn new(error: serde_json::Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not the state of an emulator: {}", self.0)
    }
}

impl std::error::Error for StateError {}

/// An invalid authorization request. `Display` has the message of the authorization page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConsentError(AuthorizationError);

impl ConsentError {
    pub(crate) fn new(problem: AuthorizationError) -> Self {
        Self(problem)
    }
}

impl fmt::Display for ConsentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.0.message, self.0.advice)
    }
}

impl std::error::Error for ConsentError {}
