//! Albums and their tracks.

use super::Operation;
use super::request::{ApiRequest, found};
use crate::catalog::{Track, TrackOf};
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Wrapped};

const MAX_IDS: usize = 20;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/albums/{id}", album).with_etag(),
    Operation::get("/albums", albums).legacy().with_etag(),
    Operation::get("/albums/{id}/tracks", album_tracks).with_etag(),
];

fn album(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let object = view.album(found(request.id(), view.catalog.album(request.id()))?);
    ApiResponse::json(&object)
}

fn albums(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (ids, market) = (request.query.ids(MAX_IDS)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let albums = ids.iter().map(|id| view.catalog.album(id).map(|album| view.album(album)));
    ApiResponse::json(&Wrapped("albums", albums.collect::<Vec<_>>()))
}

fn album_tracks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (window, market) = (request.query.window(PageLimits::USUAL)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let album = found(request.id(), view.catalog.album(request.id()))?;
    let tracks: Vec<&Track> = album.tracks.iter().collect();
    let page = Page::of(&tracks, window, &request.list_url(), |track| view.simplified_track(TrackOf { album, track }));
    ApiResponse::json(&page)
}
