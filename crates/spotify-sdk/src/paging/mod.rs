//! Whole lists, read a page at a time: as a stream by the async client, as an iterator by the blocking one.
//!
//! Every operation that answers with a part of a list is [`Paged`](crate::operation::Paged). A call of one has `stream` or `iter` for the items,
//! `pages` for the pages, and `collect_all` for everything at once:
//!
//! ```no_run
//! # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
//! let mut saved = client.tracks().get_saved().concurrency(8).stream();
//! while let Some(saved) = saved.next().await {
//!     println!("{}", saved?.track.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The first page says how long the list is. From then on the following pages are fetched ahead, 4 at a time unless told
//! otherwise, and given in order; never more than that is held. Lists that are read by a cursor are fetched one page after
//! another, since only a page tells where the next one begins. Unless the call sets a `limit`, pages are as large as
//! Spotify gives them to apps of the client's [`quota`](crate::ClientBuilder::quota). When Spotify refuses pages of that size,
//! with 400 `Invalid limit`, the list goes on with those of Development Mode.
//!
//! A list ends where its pages say so. A page that names a next one is not the last, whatever its total. With `fields`, pages
//! may hold nothing but items: a full one is then followed by another request, until one comes that is not full.
//!
//! An error comes in the place of the page that failed. Whoever asks again gets that page, so that nothing is left out;
//! after three errors in a row the list ends. To go on without a page that never comes, see
//! [`skip_failed_pages`](crate::Call::skip_failed_pages). Addresses of further pages are never followed, only the place in the list is
//! taken from them: the token goes nowhere else. A list that changes while it is read is read to its new end; what moves
//! across the place that is read at the moment can be missed or come twice, as Spotify counts from the beginning.
//!
//! Where requests are paced, pages that are fetched ahead let other calls go first. A list that nobody waits for is marked with
//! [`background`](crate::Call::background), and then leaves a tenth of what Spotify allows to them.

mod call;
#[cfg(feature = "blocking")]
mod iter;
mod paginator;
mod reader;
mod skip;
#[cfg(feature = "async")]
mod stream;

#[cfg(feature = "blocking")]
pub use iter::{ItemIter, PageIter};
#[cfg(feature = "async")]
pub use stream::{ItemStream, PageStream};

pub use skip::{CollectedItems, SkipFailedPages, SkippedItems};

use crate::error::Error;

/// Whether Spotify refuses a page for its size.
pub(crate) fn refuses_limit(error: &Error) -> bool {
    error.api().is_some_and(crate::error::ApiError::refuses_limit)
}
