//! From a request to its operation: authentication, limits, permissions, and the operation itself.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::Grouped;
use super::request::{ApiRequest, Caller};
use crate::http::{ApiError, ApiResponse, Caching, Query};
use crate::instance::{Instance, Shared};

const PREFIX: &str = "/v1";

/// Handles a request for a path that has these operations.
pub(super) async fn dispatch(shared: Shared, operations: Arc<[Grouped]>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return ApiError::UNREADABLE_BODY.into_response();
    };
    match handle(&shared, &operations, &parts, &body) {
        Ok((response, caching)) => response.into_http(caching, &parts.headers),
        Err(error) => error.into_response(),
    }
}

fn handle(
    shared: &Instance,
    operations: &[Grouped],
    parts: &Parts,
    body: &[u8],
) -> Result<(ApiResponse, Caching), ApiError> {
    let mut world = shared.world();
    let now = world.now();
    let authorization = parts.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or("Bearer ?"));
    let caller = Caller::identify(authorization, &world, now)?;
    shared.rate_limit.admit(caller.app(), now)?;

    let access = {
        let registration = shared.registration.lock();
        registration.admit(caller.user())?;
        registration.access()
    };

    let operation = operations.iter().find(|(_, operation)| operation.method == parts.method);
    let (group, operation) = operation.ok_or_else(|| ApiError::method_not_allowed(methods(operations)))?;
    shared.daily_quota.admit(*group, now)?;
    operation.admit(access)?;
    let path = parts.uri.path();
    let path = path.strip_prefix(PREFIX).unwrap_or(path).trim_end_matches('/');
    if caller.user().is_none() && (path == "/me" || path.starts_with("/me/")) {
        return Err(ApiError::NO_USER);
    }
    for scope in operation.scopes {
        caller.require(scope)?;
    }

    let base_url = base_url(shared, parts);
    let mut request = ApiRequest {
        world: &mut world,
        caller: &caller,
        access,
        now,
        base_url: &base_url,
        path,
        parameters: &parameters(operation.path, path),
        query: &Query::parse(parts.uri.query()),
        body,
    };
    Ok(((operation.handler)(&mut request)?, operation.caching))
}

/// The decoded segments of the path that the template has in braces. Invalid UTF-8 is replaced by a character that no
/// id contains, so that the operation reports it in Spotify's words.
fn parameters(template: &str, path: &str) -> Vec<String> {
    let segments = template.split('/').zip(path.split('/')).filter(|(name, _)| name.starts_with('{'));
    segments.map(|(_, segment)| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// The base URL as the client sees it: links use the host name of the request.
fn base_url(shared: &Instance, parts: &Parts) -> String {
    let is_plain = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).filter(is_plain);
    let scheme = match parts.headers.get("x-forwarded-proto") {
        Some(scheme) if scheme == "https" => "https",
        _ => "http",
    };
    host.map_or_else(|| shared.base_url.clone(), |host| format!("{scheme}://{host}{PREFIX}"))
}

fn methods(operations: &[Grouped]) -> String {
    let mut methods: Vec<&str> = operations.iter().map(|(_, operation)| operation.method.as_str()).collect();
    methods.sort_unstable();
    methods.join(", ")
}
