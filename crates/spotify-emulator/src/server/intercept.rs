//! Middleware that records every request and applies faults.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use tokio::time::sleep;

use super::connection::{ConnectionEnd, ConnectionHandle};
use crate::faults::{Fault, PaddedBody, SlowBody};
use crate::http::ApiError;
use crate::instance::Shared;

/// No operation needs a body of more than a few hundred kilobytes.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Records the request, then responds as the route does or as a fault says.
pub(crate) async fn intercept(
    State(shared): State<Shared>,
    Extension(connection): Extension<ConnectionHandle>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large").into_response();
        }
        Err(_) => return ApiError::UNREADABLE_BODY.into_response(),
    };
    shared.requests.record(&parts, &body);
    let Some(fault) = shared.faults.take(parts.method.as_str(), parts.uri.path()) else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };

    if !fault.delay.is_zero() {
        sleep(fault.delay).await;
    }
    if let Some(invalid) = fault.invalid {
        return (StatusCode::INTERNAL_SERVER_ERROR, invalid).into_response();
    }
    if fault.reset {
        return connection.end(ConnectionEnd::Reset).await;
    }
    let usual = match fault.status {
        Some(status) => status.into_response(),
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    };
    match alter(usual, &fault).await {
        Altered::Valid(response) => response,
        Altered::Malformed(response) => {
            connection.end(ConnectionEnd::Malformed { response, after: fault.truncate }).await
        }
    }
}

enum Altered {
    /// Valid HTTP: the connection can be reused.
    Valid(Response),
    /// The headers do not match the body.
    Malformed(Response),
}

async fn alter(usual: Response, fault: &Fault) -> Altered {
    let (mut parts, body) = usual.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    replace_headers(&mut parts.headers, &fault.headers);

    let body = fault.body.clone().map_or(body, Body::from);
    let (body, length) = match fault.padding {
        None => {
            let length = body.size_hint().exact();
            (body, length)
        }
        Some(padding) => {
            let start = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
            (Body::new(PaddedBody::new(start, padding)), padding.length())
        }
    };
    let body = match fault.drip {
        Some(drip) => Body::new(SlowBody::new(body, drip)),
        None => body,
    };

    let declared = parts.headers.contains_key(CONTENT_LENGTH) || parts.headers.contains_key(TRANSFER_ENCODING);
    if let (false, false, Some(length)) = (declared, is_bodiless(parts.status), length) {
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let response = Response::from_parts(parts, body);
    if declared || fault.truncate.is_some() { Altered::Malformed(response) } else { Altered::Valid(response) }
}

/// Responses with these statuses have no body and no length.
fn is_bodiless(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn replace_headers(headers: &mut HeaderMap, replacements: &HeaderMap) {
    for name in replacements.keys() {
        headers.remove(name);
    }
    for (name, value) in replacements {
        headers.append(name, value.clone());
    }
}
