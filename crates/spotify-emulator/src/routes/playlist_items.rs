//! The items of playlists, under the path of today and under the older one.

use http::StatusCode;
use serde::Deserialize;

use super::Operation;
use super::call::Call;
use super::playlists::{find, require_changeable};
use crate::catalog::Place;
use crate::http::{ApiError, Fields, Limits, Reply, Under, whole_number};
use crate::ids::{Kind, Uri};
use crate::objects::{PlaylistView, local_files};
use crate::world::playlist::{Playlist, Removal};

const MOST_AT_ONCE: usize = 100;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/playlists/{playlist_id}/items", items).validated(),
    Operation::post("/playlists/{playlist_id}/items", add),
    Operation::put("/playlists/{playlist_id}/items", replace_or_reorder),
    Operation::delete("/playlists/{playlist_id}/items", remove),
    Operation::get("/playlists/{playlist_id}/tracks", items).older().validated(),
    Operation::post("/playlists/{playlist_id}/tracks", add).older(),
    Operation::put("/playlists/{playlist_id}/tracks", replace_or_reorder).older(),
    Operation::delete("/playlists/{playlist_id}/tracks", remove).older(),
];

fn items(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let limits = call.access.choose(Limits::USUAL, Limits { default: 20, max: 100 });
    let (window, market) = (call.query.window(limits)?, call.query.market()?);
    let fields = Fields::of(call.query.value("fields"))?;
    let playlist = find(call)?;
    if !playlist.public && call.caller.user().is_some_and(|user| playlist.is_of(user)) {
        call.caller.require("playlist-read-private")?;
    }
    let shown = playlist.entries().iter().skip(window.offset).take(window.limit);
    let files = local_files(shown);
    let view =
        PlaylistView { view: call.view(market.as_ref()), world: call.world, user: call.caller.user(), files: &files };
    if !view.may_see_items(playlist) {
        return Err(ApiError::NOT_FOR_THIS_APP);
    }
    fields.reply(&view.items(playlist, window, &call.list_url()))
}

/// Does something to the playlist of the path, and answers with its new snapshot.
fn change(
    call: &mut Call<'_>,
    status: StatusCode,
    change: impl FnOnce(&mut Playlist) -> Result<(), ApiError>,
) -> Result<Reply, ApiError> {
    let id = call.id().to_owned();
    let playlist = call.world.playlists.get_mut(&id).ok_or(ApiError::NOT_FOUND)?;
    change(playlist)?;
    Reply::with_status(status, &Under("snapshot_id", playlist.snapshot_id()))
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

fn add(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    require_changeable(call, find(call)?)?;
    let body = match call.json()? {
        AddForm::Bare(uris) => AddBody { uris: Some(uris), position: None },
        AddForm::Named(body) => body,
    };
    if call.query.value("position").is_some() && body.position.is_some() {
        return Err(ApiError::bad_request("Only one position can be given"));
    }
    let uris = named_items(call, body.uris)?.unwrap_or_default();
    if uris.is_empty() {
        return Err(ApiError::bad_request("No uris provided"));
    }
    check_items(call, &uris)?;
    let position = match (call.query.value("position"), body.position) {
        (Some(text), _) => Some(whole_number(text).ok_or(ApiError::bad_request("Invalid position"))?),
        (None, Some(number)) => Some(usize::try_from(number).map_err(|_| ApiError::bad_request("Invalid position"))?),
        (None, None) => None,
    };
    let (user, now) = (call.user_id()?, call.now);
    change(call, StatusCode::CREATED, |playlist| playlist.add(uris, position, &user, Some(now)))
}

/// The items that a request names, in the query or in the body.
fn named_items(call: &Call<'_>, in_body: Option<Vec<String>>) -> Result<Option<Vec<String>>, ApiError> {
    match (call.query.value("uris"), in_body) {
        (Some(_), Some(_)) => Err(ApiError::bad_request("Only one of the parameter uris and the body's can be given")),
        (Some(_), None) => Ok(Some(call.query.list("uris"))),
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

fn replace_or_reorder(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    require_changeable(call, find(call)?)?;
    let body: PutBody = call.json()?;
    let reorders = body.range_start.is_some() || body.insert_before.is_some() || body.range_length.is_some();
    if let Some(uris) = named_items(call, body.uris)? {
        // To do the one and leave the other would empty a playlist that was to be reordered.
        if reorders {
            return Err(ApiError::bad_request("Items can be replaced or reordered, not both"));
        }
        check_items(call, &uris)?;
        let (user, now) = (call.user_id()?, call.now);
        return change(call, StatusCode::OK, |playlist| {
            playlist.replace(uris, &user, now);
            Ok(())
        });
    }
    let (Some(start), Some(before)) = (body.range_start, body.insert_before) else {
        return Err(ApiError::bad_request("Missing required field: uris, or range_start and insert_before"));
    };
    let place = |number: i64| usize::try_from(number).map_err(|_| ApiError::bad_request("Index out of bounds"));
    let (start, before, length) = (place(start)?, place(before)?, place(body.range_length.unwrap_or(1))?);
    change(call, StatusCode::OK, |playlist| playlist.reorder(start, length, before, body.snapshot_id.as_deref()))
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

fn remove(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    require_changeable(call, find(call)?)?;
    let body: RemoveBody = call.json()?;
    if body.items.is_some() && body.positions.is_some() {
        return Err(ApiError::bad_request("Only one of items and positions can be given"));
    }
    let (items, positions) = (body.items.unwrap_or_default(), body.positions.unwrap_or_default());
    if items.is_empty() && positions.is_empty() {
        return Err(ApiError::bad_request("No uris provided"));
    }
    if items.len().max(positions.len()) > MOST_AT_ONCE {
        return Err(too_many());
    }
    if items.is_empty() {
        return change(call, StatusCode::OK, |playlist| playlist.remove_at(&positions, body.snapshot_id.as_deref()));
    }
    let removals: Vec<Removal> =
        items.into_iter().map(|item| Removal { uri: item.uri, positions: item.positions }).collect();
    change(call, StatusCode::OK, |playlist| playlist.remove(&removals, body.snapshot_id.as_deref()))
}

fn too_many() -> ApiError {
    ApiError::invalid(format!("You can add a maximum of {MOST_AT_ONCE} tracks per request."))
}

/// Errors unless all of these can be put into a playlist at once.
fn check_items(call: &Call<'_>, uris: &[String]) -> Result<(), ApiError> {
    if uris.len() > MOST_AT_ONCE {
        return Err(too_many());
    }
    for uri in uris {
        let parsed = Uri::parse(uri).filter(|uri| matches!(uri.kind, Kind::Track | Kind::Episode));
        let parsed = parsed.ok_or_else(|| ApiError::invalid(format!("Invalid track uri: {uri}")))?;
        let place = call.world.catalog.place(parsed.id);
        if !matches!(place, Some(Place::Track { .. } | Place::Episode { .. } | Place::Chapter { .. })) {
            return Err(ApiError::bad_request("Payload contains a non-existing ID"));
        }
    }
    Ok(())
}
