//! Artists, their discographies and their best-known tracks.

use super::Operation;
use super::call::{Call, found};
use crate::catalog::{Album, Artist};
use crate::http::{ApiError, Limits, Page, Reply, Under};

const MOST_AT_ONCE: usize = 50;
const TOP_TRACKS: usize = 10;
const RELATED: usize = 20;
/// What an album can be to an artist, in the order of a discography.
const GROUPS: [&str; 4] = ["album", "single", "compilation", "appears_on"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/artists/{id}", artist).validated(),
    Operation::get("/artists", artists).older().validated(),
    Operation::get("/artists/{id}/albums", artist_albums).validated(),
    Operation::get("/artists/{id}/top-tracks", top_tracks).older().public(),
    Operation::get("/artists/{id}/related-artists", related_artists).closed().public(),
];

fn artist(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let view = call.view(None);
    Reply::json(&view.artist(found(call.id(), view.catalog.artist(call.id()))?))
}

fn artists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let ids = call.query.ids(MOST_AT_ONCE)?;
    let view = call.view(None);
    let artists: Vec<_> = ids.iter().map(|id| view.catalog.artist(id).map(|artist| view.artist(artist))).collect();
    Reply::json(&Under("artists", artists))
}

fn artist_albums(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let limits = call.access.choose(Limits { default: 5, max: 10 }, Limits { default: 20, max: 50 });
    let (window, market) = (call.query.window(limits)?, call.query.market()?);
    let wanted = call.query.list("include_groups");
    if wanted.iter().any(|group| !GROUPS.contains(&group.as_str())) {
        return Err(ApiError::bad_request("Invalid include_groups"));
    }
    let view = call.view(market.as_ref());
    let artist = found(call.id(), view.catalog.artist(call.id()))?;
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
    let page = Page::of(&albums, window, &call.list_url(), |(group, album)| view.discography_album(album, group));
    Reply::json(&page)
}

/// What the album is to the artist; nothing if they are not on it.
fn group(album: &Album, artist: &Artist) -> Option<&'static str> {
    let is_theirs = album.artists.iter().any(|credit| credit.id == artist.id);
    if is_theirs {
        return GROUPS.into_iter().find(|group| *group == album.album_type);
    }
    let is_on_it = album.tracks.iter().any(|track| track.artists.iter().any(|credit| credit.id == artist.id));
    is_on_it.then_some("appears_on")
}

fn top_tracks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let artist = found(call.id(), view.catalog.artist(call.id()))?;
    let tracks = view.catalog.tracks_of(artist.id.as_str());
    let tracks: Vec<_> = tracks.into_iter().take(TOP_TRACKS).map(|of| view.track(of)).collect();
    Reply::json(&Under("tracks", tracks))
}

/// Those with the most genres in common, and of them the most popular.
fn related_artists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let view = call.view(None);
    let artist = found(call.id(), view.catalog.artist(call.id()))?;
    let in_common = |other: &Artist| other.genres.iter().filter(|genre| artist.genres.contains(genre)).count();
    let mut others: Vec<&Artist> = view.catalog.artists.iter().filter(|other| other.id != artist.id).collect();
    others.sort_by_key(|other| std::cmp::Reverse((in_common(other), other.popularity)));
    let artists: Vec<_> = others.into_iter().take(RELATED).map(|artist| view.artist(artist)).collect();
    Reply::json(&Under("artists", artists))
}
