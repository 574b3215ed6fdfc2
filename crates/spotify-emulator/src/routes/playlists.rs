//! Playlists: which there are, what they are called, who sees them, and their covers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Deserialize;

use super::Operation;
use super::call::{Call, found};
use crate::http::{ApiError, Fields, Limits, Page, Reply};
use crate::ids::made_up_hex;
use crate::objects::{PlaylistView, local_files};
use crate::world::playlist::Playlist;

/// In the base64 in which covers are sent.
const LARGEST_COVER: usize = 256 * 1024;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 300;
const COVER_DIGITS: usize = 24;
/// Whose playlists apps without extended quota do not get.
pub(crate) const SPOTIFY: &str = "spotify";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/playlists/{playlist_id}", playlist).validated(),
    Operation::put("/playlists/{playlist_id}", change_details),
    Operation::get("/playlists/{playlist_id}/images", cover),
    Operation::put("/playlists/{playlist_id}/images", upload_cover).scopes(&["ugc-image-upload"]),
    Operation::get("/me/playlists", my_playlists).scopes(&["playlist-read-private"]),
    Operation::post("/me/playlists", create),
    Operation::get("/users/{user_id}/playlists", users_playlists).older(),
    Operation::post("/users/{user_id}/playlists", create_for_user).older(),
];

/// The playlist that the path names, if the caller may see it.
pub(super) fn find<'b>(call: &'b Call<'_>) -> Result<&'b Playlist, ApiError> {
    let playlist = found(call.id(), call.world.playlists.get(call.id()))?;
    if playlist.owner == SPOTIFY && !call.access.is_extended {
        return Err(ApiError::NOT_FOUND);
    }
    Ok(playlist)
}

/// Errors unless the token may change this playlist, which must be the user's own or one that they work on.
pub(super) fn require_changeable(call: &Call<'_>, playlist: &Playlist) -> Result<(), ApiError> {
    let user = call.user_id()?;
    let scope = if playlist.public { "playlist-modify-public" } else { "playlist-modify-private" };
    call.caller.require(scope)?;
    if playlist.is_of(&user) || playlist.collaborative { Ok(()) } else { Err(ApiError::NOT_YOUR_PLAYLIST) }
}

/// Errors unless the user owns this playlist and the token may change it.
fn require_own(call: &Call<'_>, playlist: &Playlist) -> Result<(), ApiError> {
    require_changeable(call, playlist)?;
    if call.caller.user() == Some(&playlist.owner) { Ok(()) } else { Err(ApiError::NOT_YOUR_PLAYLIST) }
}

fn playlist(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let fields = Fields::of(call.query.value("fields"))?;
    let playlist = find(call)?;
    let files = local_files(playlist.entries());
    let view =
        PlaylistView { view: call.view(market.as_ref()), world: call.world, user: call.caller.user(), files: &files };
    fields.reply(&view.playlist(playlist, &view.view.market_query()))
}

#[derive(Deserialize)]
struct Details {
    name: Option<String>,
    public: Option<bool>,
    collaborative: Option<bool>,
    description: Option<String>,
}

impl Details {
    fn apply(self, playlist: &mut Playlist) -> Result<(), ApiError> {
        if self.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err(ApiError::bad_request("Missing required field: name"));
        }
        let public = self.public.unwrap_or(playlist.public);
        let collaborative = self.collaborative.unwrap_or(playlist.collaborative);
        if public && collaborative {
            return Err(ApiError::bad_request("Collaborative playlists can only be private"));
        }
        // Spotify does not refuse such a description, it fails on it.
        if self.description.as_deref().is_some_and(|description| !can_be_stored(description)) {
            return Err(ApiError::SERVER_ERROR);
        }
        (playlist.public, playlist.collaborative) = (public, collaborative);
        if let Some(name) = self.name {
            playlist.name = name;
        }
        if let Some(description) = self.description {
            playlist.description = description;
        }
        playlist.changed();
        Ok(())
    }
}

fn can_be_stored(description: &str) -> bool {
    description.chars().count() <= MAX_DESCRIPTION && !description.contains(['\n', '\r'])
}

fn change_details(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    require_own(call, find(call)?)?;
    let details: Details = call.json()?;
    let id = call.id().to_owned();
    if let Some(playlist) = call.world.playlists.get_mut(&id) {
        details.apply(playlist)?;
    }
    Ok(Reply::empty(StatusCode::OK))
}

fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let owner = call.user_id()?;
    let mut details: Details = call.json()?;
    let name = details.name.take().filter(|name| !name.trim().is_empty());
    let name = name.ok_or(ApiError::bad_request("Missing required field: name"))?;
    // Spotify makes playlists public unless told otherwise.
    let public = details.public.unwrap_or(details.collaborative != Some(true));
    call.caller.require(if public { "playlist-modify-public" } else { "playlist-modify-private" })?;
    let id = call.world.new_id();
    let mut playlist = Playlist::new(id.clone(), name, owner);
    Details { public: Some(public), ..details }.apply(&mut playlist)?;
    call.world.playlists.insert(id.clone(), playlist);
    let now = call.now;
    call.private_mut()?.library.playlists.save(&id, now);

    let playlist = found(&id, call.world.playlists.get(&id))?;
    let view = PlaylistView { view: call.view(None), world: call.world, user: call.caller.user(), files: &[] };
    Reply::with_status(StatusCode::CREATED, &view.playlist(playlist, ""))
}

fn create_for_user(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    if call.caller.user() != Some(call.id()) {
        return Err(ApiError::forbidden("You cannot create a playlist for another user"));
    }
    create(call)
}

fn my_playlists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let window = call.query.window(Limits::USUAL)?;
    let listed = call.user()?.1.library.playlists.items();
    let listed: Vec<_> = listed.iter().filter_map(|item| call.world.playlists.get(&item.id)).collect();
    let view = PlaylistView { view: call.view(None), world: call.world, user: call.caller.user(), files: &[] };
    Reply::json(&Page::of(&listed, window, &call.list_url(), |playlist| view.simplified(playlist)))
}

/// The playlists in the profile of a user: the public ones, and to themselves all.
fn users_playlists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let window = call.query.window(Limits::USUAL)?;
    let user = call.world.user(call.id()).ok_or(ApiError::not_found("No such user"))?;
    let sees_all = call.caller.user() == Some(&user.id) && call.caller.has("playlist-read-private");
    let theirs = call.world.playlists.values().filter(|playlist| playlist.owner == user.id);
    let listed: Vec<_> = theirs.filter(|playlist| playlist.public || sees_all).collect();
    let view = PlaylistView { view: call.view(None), world: call.world, user: call.caller.user(), files: &[] };
    Reply::json(&Page::of(&listed, window, &call.list_url(), |playlist| view.simplified(playlist)))
}

fn cover(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let playlist = find(call)?;
    let view = PlaylistView { view: call.view(None), world: call.world, user: call.caller.user(), files: &[] };
    Reply::json(&view.images(playlist))
}

fn upload_cover(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    require_own(call, find(call)?)?;
    if call.body.len() > LARGEST_COVER {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "Image is too large"));
    }
    let text: Vec<u8> = call.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let image = STANDARD.decode(&text).map_err(|_| ApiError::bad_request("Image is not base64 encoded"))?;
    if !image.starts_with(&[0xff, 0xd8, 0xff]) {
        return Err(ApiError::bad_request("Image is not a JPEG"));
    }
    let id = call.id().to_owned();
    let cover = made_up_hex(&format!("cover:{}", String::from_utf8_lossy(&text)), COVER_DIGITS);
    if let Some(playlist) = call.world.playlists.get_mut(&id) {
        playlist.cover = Some(cover);
    }
    Ok(Reply::empty(StatusCode::ACCEPTED))
}
