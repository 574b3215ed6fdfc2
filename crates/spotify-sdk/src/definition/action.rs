//! [`Action`]: what a client was doing, as errors and events name it.

use std::fmt;

use super::OperationInfo;

/// What a client was doing: an operation of the Web API, or work of its own to get an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// It called an operation.
    Operation(&'static OperationInfo),
    /// It requested a token from the token endpoint of the Accounts service.
    TokenRequest,
    /// It waited for something of this program or machine, before it could request a token. The text says for what.
    Waiting(&'static str),
    /// It waited for a user who signs in.
    SignIn,
    /// It called operations that this program does not know: in the usage alone, for requests that a
    /// [log](crate::rate_limit::UsageLog) of other programs holds.
    Unknown,
}

impl Action {
    /// Returns its name: `"albums.get"`, `"auth.token"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.name,
            Self::TokenRequest => "auth.token",
            Self::Waiting(what) => what,
            Self::SignIn => "the sign-in in the browser",
            Self::Unknown => "operations of other programs",
        }
    }

    /// Returns the operation, if it was one.
    pub fn operation(self) -> Option<&'static OperationInfo> {
        match self {
            Self::Operation(operation) => Some(operation),
            _ => None,
        }
    }
}

impl From<&'static OperationInfo> for Action {
    fn from(operation: &'static OperationInfo) -> Self {
        Self::Operation(operation)
    }
}

/// `albums.get (GET /albums/{id})`, `auth.token (POST /api/token)`.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(operation) => operation.fmt(f),
            Self::TokenRequest => write!(f, "{} (POST /api/token)", self.name()),
            Self::Waiting(_) | Self::SignIn | Self::Unknown => f.write_str(self.name()),
        }
    }
}
