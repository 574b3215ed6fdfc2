//! What the user has saved: lists of each kind, and the ways to save, remove and ask, the one by URI that every app has
//! and the older ones by kind.

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use super::Operation;
use super::call::Call;
use crate::catalog::Place;
use crate::http::{ApiError, Limits, Page, Query, Reply, Window, check_ids};
use crate::ids::{Kind, Uri};
use crate::objects::{
    SavedAlbumObject, SavedAudiobookObject, SavedEpisodeObject, SavedShowObject, SavedTrackObject, ToTheSecond,
};
use crate::world::saved::{Saved, SavedItem};

const MOST_URIS: usize = 40;
const MOST_IDS: usize = 50;
const READ: &[&str] = &["user-library-read"];
const MODIFY: &[&str] = &["user-library-modify"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::put("/me/library", |call| change(call, true)),
    Operation::delete("/me/library", |call| change(call, false)),
    Operation::get("/me/library/contains", contains),
    Operation::get("/me/albums", saved_albums).scopes(READ),
    Operation::get("/me/audiobooks", saved_audiobooks).scopes(READ),
    Operation::get("/me/episodes", saved_episodes).scopes(READ),
    Operation::get("/me/shows", saved_shows).scopes(READ),
    Operation::get("/me/tracks", saved_tracks).scopes(READ),
    Operation::put("/me/albums", |call| save_ids(call, Kind::Album)).scopes(MODIFY).older(),
    Operation::put("/me/audiobooks", |call| save_ids(call, Kind::Audiobook)).scopes(MODIFY).older(),
    Operation::put("/me/episodes", |call| save_ids(call, Kind::Episode)).scopes(MODIFY).older(),
    Operation::put("/me/shows", |call| save_ids(call, Kind::Show)).scopes(MODIFY).older(),
    Operation::put("/me/tracks", |call| save_ids(call, Kind::Track)).scopes(MODIFY).older(),
    Operation::delete("/me/albums", |call| remove_ids(call, Kind::Album)).scopes(MODIFY).older(),
    Operation::delete("/me/audiobooks", |call| remove_ids(call, Kind::Audiobook)).scopes(MODIFY).older(),
    Operation::delete("/me/episodes", |call| remove_ids(call, Kind::Episode)).scopes(MODIFY).older(),
    Operation::delete("/me/shows", |call| remove_ids(call, Kind::Show)).scopes(MODIFY).older(),
    Operation::delete("/me/tracks", |call| remove_ids(call, Kind::Track)).scopes(MODIFY).older(),
    Operation::get("/me/albums/contains", |call| contains_ids(call, Kind::Album)).scopes(READ).older(),
    Operation::get("/me/audiobooks/contains", |call| contains_ids(call, Kind::Audiobook)).scopes(READ).older(),
    Operation::get("/me/episodes/contains", |call| contains_ids(call, Kind::Episode)).scopes(READ).older(),
    Operation::get("/me/shows/contains", |call| contains_ids(call, Kind::Show)).scopes(READ).older(),
    Operation::get("/me/tracks/contains", |call| contains_ids(call, Kind::Track)).scopes(READ).older(),
];

fn saved_albums(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (window, market) = (call.query.window(Limits::USUAL)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let find = |id: &str| view.catalog.album(id);
    Reply::json(&page(call, window, Kind::Album, find, |item, album| SavedAlbumObject {
        added_at: ToTheSecond(item.added_at),
        album: view.album(album),
    })?)
}

fn saved_audiobooks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let window = call.query.window(Limits::USUAL)?;
    let view = call.view(None);
    let find = |id: &str| view.catalog.audiobook(id);
    Reply::json(&page(call, window, Kind::Audiobook, find, |item, book| SavedAudiobookObject {
        added_at: ToTheSecond(item.added_at),
        audiobook: view.audiobook(book),
    })?)
}

fn saved_episodes(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (window, market) = (call.query.window(Limits::USUAL)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let find = |id: &str| view.catalog.episode(id);
    Reply::json(&page(call, window, Kind::Episode, find, |item, of| SavedEpisodeObject {
        added_at: ToTheSecond(item.added_at),
        episode: view.episode(of),
    })?)
}

fn saved_shows(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let window = call.query.window(Limits::USUAL)?;
    let view = call.view(None);
    let find = |id: &str| view.catalog.show(id);
    Reply::json(&page(call, window, Kind::Show, find, |item, show| SavedShowObject {
        added_at: ToTheSecond(item.added_at),
        show: view.simplified_show(show),
    })?)
}

fn saved_tracks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (window, market) = (call.query.window(Limits::USUAL)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let find = |id: &str| view.catalog.track(id);
    Reply::json(&page(call, window, Kind::Track, find, |item, of| SavedTrackObject {
        added_at: ToTheSecond(item.added_at),
        track: view.track(of),
    })?)
}

/// A page of the user's saved things, each with what the catalog has of it.
fn page<'b, T, O>(
    call: &'b Call<'_>,
    window: Window,
    kind: Kind,
    find: impl Fn(&str) -> Option<T>,
    object: impl Fn(&'b SavedItem, T) -> O,
) -> Result<Page<O>, ApiError> {
    let items = call.user()?.1.library.list(kind).map(Saved::items).unwrap_or_default();
    let shown = items.iter().skip(window.offset).take(window.limit);
    let shown = shown.filter_map(|item| Some(object(item, find(&item.id)?))).collect();
    Ok(Page::part(shown, items.len(), window, &call.list_url()))
}

/// A body that lists ids: an object, or the bare list.
#[derive(Deserialize)]
#[serde(untagged)]
enum IdsBody {
    Bare(Vec<String>),
    Named { ids: Option<Vec<String>>, timestamped_ids: Option<Vec<Timestamped>> },
}

#[derive(Deserialize)]
struct Timestamped {
    id: String,
    added_at: Timestamp,
}

/// The ids that a request names, with the times that it gives them. Those with times come before those in the query, and
/// these before the others in the body.
fn named_ids(call: &Call<'_>) -> Result<Vec<(String, Option<Timestamp>)>, ApiError> {
    let in_query = call.query.value("ids").map(|_| call.query.list("ids"));
    let mut named: Vec<(String, Option<Timestamp>)> = match (call.json(), in_query) {
        (Ok(IdsBody::Named { timestamped_ids: Some(ids), .. }), _) => {
            ids.into_iter().map(|entry| (entry.id, Some(entry.added_at))).collect()
        }
        (_, Some(ids)) | (Ok(IdsBody::Bare(ids)), None) => without_times(ids),
        (Ok(IdsBody::Named { ids, .. }), None) => without_times(ids.unwrap_or_default()),
        (Err(error), None) => return Err(error),
    };
    let ids: Vec<String> = named.iter().map(|(id, _)| id.clone()).collect();
    check_ids(&ids, MOST_IDS)?;
    // The first that is named shall be the first in the list, where all are saved at the same time.
    named.reverse();
    Ok(named)
}

fn without_times(ids: Vec<String>) -> Vec<(String, Option<Timestamp>)> {
    ids.into_iter().map(|id| (id, None)).collect()
}

fn save_ids(call: &mut Call<'_>, kind: Kind) -> Result<Reply, ApiError> {
    let ids = named_ids(call)?;
    if ids.iter().any(|(id, _)| !exists(call, kind, id)) {
        return Err(ApiError::NOT_FOUND);
    }
    let now = call.now;
    if let Some(list) = call.private_mut()?.library.list_mut(kind) {
        for (id, added_at) in ids {
            list.save(&id, added_at.unwrap_or(now));
        }
    }
    Ok(Reply::empty(StatusCode::OK))
}

fn remove_ids(call: &mut Call<'_>, kind: Kind) -> Result<Reply, ApiError> {
    let ids = named_ids(call)?;
    if let Some(list) = call.private_mut()?.library.list_mut(kind) {
        for (id, _) in ids {
            list.remove(&id);
        }
    }
    Ok(Reply::empty(StatusCode::OK))
}

fn contains_ids(call: &mut Call<'_>, kind: Kind) -> Result<Reply, ApiError> {
    let ids = call.query.ids(MOST_IDS)?;
    let list = call.user()?.1.library.list(kind);
    let answer: Vec<bool> = ids.iter().map(|id| list.is_some_and(|list| list.contains(id))).collect();
    Reply::json(&answer)
}

/// Whether there is such a thing.
pub(super) fn exists(call: &Call<'_>, kind: Kind, id: &str) -> bool {
    match kind {
        Kind::Playlist => call.world.playlists.contains_key(id),
        Kind::User => call.world.user(id).is_some(),
        kind => call.world.catalog.place(id).is_some_and(|place| kind_of(place) == kind),
    }
}

fn kind_of(place: Place) -> Kind {
    match place {
        Place::Album(_) => Kind::Album,
        Place::Artist(_) => Kind::Artist,
        Place::Audiobook(_) => Kind::Audiobook,
        Place::Chapter { .. } => Kind::Chapter,
        Place::Episode { .. } => Kind::Episode,
        Place::Show(_) => Kind::Show,
        Place::Track { .. } => Kind::Track,
    }
}

/// The URIs that a request names, as kinds and ids.
fn named_uris(call: &Call<'_>) -> Result<Vec<(Kind, String)>, ApiError> {
    let uris = uris_of(call.query)?;
    let read = |uri: &String| {
        let Uri { kind, id } = Uri::parse(uri).ok_or_else(|| ApiError::invalid(format!("Invalid URI: {uri}")))?;
        // An audiobook's URI says that it is a show.
        let kind = match call.world.catalog.place(id) {
            Some(Place::Audiobook(_)) if kind == Kind::Show => Kind::Audiobook,
            _ => kind,
        };
        if kind == Kind::Chapter {
            return Err(ApiError::invalid(format!("Unsupported URI: {uri}")));
        }
        Ok((kind, id.to_owned()))
    };
    uris.iter().map(read).collect()
}

fn uris_of(query: &Query) -> Result<Vec<String>, ApiError> {
    let uris = query.list("uris");
    if uris.is_empty() {
        return Err(ApiError::bad_request("Missing required field: uris"));
    }
    if uris.len() > MOST_URIS {
        return Err(ApiError::bad_request("Too many uris requested"));
    }
    Ok(uris)
}

fn change(call: &mut Call<'_>, save: bool) -> Result<Reply, ApiError> {
    let mut named = named_uris(call)?;
    for (kind, _) in &named {
        match kind {
            Kind::Artist | Kind::User => call.caller.require("user-follow-modify")?,
            Kind::Playlist if !call.caller.has("playlist-modify-private") => {
                call.caller.require("playlist-modify-public")?;
            }
            Kind::Playlist => {}
            _ => call.caller.require("user-library-modify")?,
        }
    }
    if save && named.iter().any(|(kind, id)| !exists(call, *kind, id)) {
        return Err(ApiError::NOT_FOUND);
    }
    named.reverse();
    let now = call.now;
    let library = &mut call.private_mut()?.library;
    for (kind, id) in named {
        if let Some(list) = library.list_mut(kind) {
            if save {
                list.save(&id, now);
            } else {
                list.remove(&id);
            }
        }
    }
    Ok(Reply::empty(StatusCode::OK))
}

fn contains(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let named = named_uris(call)?;
    for (kind, _) in &named {
        call.caller.require(match kind {
            Kind::Artist | Kind::User => "user-follow-read",
            Kind::Playlist => "playlist-read-private",
            _ => "user-library-read",
        })?;
    }
    let library = &call.user()?.1.library;
    let answer = named.iter().map(|(kind, id)| library.list(*kind).is_some_and(|list| list.contains(id)));
    Reply::json(&answer.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_bare_or_named_or_with_times() {
        let read = |text: &str| serde_json::from_str::<IdsBody>(text);
        assert!(matches!(read(r#"["a"]"#), Ok(IdsBody::Bare(ids)) if ids == ["a"]));
        assert!(matches!(read(r#"{"ids":["a"]}"#), Ok(IdsBody::Named { ids: Some(ids), .. }) if ids == ["a"]));
        let timed = read(r#"{"timestamped_ids":[{"id":"a","added_at":"2010-01-01T00:00:00Z"}]}"#);
        assert!(matches!(timed, Ok(IdsBody::Named { timestamped_ids: Some(ids), .. }) if ids[0].id == "a"));
        assert!(read(r#"{"ids":"a"}"#).is_err());
    }

    #[test]
    fn a_request_without_uris_is_refused() {
        assert!(uris_of(&Query::parse(None)).is_err());
        assert!(uris_of(&Query::parse(Some("uris=,,"))).is_err());
    }
}
