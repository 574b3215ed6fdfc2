//! Whom the user follows: artists, other users, and playlists in the older way.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Operation;
use super::call::{Call, found};
use super::library::exists;
use crate::catalog::Artist;
use crate::http::{ApiError, Limits, Reply, Under, check_ids};
use crate::ids::Kind;

const MOST_IDS: usize = 50;
const MOST_USERS: usize = 5;
const READ: &[&str] = &["user-follow-read"];
const MODIFY: &[&str] = &["user-follow-modify"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/me/following", followed_artists).scopes(READ),
    Operation::put("/me/following", |call| change(call, true)).scopes(MODIFY).older(),
    Operation::delete("/me/following", |call| change(call, false)).scopes(MODIFY).older(),
    Operation::get("/me/following/contains", contains).scopes(READ).older(),
    Operation::put("/playlists/{playlist_id}/followers", follow_playlist).older(),
    Operation::delete("/playlists/{playlist_id}/followers", unfollow_playlist).older(),
    Operation::get("/playlists/{playlist_id}/followers/contains", follows_playlist).older(),
];

#[derive(Serialize)]
struct CursorPage<T> {
    items: Vec<T>,
    next: Option<String>,
    total: usize,
    cursors: Cursors,
    limit: usize,
    href: String,
}

#[derive(Serialize)]
struct Cursors {
    after: Option<String>,
}

fn followed_artists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    match call.query.value("type") {
        Some("artist") => {}
        Some(_) => return Err(ApiError::bad_request("Invalid type")),
        None => return Err(ApiError::bad_request("Missing required field: type")),
    }
    let limit = call.query.limit(Limits::USUAL)?;
    let after = call.query.value("after");
    let view = call.view(None);
    let followed = call.user()?.1.library.artists.items();
    let mut artists: Vec<&Artist> = followed.iter().filter_map(|item| view.catalog.artist(&item.id)).collect();
    // The cursor is an id, so that the order is that of the ids.
    artists.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    let total = artists.len();
    let rest: Vec<_> =
        artists.into_iter().filter(|artist| after.is_none_or(|after| artist.id.as_str() > after)).collect();
    let goes_on = rest.len() > limit;
    let shown: Vec<_> = rest.into_iter().take(limit).collect();
    let last = shown.last().filter(|_| goes_on).map(|artist| artist.id.as_str().to_owned());
    let link = |after: &str| format!("{}/me/following?type=artist&after={after}&limit={limit}", call.base_url);
    let page = CursorPage {
        next: last.as_deref().map(link),
        total,
        cursors: Cursors { after: last },
        limit,
        href: match after {
            Some(after) if crate::ids::is_well_formed(after) => link(after),
            _ => format!("{}/me/following?type=artist&limit={limit}", call.base_url),
        },
        items: shown.into_iter().map(|artist| view.artist(artist)).collect(),
    };
    Reply::json(&Under("artists", page))
}

#[derive(Deserialize)]
struct IdsBody {
    #[serde(default)]
    ids: Vec<String>,
}

/// The kind and the ids that a request names.
fn named(call: &Call<'_>) -> Result<(Kind, Vec<String>), ApiError> {
    let kind = match call.query.value("type") {
        Some("artist") => Kind::Artist,
        Some("user") => Kind::User,
        Some(_) => return Err(ApiError::bad_request("Invalid type")),
        None => return Err(ApiError::bad_request("Missing required field: type")),
    };
    let ids = match call.query.value("ids") {
        Some(_) => call.query.list("ids"),
        None => call.json::<IdsBody>()?.ids,
    };
    match kind {
        Kind::Artist => check_ids(&ids, MOST_IDS)?,
        _ if ids.is_empty() => return Err(ApiError::bad_request("Missing required field: ids")),
        _ if ids.len() > MOST_IDS => return Err(ApiError::bad_request("Too many ids requested")),
        _ => {}
    }
    Ok((kind, ids))
}

fn change(call: &mut Call<'_>, follow: bool) -> Result<Reply, ApiError> {
    let (kind, ids) = named(call)?;
    if follow && ids.iter().any(|id| !exists(call, kind, id)) {
        return Err(ApiError::NOT_FOUND);
    }
    let now = call.now;
    if let Some(list) = call.private_mut()?.library.list_mut(kind) {
        for id in ids {
            if follow {
                list.save(&id, now);
            } else {
                list.remove(&id);
            }
        }
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn contains(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (kind, ids) = named(call)?;
    let list = call.user()?.1.library.list(kind);
    Reply::json(&ids.iter().map(|id| list.is_some_and(|list| list.contains(id))).collect::<Vec<_>>())
}

fn may_follow(call: &Call<'_>) -> Result<(), ApiError> {
    if call.caller.has("playlist-modify-private") {
        return Ok(());
    }
    call.caller.require("playlist-modify-public")
}

/// Whether the playlist is to be in the user's profile, which nobody sees here; but it has to be a boolean.
#[derive(Deserialize)]
struct FollowBody {
    #[serde(rename = "public")]
    _public: Option<bool>,
}

fn follow_playlist(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    may_follow(call)?;
    call.json::<FollowBody>()?;
    let id = call.id().to_owned();
    found(&id, call.world.playlists.get(&id))?;
    let now = call.now;
    call.private_mut()?.library.playlists.save(&id, now);
    Ok(Reply::empty(StatusCode::OK))
}

fn unfollow_playlist(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    may_follow(call)?;
    let id = call.id().to_owned();
    found(&id, call.world.playlists.get(&id))?;
    call.private_mut()?.library.playlists.remove(&id);
    Ok(Reply::empty(StatusCode::OK))
}

/// Without ids it is the user themselves who is asked about.
fn follows_playlist(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = call.id();
    found(id, call.world.playlists.get(id))?;
    let mut users = call.query.list("ids");
    if users.len() > MOST_USERS {
        return Err(ApiError::bad_request("Too many ids requested"));
    }
    if users.is_empty() {
        users.push(call.user_id()?);
    }
    let follows =
        |user: &String| call.world.private(user).is_some_and(|private| private.library.playlists.contains(id));
    Reply::json(&users.iter().map(follows).collect::<Vec<_>>())
}
