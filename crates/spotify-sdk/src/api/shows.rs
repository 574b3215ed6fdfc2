//! Shows, that is, podcasts.

use super::params::{Limit, Market};
use crate::ids::ShowId;
use crate::models::{Page, SavedShow, Show, SimplifiedEpisode};

#[cfg(feature = "extended-quota")]
pub use extended::{CheckSavedShows, GetSeveralShows, RemoveSavedShows, SaveShows};

operations! {
    /// Shows, that is, podcasts. Made by `shows` of a client.
    #[doc(alias = "ShowService", alias = "podcasts")]
    service Shows, "shows";

    /// Gets a show, with the first 50 of its episodes. The scope is needed for how far the user is in them.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such show in the market; a token that is not a
    /// user's has none unless `market` is given.
    #[doc(alias = "show", alias = "podcast", alias = "get_a_show")]
    GetShow = get(path id: ShowId) {
        GET "/shows/{id}" -> Show, reference "get-a-show";
        quota Development; scopes [UserReadPlaybackPosition]; Idempotent;
        query { market: Market }
    }

    /// Gets the episodes of a show, the latest first, a page of up to 50 at a time.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such show in the market.
    #[doc(alias = "episodes", alias = "show_episodes", alias = "get_shows_episodes")]
    GetShowEpisodes = get_episodes(path id: ShowId) {
        GET "/shows/{id}/episodes" -> Page<SimplifiedEpisode>, reference "get-a-shows-episodes";
        quota Development; scopes [UserReadPlaybackPosition]; Idempotent;
        query { market: Market, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the shows that the user has saved, a page of up to 50 at a time.
    #[doc(alias = "saved", alias = "current_user_saved_shows", alias = "get_saved_show")]
    GetSavedShows = get_saved() {
        GET "/me/shows" -> Page<SavedShow>, reference "get-users-saved-shows";
        quota Development; scopes [UserLibraryRead]; Idempotent;
        query { limit: Limit<50>, offset: u32 }
        paged offset;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Shows;
    use crate::api::params::{Batch, Market};
    use crate::ids::ShowId;
    use crate::models::SimplifiedShow;

    operations! {
        extend Shows, "shows";

        /// Gets shows by their ids, 50 with each request, in the order of the ids; `None` where there is no such show.
        #[doc(alias = "list", alias = "shows")]
        GetSeveralShows = get_several(query ids: Batch<ShowId, 50>) {
            GET "/shows" -> Vec<Option<SimplifiedShow>>, in "shows", reference "get-multiple-shows";
            quota Extended; scopes []; Idempotent;
            replaced_by "shows.get";
            query { market: Market }
            chunked chunks_by!(ids);
        }

        /// Saves shows, 50 with each request, in the user's library.
        #[doc(alias = "add", alias = "current_user_saved_shows_add")]
        SaveShows = save(query ids: Batch<ShowId, 50>) {
            PUT "/me/shows" -> (), reference "save-shows-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.save_items";
            chunked chunks_by!(ids);
        }

        /// Removes shows, 50 with each request, from the user's library: with `market`, where they are available there.
        #[doc(alias = "delete", alias = "current_user_saved_shows_delete")]
        RemoveSavedShows = remove(query ids: Batch<ShowId, 50>) {
            DELETE "/me/shows" -> (), reference "remove-shows-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.remove_items";
            query { market: Market }
            chunked chunks_by!(ids);
        }

        /// Checks for shows, 50 with each request, whether the user has saved them, in the order of the ids.
        #[doc(alias = "contains", alias = "current_user_saved_shows_contains")]
        CheckSavedShows = check_saved(query ids: Batch<ShowId, 50>) {
            GET "/me/shows/contains" -> Vec<bool>, reference "check-users-saved-shows";
            quota Extended; scopes [UserLibraryRead]; Idempotent;
            replaced_by "library.check_contains";
            chunked chunks_by!(ids);
        }
    }
}
