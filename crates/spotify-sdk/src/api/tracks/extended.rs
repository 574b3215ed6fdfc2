//! Operations for apps with extended quota.

use super::Tuning;
use crate::api::Tracks;
use crate::api::params::{Batch, BoundedList, Limit, Market, NonEmptyText, TimestampedId};
use crate::definition::{BatchRequest, Operation};
use crate::ids::{ArtistId, TrackId};
use crate::invalid_input::InvalidInput;
use crate::models::{AudioAnalysis, AudioFeatures, Recommendations, Track};

/// Gets tracks by their ids, 50 with each request, in the order of the ids; `None` where there is no such track.
#[doc(alias = "list", alias = "tracks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/tracks" -> Vec<Option<Track>>,
    as = Tracks::get_several, reference = "get-several-tracks", quota = Extended, wrapped = "tracks",
    replaced_by = "tracks.get_many",
    reads = [Catalog],
)]
pub struct GetSeveralTracks {
    /// The tracks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<TrackId, 50>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Saves tracks, 50 with each request, in the user's library: as of now, or with `timestamped_ids` as of earlier times.
#[doc(alias = "add", alias = "like", alias = "current_user_saved_tracks_add")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/tracks" -> (),
    as = Tracks::save, reference = "save-tracks-user", quota = Extended, scopes = [UserLibraryModify], idempotent,
    replaced_by = "library.save_items", batches = Self::divide,
    changes = [Library],
)]
pub struct SaveTracks {
    /// The tracks: any number, 50 with each request.
    #[body]
    ids: Batch<TrackId, 50>,
    /// The times at which the tracks are saved, which replace `ids`: `(id, timestamp)` for each. Default: now, for all.
    #[body]
    timestamped_ids: Option<Batch<TimestampedId, 50>>,
}

impl SaveTracks {
    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        let Some(times) = &self.timestamped_ids else {
            return self.ids.requests(|_, ids| Self { ids, timestamped_ids: None });
        };
        // Spotify looks at the times alone where there are any.
        times.requests(|_, times| Self { ids: times.map(|saved| saved.id().clone()), timestamped_ids: Some(times) })
    }
}

/// Removes tracks, 50 with each request, from the user's library.
#[doc(alias = "delete", alias = "unlike", alias = "current_user_saved_tracks_delete")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/tracks" -> (),
    as = Tracks::remove, reference = "remove-tracks-user", quota = Extended, scopes = [UserLibraryModify],
    idempotent, replaced_by = "library.remove_items",
    changes = [Library],
)]
pub struct RemoveSavedTracks {
    /// The tracks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<TrackId, 50>,
}

/// Checks for tracks, 50 with each request, whether the user has saved them, in the order of the ids.
#[doc(alias = "contains", alias = "current_user_saved_tracks_contains")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/tracks/contains" -> Vec<bool>,
    as = Tracks::check_saved, reference = "check-users-saved-tracks", quota = Extended, scopes = [UserLibraryRead],
    replaced_by = "library.check_contains",
    reads = [Library],
)]
pub struct CheckSavedTracks {
    /// The tracks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<TrackId, 50>,
}

/// Gets what Spotify knows of the sound of a track, in numbers.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such track, and for apps without access to it.
#[doc(alias = "audio_features", alias = "track_features")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/audio-features/{id}" -> AudioFeatures,
    as = Tracks::get_audio_features, reference = "get-audio-features", quota = Extended,
    reads = [Catalog],
)]
pub struct GetAudioFeatures {
    /// The track.
    #[segment]
    id: TrackId,
}

/// Gets what Spotify knows of the sound of up to 100 tracks, in the order of the ids; `None` where it knows nothing.
#[doc(alias = "tracks_features")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/audio-features" -> Vec<Option<AudioFeatures>>,
    as = Tracks::get_several_audio_features, reference = "get-several-audio-features", quota = Extended,
    wrapped = "audio_features",
    reads = [Catalog],
)]
pub struct GetSeveralAudioFeatures {
    /// The tracks: any number, 100 with each request.
    #[query(batch)]
    ids: Batch<TrackId, 100>,
}

/// Gets the analysis of a track: its bars, beats, sections and segments. Answers are large, up to some megabytes.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such track, and for apps without access to it.
#[doc(alias = "audio_analysis", alias = "track_analysis")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/audio-analysis/{id}" -> AudioAnalysis,
    as = Tracks::get_audio_analysis, reference = "get-audio-analysis", quota = Extended,
    reads = [Catalog],
)]
pub struct GetAudioAnalysis {
    /// The track.
    #[segment]
    id: TrackId,
}

/// Gets tracks that go with up to 5 seeds, artists, genres and tracks together, and that are as
/// [`Tuning`] asks for: up to 100.
#[doc(alias = "recommendations")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/recommendations" -> Recommendations,
    as = Tracks::get_recommendations, reference = "get-recommendations", quota = Extended, check = Self::check,
)]
pub struct GetRecommendations {
    /// The maximum number of items of a page, from 1 to 100. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<100>>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The artists to begin with. With genres and tracks, they are 1 to 5 together.
    #[query]
    seed_artists: Option<BoundedList<ArtistId, 5>>,
    /// The genres to begin with. With artists and tracks, they are 1 to 5 together.
    #[query]
    seed_genres: Option<BoundedList<NonEmptyText, 5>>,
    /// The tracks to begin with. With artists and genres, they are 1 to 5 together.
    #[query]
    seed_tracks: Option<BoundedList<TrackId, 5>>,
    /// Bounds and targets for the attributes of the recommended tracks. Default: none.
    #[query]
    tuning: Option<Tuning>,
}

impl GetRecommendations {
    fn check(&self) -> Result<(), InvalidInput> {
        let seeds = count(&self.seed_artists) + count(&self.seed_genres) + count(&self.seed_tracks);
        if (1..=5).contains(&seeds) {
            return Ok(());
        }
        let message = format!("expected 1 to 5 artists, genres and tracks together, got {seeds}");
        Err(InvalidInput::new("seeds", message))
    }
}

fn count<T>(seeds: &Option<BoundedList<T, 5>>) -> usize {
    seeds.as_ref().map_or(0, |seeds| seeds.as_slice().len())
}
