//! [`Received`]: a successful response that is not decoded yet, and [`Response`], a decoded one.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::decode::{self, Unreadable};
use super::middleware::{ApiResponse, CacheStatus};
use crate::auth::AccessToken;
use crate::definition::{Action, OperationInfo, ResponseBody};
use crate::error::{DecodeError, Error, ResponseTooLargeError, Result, Secrets};
use crate::models::unreadable::Redaction;

/// A successful response, with everything that Spotify sent. Returned by `send_raw` of a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded body.
    pub value: T,
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as Spotify sent it, decompressed.
    pub body: Bytes,
    /// How the response was served from a cache; `None` if Spotify sent it for this call.
    pub from_cache: Option<CacheStatus>,
}

/// A successful response that is not decoded yet.
#[derive(Debug)]
pub(crate) struct Received {
    pub(super) operation: &'static OperationInfo,
    pub(super) response: ApiResponse,
    pub(super) max_response_size: usize,
}

impl Received {
    /// Decodes the body as `T`. An empty body, and one that has no meaning, is decoded as JSON's `null`.
    pub(crate) fn decode<T: DeserializeOwned>(&self, response_body: ResponseBody) -> Result<T> {
        let token = self.response.token().cloned();
        let _redaction = Redaction::by(move |text| secrets_of(token.as_ref()).blotted_out_of(text));
        decode::decode(self.response.body(), response_body, self.max_response_size).map_err(|error| match error {
            Unreadable::Shape(error) => self.unreadable(error),
            Unreadable::TooLarge => {
                let error = ResponseTooLargeError::new(self.operation.into(), self.max_response_size);
                ResponseTooLargeError { decoded: true, ..error }.into()
            }
        })
    }

    /// Decodes the body, and returns it with the rest of the response.
    pub(crate) fn into_response<T: DeserializeOwned>(self, response_body: ResponseBody) -> Result<Response<T>> {
        let value = self.decode(response_body)?;
        let (status, headers, body, from_cache) = self.response.into_parts();
        Ok(Response { value, status, headers, body, from_cache })
    }

    /// Returns the error for a body that cannot be decoded.
    pub(crate) fn unreadable(&self, error: serde_json::Error) -> Error {
        let secrets = secrets_of(self.response.token());
        let (status, body) = (self.response.status(), self.response.body());
        DecodeError::new(Action::from(self.operation), status, body, error, &secrets).into()
    }
}

fn secrets_of(token: Option<&AccessToken>) -> Secrets {
    Secrets::of(token.map(AccessToken::expose))
}
