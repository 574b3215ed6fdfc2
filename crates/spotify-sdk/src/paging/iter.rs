//! Lists as iterators, for the blocking client.

use std::fmt;
use std::ops::Range;

use super::reader::Reader;
use super::{CollectedItems, SkipFailedPages};
use crate::call::Call;
use crate::client::SpotifyClient;
use crate::error::Result;
use crate::operation::{PageLike, Paged};

impl<Op: Paged> Call<SpotifyClient, Op> {
    /// The items of the whole list, from where the call begins, one after another. Nothing is sent until the first is asked
    /// for; see [paging](crate::paging) for prefetching, and for what happens after an error.
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
        ItemIter { pages: self.pages(), items: Vec::new().into_iter() }
    }

    /// The pages of the whole list, from where the call begins, one after another. See [paging](crate::paging).
    pub fn pages(self) -> PageIter<Op> {
        PageIter::new(self.reader(), self.client)
    }

    /// The items of the whole list, from where the call begins. To begin with the first before the last is there, or to go on
    /// after an error, use [`iter`](Self::iter).
    ///
    /// # Errors
    /// That of the first page that fails.
    pub fn collect_all(self) -> Result<Vec<<Op::Output as PageLike>::Item>> {
        let mut items = Vec::new();
        for page in self.pages() {
            items.extend(page?.into_items());
        }
        Ok(items)
    }
}

impl<Op: Paged> SkipFailedPages<SpotifyClient, Op> {
    /// The items of the whole list, as [`iter`](Call::iter) of a call: with an error in the place of what was left out, after
    /// which it continues.
    pub fn iter(self) -> ItemIter<Op> {
        ItemIter { pages: self.pages(), items: Vec::new().into_iter() }
    }

    /// The pages of the whole list, as [`pages`](Call::pages) of a call: with an error in the place of what was left out,
    /// after which it continues. Of a page that failed, the parts that came are pages of their own.
    pub fn pages(self) -> PageIter<Op> {
        PageIter::new(self.reader(), self.0.client)
    }

    /// The items of the whole list, and what was left out.
    ///
    /// # Errors
    /// The first that is no reason to step over a page.
    pub fn collect_all(self) -> Result<CollectedItems<<Op::Output as PageLike>::Item>> {
        let mut pages = self.pages();
        let mut collected = CollectedItems::default();
        while let Some(page) = pages.next() {
            collected.take(page, pages.skipped())?;
        }
        Ok(collected)
    }
}

/// The pages of a list, one after another. Made by [`pages`](Call::pages) of a call.
///
/// Dropping it cancels the requests in flight.
#[must_use = "an iterator does nothing until it is asked for a page"]
pub struct PageIter<Op: Paged> {
    client: SpotifyClient,
    /// Away while the client's thread reads with it.
    reader: Option<Reader<Op>>,
    total: Option<u32>,
    skipped: Vec<Range<u32>>,
}

impl<Op: Paged> PageIter<Op> {
    fn new(reader: Reader<Op>, client: SpotifyClient) -> Self {
        Self { reader: Some(reader), client, total: None, skipped: Vec::new() }
    }

    /// How many items the whole list has, as the latest page says; `None` before the first, and where pages do not say.
    pub fn total(&self) -> Option<u32> {
        self.total
    }

    /// The positions of what was left out so far, one range for each error that stands in its place. Empty unless the call
    /// is to [skip failed pages](Call::skip_failed_pages).
    pub fn skipped(&self) -> &[Range<u32>] {
        &self.skipped
    }

    /// As [`concurrency`](Call::concurrency) of the call.
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
                self.skipped.extend_from_slice(&reader.skipped()[self.skipped.len()..]);
                self.reader = Some(reader);
                page
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// The items of a list, one after another. Made by [`iter`](Call::iter) of a call.
///
/// Dropping it cancels the requests in flight.
#[must_use = "an iterator does nothing until it is asked for an item"]
pub struct ItemIter<Op: Paged> {
    pages: PageIter<Op>,
    items: std::vec::IntoIter<<Op::Output as PageLike>::Item>,
}

impl<Op: Paged> ItemIter<Op> {
    /// How many items the whole list has, as the latest page says; `None` before the first, and where pages do not say.
    pub fn total(&self) -> Option<u32> {
        self.pages.total()
    }

    /// As [`skipped`](PageIter::skipped) of the pages.
    pub fn skipped(&self) -> &[Range<u32>] {
        self.pages.skipped()
    }

    /// As [`concurrency`](Call::concurrency) of the call.
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
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(page) => self.items = page.into_items().into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<Op: Paged> fmt::Debug for PageIter<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageIter").field("operation", &Op::NAME).field("total", &self.total).finish_non_exhaustive()
    }
}

impl<Op: Paged> fmt::Debug for ItemIter<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemIter").field("operation", &Op::NAME).field("total", &self.total()).finish_non_exhaustive()
    }
}
