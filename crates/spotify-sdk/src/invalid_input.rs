//! [`InvalidInput`]: what every layer says of a value that cannot be sent.

use crate::text::printable;

/// A value that the caller gave and that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {parameter}: {}", printable(message))]
#[non_exhaustive]
pub struct InvalidInput {
    /// The parameter or setting that it was given for.
    pub parameter: &'static str,
    /// What was expected and what came.
    pub message: Box<str>,
}

impl InvalidInput {
    /// An error for a value of the caller's: `parameter` names what it was given for, `message` says what was expected
    /// and what came. For authors of [operations](crate::operation::Operation) and providers of their own.
    pub fn new(parameter: &'static str, message: impl Into<Box<str>>) -> Self {
        Self { parameter, message: message.into() }
    }

    /// The same, for a value that was given for `parameter`.
    pub(crate) fn of(self, parameter: &'static str) -> Self {
        Self { parameter, ..self }
    }
}
