//! Episodes of shows.

use super::params::{Limit, Market};
use crate::definition::Operation;
use crate::ids::EpisodeId;
use crate::models::{Episode, Page, SavedEpisode};

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Episodes of shows. Made by `episodes` of a client.
    #[doc(alias = "EpisodeService")]
    Episodes {
        GetEpisode, GetSavedEpisodes,
    }
    extended {
        GetSeveralEpisodes, SaveEpisodes, RemoveSavedEpisodes, CheckSavedEpisodes,
    }
}

/// Gets an episode of a show. The scope is needed for how far the user is in it.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such episode in the market; a token that is not a
/// user's has none unless `market` is given.
#[doc(alias = "episode")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/episodes/{id}" -> Episode,
    as = Episodes::get, reference = "get-an-episode", scopes = [UserReadPlaybackPosition],
    reads = [Progress],
)]
pub struct GetEpisode {
    /// The episode.
    #[segment]
    id: EpisodeId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Gets the episodes that the user has saved, a page of up to 50 at a time.
#[doc(alias = "saved", alias = "current_user_saved_episodes")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/episodes" -> Page<SavedEpisode>,
    as = Episodes::get_saved, reference = "get-users-saved-episodes",
    scopes = [UserLibraryRead, UserReadPlaybackPosition], paged = offset,
    reads = [Library],
)]
pub struct GetSavedEpisodes {
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
