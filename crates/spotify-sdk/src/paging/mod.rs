//! Whole lists, read a page at a time: as a stream by the async client, as an iterator by the blocking one.
//!
//! Every operation whose response is a page of a list is [`Paged`]. A call of one has `stream` or
//! `iter` for the items, `pages` for the pages, and `collect_all` for all items at once:
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
//! The first page has the length of the list. The following pages are then prefetched, 4 at a time by default, and yielded in
//! order; no more than that are held. Lists with a cursor are fetched one page after another, since only a page has the cursor
//! of the next one. Unless the call sets a `limit`, pages have the maximum size for apps of the client's
//! [`quota`](crate::ClientBuilder::quota). When Spotify refuses pages of that size, with 400 `Invalid limit`, the remaining
//! pages have the size of Development Mode.
//!
//! A list ends where its pages say so. A page that names a next one is not the last, whatever its total. With `fields`, pages
//! may hold nothing but items: a full page is then followed by another request, until one is not full.
//!
//! When a page fails, the stream or iterator yields the error in its place. Polling again requests the same page again, so
//! that no item is left out; after three errors in a row the list ends. To continue without a page that always fails, see
//! [`skip_failed_pages`](crate::Call::skip_failed_pages). An item that cannot be read is no failed page: streams and iterators
//! of items yield [`Error::Decode`] in its place, with its position and the reason, and go on with the
//! next; `collect_all` fails with that error, and after `skip_failed_pages` tells it beside the items. The `next` address of a page is never followed, only the position is
//! read from it: the token goes nowhere else. A list that changes while it is read is read to its new end; items that move
//! across the position being read can be missed or come twice, as Spotify counts from the beginning.
//!
//! With a rate budget, prefetched pages yield to other calls. Work that no user waits for is marked with
//! [`Background`](crate::Priority::Background) priority, and then leaves a tenth of the budget to the others.

mod call;
mod items;
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

use self::reader::Reader;
use crate::call::ClientInner;
use crate::definition::{PageLike, Paged};
use crate::error::{Error, Result};
use crate::observe::ProgressListener;
use crate::options::CallOptions;

/// Returns the items of a whole list, as `collect_all` of a call does.
pub(crate) async fn collect_items<Op: Paged>(
    inner: ClientInner,
    operation: Op,
    options: CallOptions,
    progress: ProgressListener,
) -> Result<Vec<<Op::Output as PageLike>::Item>> {
    Reader::new(inner, Ok(operation), options, progress).collect().await
}

/// Returns whether Spotify rejected the size of a page.
pub(crate) fn refuses_limit(error: &Error) -> bool {
    error.api().is_some_and(crate::error::ApiError::refuses_limit)
}
