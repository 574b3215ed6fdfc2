//! Artists, their discographies and their best-known tracks.

use super::Operation;
use super::request::{ApiRequest, found};
use crate::catalog::{Album, Artist};
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Wrapped};

const MAX_IDS: usize = 50;
const TOP_TRACKS: usize = 10;
const RELATED: usize = 20;
/// The relations of an album to an artist, in the order of a discography.
const GROUPS: [&str; 4] = ["album", "single", "compilation", "appears_on"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/artists/{id}", artist).with_etag(),
    Operation::get("/artists", artists).legacy().with_etag(),
    Operation::get("/artists/{id}/albums", artist_albums).with_etag(),
    Operation::get("/artists/{id}/top-tracks", top_tracks).legacy().public(),
    Operation::get("/artists/{id}/related-artists", related_artists).extended_only().public(),
];

fn artist(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let view = request.view(None);
    ApiResponse::json(&view.artist(found(request.id(), view.catalog.artist(request.id()))?))
}

fn artists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let ids = request.query.ids(MAX_IDS)?;
    let view = request.view(None);
    let artists: Vec<_> = ids.iter().map(|id| view.catalog.artist(id).map(|artist| view.artist(artist))).collect();
    ApiResponse::json(&Wrapped("artists", artists))
}

fn artist_albums(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let limits = request.access.choose(PageLimits { default: 5, max: 10 }, PageLimits { default: 20, max: 50 });
    let (window, market) = (request.query.window(limits)?, request.query.market()?);
    let wanted = request.query.list("include_groups");
    if wanted.iter().any(|group| !GROUPS.contains(&group.as_str())) {
        return Err(ApiError::bad_request("Invalid include_groups"));
    }
    let view = request.view(market.as_ref());
    let artist = found(request.id(), view.catalog.artist(request.id()))?;
    let mut albums: Vec<(&str, &Album)> = Vec::new();
    for album in &view.catalog.albums {
        if let Some(group) = group(album, artist)
            && (wanted.is_empty() || wanted.iter().any(|wanted| wanted == group))
        {
            albums.push((group, album));
        }
    }
    let place = |group: &str| GROUPS.iter().position(|other| *other == group);
    albums.sort_by(|(a, one), (b, two)| place(a).cmp(&place(b)).then(two.release_date.cmp(&one.release_date)));
    let page = Page::of(&albums, window, &request.list_url(), |(group, album)| view.discography_album(album, group));
    ApiResponse::json(&page)
}

/// The relation of the album to the artist; `None` if the artist is not on it.
fn group(album: &Album, artist: &Artist) -> Option<&'static str> {
    let is_theirs = album.artists.iter().any(|credit| credit.id == artist.id);
    if is_theirs {
        return GROUPS.into_iter().find(|group| *group == album.album_type);
    }
    let is_on_it = album.tracks.iter().any(|track| track.artists.iter().any(|credit| credit.id == artist.id));
    is_on_it.then_some("appears_on")
}

fn top_tracks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let artist = found(request.id(), view.catalog.artist(request.id()))?;
    let tracks = view.catalog.tracks_of(artist.id.as_str());
    let tracks: Vec<_> = tracks.into_iter().take(TOP_TRACKS).map(|of| view.track(of)).collect();
    ApiResponse::json(&Wrapped("tracks", tracks))
}

/// Those with the most genres in common, and of them the most popular.
fn related_artists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let view = request.view(None);
    let artist = found(request.id(), view.catalog.artist(request.id()))?;
    let in_common = |other: &Artist| other.genres.iter().filter(|genre| artist.genres.contains(genre)).count();
    let mut others: Vec<&Artist> = view.catalog.artists.iter().filter(|other| other.id != artist.id).collect();
    others.sort_by_key(|other| std::cmp::Reverse((in_common(other), other.popularity)));
    let artists: Vec<_> = others.into_iter().take(RELATED).map(|artist| view.artist(artist)).collect();
    ApiResponse::json(&Wrapped("artists", artists))
}
