//! The operations of the Web API, one module per section of Spotify's reference, and the way from a request to its
//! operation.

mod albums;
mod artists;
mod audiobooks;
mod browse;
mod dispatch;
mod following;
mod library;
mod operation;
mod playback;
mod player;
mod playlist_items;
mod playlists;
mod recommendations;
mod request;
mod search;
mod shows;
mod tracks;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::any;
use http::Method;
use tower_http::cors::{Any, CorsLayer};

use crate::http::ApiError;
use crate::instance::Shared;
use crate::limits::EndpointGroup;
use operation::Operation;
use request::ApiRequest;

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

/// The paths of the Web API.
pub(crate) fn web_api() -> Router<Shared> {
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
        .allow_headers(Any)
        // Spotify's responses have none.
        .vary(Vec::new());
    Router::new().nest("/v1", router).fallback(async || ApiError::NO_SUCH_SERVICE).layer(cors)
}
