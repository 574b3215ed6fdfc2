//! Shows, that is, podcasts.

use super::params::{Limit, Market};
use crate::definition::Operation;
use crate::ids::ShowId;
use crate::models::{Page, SavedShow, Show, SimplifiedEpisode};

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Shows, that is, podcasts. Made by `shows` of a client.
    #[doc(alias = "ShowService", alias = "podcasts")]
    Shows {
        GetShow, GetShowEpisodes, GetSavedShows,
    }
    extended {
        GetSeveralShows, SaveShows, RemoveSavedShows, CheckSavedShows,
    }
}

/// Gets a show, with the first 50 of its episodes. The scope is needed for how far the user is in them.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such show in the market; a token that is not a
/// user's has none unless `market` is given.
#[doc(alias = "show", alias = "podcast", alias = "get_a_show")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/shows/{id}" -> Show,
    as = Shows::get, reference = "get-a-show", scopes = [UserReadPlaybackPosition],
    reads = [Progress],
)]
pub struct GetShow {
    /// The show.
    #[segment]
    id: ShowId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Gets the episodes of a show, the latest first, a page of up to 50 at a time.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such show in the market.
#[doc(alias = "episodes", alias = "show_episodes", alias = "get_shows_episodes")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/shows/{id}/episodes" -> Page<SimplifiedEpisode>,
    as = Shows::get_episodes, reference = "get-a-shows-episodes", scopes = [UserReadPlaybackPosition],
    paged = offset,
    reads = [Progress],
)]
pub struct GetShowEpisodes {
    /// The show.
    #[segment]
    id: ShowId,
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

/// Gets the shows that the user has saved, a page of up to 50 at a time.
#[doc(alias = "saved", alias = "current_user_saved_shows", alias = "get_saved_show")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/shows" -> Page<SavedShow>,
    as = Shows::get_saved, reference = "get-users-saved-shows", scopes = [UserLibraryRead], paged = offset,
    reads = [Library],
)]
pub struct GetSavedShows {
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}
