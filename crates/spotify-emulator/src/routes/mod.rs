//! The operations of the Web API, one module per section of Spotify's reference.

mod albums;

use axum::Router;
use axum::body::Body;
use axum::middleware;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::errors::ApiError;
use crate::intercept::intercept;
use crate::state::Shared;
use crate::tokens::Caller;

/// Everything that the emulator answers to.
pub(crate) fn router(shared: &Shared) -> Router {
    Router::new()
        .nest("/v1", albums::routes())
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(no_such_service)
        .layer(middleware::from_fn_with_state(shared.clone(), intercept))
        .with_state(shared.clone())
}

/// Spotify refuses what it does not know of a path only to those who may use the path.
async fn method_not_allowed(_caller: Caller) -> ApiError {
    ApiError::METHOD_NOT_ALLOWED
}

async fn no_such_service() -> ApiError {
    ApiError::NO_SUCH_SERVICE
}

/// An answer in JSON, with the headers that Spotify's answers have.
pub(crate) fn json_response(status: StatusCode, cache_control: &'static str, body: &impl Serialize) -> Response {
    let mut response = match serde_json::to_vec(body) {
        Ok(json) => Response::new(Body::from(json)),
        Err(_) => Response::default(),
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control));
    response
}
