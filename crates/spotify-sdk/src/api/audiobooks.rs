//! Audiobooks, in the markets where Spotify has them.

use super::params::{Limit, Market};
use crate::ids::AudiobookId;
use crate::models::{Audiobook, Page, SavedAudiobook, SimplifiedChapter};

#[cfg(feature = "extended-quota")]
pub use extended::{CheckSavedAudiobooks, GetSeveralAudiobooks, RemoveSavedAudiobooks, SaveAudiobooks};

operations! {
    /// Audiobooks, in the markets where Spotify has them. Made by `audiobooks` of a client.
    #[doc(alias = "AudiobookService")]
    service Audiobooks, "audiobooks";

    /// Gets an audiobook, with the first 50 of its chapters.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such audiobook in the market.
    #[doc(alias = "audiobook")]
    GetAudiobook = get(path id: AudiobookId) {
        GET "/audiobooks/{id}" -> Audiobook, reference "get-an-audiobook";
        quota Development; scopes []; Idempotent;
        query { market: Market }
    }

    /// Gets the chapters of an audiobook, a page of up to 50 at a time.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such audiobook in the market.
    #[doc(alias = "chapters")]
    GetAudiobookChapters = get_chapters(path id: AudiobookId) {
        GET "/audiobooks/{id}/chapters" -> Page<SimplifiedChapter>, reference "get-audiobook-chapters";
        quota Development; scopes []; Idempotent;
        query { market: Market, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the audiobooks that the user has saved, a page of up to 50 at a time.
    #[doc(alias = "saved")]
    GetSavedAudiobooks = get_saved() {
        GET "/me/audiobooks" -> Page<SavedAudiobook>, reference "get-users-saved-audiobooks";
        quota Development; scopes [UserLibraryRead]; Idempotent;
        query { limit: Limit<50>, offset: u32 }
        paged offset;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Audiobooks;
    use crate::api::params::{Batch, Market};
    use crate::ids::AudiobookId;
    use crate::models::Audiobook;

    operations! {
        extend Audiobooks, "audiobooks";

        /// Gets audiobooks by their ids, 50 with each request, in the order of the ids; `None` where there is no such audiobook.
        #[doc(alias = "list", alias = "audiobooks")]
        GetSeveralAudiobooks = get_several(query ids: Batch<AudiobookId, 50>) {
            GET "/audiobooks" -> Vec<Option<Audiobook>>, in "audiobooks", reference "get-multiple-audiobooks";
            quota Extended; scopes []; Idempotent;
            replaced_by "audiobooks.get";
            query { market: Market }
            chunked chunks_by!(ids);
        }

        /// Saves audiobooks, 50 with each request, in the user's library.
        #[doc(alias = "add")]
        SaveAudiobooks = save(query ids: Batch<AudiobookId, 50>) {
            PUT "/me/audiobooks" -> (), reference "save-audiobooks-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.save_items";
            chunked chunks_by!(ids);
        }

        /// Removes audiobooks, 50 with each request, from the user's library.
        #[doc(alias = "delete")]
        RemoveSavedAudiobooks = remove(query ids: Batch<AudiobookId, 50>) {
            DELETE "/me/audiobooks" -> (), reference "remove-audiobooks-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.remove_items";
            chunked chunks_by!(ids);
        }

        /// Checks for audiobooks, 50 with each request, whether the user has saved them, in the order of the ids.
        #[doc(alias = "contains")]
        CheckSavedAudiobooks = check_saved(query ids: Batch<AudiobookId, 50>) {
            GET "/me/audiobooks/contains" -> Vec<bool>, reference "check-users-saved-audiobooks";
            quota Extended; scopes [UserLibraryRead]; Idempotent;
            replaced_by "library.check_contains";
            chunked chunks_by!(ids);
        }
    }
}
