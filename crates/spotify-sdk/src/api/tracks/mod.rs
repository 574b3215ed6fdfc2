//! Tracks, what users have saved of them, and to apps with extended quota what Spotify knows of their sound.

use super::params::{Limit, Market};
use crate::ids::TrackId;
use crate::models::{Page, SavedTrack, Track};

#[cfg(feature = "extended-quota")]
pub use extended::{
    CheckSavedTracks, GetAudioAnalysis, GetAudioFeatures, GetRecommendations, GetSeveralAudioFeatures,
    GetSeveralTracks, RemoveSavedTracks, SaveTracks,
};
#[cfg(feature = "extended-quota")]
pub use tuning::{Attribute, Tuning};

#[cfg(feature = "extended-quota")]
mod tuning;

operations! {
    /// Tracks, and what users have saved of them. Made by `tracks` of a client.
    #[doc(alias = "TrackService", alias = "songs")]
    service Tracks, "tracks";

    /// Gets a track.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such track.
    #[doc(alias = "track", alias = "song")]
    GetTrack = get(path id: TrackId) {
        GET "/tracks/{id}" -> Track, reference "get-track";
        quota Development; scopes []; Idempotent;
        query { market: Market }
    }

    /// Gets the tracks that the user has saved, the latest first, a page of up to 50 at a time.
    #[doc(alias = "saved", alias = "liked_songs", alias = "current_user_saved_tracks")]
    GetSavedTracks = get_saved() {
        GET "/me/tracks" -> Page<SavedTrack>, reference "get-users-saved-tracks";
        quota Development; scopes [UserLibraryRead]; Idempotent;
        query { market: Market, limit: Limit<50>, offset: u32 }
        paged offset;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use super::Tuning;
    use crate::api::Tracks;
    use crate::api::params::{Batch, BoundedList, Limit, Market, NonEmptyText, TimestampedId};
    use crate::ids::{ArtistId, TrackId};
    use crate::invalid_input::InvalidInput;
    use crate::models::{AudioAnalysis, AudioFeatures, Recommendations, Track};

    operations! {
        extend Tracks, "tracks";

        /// Gets tracks by their ids, 50 with each request, in the order of the ids; `None` where there is no such track.
        #[doc(alias = "list", alias = "tracks")]
        GetSeveralTracks = get_several(query ids: Batch<TrackId, 50>) {
            GET "/tracks" -> Vec<Option<Track>>, in "tracks", reference "get-several-tracks";
            quota Extended; scopes []; Idempotent;
            replaced_by "tracks.get";
            query { market: Market }
            chunked chunks_by!(ids);
        }

        /// Saves tracks, 50 with each request, in the user's library: as of now, or with `timestamped_ids` as of earlier times.
        #[doc(alias = "add", alias = "like", alias = "current_user_saved_tracks_add")]
        SaveTracks = save(body ids: Batch<TrackId, 50>) {
            PUT "/me/tracks" -> (), reference "save-tracks-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.save_items";
            body { timestamped_ids: Batch<TimestampedId, 50> }
            chunked |call| match (&call.ids, &call.timestamped_ids) {
                (Ok(ids), None) => ids.chunks(|_, part| Self { ids: Ok(part), ..call.clone() }),
                // Spotify looks at the times alone where there are any.
                (Ok(_), Some(Ok(times))) => times.chunks(|_, part| {
                    let ids = part.as_slice().iter().map(TimestampedId::id);
                    Self::new(ids).timestamped_ids(part.as_slice())
                }),
                _ => Ok(Vec::new()),
            };
        }

        /// Removes tracks, 50 with each request, from the user's library.
        #[doc(alias = "delete", alias = "unlike", alias = "current_user_saved_tracks_delete")]
        RemoveSavedTracks = remove(query ids: Batch<TrackId, 50>) {
            DELETE "/me/tracks" -> (), reference "remove-tracks-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.remove_items";
            chunked chunks_by!(ids);
        }

        /// Checks for tracks, 50 with each request, whether the user has saved them, in the order of the ids.
        #[doc(alias = "contains", alias = "current_user_saved_tracks_contains")]
        CheckSavedTracks = check_saved(query ids: Batch<TrackId, 50>) {
            GET "/me/tracks/contains" -> Vec<bool>, reference "check-users-saved-tracks";
            quota Extended; scopes [UserLibraryRead]; Idempotent;
            replaced_by "library.check_contains";
            chunked chunks_by!(ids);
        }

        /// Gets what Spotify knows of the sound of a track, in numbers.
        ///
        /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such track, and for apps without access to it.
        #[doc(alias = "audio_features", alias = "track_features")]
        GetAudioFeatures = get_audio_features(path id: TrackId) {
            GET "/audio-features/{id}" -> AudioFeatures, reference "get-audio-features";
            quota Extended; scopes []; Idempotent;
        }

        /// Gets what Spotify knows of the sound of up to 100 tracks, in the order of the ids; `None` where it knows nothing.
        #[doc(alias = "tracks_features")]
        GetSeveralAudioFeatures = get_several_audio_features(query ids: Batch<TrackId, 100>) {
            GET "/audio-features" -> Vec<Option<AudioFeatures>>, in "audio_features",
                reference "get-several-audio-features";
            quota Extended; scopes []; Idempotent;
            chunked chunks_by!(ids);
        }

        /// Gets the analysis of a track: its bars, beats, sections and segments. Answers are large, up to some megabytes.
        ///
        /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such track, and for apps without access to it.
        #[doc(alias = "audio_analysis", alias = "track_analysis")]
        GetAudioAnalysis = get_audio_analysis(path id: TrackId) {
            GET "/audio-analysis/{id}" -> AudioAnalysis, reference "get-audio-analysis";
            quota Extended; scopes []; Idempotent;
        }

        /// Gets tracks that go with up to 5 seeds, artists, genres and tracks together, and that are as
        /// [`Tuning`] asks for: up to 100.
        #[doc(alias = "recommendations")]
        GetRecommendations = get_recommendations() {
            GET "/recommendations" -> Recommendations, reference "get-recommendations";
            quota Extended; scopes []; Idempotent;
            query {
                limit: Limit<100>, market: Market, seed_artists: BoundedList<ArtistId, 5>, seed_genres: BoundedList<NonEmptyText, 5>,
                seed_tracks: BoundedList<TrackId, 5>, tuning: Tuning,
            }
            check |call| {
                let seeds = count(&call.seed_artists) + count(&call.seed_genres) + count(&call.seed_tracks);
                if (1..=5).contains(&seeds) {
                    return Ok(());
                }
                let message = format!("expected 1 to 5 artists, genres and tracks together, got {seeds}");
                Err(InvalidInput::new("seeds", message))
            };
        }
    }

    fn count<T>(seeds: &Option<Result<BoundedList<T, 5>, InvalidInput>>) -> usize {
        match seeds {
            Some(Ok(seeds)) => seeds.as_slice().len(),
            _ => 0,
        }
    }
}
