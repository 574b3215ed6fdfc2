//! Spotify's error answers: a status, and a JSON body with the same status and a message.

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::routes::json_response;

/// An error as Spotify words it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: &'static str,
    challenge: Option<&'static str>,
}

#[derive(Serialize)]
struct ErrorBody {
    error: ErrorDetails,
}

#[derive(Serialize)]
struct ErrorDetails {
    status: u16,
    message: &'static str,
}

impl ApiError {
    pub(crate) const INVALID_ID: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid base62 id");
    pub(crate) const INVALID_LIMIT: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid limit");
    pub(crate) const INVALID_OFFSET: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid offset");
    pub(crate) const INVALID_MARKET: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid market code");
    pub(crate) const UNREADABLE_BODY: Self = Self::new(StatusCode::BAD_REQUEST, "Error parsing the request body.");
    pub(crate) const NOT_BEARER: Self =
        Self::new(StatusCode::BAD_REQUEST, "Only valid bearer authentication supported");
    pub(crate) const NO_TOKEN: Self =
        Self::new(StatusCode::UNAUTHORIZED, "No token provided").challenged("Bearer realm=\"spotify\"");
    pub(crate) const EXPIRED_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "The access token expired").challenged(
        "Bearer realm=\"spotify\", error=\"invalid_token\", error_description=\"The access token expired\"",
    );
    pub(crate) const INVALID_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "Invalid access token")
        .challenged("Bearer realm=\"spotify\", error=\"invalid_token\", error_description=\"Invalid access token\"");
    pub(crate) const INSUFFICIENT_SCOPE: Self = Self::new(StatusCode::FORBIDDEN, "Insufficient client scope");
    pub(crate) const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "Resource not found");
    pub(crate) const NO_SUCH_SERVICE: Self = Self::new(StatusCode::NOT_FOUND, "Service not found");
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");

    const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message, challenge: None }
    }

    const fn challenged(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody { error: ErrorDetails { status: self.status.as_u16(), message: self.message } };
        let mut response = json_response(self.status, "private, max-age=0", &body);
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        }
        response
    }
}
