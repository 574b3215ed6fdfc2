//! The library of the user: the lists of each kind, and saving, removing and checking, by URI for every app and in the
//! older operations by kind.

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use super::Operation;
use super::request::ApiRequest;
use crate::catalog::Location;
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Query, Window, check_ids};
use crate::ids::{Kind, Uri};
use crate::objects::{
    SavedAlbumObject, SavedAudiobookObject, SavedEpisodeObject, SavedShowObject, SavedTrackObject, ToTheSecond,
};
use crate::world::saved::{Saved, SavedItem};

const MAX_URIS: usize = 40;
const MAX_IDS: usize = 50;
const READ: &[&str] = &["user-library-read"];
const MODIFY: &[&str] = &["user-library-modify"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::put("/me/library", |request| change(request, true)),
    Operation::delete("/me/library", |request| change(request, false)),
    Operation::get("/me/library/contains", contains),
    Operation::get("/me/albums", saved_albums).scopes(READ),
    Operation::get("/me/audiobooks", saved_audiobooks).scopes(READ),
    Operation::get("/me/episodes", saved_episodes).scopes(READ),
    Operation::get("/me/shows", saved_shows).scopes(READ),
    Operation::get("/me/tracks", saved_tracks).scopes(READ),
    Operation::put("/me/albums", |request| save_ids(request, Kind::Album)).scopes(MODIFY).legacy(),
    Operation::put("/me/audiobooks", |request| save_ids(request, Kind::Audiobook)).scopes(MODIFY).legacy(),
    Operation::put("/me/episodes", |request| save_ids(request, Kind::Episode)).scopes(MODIFY).legacy(),
    Operation::put("/me/shows", |request| save_ids(request, Kind::Show)).scopes(MODIFY).legacy(),
    Operation::put("/me/tracks", |request| save_ids(request, Kind::Track)).scopes(MODIFY).legacy(),
    Operation::delete("/me/albums", |request| remove_ids(request, Kind::Album)).scopes(MODIFY).legacy(),
    Operation::delete("/me/audiobooks", |request| remove_ids(request, Kind::Audiobook)).scopes(MODIFY).legacy(),
    Operation::delete("/me/episodes", |request| remove_ids(request, Kind::Episode)).scopes(MODIFY).legacy(),
    Operation::delete("/me/shows", |request| remove_ids(request, Kind::Show)).scopes(MODIFY).legacy(),
    Operation::delete("/me/tracks", |request| remove_ids(request, Kind::Track)).scopes(MODIFY).legacy(),
    Operation::get("/me/albums/contains", |request| contains_ids(request, Kind::Album)).scopes(READ).legacy(),
    Operation::get("/me/audiobooks/contains", |request| contains_ids(request, Kind::Audiobook)).scopes(READ).legacy(),
    Operation::get("/me/episodes/contains", |request| contains_ids(request, Kind::Episode)).scopes(READ).legacy(),
    Operation::get("/me/shows/contains", |request| contains_ids(request, Kind::Show)).scopes(READ).legacy(),
    Operation::get("/me/tracks/contains", |request| contains_ids(request, Kind::Track)).scopes(READ).legacy(),
];

fn saved_albums(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (window, market) = (request.query.window(PageLimits::USUAL)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let find = |id: &str| view.catalog.album(id);
    ApiResponse::json(&page(request, window, Kind::Album, find, |item, album| SavedAlbumObject {
        added_at: ToTheSecond(item.added_at),
        album: view.album(album),
    })?)
}

fn saved_audiobooks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let view = request.view(None);
    let find = |id: &str| view.catalog.audiobook(id);
    ApiResponse::json(&page(request, window, Kind::Audiobook, find, |item, book| SavedAudiobookObject {
        added_at: ToTheSecond(item.added_at),
        audiobook: view.audiobook(book),
    })?)
}

fn saved_episodes(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (window, market) = (request.query.window(PageLimits::USUAL)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let find = |id: &str| view.catalog.episode(id);
    ApiResponse::json(&page(request, window, Kind::Episode, find, |item, of| SavedEpisodeObject {
        added_at: ToTheSecond(item.added_at),
        episode: view.episode(of),
    })?)
}

fn saved_shows(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let view = request.view(None);
    let find = |id: &str| view.catalog.show(id);
    ApiResponse::json(&page(request, window, Kind::Show, find, |item, show| SavedShowObject {
        added_at: ToTheSecond(item.added_at),
        show: view.simplified_show(show),
    })?)
}

fn saved_tracks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (window, market) = (request.query.window(PageLimits::USUAL)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let find = |id: &str| view.catalog.track(id);
    ApiResponse::json(&page(request, window, Kind::Track, find, |item, of| SavedTrackObject {
        added_at: ToTheSecond(item.added_at),
        track: view.track(of),
    })?)
}

/// A page of the saved items of the user, each with its object from the catalog.
fn page<'b, T, O>(
    request: &'b ApiRequest<'_>,
    window: Window,
    kind: Kind,
    find: impl Fn(&str) -> Option<T>,
    object: impl Fn(&'b SavedItem, T) -> O,
) -> Result<Page<O>, ApiError> {
    let items = request.user()?.1.library.list(kind).map(Saved::items).unwrap_or_default();
    let shown = items.iter().skip(window.offset).take(window.limit);
    let shown = shown.filter_map(|item| Some(object(item, find(&item.id)?))).collect();
    Ok(Page::part(shown, items.len(), window, &request.list_url()))
}

/// A body that lists ids: an object, or the bare list.
#[derive(Deserialize)]
#[serde(untagged)]
enum SavedIdsBody {
    Bare(Vec<String>),
    Named { ids: Option<Vec<String>>, timestamped_ids: Option<Vec<Timestamped>> },
}

#[derive(Deserialize)]
struct Timestamped {
    id: String,
    added_at: Timestamp,
}

/// The ids in a request, with the times given for them. Ids with times take precedence over those in the query, and these
/// over the others in the body.
fn named_ids(request: &ApiRequest<'_>) -> Result<Vec<(String, Option<Timestamp>)>, ApiError> {
    let in_query = request.query.value("ids").map(|_| request.query.list("ids"));
    let mut named: Vec<(String, Option<Timestamp>)> = match (request.json(), in_query) {
        (Ok(SavedIdsBody::Named { timestamped_ids: Some(ids), .. }), _) => {
            ids.into_iter().map(|entry| (entry.id, Some(entry.added_at))).collect()
        }
        (_, Some(ids)) | (Ok(SavedIdsBody::Bare(ids)), None) => without_times(ids),
        (Ok(SavedIdsBody::Named { ids, .. }), None) => without_times(ids.unwrap_or_default()),
        (Err(error), None) => return Err(error),
    };
    let ids: Vec<String> = named.iter().map(|(id, _)| id.clone()).collect();
    check_ids(&ids, MAX_IDS)?;
    // The first that is named shall be the first in the list, where all are saved at the same time.
    named.reverse();
    Ok(named)
}

fn without_times(ids: Vec<String>) -> Vec<(String, Option<Timestamp>)> {
    ids.into_iter().map(|id| (id, None)).collect()
}

fn save_ids(request: &mut ApiRequest<'_>, kind: Kind) -> Result<ApiResponse, ApiError> {
    let ids = named_ids(request)?;
    if ids.iter().any(|(id, _)| !exists(request, kind, id)) {
        return Err(ApiError::NOT_FOUND);
    }
    let now = request.now;
    if let Some(list) = request.private_mut()?.library.list_mut(kind) {
        for (id, added_at) in ids {
            list.save(&id, added_at.unwrap_or(now));
        }
    }
    Ok(ApiResponse::empty(StatusCode::OK))
}

fn remove_ids(request: &mut ApiRequest<'_>, kind: Kind) -> Result<ApiResponse, ApiError> {
    let ids = named_ids(request)?;
    if let Some(list) = request.private_mut()?.library.list_mut(kind) {
        for (id, _) in ids {
            list.remove(&id);
        }
    }
    Ok(ApiResponse::empty(StatusCode::OK))
}

fn contains_ids(request: &mut ApiRequest<'_>, kind: Kind) -> Result<ApiResponse, ApiError> {
    let ids = request.query.ids(MAX_IDS)?;
    let list = request.user()?.1.library.list(kind);
    let saved: Vec<bool> = ids.iter().map(|id| list.is_some_and(|list| list.contains(id))).collect();
    ApiResponse::json(&saved)
}

/// Whether the item exists.
pub(super) fn exists(request: &ApiRequest<'_>, kind: Kind, id: &str) -> bool {
    match kind {
        Kind::Playlist => request.world.playlists.contains_key(id),
        Kind::User => request.world.user(id).is_some(),
        kind => request.world.catalog.locate(id).is_some_and(|place| kind_of(place) == kind),
    }
}

fn kind_of(place: Location) -> Kind {
    match place {
        Location::Album(_) => Kind::Album,
        Location::Artist(_) => Kind::Artist,
        Location::Audiobook(_) => Kind::Audiobook,
        Location::Chapter { .. } => Kind::Chapter,
        Location::Episode { .. } => Kind::Episode,
        Location::Show(_) => Kind::Show,
        Location::Track { .. } => Kind::Track,
    }
}

/// The URIs that a request names, as kinds and ids.
fn named_uris(request: &ApiRequest<'_>) -> Result<Vec<(Kind, String)>, ApiError> {
    let uris = uris_of(request.query)?;
    let read = |uri: &String| {
        let Uri { kind, id } = Uri::parse(uri).ok_or_else(|| ApiError::invalid(format!("Invalid URI: {uri}")))?;
        // The URI of an audiobook has the type `show`.
        let kind = match request.world.catalog.locate(id) {
            Some(Location::Audiobook(_)) if kind == Kind::Show => Kind::Audiobook,
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
    if uris.len() > MAX_URIS {
        return Err(ApiError::bad_request("Too many uris requested"));
    }
    Ok(uris)
}

fn change(request: &mut ApiRequest<'_>, save: bool) -> Result<ApiResponse, ApiError> {
    let mut named = named_uris(request)?;
    for (kind, _) in &named {
        match kind {
            Kind::Artist | Kind::User => request.caller.require("user-follow-modify")?,
            Kind::Playlist if !request.caller.has("playlist-modify-private") => {
                request.caller.require("playlist-modify-public")?;
            }
            Kind::Playlist => {}
            _ => request.caller.require("user-library-modify")?,
        }
    }
    if save && named.iter().any(|(kind, id)| !exists(request, *kind, id)) {
        return Err(ApiError::NOT_FOUND);
    }
    named.reverse();
    let now = request.now;
    let library = &mut request.private_mut()?.library;
    for (kind, id) in named {
        if let Some(list) = library.list_mut(kind) {
            if save {
                list.save(&id, now);
            } else {
                list.remove(&id);
            }
        }
    }
    Ok(ApiResponse::empty(StatusCode::OK))
}

fn contains(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let named = named_uris(request)?;
    for (kind, _) in &named {
        request.caller.require(match kind {
            Kind::Artist | Kind::User => "user-follow-read",
            Kind::Playlist => "playlist-read-private",
            _ => "user-library-read",
        })?;
    }
    let library = &request.user()?.1.library;
    let saved = named.iter().map(|(kind, id)| library.list(*kind).is_some_and(|list| list.contains(id)));
    ApiResponse::json(&saved.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_bare_or_named_or_with_times() {
        let read = |text: &str| serde_json::from_str::<SavedIdsBody>(text);
        assert!(matches!(read(r#"["a"]"#), Ok(SavedIdsBody::Bare(ids)) if ids == ["a"]));
        assert!(matches!(read(r#"{"ids":["a"]}"#), Ok(SavedIdsBody::Named { ids: Some(ids), .. }) if ids == ["a"]));
        let timed = read(r#"{"timestamped_ids":[{"id":"a","added_at":"2010-01-01T00:00:00Z"}]}"#);
        assert!(matches!(timed, Ok(SavedIdsBody::Named { timestamped_ids: Some(ids), .. }) if ids[0].id == "a"));
        assert!(read(r#"{"ids":"a"}"#).is_err());
    }

    #[test]
    fn a_request_without_uris_is_refused() {
        assert!(uris_of(&Query::parse(None)).is_err());
        assert!(uris_of(&Query::parse(Some("uris=,,"))).is_err());
    }
}
