//! Responses of the Web API.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::ser::{Serialize, Serializer};

use super::{ApiError, Caching, JSON, is_known};

/// A response: a status, and JSON or no body.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    status: StatusCode,
    json: Option<Bytes>,
}

impl ApiResponse {
    /// 200 with an object.
    pub(crate) fn json(object: &impl Serialize) -> Result<Self, ApiError> {
        Self::with_status(StatusCode::OK, object)
    }

    pub(crate) fn with_status(status: StatusCode, object: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self { status, json: Some(to_json(object)?) })
    }

    /// A response without a body.
    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self { status, json: None }
    }

    /// The response to a request with these headers, of an operation with this caching.
    pub(crate) fn into_http(self, caching: Caching, request: &HeaderMap) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching.header()));
        let Some(json) = self.json else {
            return response;
        };
        if let Some(tag) = caching.tag(&json) {
            let known = is_known(request, &tag);
            headers.extend(HeaderValue::try_from(tag).ok().map(|tag| (ETAG, tag)));
            if known {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                return response;
            }
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        *response.body_mut() = Body::from(json);
        response
    }
}

/// An object with one field, as in many of Spotify's responses.
pub(crate) struct Wrapped<T>(pub(crate) &'static str, pub(crate) T);

impl<T: Serialize> Serialize for Wrapped<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, &self.1)])
    }
}

fn to_json(object: &impl Serialize) -> Result<Bytes, ApiError> {
    let json = serde_json::to_vec(object);
    json.map(Bytes::from).map_err(|_| ApiError::SERVER_ERROR)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (kind, body) = self.body();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(Caching::Private.header()));
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
