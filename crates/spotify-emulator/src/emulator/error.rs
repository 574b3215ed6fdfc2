//! What can go wrong with the control of an emulator.

use std::fmt;

use crate::accounts::Problem;

/// Why a text could not be read as an emulator's state.
#[derive(Debug)]
pub struct StateError(serde_json::Error);

impl StateError {
    pub(crate) fn new(error: serde_json::Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is not the state of an emulator: {}", self.0)
    }
}

impl std::error::Error for StateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Why the authorization page does not ask.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConsentError(Problem);

impl ConsentError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self(problem)
    }
}

impl fmt::Display for ConsentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.0.message, self.0.advice)
    }
}

impl std::error::Error for ConsentError {}
