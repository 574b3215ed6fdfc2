//! Answers, before HTTP has got hold of them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::ser::{Serialize, Serializer};

use crate::errors::ApiError;

const JSON: &str = "application/json; charset=utf-8";

/// An answer: a status, and JSON or nothing.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    json: Option<Bytes>,
    public: bool,
}

impl Reply {
    /// 200 with an object that is for the user alone.
    pub(crate) fn json(object: &impl Serialize) -> Result<Self, ApiError> {
        Self::with_status(StatusCode::OK, object)
    }

    pub(crate) fn with_status(status: StatusCode, object: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self { status, json: Some(to_json(object)?), public: false })
    }

    /// An answer without a body.
    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self { status, json: None, public: false }
    }

    /// The same answer, good for everyone.
    pub(crate) fn public(mut self) -> Self {
        self.public = true;
        self
    }
}

/// An object with one field, as Spotify wraps many of its answers.
pub(crate) struct Under<T>(pub(crate) &'static str, pub(crate) T);

impl<T: Serialize> Serialize for Under<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, &self.1)])
    }
}

fn to_json(object: &impl Serialize) -> Result<Bytes, ApiError> {
    let json = serde_json::to_vec(object);
    json.map(Bytes::from).map_err(|_| ApiError::SERVER_ERROR)
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.status;
        let caching = if self.public { "public, max-age=0" } else { "private, max-age=0" };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        if let Some(json) = self.json {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
            *response.body_mut() = Body::from(json);
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let reply = Reply { status: self.status, json: to_json(&self.body()).ok(), public: false };
        let mut response = reply.into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self.allow.and_then(|allow| HeaderValue::try_from(allow).ok()) {
            headers.insert(ALLOW, allow);
        }
        response
    }
}
