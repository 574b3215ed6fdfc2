//! Tracks, and how they sound.

use super::Operation;
use super::request::{ApiRequest, found};
use crate::http::{ApiError, ApiResponse, Wrapped};
use crate::objects::{analysis, features};

const MAX_IDS: usize = 50;
const MAX_FEATURE_IDS: usize = 100;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/tracks/{id}", track).with_etag(),
    Operation::get("/tracks", tracks).legacy().with_etag(),
    Operation::get("/audio-features/{id}", audio_features).extended_only().public(),
    Operation::get("/audio-features", several_audio_features).extended_only().public(),
    Operation::get("/audio-analysis/{id}", audio_analysis).extended_only().public(),
];

fn track(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let of = found(request.id(), view.catalog.track(request.id()))?;
    ApiResponse::json(&view.track(of))
}

fn tracks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (ids, market) = (request.query.ids(MAX_IDS)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let tracks: Vec<_> = ids.iter().map(|id| view.catalog.track(id).map(|of| view.track(of))).collect();
    ApiResponse::json(&Wrapped("tracks", tracks))
}

fn audio_features(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let view = request.view(None);
    let of = found(request.id(), view.catalog.track(request.id()))?;
    ApiResponse::json(&features(&view, of))
}

fn several_audio_features(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let ids = request.query.ids(MAX_FEATURE_IDS)?;
    let view = request.view(None);
    let all: Vec<_> = ids.iter().map(|id| view.catalog.track(id).map(|of| features(&view, of))).collect();
    ApiResponse::json(&Wrapped("audio_features", all))
}

fn audio_analysis(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let of = found(request.id(), request.world.catalog.track(request.id()))?;
    ApiResponse::json(&analysis(of, request.now.as_second()))
}
