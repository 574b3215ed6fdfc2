//! Lists as iterators, for the blocking client.

use std::fmt;
use std::ops::Range;

use super::items::{Entries, Items};
use super::reader::Reader;
use super::{CollectedItems, SkipFailedPages};
use crate::call::Call;
use crate::client::SpotifyClient;
use crate::definition::{Action, PageLike, Paged};
use crate::error::Result;

impl<Op: Paged> Call<SpotifyClient, Op> {
    /// Returns an iterator over the items of the whole list, starting where the call starts. Nothing is sent until the
    /// first item is requested; see [paging](crate::paging) for prefetching and for the behavior after an error.
    ///
    /// ```no_run
    /// # fn example(client: spotify_sdk::SpotifyClient) -> spotify_sdk::Result<()> {
    /// for saved in client.tracks().get_saved().iter() {
    ///     println!("{}", saved?.track.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter(self) -> ItemIter<Op> {
        ItemIter { pages: self.pages(), items: Items::new() }
    }

    /// Returns an iterator over the pages of the whole list, starting where the call starts. See
    /// [paging](crate::paging).
    pub fn pages(self) -> PageIter<Op> {
        PageIter::new(self.reader(), self.client)
    }

    /// Returns the items of the whole list, starting where the call starts. To process items before the list is
    /// complete, or to continue after an error, use [`iter`](Self::iter).
    ///
    /// # Errors
    /// The error of the first page that fails, or of the first item that cannot be read. To continue without such items, call
    /// [`skip_failed_pages`](Self::skip_failed_pages) first.
    pub fn collect_all(self) -> Result<Vec<<Op::Output as PageLike>::Item>> {
        self.client.drive(self.reader().collect())
    }
}

impl<Op: Paged> SkipFailedPages<SpotifyClient, Op> {
    /// Returns an iterator over the items, like [`iter`](Call::iter) of a call. It yields an error in place of skipped
    /// items and continues after it.
    pub fn iter(self) -> ItemIter<Op> {
        ItemIter { pages: self.pages(), items: Items::new() }
    }

    /// Returns an iterator over the pages, like [`pages`](Call::pages) of a call. It yields an error in place of
    /// skipped items and continues after it. The parts of a failed page that could be read are pages of their own.
    pub fn pages(self) -> PageIter<Op> {
        PageIter::new(self.reader(), self.0.client)
    }

    /// Returns the items of the whole list, and which items were skipped.
    ///
    /// # Errors
    /// The first error that does not allow a page to be skipped.
    pub fn collect_all(self) -> Result<CollectedItems<<Op::Output as PageLike>::Item>> {
        let mut pages = self.pages();
        let mut collected = CollectedItems::default();
        while let Some(page) = pages.next() {
            collected.take(page.map(|page| pages.entries(page)), pages.skipped())?;
        }
        Ok(collected)
    }
}

/// An iterator over the pages of a list. Created by [`pages`](Call::pages) of a call.
///
/// Dropping it cancels the requests in flight.
#[must_use = "an iterator does nothing until it is asked for a page"]
pub struct PageIter<Op: Paged> {
    client: SpotifyClient,
    action: Option<Action>,
    /// Moved to the client's thread while it reads.
    reader: Option<Reader<Op>>,
    total: Option<u32>,
    start: u32,
    skipped: Vec<Range<u32>>,
}

impl<Op: Paged> PageIter<Op> {
    fn new(reader: Reader<Op>, client: SpotifyClient) -> Self {
        Self { action: reader.action(), reader: Some(reader), client, total: None, start: 0, skipped: Vec::new() }
    }

    /// Returns the number of items in the whole list, from the latest page; `None` before the first page, and if pages
    /// do not report it.
    pub fn total(&self) -> Option<u32> {
        self.total
    }

    /// Returns the entries of the latest page.
    fn entries(&self, page: Op::Output) -> Entries<<Op::Output as PageLike>::Item> {
        Entries::of(page, self.start, self.action)
    }

    /// Returns the positions of the items skipped so far, one range for each error in their place. Empty unless the
    /// call is to [skip failed pages](Call::skip_failed_pages).
    pub fn skipped(&self) -> &[Range<u32>] {
        &self.skipped
    }

    /// Like [`concurrency`](Call::concurrency) of the call.
    pub fn concurrency(mut self, pages: usize) -> Self {
        if let Some(reader) = &mut self.reader {
            reader.set_concurrency(pages);
        }
        self
    }
}

impl<Op: Paged> Iterator for PageIter<Op> {
    type Item = Result<Op::Output>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = self.reader.take()?;
        let read = self.client.drive(async move {
            let page = reader.next().await;
            Ok((reader, page))
        });
        match read {
            Ok((reader, page)) => {
                self.total = reader.total();
                self.start = reader.start();
                self.skipped.extend_from_slice(&reader.skipped()[self.skipped.len()..]);
                self.reader = Some(reader);
                page
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// An iterator over the items of a list. Created by [`iter`](Call::iter) of a call.
///
/// Dropping it cancels the requests in flight.
#[must_use = "an iterator does nothing until it is asked for an item"]
pub struct ItemIter<Op: Paged> {
    pages: PageIter<Op>,
    items: Items<<Op::Output as PageLike>::Item>,
}

impl<Op: Paged> ItemIter<Op> {
    /// Returns the number of items in the whole list, from the latest page; `None` before the first page, and if pages
    /// do not report it.
    pub fn total(&self) -> Option<u32> {
        self.pages.total()
    }

    /// Returns the positions of the items left out so far, one range for each error in their place that is not requested
    /// again: of items that cannot be read, and of the [pages skipped](PageIter::skipped).
    pub fn skipped(&self) -> &[Range<u32>] {
        self.items.skipped()
    }

    /// Like [`concurrency`](Call::concurrency) of the call.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }
}

impl<Op: Paged> Iterator for ItemIter<Op> {
    type Item = Result<<Op::Output as PageLike>::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.next() {
                return Some(item);
            }
            match self.pages.next()? {
                Ok(page) => self.items.turn_to(self.pages.entries(page)),
                Err(error) => {
                    self.items.skip(self.pages.skipped());
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<Op: Paged> fmt::Debug for PageIter<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageIter")
            .field("operation", &self.action.map(Action::name))
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

impl<Op: Paged> fmt::Debug for ItemIter<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemIter")
            .field("operation", &self.pages.action.map(Action::name))
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}
