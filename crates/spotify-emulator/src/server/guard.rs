//! Middleware that protects the emulator from other pages in a browser on the same machine. Such a page could reach it
//! under a host name of its own that resolves to this machine (DNS rebinding) and read the responses, or post a form to it
//! and change something.

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;

use crate::control;
use crate::http::Hosts;
use crate::instance::Shared;

/// Passes a request on, or rejects it before it is recorded.
pub(crate) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match refusal(&shared.hosts, &request) {
        Some((status, message)) => (status, Json(json!({"error": message}))).into_response(),
        None => next.run(request).await,
    }
}

fn refusal(hosts: &Hosts, request: &Request) -> Option<(StatusCode, String)> {
    let named = request.headers().get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let mut named = named.chain(request.uri().authority().map(Authority::as_str));
    if let Some(foreign) = named.find(|host| !hosts.include(host)) {
        let message = format!(
            "the emulator is not called {foreign:?}; add this name with --host on the command line, or EmulatorBuilder::host in Rust"
        );
        return Some((StatusCode::MISDIRECTED_REQUEST, message));
    }
    let changes_by_itself = control::is_control(request.uri().path())
        || (request.method() == Method::POST && request.uri().path() == "/authorize");
    if changes_by_itself && let Some(origin) = foreign_origin(hosts, request.headers()) {
        let message = format!("a page at {origin:?} may not control the emulator or give consent");
        return Some((StatusCode::FORBIDDEN, message));
    }
    None
}

/// The origin of the page that sent the request, unless it is one of the emulator's own. Browsers send `Origin` with every
/// request that can change something; other programs do not.
fn foreign_origin<'a>(hosts: &Hosts, headers: &'a HeaderMap) -> Option<&'a str> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut origins = headers.get_all(ORIGIN).iter().map(|origin| origin.to_str().unwrap_or("?"));
    origins.find(|origin| !hosts.are_home_of(origin, host))
}
