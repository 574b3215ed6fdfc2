//! Operations for apps with extended quota.

use crate::api::Shows;
use crate::api::params::{Batch, Market};
use crate::definition::Operation;
use crate::ids::ShowId;
use crate::models::SimplifiedShow;

/// Gets shows by their ids, 50 with each request, in the order of the ids; `None` where there is no such show.
#[doc(alias = "list", alias = "shows")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/shows" -> Vec<Option<SimplifiedShow>>,
    as = Shows::get_several, reference = "get-multiple-shows", quota = Extended, wrapped = "shows",
    replaced_by = "shows.get_many",
    reads = [Progress],
)]
pub struct GetSeveralShows {
    /// The shows: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ShowId, 50>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Saves shows, 50 with each request, in the user's library.
#[doc(alias = "add", alias = "current_user_saved_shows_add")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/shows" -> (),
    as = Shows::save, reference = "save-shows-user", quota = Extended, scopes = [UserLibraryModify], idempotent,
    replaced_by = "library.save_items",
    changes = [Library],
)]
pub struct SaveShows {
    /// The shows: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ShowId, 50>,
}

/// Removes shows, 50 with each request, from the user's library: with `market`, where they are available there.
#[doc(alias = "delete", alias = "current_user_saved_shows_delete")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/shows" -> (),
    as = Shows::remove, reference = "remove-shows-user", quota = Extended, scopes = [UserLibraryModify], idempotent,
    replaced_by = "library.remove_items",
    changes = [Library],
)]
pub struct RemoveSavedShows {
    /// The shows: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ShowId, 50>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Checks for shows, 50 with each request, whether the user has saved them, in the order of the ids.
#[doc(alias = "contains", alias = "current_user_saved_shows_contains")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/shows/contains" -> Vec<bool>,
    as = Shows::check_saved, reference = "check-users-saved-shows", quota = Extended, scopes = [UserLibraryRead],
    replaced_by = "library.check_contains",
    reads = [Library],
)]
pub struct CheckSavedShows {
    /// The shows: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ShowId, 50>,
}
