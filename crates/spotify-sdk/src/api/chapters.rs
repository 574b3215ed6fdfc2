//! Chapters of audiobooks.

use super::params::Market;
use crate::ids::ChapterId;
use crate::models::Chapter;

#[cfg(feature = "extended-quota")]
pub use extended::GetSeveralChapters;

operations! {
    /// Chapters of audiobooks. Made by `chapters` of a client.
    #[doc(alias = "ChapterService")]
    service Chapters, "chapters";

    /// Gets a chapter of an audiobook.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such chapter in the market.
    #[doc(alias = "chapter")]
    GetChapter = get(path id: ChapterId) {
        GET "/chapters/{id}" -> Chapter, reference "get-a-chapter";
        quota Development; scopes []; Idempotent;
        query { market: Market }
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Chapters;
    use crate::api::params::{Batch, Market};
    use crate::ids::ChapterId;
    use crate::models::Chapter;

    operations! {
        extend Chapters, "chapters";

        /// Gets chapters by their ids, 50 with each request, in the order of the ids; `None` where there is no such chapter.
        #[doc(alias = "list", alias = "chapters")]
        GetSeveralChapters = get_several(query ids: Batch<ChapterId, 50>) {
            GET "/chapters" -> Vec<Option<Chapter>>, in "chapters", reference "get-several-chapters";
            quota Extended; scopes []; Idempotent;
            replaced_by "chapters.get";
            query { market: Market }
            chunked chunks_by!(ids);
        }
    }
}
