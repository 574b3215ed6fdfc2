//! [`Success`]: the body of a success, and how it is read.

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::unwrap;
use crate::auth::AccessToken;
use crate::error::{DecodeError, Error, Result};
use crate::operation::{Answer, OperationInfo};

/// A success, not yet decoded.
#[derive(Debug)]
pub(crate) struct Success {
    pub(super) operation: &'static OperationInfo,
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    pub(super) token: AccessToken,
}

impl Success {
    /// The body as `T`; an empty one, and one that has no meaning, as JSON's `null`.
    pub(crate) fn decode<T: DeserializeOwned>(&self, answer: Answer) -> Result<T> {
        let body: &[u8] = if self.body.is_empty() || answer == Answer::Ignored { b"null" } else { &self.body };
        // To check the encoding once, of the whole body, is faster than to check each string. What is no text is left
        // to serde_json: it says where.
        let decoded = match (answer, str::from_utf8(body)) {
            (Answer::Confirmation(field), _) => unwrap::read_or_empty(body, field),
            (Answer::Wrapped(field), Ok(text)) => unwrap::read(&mut serde_json::Deserializer::from_str(text), field),
            (Answer::Wrapped(field), Err(_)) => unwrap::read(&mut serde_json::Deserializer::from_slice(body), field),
            (Answer::Json | Answer::Ignored, Ok(text)) => serde_json::from_str(text),
            (Answer::Json | Answer::Ignored, Err(_)) => serde_json::from_slice(body),
        };
        decoded.map_err(|error| self.unreadable(error))
    }

    /// What to say of a body that is not what it should be.
    pub(crate) fn unreadable(&self, error: serde_json::Error) -> Error {
        let secret = self.token.expose_secret();
        Error::Decode(Box::new(DecodeError::new(Some(self.operation), self.status, &self.body, error, secret)))
    }
}
