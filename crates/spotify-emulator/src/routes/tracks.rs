//! Tracks, and how they sound.

use super::Operation;
use super::call::{Call, found};
use crate::http::{ApiError, Reply, Under};
use crate::objects::{analysis, features};

const MOST_AT_ONCE: usize = 50;
const MOST_FEATURES_AT_ONCE: usize = 100;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/tracks/{id}", track).validated(),
    Operation::get("/tracks", tracks).older().validated(),
    Operation::get("/audio-features/{id}", audio_features).closed().public(),
    Operation::get("/audio-features", several_audio_features).closed().public(),
    Operation::get("/audio-analysis/{id}", audio_analysis).closed().public(),
];

fn track(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let of = found(call.id(), view.catalog.track(call.id()))?;
    Reply::json(&view.track(of))
}

fn tracks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ids, market) = (call.query.ids(MOST_AT_ONCE)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let tracks: Vec<_> = ids.iter().map(|id| view.catalog.track(id).map(|of| view.track(of))).collect();
    Reply::json(&Under("tracks", tracks))
}

fn audio_features(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let view = call.view(None);
    let of = found(call.id(), view.catalog.track(call.id()))?;
    Reply::json(&features(&view, of))
}

fn several_audio_features(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let ids = call.query.ids(MOST_FEATURES_AT_ONCE)?;
    let view = call.view(None);
    let all: Vec<_> = ids.iter().map(|id| view.catalog.track(id).map(|of| features(&view, of))).collect();
    Reply::json(&Under("audio_features", all))
}

fn audio_analysis(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let of = found(call.id(), call.world.catalog.track(call.id()))?;
    Reply::json(&analysis(of, call.now.as_second()))
}
