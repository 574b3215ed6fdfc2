//! Tracks, what users have saved of them, and to apps with extended quota what Spotify knows of their sound.

use super::params::{Limit, Market};
use crate::definition::Operation;
use crate::ids::TrackId;
use crate::models::{Page, SavedTrack, Track};

#[cfg(feature = "extended-quota")]
mod extended;
#[cfg(feature = "extended-quota")]
mod tuning;

#[cfg(feature = "extended-quota")]
pub use extended::*;
#[cfg(feature = "extended-quota")]
pub use tuning::{Attribute, Tuning};

service! {
    /// Tracks, and what users have saved of them. Made by `tracks` of a client.
    #[doc(alias = "TrackService", alias = "songs")]
    Tracks {
        GetTrack, GetSavedTracks,
    }
    extended {
        GetSeveralTracks, SaveTracks, RemoveSavedTracks, CheckSavedTracks, GetAudioFeatures, GetSeveralAudioFeatures, GetAudioAnalysis, GetRecommendations,
    }
}

/// Gets a track.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such track.
#[doc(alias = "track", alias = "song")]
#[derive(Debug, Clone, Operation)]
#[operation(GET "/tracks/{id}" -> Track, as = Tracks::get, reference = "get-track", reads = [Catalog])]
pub struct GetTrack {
    /// The track.
    #[segment]
    id: TrackId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Gets the tracks that the user has saved, the latest first, a page of up to 50 at a time.
#[doc(alias = "saved", alias = "liked_songs", alias = "current_user_saved_tracks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/tracks" -> Page<SavedTrack>,
    as = Tracks::get_saved, reference = "get-users-saved-tracks", scopes = [UserLibraryRead], paged = offset,
    reads = [Library],
)]
pub struct GetSavedTracks {
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}
