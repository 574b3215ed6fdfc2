//! Spotify's error responses: a status, and a JSON body with the same status and a message.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

pub(crate) const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// An error as Spotify words it.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) message: Cow<'static, str>,
    /// Whether the message is the whole body, as plain text.
    pub(crate) is_text: bool,
    pub(crate) reason: Option<&'static str>,
    pub(crate) challenge: Option<&'static str>,
    /// In seconds.
    pub(crate) retry_after: Option<u64>,
    /// The methods that the path has, where this one was not among them.
    pub(crate) allow: Option<String>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
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

    pub(crate) const OWNER_NEEDS_PREMIUM: Self = Self::forbidden(
        "Active premium subscription required for the owner of the app. When the subscription status changes, it can \
         take a few hours before requests are allowed again.",
    )
    .in_text();
    pub(crate) const USER_NOT_REGISTERED: Self =
        Self::forbidden("Check settings on developer.spotify.com/dashboard, the user may not be registered.").in_text();
    pub(crate) const SERVICE_NOT_FOUND_IN_TEXT: Self = Self::NO_SUCH_SERVICE.in_text();
    pub(crate) const TOO_MANY_REQUESTS_IN_TEXT: Self =
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests").in_text();
    /// Without `Retry-After`, as for a client id that Spotify has withdrawn.
    pub(crate) const RATE_LIMITED: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "API rate limit exceeded");

    pub(crate) const PREMIUM_REQUIRED: Self =
        Self::with_reason(StatusCode::FORBIDDEN, "Player command failed: Premium required", "PREMIUM_REQUIRED");
    pub(crate) const NO_ACTIVE_DEVICE: Self =
        Self::with_reason(StatusCode::NOT_FOUND, "Player command failed: No active device found", "NO_ACTIVE_DEVICE");
    pub(crate) const DEVICE_NOT_FOUND: Self = Self::not_found("Device not found");
    pub(crate) const RESTRICTED_DEVICE: Self =
        Self::with_reason(StatusCode::FORBIDDEN, "Player command failed: Restricted device", "DEVICE_NOT_CONTROLLABLE");
    pub(crate) const RESTRICTION_VIOLATED: Self =
        Self::with_reason(StatusCode::FORBIDDEN, "Player command failed: Restriction violated", "UNKNOWN");
    pub(crate) const VOLUME_CONTROL_DISALLOWED: Self = Self::with_reason(
        StatusCode::FORBIDDEN,
        "Player command failed: Cannot control device volume",
        "VOLUME_CONTROL_DISALLOW",
    );

    pub(crate) const SERVER_ERROR: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Server error.");

    pub(crate) const fn new(status: StatusCode, message: &'static str) -> Self {
        Self {
            status,
            message: Cow::Borrowed(message),
            is_text: false,
            reason: None,
            challenge: None,
            retry_after: None,
            allow: None,
        }
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

    /// A bad request whose message names the cause.
    pub(crate) fn invalid(message: String) -> Self {
        Self { message: Cow::Owned(message), ..Self::bad_request("") }
    }

    /// An error with a machine-readable reason, as the player has them.
    pub(crate) const fn with_reason(status: StatusCode, message: &'static str, reason: &'static str) -> Self {
        let mut error = Self::new(status, message);
        error.reason = Some(reason);
        error
    }

    pub(crate) fn method_not_allowed(allow: String) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed") }
    }

    pub(crate) fn rate_limited(retry_after: u64) -> Self {
        Self { retry_after: Some(retry_after), ..Self::RATE_LIMITED }
    }

    /// The daily quota is used up.
    pub(crate) fn quota_exceeded(retry_after: Option<u64>) -> Self {
        let error = Self::with_reason(StatusCode::TOO_MANY_REQUESTS, "Too many requests", "QUOTA_EXCEEDED");
        Self { retry_after, ..error }
    }

    const fn in_text(mut self) -> Self {
        self.is_text = true;
        self
    }

    const fn challenged(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The content type and the body.
    pub(crate) fn body(&self) -> (&'static str, Bytes) {
        if self.is_text {
            return (TEXT, Bytes::copy_from_slice(self.message.as_bytes()));
        }
        let error = ErrorDetails { status: self.status.as_u16(), message: &self.message, reason: self.reason };
        // A number and texts always make JSON.
        (JSON, serde_json::to_vec(&ErrorBody { error }).unwrap_or_default().into())
    }
}
