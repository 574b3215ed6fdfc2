//! Operations for apps with extended quota.

use crate::api::Episodes;
use crate::api::params::{Batch, Market};
use crate::definition::Operation;
use crate::ids::EpisodeId;
use crate::models::Episode;

/// Gets episodes by their ids, 50 with each request, in the order of the ids; `None` where there is no such episode.
#[doc(alias = "list", alias = "episodes")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/episodes" -> Vec<Option<Episode>>,
    as = Episodes::get_several, reference = "get-multiple-episodes", quota = Extended,
    scopes = [UserReadPlaybackPosition], wrapped = "episodes", replaced_by = "episodes.get_many",
    reads = [Progress],
)]
pub struct GetSeveralEpisodes {
    /// The episodes: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<EpisodeId, 50>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Saves episodes, 50 with each request, in the user's library.
#[doc(alias = "add", alias = "current_user_saved_episodes_add")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/episodes" -> (),
    as = Episodes::save, reference = "save-episodes-user", quota = Extended, scopes = [UserLibraryModify],
    idempotent, replaced_by = "library.save_items",
    changes = [Library],
)]
pub struct SaveEpisodes {
    /// The episodes: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<EpisodeId, 50>,
}

/// Removes episodes, 50 with each request, from the user's library.
#[doc(alias = "delete", alias = "current_user_saved_episodes_delete")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/episodes" -> (),
    as = Episodes::remove, reference = "remove-episodes-user", quota = Extended, scopes = [UserLibraryModify],
    idempotent, replaced_by = "library.remove_items",
    changes = [Library],
)]
pub struct RemoveSavedEpisodes {
    /// The episodes: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<EpisodeId, 50>,
}

/// Checks for episodes, 50 with each request, whether the user has saved them, in the order of the ids.
#[doc(alias = "contains", alias = "current_user_saved_episodes_contains")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/episodes/contains" -> Vec<bool>,
    as = Episodes::check_saved, reference = "check-users-saved-episodes", quota = Extended,
    scopes = [UserLibraryRead], replaced_by = "library.check_contains",
    reads = [Library],
)]
pub struct CheckSavedEpisodes {
    /// The episodes: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<EpisodeId, 50>,
}
