//! The search.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::Operation;
use super::playlists::SPOTIFY;
use super::request::ApiRequest;
use crate::catalog::Document;
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Window};
use crate::objects::PlaylistView;
use crate::search::{Terms, find};

/// How far into the results a page may reach.
const MAX_RESULTS: usize = 1000;

const TYPES: [&str; 7] = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"];

pub(super) const OPERATIONS: &[Operation] = &[Operation::get("/search", search).with_etag()];

/// The pages of the response, by the names of their fields.
struct Pages<'b> {
    window: Window,
    request: &'b ApiRequest<'b>,
    pages: BTreeMap<String, Box<RawValue>>,
}

impl Pages<'_> {
    /// Adds the page of results of one kind.
    fn add<T, O: Serialize>(&mut self, kind: &str, found: &[T], object: impl FnMut(&T) -> O) -> Result<(), ApiError> {
        let url = self.request.list_url_with("type", kind);
        let page = Page::of(found, self.window, &url, object);
        let page = to_raw_value(&page).map_err(|_| ApiError::SERVER_ERROR)?;
        self.pages.insert(format!("{kind}s"), page);
        Ok(())
    }
}

fn search(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    // Both names are in use: the links of Spotify's own pages have the longer one.
    let text = request.query.value("q").or(request.query.value("query")).unwrap_or_default();
    if text.trim().is_empty() {
        return Err(ApiError::bad_request("No search query"));
    }
    let types = request.query.list("type");
    if types.is_empty() {
        return Err(ApiError::bad_request("Missing parameter type"));
    }
    if let Some(unknown) = types.iter().find(|word| !TYPES.contains(&word.as_str())) {
        return Err(ApiError::invalid(format!("Bad search type field {unknown}")));
    }
    if request.query.value("include_external").is_some_and(|word| word != "audio") {
        return Err(ApiError::bad_request("Invalid include_external"));
    }
    let limits = request.access.choose(PageLimits { default: 5, max: 10 }, PageLimits::USUAL);
    let (window, market) = (request.query.window(limits)?, request.query.market()?);
    if window.offset.saturating_add(window.limit) > MAX_RESULTS {
        return Err(ApiError::INVALID_OFFSET);
    }

    let terms = Terms::parse(text, request.now);
    let view = request.view(market.as_ref());
    let catalog = view.catalog;
    let index = catalog.search_index();
    let mut pages = Pages { window, request, pages: BTreeMap::new() };
    for kind in &types {
        let places = |documents: &[Document]| find(documents, &terms);
        match kind.as_str() {
            "album" => pages.add(kind, &places(&index.albums), |at| view.simplified_album(&catalog.albums[*at]))?,
            "artist" => pages.add(kind, &places(&index.artists), |at| view.artist(&catalog.artists[*at]))?,
            "track" => {
                let tracks: Vec<_> = catalog.tracks_on_albums().collect();
                pages.add(kind, &places(&index.tracks), |at| view.track(tracks[*at]))?;
            }
            "show" => {
                let mut found = places(&index.shows);
                found.retain(|_| view.has(&catalog.markets));
                pages.add(kind, &found, |at| view.simplified_show(&catalog.shows[*at]))?;
            }
            "episode" => {
                let episodes: Vec<_> = catalog.episodes_of_shows().collect();
                let mut found = places(&index.episodes);
                found.retain(|_| view.has(&catalog.markets));
                pages.add(kind, &found, |at| view.simplified_episode(episodes[*at]))?;
            }
            "audiobook" => {
                let mut found = places(&index.audiobooks);
                found.retain(|at| view.has(&catalog.audiobooks[*at].markets));
                pages.add(kind, &found, |at| view.simplified_audiobook(&catalog.audiobooks[*at]))?;
            }
            _ => {
                let public: Vec<_> = request.world.playlists.values().filter(|playlist| playlist.public).collect();
                let document = |playlist: &&crate::world::playlist::Playlist| {
                    Document::of(&playlist.name, &[&playlist.description])
                };
                let documents: Vec<Document> = public.iter().map(document).collect();
                let playlists = PlaylistView { view, world: request.world, user: request.caller.user(), files: &[] };
                // Spotify found its own playlists too, and then had to keep them from this app.
                let is_kept = |owner: &str| owner == SPOTIFY && !request.access.is_extended;
                pages.add(kind, &places(&documents), |at| {
                    let playlist = public[*at];
                    (!is_kept(&playlist.owner)).then(|| playlists.simplified(playlist))
                })?;
            }
        }
    }
    ApiResponse::json(&pages.pages)
}
