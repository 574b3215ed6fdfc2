//! Following: artists, other users, and playlists in the older way.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Operation;
use super::library::exists;
use super::request::{ApiRequest, found};
use crate::catalog::Artist;
use crate::http::{ApiError, ApiResponse, PageLimits, Wrapped, check_ids};
use crate::ids::Kind;

const MAX_IDS: usize = 50;
const MAX_USERS: usize = 5;
const READ: &[&str] = &["user-follow-read"];
const MODIFY: &[&str] = &["user-follow-modify"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/me/following", followed_artists).scopes(READ),
    Operation::put("/me/following", |request| change(request, true)).scopes(MODIFY).legacy(),
    Operation::delete("/me/following", |request| change(request, false)).scopes(MODIFY).legacy(),
    Operation::get("/me/following/contains", contains).scopes(READ).legacy(),
    Operation::put("/playlists/{playlist_id}/followers", follow_playlist).legacy(),
    Operation::delete("/playlists/{playlist_id}/followers", unfollow_playlist).legacy(),
    Operation::get("/playlists/{playlist_id}/followers/contains", follows_playlist).legacy(),
];

#[derive(Serialize)]
struct CursorPage<T> {
    items: Vec<T>,
    next: Option<String>,
    total: usize,
    cursors: FollowingCursors,
    limit: usize,
    href: String,
}

#[derive(Serialize)]
struct FollowingCursors {
    after: Option<String>,
}

fn followed_artists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    match request.query.value("type") {
        Some("artist") => {}
        Some(_) => return Err(ApiError::bad_request("Invalid type")),
        None => return Err(ApiError::bad_request("Missing required field: type")),
    }
    let limit = request.query.limit(PageLimits::USUAL)?;
    let after = request.query.value("after");
    let view = request.view(None);
    let followed = request.user()?.1.library.artists.items();
    let mut artists: Vec<&Artist> = followed.iter().filter_map(|item| view.catalog.artist(&item.id)).collect();
    // The cursor is an id, so that the order is that of the ids.
    artists.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    let total = artists.len();
    let rest: Vec<_> =
        artists.into_iter().filter(|artist| after.is_none_or(|after| artist.id.as_str() > after)).collect();
    let goes_on = rest.len() > limit;
    let shown: Vec<_> = rest.into_iter().take(limit).collect();
    let last = shown.last().filter(|_| goes_on).map(|artist| artist.id.as_str().to_owned());
    let link = |after: &str| format!("{}/me/following?type=artist&after={after}&limit={limit}", request.base_url);
    let page = CursorPage {
        next: last.as_deref().map(link),
        total,
        cursors: FollowingCursors { after: last },
        limit,
        href: match after {
            Some(after) if crate::ids::is_well_formed(after) => link(after),
            _ => format!("{}/me/following?type=artist&limit={limit}", request.base_url),
        },
        items: shown.into_iter().map(|artist| view.artist(artist)).collect(),
    };
    ApiResponse::json(&Wrapped("artists", page))
}

#[derive(Deserialize)]
struct FollowBodyIds {
    #[serde(default)]
    ids: Vec<String>,
}

/// The kind and the ids that a request names.
fn named(request: &ApiRequest<'_>) -> Result<(Kind, Vec<String>), ApiError> {
    let kind = match request.query.value("type") {
        Some("artist") => Kind::Artist,
        Some("user") => Kind::User,
        Some(_) => return Err(ApiError::bad_request("Invalid type")),
        None => return Err(ApiError::bad_request("Missing required field: type")),
    };
    let ids = match request.query.value("ids") {
        Some(_) => request.query.list("ids"),
        None => request.json::<FollowBodyIds>()?.ids,
    };
    match kind {
        Kind::Artist => check_ids(&ids, MAX_IDS)?,
        _ if ids.is_empty() => return Err(ApiError::bad_request("Missing required field: ids")),
        _ if ids.len() > MAX_IDS => return Err(ApiError::bad_request("Too many ids requested")),
        _ => {}
    }
    Ok((kind, ids))
}

fn change(request: &mut ApiRequest<'_>, follow: bool) -> Result<ApiResponse, ApiError> {
    let (kind, ids) = named(request)?;
    if follow && ids.iter().any(|id| !exists(request, kind, id)) {
        return Err(ApiError::NOT_FOUND);
    }
    let now = request.now;
    if let Some(list) = request.private_mut()?.library.list_mut(kind) {
        for id in ids {
            if follow {
                list.save(&id, now);
            } else {
                list.remove(&id);
            }
        }
    }
    Ok(ApiResponse::empty(StatusCode::NO_CONTENT))
}

fn contains(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (kind, ids) = named(request)?;
    let list = request.user()?.1.library.list(kind);
    ApiResponse::json(&ids.iter().map(|id| list.is_some_and(|list| list.contains(id))).collect::<Vec<_>>())
}

fn may_follow(request: &ApiRequest<'_>) -> Result<(), ApiError> {
    if request.caller.has("playlist-modify-private") {
        return Ok(());
    }
    request.caller.require("playlist-modify-public")
}

/// Whether the playlist is public in the user's profile. It has no effect here, but must be a boolean.
#[derive(Deserialize)]
struct FollowBody {
    #[serde(rename = "public")]
    _public: Option<bool>,
}

fn follow_playlist(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    may_follow(request)?;
    request.json::<FollowBody>()?;
    let id = request.id().to_owned();
    found(&id, request.world.playlists.get(&id))?;
    let now = request.now;
    request.private_mut()?.library.playlists.save(&id, now);
    Ok(ApiResponse::empty(StatusCode::OK))
}

fn unfollow_playlist(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    may_follow(request)?;
    let id = request.id().to_owned();
    found(&id, request.world.playlists.get(&id))?;
    request.private_mut()?.library.playlists.remove(&id);
    Ok(ApiResponse::empty(StatusCode::OK))
}

/// Without ids the current user is checked.
fn follows_playlist(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let id = request.id();
    found(id, request.world.playlists.get(id))?;
    let mut users = request.query.list("ids");
    if users.len() > MAX_USERS {
        return Err(ApiError::bad_request("Too many ids requested"));
    }
    if users.is_empty() {
        users.push(request.user_id()?);
    }
    let follows =
        |user: &String| request.world.private(user).is_some_and(|private| private.library.playlists.contains(id));
    ApiResponse::json(&users.iter().map(follows).collect::<Vec<_>>())
}
