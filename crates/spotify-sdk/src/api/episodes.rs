//! Episodes of shows.

use super::params::{Limit, Market};
use crate::ids::EpisodeId;
use crate::models::{Episode, Page, SavedEpisode};

#[cfg(feature = "extended-quota")]
pub use extended::{CheckSavedEpisodes, GetSeveralEpisodes, RemoveSavedEpisodes, SaveEpisodes};

operations! {
    /// Episodes of shows. Made by `episodes` of a client.
    #[doc(alias = "EpisodeService")]
    service Episodes, "episodes";

    /// Gets an episode of a show. The scope is needed for how far the user is in it.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such episode in the market; a token that is not a
    /// user's has none unless `market` is given.
    #[doc(alias = "episode")]
    GetEpisode = get(path id: EpisodeId) {
        GET "/episodes/{id}" -> Episode, reference "get-an-episode";
        quota Development; scopes [UserReadPlaybackPosition]; Idempotent;
        query { market: Market }
    }

    /// Gets the episodes that the user has saved, a page of up to 50 at a time.
    #[doc(alias = "saved", alias = "current_user_saved_episodes")]
    GetSavedEpisodes = get_saved() {
        GET "/me/episodes" -> Page<SavedEpisode>, reference "get-users-saved-episodes";
        quota Development; scopes [UserLibraryRead, UserReadPlaybackPosition]; Idempotent;
        query { market: Market, limit: Limit<50>, offset: u32 }
        paged offset;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Episodes;
    use crate::api::params::{Batch, Market};
    use crate::ids::EpisodeId;
    use crate::models::Episode;

    operations! {
        extend Episodes, "episodes";

        /// Gets episodes by their ids, 50 with each request, in the order of the ids; `None` where there is no such episode.
        #[doc(alias = "list", alias = "episodes")]
        GetSeveralEpisodes = get_several(query ids: Batch<EpisodeId, 50>) {
            GET "/episodes" -> Vec<Option<Episode>>, in "episodes", reference "get-multiple-episodes";
            quota Extended; scopes [UserReadPlaybackPosition]; Idempotent;
            replaced_by "episodes.get";
            query { market: Market }
            chunked chunks_by!(ids);
        }

        /// Saves episodes, 50 with each request, in the user's library.
        #[doc(alias = "add", alias = "current_user_saved_episodes_add")]
        SaveEpisodes = save(query ids: Batch<EpisodeId, 50>) {
            PUT "/me/episodes" -> (), reference "save-episodes-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.save_items";
            chunked chunks_by!(ids);
        }

        /// Removes episodes, 50 with each request, from the user's library.
        #[doc(alias = "delete", alias = "current_user_saved_episodes_delete")]
        RemoveSavedEpisodes = remove(query ids: Batch<EpisodeId, 50>) {
            DELETE "/me/episodes" -> (), reference "remove-episodes-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.remove_items";
            chunked chunks_by!(ids);
        }

        /// Checks for episodes, 50 with each request, whether the user has saved them, in the order of the ids.
        #[doc(alias = "contains", alias = "current_user_saved_episodes_contains")]
        CheckSavedEpisodes = check_saved(query ids: Batch<EpisodeId, 50>) {
            GET "/me/episodes/contains" -> Vec<bool>, reference "check-users-saved-episodes";
            quota Extended; scopes [UserLibraryRead]; Idempotent;
            replaced_by "library.check_contains";
            chunked chunks_by!(ids);
        }
    }
}
