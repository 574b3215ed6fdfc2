//! The operations of the Web API, one module per section of Spotify's reference, and the way from a request to its
//! operation.

mod albums;
mod artists;
mod audiobooks;
mod browse;
mod dispatch;
mod following;
mod library;
mod playback;
mod player;
mod playlist_items;
mod playlists;
mod recommendations;
mod search;
mod shows;
mod tracks;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::routing::any;
use axum::{Router, middleware};
use http::{HeaderName, Method};
use tower_http::cors::{Any, CorsLayer};

use crate::call::Call;
use crate::errors::ApiError;
use crate::intercept::intercept;
use crate::reply::Reply;
use crate::state::Shared;
use crate::{accounts, control};

/// One operation of the Web API.
#[derive(Debug)]
pub(crate) struct Operation {
    method: Method,
    path: &'static str,
    handler: Handler,
    /// Whether only apps with extended quota may call it.
    extended: bool,
    /// The scopes that the token must have, all of them.
    scopes: &'static [&'static str],
}

type Handler = fn(&mut Call<'_>) -> Result<Reply, ApiError>;

impl Operation {
    const fn new(method: Method, path: &'static str, handler: Handler) -> Self {
        Self { method, path, handler, extended: false, scopes: &[] }
    }

    const fn get(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::GET, path, handler)
    }

    const fn put(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::PUT, path, handler)
    }

    const fn post(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::POST, path, handler)
    }

    const fn delete(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::DELETE, path, handler)
    }

    /// The same operation, for apps with extended quota alone.
    const fn extended(mut self) -> Self {
        self.extended = true;
        self
    }

    /// The same operation, for tokens with these scopes alone.
    const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}

/// Every operation, section by section.
const OPERATIONS: [&[Operation]; 15] = [
    albums::OPERATIONS,
    artists::OPERATIONS,
    audiobooks::OPERATIONS,
    browse::OPERATIONS,
    following::OPERATIONS,
    library::OPERATIONS,
    playback::OPERATIONS,
    player::OPERATIONS,
    playlist_items::OPERATIONS,
    playlists::OPERATIONS,
    recommendations::OPERATIONS,
    search::OPERATIONS,
    shows::OPERATIONS,
    tracks::OPERATIONS,
    users::OPERATIONS,
];

/// Everything that the emulator answers to.
pub(crate) fn router(shared: &Shared) -> Router {
    let spotify = web_api()
        .merge(accounts::routes().with_state(shared.clone()))
        .with_state(shared.clone())
        .layer(middleware::from_fn_with_state(shared.clone(), intercept));
    // The control stands beside: it is neither recorded nor does it meet faults.
    control::routes().with_state(shared.clone()).fallback_service(spotify)
}

fn web_api() -> Router<Shared> {
    let mut paths: BTreeMap<&'static str, Vec<&'static Operation>> = BTreeMap::new();
    for operation in OPERATIONS.into_iter().flatten() {
        paths.entry(operation.path).or_default().push(operation);
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        let operations: Arc<[&'static Operation]> = operations.into();
        let handler =
            move |State(shared): State<Shared>, request: Request| dispatch::dispatch(shared, operations, request);
        // Some clients end every path with a slash, and Spotify does not mind.
        router = router.route(path, any(handler.clone())).route(&format!("{path}/"), any(handler));
    }
    // Browsers may call the Web API from any page, and see how long to wait.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH])
        .allow_headers(Any)
        .expose_headers([HeaderName::from_static("retry-after")]);
    Router::new().nest("/v1", router).fallback(async || ApiError::NO_SUCH_SERVICE).layer(cors)
}
