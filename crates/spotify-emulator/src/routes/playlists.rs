//! Playlists: lists, details, creation and covers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Deserialize;

use super::Operation;
use super::request::{ApiRequest, found};
use crate::http::{ApiError, ApiResponse, Fields, Page, PageLimits};
use crate::ids::made_up_hex;
use crate::objects::{PlaylistView, local_files};
use crate::world::playlist::Playlist;

/// In the base64 in which covers are sent.
const MAX_COVER: usize = 256 * 1024;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 300;
const COVER_DIGITS: usize = 24;
/// Whose playlists apps without extended quota do not get.
pub(crate) const SPOTIFY: &str = "spotify";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/playlists/{playlist_id}", playlist).with_etag(),
    Operation::put("/playlists/{playlist_id}", change_details),
    Operation::get("/playlists/{playlist_id}/images", cover),
    Operation::put("/playlists/{playlist_id}/images", upload_cover).scopes(&["ugc-image-upload"]),
    Operation::get("/me/playlists", my_playlists).scopes(&["playlist-read-private"]),
    Operation::post("/me/playlists", create),
    Operation::get("/users/{user_id}/playlists", users_playlists).legacy(),
    Operation::post("/users/{user_id}/playlists", create_for_user).legacy(),
];

/// The playlist that the path names, if the caller may see it.
pub(super) fn find<'b>(request: &'b ApiRequest<'_>) -> Result<&'b Playlist, ApiError> {
    let playlist = found(request.id(), request.world.playlists.get(request.id()))?;
    if playlist.owner == SPOTIFY && !request.access.is_extended {
        return Err(ApiError::NOT_FOUND);
    }
    Ok(playlist)
}

/// Errors unless the token may change this playlist, which must be the user's own or one that they work on.
pub(super) fn require_changeable(request: &ApiRequest<'_>, playlist: &Playlist) -> Result<(), ApiError> {
    let user = request.user_id()?;
    let scope = if playlist.public { "playlist-modify-public" } else { "playlist-modify-private" };
    request.caller.require(scope)?;
    if playlist.is_of(&user) || playlist.collaborative { Ok(()) } else { Err(ApiError::NOT_YOUR_PLAYLIST) }
}

/// Errors unless the user owns this playlist and the token may change it.
fn require_own(request: &ApiRequest<'_>, playlist: &Playlist) -> Result<(), ApiError> {
    require_changeable(request, playlist)?;
    if request.caller.user() == Some(&playlist.owner) { Ok(()) } else { Err(ApiError::NOT_YOUR_PLAYLIST) }
}

fn playlist(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let fields = Fields::of(request.query.value("fields"))?;
    let playlist = find(request)?;
    let files = local_files(playlist.entries());
    let view = PlaylistView {
        view: request.view(market.as_ref()),
        world: request.world,
        user: request.caller.user(),
        files: &files,
    };
    fields.respond(&view.playlist(playlist, &view.view.market_query()))
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
        // Spotify responds to such a description with a server error.
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

fn change_details(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_own(request, find(request)?)?;
    let details: Details = request.json()?;
    let id = request.id().to_owned();
    if let Some(playlist) = request.world.playlists.get_mut(&id) {
        details.apply(playlist)?;
    }
    Ok(ApiResponse::empty(StatusCode::OK))
}

fn create(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let owner = request.user_id()?;
    let mut details: Details = request.json()?;
    let name = details.name.take().filter(|name| !name.trim().is_empty());
    let name = name.ok_or(ApiError::bad_request("Missing required field: name"))?;
    // Spotify creates public playlists by default.
    let public = details.public.unwrap_or(details.collaborative != Some(true));
    request.caller.require(if public { "playlist-modify-public" } else { "playlist-modify-private" })?;
    let id = request.world.new_id();
    let mut playlist = Playlist::new(id.clone(), name, owner);
    Details { public: Some(public), ..details }.apply(&mut playlist)?;
    request.world.playlists.insert(id.clone(), playlist);
    let now = request.now;
    request.private_mut()?.library.playlists.save(&id, now);

    let playlist = found(&id, request.world.playlists.get(&id))?;
    let view = PlaylistView { view: request.view(None), world: request.world, user: request.caller.user(), files: &[] };
    ApiResponse::with_status(StatusCode::CREATED, &view.playlist(playlist, ""))
}

fn create_for_user(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    if request.caller.user() != Some(request.id()) {
        return Err(ApiError::forbidden("You cannot create a playlist for another user"));
    }
    create(request)
}

fn my_playlists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let listed = request.user()?.1.library.playlists.items();
    let listed: Vec<_> = listed.iter().filter_map(|item| request.world.playlists.get(&item.id)).collect();
    let view = PlaylistView { view: request.view(None), world: request.world, user: request.caller.user(), files: &[] };
    ApiResponse::json(&Page::of(&listed, window, &request.list_url(), |playlist| view.simplified(playlist)))
}

/// The playlists in the profile of a user: the public ones, and to themselves all.
fn users_playlists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let user = request.world.user(request.id()).ok_or(ApiError::not_found("No such user"))?;
    let sees_all = request.caller.user() == Some(&user.id) && request.caller.has("playlist-read-private");
    let theirs = request.world.playlists.values().filter(|playlist| playlist.owner == user.id);
    let listed: Vec<_> = theirs.filter(|playlist| playlist.public || sees_all).collect();
    let view = PlaylistView { view: request.view(None), world: request.world, user: request.caller.user(), files: &[] };
    ApiResponse::json(&Page::of(&listed, window, &request.list_url(), |playlist| view.simplified(playlist)))
}

fn cover(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let playlist = find(request)?;
    let view = PlaylistView { view: request.view(None), world: request.world, user: request.caller.user(), files: &[] };
    ApiResponse::json(&view.images(playlist))
}

fn upload_cover(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_own(request, find(request)?)?;
    if request.body.len() > MAX_COVER {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "Image is too large"));
    }
    let text: Vec<u8> = request.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let image = STANDARD.decode(&text).map_err(|_| ApiError::bad_request("Image is not base64 encoded"))?;
    if !image.starts_with(&[0xff, 0xd8, 0xff]) {
        return Err(ApiError::bad_request("Image is not a JPEG"));
    }
    let id = request.id().to_owned();
    let cover = made_up_hex(&format!("cover:{}", String::from_utf8_lossy(&text)), COVER_DIGITS);
    if let Some(playlist) = request.world.playlists.get_mut(&id) {
        playlist.cover = Some(cover);
    }
    Ok(ApiResponse::empty(StatusCode::ACCEPTED))
}
