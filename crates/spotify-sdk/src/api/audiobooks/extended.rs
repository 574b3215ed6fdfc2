//! Operations for apps with extended quota.

use crate::api::Audiobooks;
use crate::api::params::{Batch, Market};
use crate::definition::Operation;
use crate::ids::AudiobookId;
use crate::models::Audiobook;

/// Gets audiobooks by their ids, 50 with each request, in the order of the ids; `None` where there is no such audiobook.
#[doc(alias = "list", alias = "audiobooks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/audiobooks" -> Vec<Option<Audiobook>>,
    as = Audiobooks::get_several, reference = "get-multiple-audiobooks", quota = Extended, wrapped = "audiobooks",
    replaced_by = "audiobooks.get_many",
    reads = [Progress],
)]
pub struct GetSeveralAudiobooks {
    /// The audiobooks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AudiobookId, 50>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Saves audiobooks, 50 with each request, in the user's library.
#[doc(alias = "add")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/audiobooks" -> (),
    as = Audiobooks::save, reference = "save-audiobooks-user", quota = Extended, scopes = [UserLibraryModify],
    idempotent, replaced_by = "library.save_items",
    changes = [Library],
)]
pub struct SaveAudiobooks {
    /// The audiobooks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AudiobookId, 50>,
}

/// Removes audiobooks, 50 with each request, from the user's library.
#[doc(alias = "delete")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/audiobooks" -> (),
    as = Audiobooks::remove, reference = "remove-audiobooks-user", quota = Extended, scopes = [UserLibraryModify],
    idempotent, replaced_by = "library.remove_items",
    changes = [Library],
)]
pub struct RemoveSavedAudiobooks {
    /// The audiobooks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AudiobookId, 50>,
}

/// Checks for audiobooks, 50 with each request, whether the user has saved them, in the order of the ids.
#[doc(alias = "contains")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/audiobooks/contains" -> Vec<bool>,
    as = Audiobooks::check_saved, reference = "check-users-saved-audiobooks", quota = Extended,
    scopes = [UserLibraryRead], replaced_by = "library.check_contains",
    reads = [Library],
)]
pub struct CheckSavedAudiobooks {
    /// The audiobooks: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AudiobookId, 50>,
}
