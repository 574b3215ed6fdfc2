//! Lists that skip failed pages: [`SkipFailedPages`].

use std::fmt;
use std::ops::Range;

use super::items::Entries;
use super::reader::Reader;
use crate::call::{Call, HasInner};
use crate::definition::Paged;
use crate::error::{Error, Result};

impl<C, Op: Paged> Call<C, Op> {
    /// Skips pages of the whole list that fail, and reports which items were left out. Set parameters and options of
    /// the call before this; call `stream` or `iter`, `pages` or `collect_all` after it.
    ///
    /// A page counts as failed if Spotify responds with 500 to 599, too late, or with a body that cannot be decoded,
    /// after all retries of the call. Then smaller and smaller parts of it are requested, with at most 16 requests per
    /// page, so that as little as possible is left out: a single item at which Spotify fails costs 12 requests in a
    /// page of 50, and nothing else is lost. These requests are retried at most once.
    ///
    /// Nothing is left out silently:
    /// - Streams and iterators yield the error in place of the items, and continue when they are polled again. Their
    ///   `skipped` returns the positions, one range for each such error.
    /// - `collect_all` returns [`CollectedItems`], with positions and errors. Single items that cannot be read are among them.
    ///
    /// All other errors, such as 401 and 429, and a sixth consecutive failed page, are handled as without this setting:
    /// a page is only skipped if the page itself is the cause. Lists that are read by a cursor, those of followed
    /// artists and of recently played tracks, cannot skip pages, since each page has the cursor of the next one: their
    /// errors are not skipped.
    ///
    /// ```no_run
    /// # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
    /// let saved = client.tracks().get_saved().skip_failed_pages().collect_all().await?;
    /// println!("{} tracks", saved.items.len());
    /// for skipped in &saved.skipped {
    ///     eprintln!("{skipped}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_failed_pages(self) -> SkipFailedPages<C, Op> {
        SkipFailedPages(self)
    }
}

/// A call of a paged operation that skips failed pages. Created by [`skip_failed_pages`](Call::skip_failed_pages) of a
/// call.
#[must_use = "a call does nothing until it is asked for its items"]
#[derive(Clone)]
pub struct SkipFailedPages<C, Op>(pub(super) Call<C, Op>);

impl<C, Op: Paged> SkipFailedPages<C, Op> {
    /// Like [`concurrency`](Call::concurrency) of the call.
    pub fn concurrency(self, pages: usize) -> Self {
        Self(self.0.concurrency(pages))
    }
}

impl<C: HasInner, Op: Paged> SkipFailedPages<C, Op> {
    pub(super) fn reader(&self) -> Reader<Op> {
        self.0.reader().skipping_failed_pages()
    }
}

impl<C, Op: fmt::Debug> fmt::Debug for SkipFailedPages<C, Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SkipFailedPages").field(&self.0).finish()
    }
}

/// The items of a list from which failed pages, and items that cannot be read, were skipped.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "what was left out of the list is in `skipped`"]
pub struct CollectedItems<T> {
    /// The items that were read, in order.
    pub items: Vec<T>,
    /// The skipped items, in the order of the list; empty if the list is complete.
    pub skipped: Vec<SkippedItems>,
    /// The number of failed pages among them.
    failed_pages: usize,
}

impl<T> Default for CollectedItems<T> {
    fn default() -> Self {
        Self { items: Vec::new(), skipped: Vec::new(), failed_pages: 0 }
    }
}

impl<T> CollectedItems<T> {
    /// Adds the next result of the list; `skipped` are the positions of all pages skipped so far.
    pub(super) fn take(&mut self, page: Result<Entries<T>>, skipped: &[Range<u32>]) -> Result<()> {
        match (page, skipped.get(self.failed_pages)) {
            (Ok(entries), _) => {
                for entry in entries {
                    match entry {
                        Ok(item) => self.items.push(item),
                        Err((position, error)) => {
                            let positions = position..position.saturating_add(1);
                            self.skipped.push(SkippedItems { positions, error });
                        }
                    }
                }
            }
            (Err(error), Some(positions)) => {
                self.failed_pages += 1;
                self.skipped.push(SkippedItems { positions: positions.clone(), error });
            }
            (Err(error), None) => return Err(error),
        }
        Ok(())
    }
}

/// Items that were left out of a list, because the pages that hold them failed, or because they cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct SkippedItems {
    /// Their positions in the list, from 0. If the list did not report its length, it may end before them.
    pub positions: Range<u32>,
    /// The error of the page, or of the item.
    pub error: Error,
}

/// `the items at 150 to 174 were left out: …`
impl fmt::Display for SkippedItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.positions.start, self.positions.end.saturating_sub(1));
        if first == last {
            write!(f, "the item at {first} was left out: {}", self.error)
        } else {
            write!(f, "the items at {first} to {last} were left out: {}", self.error)
        }
    }
}
