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
use http::Method;
use tower_http::cors::{Any, CorsLayer};

use crate::caching::Caching;
use crate::call::Call;
use crate::daily_quota::EndpointGroup;
use crate::errors::ApiError;
use crate::guard::guard;
use crate::intercept::intercept;
use crate::quota::Access;
use crate::reply::Reply;
use crate::state::Shared;
use crate::{accounts, control};

/// One operation of the Web API.
#[derive(Debug)]
pub(crate) struct Operation {
    method: Method,
    path: &'static str,
    handler: Handler,
    openness: Openness,
    caching: Caching,
    /// The scopes that the token must have, all of them.
    scopes: &'static [&'static str],
}

/// Which apps an operation answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Openness {
    Everyone,
    /// Not those in Development Mode.
    Older,
    /// Since November 2024 only those with extended quota.
    Closed,
}

type Handler = fn(&mut Call<'_>) -> Result<Reply, ApiError>;

impl Operation {
    const fn new(method: Method, path: &'static str, handler: Handler) -> Self {
        Self { method, path, handler, openness: Openness::Everyone, caching: Caching::Private, scopes: &[] }
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

    /// The same operation, which Development Mode does not have.
    const fn older(mut self) -> Self {
        self.openness = Openness::Older;
        self
    }

    /// The same operation, for apps with extended quota alone.
    const fn closed(mut self) -> Self {
        self.openness = Openness::Closed;
        self
    }

    /// The same operation, whose responses are good for everyone.
    const fn public(mut self) -> Self {
        self.caching = Caching::Public;
        self
    }

    /// The same operation, whose responses are good for everyone and have a tag.
    const fn validated(mut self) -> Self {
        self.caching = Caching::Validated;
        self
    }

    /// The same operation, whose responses are good for everyone and for a minute.
    const fn kept_for_a_minute(mut self) -> Self {
        self.caching = Caching::OneMinute;
        self
    }

    /// Errors unless apps with this access may call the operation.
    fn admit(&self, access: Access) -> Result<(), ApiError> {
        match self.openness {
            Openness::Older | Openness::Closed if !access.has_older_operations => Err(ApiError::NOT_FOR_THIS_APP),
            Openness::Closed if !access.is_extended => Err(ApiError::NOT_FOUND),
            Openness::Everyone | Openness::Older | Openness::Closed => Ok(()),
        }
    }

    /// The same operation, for tokens with these scopes alone.
    const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}

/// Every operation, section by section.
const OPERATIONS: [(EndpointGroup, &[Operation]); 15] = [
    (EndpointGroup::Albums, albums::OPERATIONS),
    (EndpointGroup::Artists, artists::OPERATIONS),
    (EndpointGroup::Audiobooks, audiobooks::OPERATIONS),
    (EndpointGroup::Browse, browse::OPERATIONS),
    (EndpointGroup::Following, following::OPERATIONS),
    (EndpointGroup::Library, library::OPERATIONS),
    (EndpointGroup::Playback, playback::OPERATIONS),
    (EndpointGroup::Player, player::OPERATIONS),
    (EndpointGroup::PlaylistItems, playlist_items::OPERATIONS),
    (EndpointGroup::Playlists, playlists::OPERATIONS),
    (EndpointGroup::Recommendations, recommendations::OPERATIONS),
    (EndpointGroup::Search, search::OPERATIONS),
    (EndpointGroup::Shows, shows::OPERATIONS),
    (EndpointGroup::Tracks, tracks::OPERATIONS),
    (EndpointGroup::Users, users::OPERATIONS),
];

/// An operation, and the group in which its requests count.
type Grouped = (EndpointGroup, &'static Operation);

/// Everything that the emulator answers to.
pub(crate) fn router(shared: &Shared) -> Router {
    let spotify = web_api()
        .merge(accounts::routes().with_state(shared.clone()))
        .with_state(shared.clone())
        .layer(middleware::from_fn_with_state(shared.clone(), intercept));
    // The control stands beside: it is neither recorded nor does it meet faults.
    control::routes()
        .with_state(shared.clone())
        .fallback_service(spotify)
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
}

fn web_api() -> Router<Shared> {
    let mut paths: BTreeMap<&'static str, Vec<Grouped>> = BTreeMap::new();
    for (group, section) in OPERATIONS {
        for operation in section {
            paths.entry(operation.path).or_default().push((group, operation));
        }
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        let operations: Arc<[Grouped]> = operations.into();
        let handler =
            move |State(shared): State<Shared>, request: Request| dispatch::dispatch(shared, operations, request);
        // Some clients end every path with a slash, and Spotify does not mind.
        router = router.route(path, any(handler.clone())).route(&format!("{path}/"), any(handler));
    }
    // Browsers may call the Web API from any page, but Spotify shows them neither `ETag` nor `Retry-After`.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH])
        .allow_headers(Any);
    Router::new().nest("/v1", router).fallback(async || ApiError::NO_SUCH_SERVICE).layer(cors)
}
