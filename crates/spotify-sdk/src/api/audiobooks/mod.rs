//! Audiobooks, in the markets where Spotify has them.

use super::params::{Limit, Market};
use crate::definition::Operation;
use crate::ids::AudiobookId;
use crate::models::{Audiobook, Page, SavedAudiobook, SimplifiedChapter};

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Audiobooks, in the markets where Spotify has them. Made by `audiobooks` of a client.
    #[doc(alias = "AudiobookService")]
    Audiobooks {
        GetAudiobook, GetAudiobookChapters, GetSavedAudiobooks,
    }
    extended {
        GetSeveralAudiobooks, SaveAudiobooks, RemoveSavedAudiobooks, CheckSavedAudiobooks,
    }
}

/// Gets an audiobook, with the first 50 of its chapters.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such audiobook in the market.
#[doc(alias = "audiobook")]
#[derive(Debug, Clone, Operation)]
#[operation(GET "/audiobooks/{id}" -> Audiobook, as = Audiobooks::get, reference = "get-an-audiobook", reads = [Progress])]
pub struct GetAudiobook {
    /// The audiobook.
    #[segment]
    id: AudiobookId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Gets the chapters of an audiobook, a page of up to 50 at a time.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such audiobook in the market.
#[doc(alias = "chapters")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/audiobooks/{id}/chapters" -> Page<SimplifiedChapter>,
    as = Audiobooks::get_chapters, reference = "get-audiobook-chapters", paged = offset,
    reads = [Progress],
)]
pub struct GetAudiobookChapters {
    /// The audiobook.
    #[segment]
    id: AudiobookId,
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

/// Gets the audiobooks that the user has saved, a page of up to 50 at a time.
#[doc(alias = "saved")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/audiobooks" -> Page<SavedAudiobook>,
    as = Audiobooks::get_saved, reference = "get-users-saved-audiobooks", scopes = [UserLibraryRead],
    paged = offset,
    reads = [Library],
)]
pub struct GetSavedAudiobooks {
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}
