//! Recommendations: tracks that go with others, with artists and with genres, and that sound as asked for.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Operation;
use super::request::{ApiRequest, found};
use crate::catalog::{Catalog, Sound, TrackOf};
use crate::http::{ApiError, ApiResponse, PageLimits, Query, Wrapped};
use crate::ids::made_up_number;

const LIMITS: PageLimits = PageLimits { default: 20, max: 100 };
const MAX_SEEDS: usize = 5;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/recommendations", recommendations).extended_only(),
    Operation::get("/recommendations/available-genre-seeds", genre_seeds).extended_only().public(),
];

#[derive(Serialize)]
struct RecommendationsObject<T> {
    tracks: Vec<T>,
    seeds: Vec<SeedObject>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SeedObject {
    initial_pool_size: usize,
    after_filtering_size: usize,
    after_relinking_size: usize,
    id: String,
    r#type: &'static str,
    /// Genres have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
}

/// A seed, and its genres.
struct Seed {
    kind: &'static str,
    id: String,
    href: Option<String>,
    genres: Vec<String>,
}

/// A wish for the sound: `min_tempo=120`.
struct Wish<'a> {
    bound: &'a str,
    attribute: &'a str,
    value: f64,
}

impl Wish<'_> {
    fn of(of: TrackOf<'_>, attribute: &str) -> Option<f64> {
        match attribute {
            "duration_ms" => Some(f64::from(of.track.duration_ms)),
            "popularity" => Some(f64::from(of.track.popularity)),
            other => Sound::of(of.album, of.track).attribute(other),
        }
    }

    fn allows(&self, of: TrackOf<'_>) -> bool {
        let Some(value) = Self::of(of, self.attribute) else {
            return true;
        };
        match self.bound {
            "min" => value >= self.value,
            "max" => value <= self.value,
            _ => true,
        }
    }

    /// How far a track is from a target, as a share of the target.
    fn distance(&self, of: TrackOf<'_>) -> f64 {
        match Self::of(of, self.attribute) {
            Some(value) if self.bound == "target" => (value - self.value).abs() / self.value.abs().max(1.0),
            _ => 0.0,
        }
    }
}

fn wishes(query: &Query) -> Result<Vec<Wish<'_>>, ApiError> {
    let mut wishes = Vec::new();
    for (name, value) in query.pairs() {
        if let Some((bound @ ("min" | "max" | "target"), attribute)) = name.split_once('_') {
            let value = value.parse().ok().filter(|value: &f64| value.is_finite());
            let value = value.ok_or_else(|| ApiError::invalid(format!("Invalid {name}")))?;
            wishes.push(Wish { bound, attribute, value });
        }
    }
    Ok(wishes)
}

fn seeds(request: &ApiRequest<'_>) -> Result<Vec<Seed>, ApiError> {
    let catalog = &request.world.catalog;
    let mut seeds = Vec::new();
    for id in request.query.list("seed_artists") {
        let artist = found(&id, catalog.artist(&id))?;
        let href = Some(format!("{}/artists/{id}", request.base_url));
        seeds.push(Seed { kind: "ARTIST", href, genres: artist.genres.clone(), id });
    }
    for id in request.query.list("seed_tracks") {
        let of = found(&id, catalog.track(&id))?;
        let href = Some(format!("{}/tracks/{id}", request.base_url));
        seeds.push(Seed { kind: "TRACK", href, genres: of.album.genres.clone(), id });
    }
    for id in request.query.list("seed_genres") {
        if !genres(catalog).contains(&id) {
            return Err(ApiError::bad_request("invalid request"));
        }
        seeds.push(Seed { kind: "GENRE", href: None, genres: vec![id.replace('-', " ")], id });
    }
    match seeds.len() {
        0 => Err(ApiError::bad_request("Missing required field: seed_artists, seed_tracks or seed_genres")),
        1..=MAX_SEEDS => Ok(seeds),
        _ => Err(ApiError::bad_request("Too many seeds")),
    }
}

fn recommendations(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (limit, market) = (request.query.limit(LIMITS)?, request.query.market()?);
    let (seeds, wishes) = (seeds(request)?, wishes(request.query)?);
    let view = request.view(market.as_ref());
    let key: String = seeds.iter().map(|seed| seed.id.as_str()).collect();
    let fits = |of: &TrackOf<'_>, seed: &Seed| of.album.genres.iter().any(|genre| seed.genres.contains(genre));
    let is_seed = |of: &TrackOf<'_>| seeds.iter().any(|seed| seed.id == of.track.id.as_str());

    let pool: Vec<TrackOf<'_>> =
        view.catalog.tracks_on_albums().filter(|of| !of.track.withdrawn && !is_seed(of)).collect();
    let mut allowed: Vec<_> = pool.iter().copied().filter(|of| wishes.iter().all(|wish| wish.allows(*of))).collect();
    allowed.sort_by_cached_key(|of| {
        let distance: f64 = wishes.iter().map(|wish| wish.distance(*of)).sum();
        let stranger = !seeds.iter().any(|seed| fits(of, seed));
        // A thousandth is as near as anyone hears.
        let distance = (distance * 1000.0) as u64;
        (stranger, distance, made_up_number(&format!("{key}:{}", of.track.id.as_str()), u32::MAX))
    });
    let seed_objects = seeds.iter().map(|seed| SeedObject {
        initial_pool_size: pool.iter().filter(|of| fits(of, seed)).count(),
        after_filtering_size: allowed.iter().filter(|of| fits(of, seed)).count(),
        after_relinking_size: allowed.iter().filter(|of| fits(of, seed)).count(),
        id: seed.id.clone(),
        r#type: seed.kind,
        href: seed.href.clone(),
    });
    let response = RecommendationsObject {
        tracks: allowed.iter().take(limit).map(|of| view.track(*of)).collect(),
        seeds: seed_objects.collect(),
    };
    ApiResponse::json(&response)
}

/// The genres of the catalog, as seeds: with hyphens for spaces.
fn genres(catalog: &Catalog) -> BTreeSet<String> {
    catalog.albums.iter().flat_map(|album| &album.genres).map(|genre| genre.replace(' ', "-")).collect()
}

fn genre_seeds(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    ApiResponse::json(&Wrapped("genres", genres(&request.world.catalog)))
}
