//! Chapters of audiobooks.

use super::params::Market;
use crate::definition::Operation;
use crate::ids::ChapterId;
use crate::models::Chapter;

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Chapters of audiobooks. Made by `chapters` of a client.
    #[doc(alias = "ChapterService")]
    Chapters {
        GetChapter,
    }
    extended {
        GetSeveralChapters,
    }
}

/// Gets a chapter of an audiobook.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such chapter in the market.
#[doc(alias = "chapter")]
#[derive(Debug, Clone, Operation)]
#[operation(GET "/chapters/{id}" -> Chapter, as = Chapters::get, reference = "get-a-chapter", reads = [Progress])]
pub struct GetChapter {
    /// The chapter.
    #[segment]
    id: ChapterId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}
