//! Albums and their tracks.

use super::Operation;
use super::call::{Call, found};
use crate::catalog::{Track, TrackOf};
use crate::http::{ApiError, Limits, Page, Reply, Under};

const MOST_AT_ONCE: usize = 20;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/albums/{id}", album).validated(),
    Operation::get("/albums", albums).older().validated(),
    Operation::get("/albums/{id}/tracks", album_tracks).validated(),
];

fn album(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let object = view.album(found(call.id(), view.catalog.album(call.id()))?);
    Reply::json(&object)
}

fn albums(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ids, market) = (call.query.ids(MOST_AT_ONCE)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let albums = ids.iter().map(|id| view.catalog.album(id).map(|album| view.album(album)));
    Reply::json(&Under("albums", albums.collect::<Vec<_>>()))
}

fn album_tracks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (window, market) = (call.query.window(Limits::USUAL)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let album = found(call.id(), view.catalog.album(call.id()))?;
    let tracks: Vec<&Track> = album.tracks.iter().collect();
    let page = Page::of(&tracks, window, &call.list_url(), |track| view.simplified_track(TrackOf { album, track }));
    Reply::json(&page)
}
