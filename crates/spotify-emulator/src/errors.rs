//! Spotify's error answers: a status, and a JSON body with the same status and a message.

use std::borrow::Cow;

use http::StatusCode;
use serde::Serialize;

/// An error as Spotify words it.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) message: Cow<'static, str>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) challenge: Option<&'static str>,
    /// In seconds.
    pub(crate) retry_after: Option<u64>,
    /// The methods that the path has, where this one was not among them.
    pub(crate) allow: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ErrorBody<'a> {
    error: ErrorDetails<'a>,
}

#[derive(Serialize)]
struct ErrorDetails<'a> {
    status: u16,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl ApiError {
    pub(crate) const INVALID_ID: Self = Self::bad_request("Invalid base62 id");
    pub(crate) const INVALID_LIMIT: Self = Self::bad_request("Invalid limit");
    pub(crate) const INVALID_OFFSET: Self = Self::bad_request("Invalid offset");
    pub(crate) const INVALID_MARKET: Self = Self::bad_request("Invalid market code");
    pub(crate) const INVALID_JSON: Self = Self::bad_request("Error parsing JSON.");
    pub(crate) const UNREADABLE_BODY: Self = Self::bad_request("Error parsing the request body.");
    pub(crate) const NOT_BEARER: Self = Self::bad_request("Only valid bearer authentication supported");
    pub(crate) const NO_TOKEN: Self =
        Self::new(StatusCode::UNAUTHORIZED, "No token provided").challenged("Bearer realm=\"spotify\"");
    pub(crate) const EXPIRED_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "The access token expired").challenged(
        "Bearer realm=\"spotify\", error=\"invalid_token\", error_description=\"The access token expired\"",
    );
    pub(crate) const INVALID_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "Invalid access token")
        .challenged("Bearer realm=\"spotify\", error=\"invalid_token\", error_description=\"Invalid access token\"");
    pub(crate) const NO_USER: Self = Self::new(StatusCode::UNAUTHORIZED, "Valid user authentication required")
        .challenged("Bearer realm=\"spotify\"");
    pub(crate) const INSUFFICIENT_SCOPE: Self = Self::forbidden("Insufficient client scope");
    pub(crate) const NOT_FOR_THIS_APP: Self = Self::forbidden("Forbidden");
    pub(crate) const NOT_YOUR_PLAYLIST: Self = Self::forbidden("You cannot add tracks to a playlist you don't own.");
    pub(crate) const NOT_FOUND: Self = Self::not_found("Resource not found");
    pub(crate) const NO_SUCH_SERVICE: Self = Self::not_found("Service not found");

    pub(crate) const SERVER_ERROR: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Server error.");

    pub(crate) const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message: Cow::Borrowed(message), reason: None, challenge: None, retry_after: None, allow: None }
    }

    pub(crate) const fn bad_request(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) const fn forbidden(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) const fn not_found(message: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A bad request whose message names what is wrong.
    pub(crate) fn invalid(message: String) -> Self {
        Self { message: Cow::Owned(message), ..Self::bad_request("") }
    }

    /// An error of the player, which has a reason for programs beside the message for people.
    pub(crate) const fn player(status: StatusCode, message: &'static str, reason: &'static str) -> Self {
        let mut error = Self::new(status, message);
        error.reason = Some(reason);
        error
    }

    pub(crate) fn method_not_allowed(allow: String) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed") }
    }

    pub(crate) fn rate_limited(retry_after: u64) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "API rate limit exceeded");
        Self { retry_after: Some(retry_after), ..error }
    }

    const fn challenged(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }

    pub(crate) fn body(&self) -> ErrorBody<'_> {
        let details = ErrorDetails { status: self.status.as_u16(), message: &self.message, reason: self.reason };
        ErrorBody { error: details }
    }
}
