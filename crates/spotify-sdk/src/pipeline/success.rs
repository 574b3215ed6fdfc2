//! [`Success`]: the body of a success, and how it is read.

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::decode::{self, Unreadable};
use crate::auth::AccessToken;
use crate::error::{DecodeError, Error, ResponseTooLargeError, Result, Secrets};
use crate::operation::{Answer, OperationInfo};

/// A success, not yet decoded.
#[derive(Debug)]
pub(crate) struct Success {
    pub(super) operation: &'static OperationInfo,
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    pub(super) token: AccessToken,
    pub(super) max_response_size: usize,
}

impl Success {
    /// The body as `T`; an empty one, and one that has no meaning, as JSON's `null`.
    pub(crate) fn decode<T: DeserializeOwned>(&self, answer: Answer) -> Result<T> {
        decode::decode(&self.body, answer, self.max_response_size).map_err(|error| match error {
            Unreadable::Shape(error) => self.unreadable(error),
            Unreadable::TooLarge => {
                let error = ResponseTooLargeError::new(self.operation, self.max_response_size);
                ResponseTooLargeError { decoded: true, ..error }.into()
            }
        })
    }

    /// What to say of a body that is not what it should be.
    pub(crate) fn unreadable(&self, error: serde_json::Error) -> Error {
        let secrets = Secrets::of([self.token.expose()]);
        DecodeError::new(Some(self.operation), self.status, &self.body, error, &secrets).into()
    }
}
