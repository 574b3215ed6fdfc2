//! The items of playlists, under the path of today and under the older one.

use http::StatusCode;
use serde::Deserialize;

use super::Operation;
use super::playlists::{find, require_changeable};
use super::request::ApiRequest;
use crate::catalog::Location;
use crate::http::{ApiError, ApiResponse, Fields, PageLimits, Wrapped, whole_number};
use crate::ids::{Kind, Uri};
use crate::objects::{PlaylistView, local_files};
use crate::world::playlist::{Playlist, Removal};

const MAX_ITEMS_PER_REQUEST: usize = 100;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/playlists/{playlist_id}/items", items).with_etag(),
    Operation::post("/playlists/{playlist_id}/items", add),
    Operation::put("/playlists/{playlist_id}/items", replace_or_reorder),
    Operation::delete("/playlists/{playlist_id}/items", remove),
    Operation::get("/playlists/{playlist_id}/tracks", items).legacy().with_etag(),
    Operation::post("/playlists/{playlist_id}/tracks", add).legacy(),
    Operation::put("/playlists/{playlist_id}/tracks", replace_or_reorder).legacy(),
    Operation::delete("/playlists/{playlist_id}/tracks", remove).legacy(),
];

fn items(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let limits = request.access.choose(PageLimits::USUAL, PageLimits { default: 20, max: 100 });
    let (window, market) = (request.query.window(limits)?, request.query.market()?);
    let fields = Fields::of(request.query.value("fields"))?;
    let playlist = find(request)?;
    if !playlist.public && request.caller.user().is_some_and(|user| playlist.is_of(user)) {
        request.caller.require("playlist-read-private")?;
    }
    let shown = playlist.entries().iter().skip(window.offset).take(window.limit);
    let files = local_files(shown);
    let view = PlaylistView {
        view: request.view(market.as_ref()),
        world: request.world,
        user: request.caller.user(),
        files: &files,
    };
    if !view.may_see_items(playlist) {
        return Err(ApiError::NOT_FOR_THIS_APP);
    }
    fields.respond(&view.items(playlist, window, &request.list_url()))
}

/// Changes the playlist of the path, and responds with its new snapshot.
fn change(
    request: &mut ApiRequest<'_>,
    status: StatusCode,
    change: impl FnOnce(&mut Playlist) -> Result<(), ApiError>,
) -> Result<ApiResponse, ApiError> {
    let id = request.id().to_owned();
    let playlist = request.world.playlists.get_mut(&id).ok_or(ApiError::NOT_FOUND)?;
    change(playlist)?;
    ApiResponse::with_status(status, &Wrapped("snapshot_id", playlist.snapshot_id()))
}

#[derive(Deserialize)]
struct AddBody {
    uris: Option<Vec<String>>,
    position: Option<i64>,
}

/// A body that names items: an object, or the bare list.
#[derive(Deserialize)]
#[serde(untagged)]
enum AddForm {
    Bare(Vec<String>),
    Named(AddBody),
}

fn add(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_changeable(request, find(request)?)?;
    let body = match request.json()? {
        AddForm::Bare(uris) => AddBody { uris: Some(uris), position: None },
        AddForm::Named(body) => body,
    };
    if request.query.value("position").is_some() && body.position.is_some() {
        return Err(ApiError::bad_request("Only one position can be given"));
    }
    let uris = named_items(request, body.uris)?.unwrap_or_default();
    if uris.is_empty() {
        return Err(ApiError::bad_request("No uris provided"));
    }
    check_items(request, &uris)?;
    let position = match (request.query.value("position"), body.position) {
        (Some(text), _) => Some(whole_number(text).ok_or(ApiError::bad_request("Invalid position"))?),
        (None, Some(number)) => Some(usize::try_from(number).map_err(|_| ApiError::bad_request("Invalid position"))?),
        (None, None) => None,
    };
    let (user, now) = (request.user_id()?, request.now);
    change(request, StatusCode::CREATED, |playlist| playlist.add(uris, position, &user, Some(now)))
}

/// The items that a request names, in the query or in the body.
fn named_items(request: &ApiRequest<'_>, in_body: Option<Vec<String>>) -> Result<Option<Vec<String>>, ApiError> {
    match (request.query.value("uris"), in_body) {
        (Some(_), Some(_)) => Err(ApiError::bad_request("Only one of the parameter uris and the body's can be given")),
        (Some(_), None) => Ok(Some(request.query.list("uris"))),
        (None, in_body) => Ok(in_body),
    }
}

#[derive(Deserialize)]
struct PutBody {
    uris: Option<Vec<String>>,
    range_start: Option<i64>,
    insert_before: Option<i64>,
    range_length: Option<i64>,
    snapshot_id: Option<String>,
}

fn replace_or_reorder(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_changeable(request, find(request)?)?;
    let body: PutBody = request.json()?;
    let reorders = body.range_start.is_some() || body.insert_before.is_some() || body.range_length.is_some();
    if let Some(uris) = named_items(request, body.uris)? {
        // Replacing with an empty list would empty a playlist that was to be reordered.
        if reorders {
            return Err(ApiError::bad_request("Items can be replaced or reordered, not both"));
        }
        check_items(request, &uris)?;
        let (user, now) = (request.user_id()?, request.now);
        return change(request, StatusCode::OK, |playlist| {
            playlist.replace(uris, &user, now);
            Ok(())
        });
    }
    let (Some(start), Some(before)) = (body.range_start, body.insert_before) else {
        return Err(ApiError::bad_request("Missing required field: uris, or range_start and insert_before"));
    };
    let place = |number: i64| usize::try_from(number).map_err(|_| ApiError::bad_request("Index out of bounds"));
    let (start, before, length) = (place(start)?, place(before)?, place(body.range_length.unwrap_or(1))?);
    change(request, StatusCode::OK, |playlist| playlist.reorder(start, length, before, body.snapshot_id.as_deref()))
}

#[derive(Deserialize)]
struct RemoveBody {
    /// Named after the path.
    #[serde(alias = "tracks")]
    items: Option<Vec<ItemToRemove>>,
    /// The oldest form: whatever is at these positions.
    positions: Option<Vec<usize>>,
    snapshot_id: Option<String>,
}

#[derive(Deserialize)]
struct ItemToRemove {
    uri: String,
    positions: Option<Vec<usize>>,
}

fn remove(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_changeable(request, find(request)?)?;
    let body: RemoveBody = request.json()?;
    if body.items.is_some() && body.positions.is_some() {
        return Err(ApiError::bad_request("Only one of items and positions can be given"));
    }
    let (items, positions) = (body.items.unwrap_or_default(), body.positions.unwrap_or_default());
    if items.is_empty() && positions.is_empty() {
        return Err(ApiError::bad_request("No uris provided"));
    }
    if items.len().max(positions.len()) > MAX_ITEMS_PER_REQUEST {
        return Err(too_many());
    }
    if items.is_empty() {
        return change(request, StatusCode::OK, |playlist| playlist.remove_at(&positions, body.snapshot_id.as_deref()));
    }
    let removals: Vec<Removal> =
        items.into_iter().map(|item| Removal { uri: item.uri, positions: item.positions }).collect();
    change(request, StatusCode::OK, |playlist| playlist.remove(&removals, body.snapshot_id.as_deref()))
}

fn too_many() -> ApiError {
    ApiError::invalid(format!("You can add a maximum of {MAX_ITEMS_PER_REQUEST} tracks per request."))
}

/// Errors unless all of these can be put into a playlist at once.
fn check_items(request: &ApiRequest<'_>, uris: &[String]) -> Result<(), ApiError> {
    if uris.len() > MAX_ITEMS_PER_REQUEST {
        return Err(too_many());
    }
    for uri in uris {
        let parsed = Uri::parse(uri).filter(|uri| matches!(uri.kind, Kind::Track | Kind::Episode));
        let parsed = parsed.ok_or_else(|| ApiError::invalid(format!("Invalid track uri: {uri}")))?;
        let place = request.world.catalog.locate(parsed.id);
        if !matches!(place, Some(Location::Track { .. } | Location::Episode { .. } | Location::Chapter { .. })) {
            return Err(ApiError::bad_request("Payload contains a non-existing ID"));
        }
    }
    Ok(())
}
