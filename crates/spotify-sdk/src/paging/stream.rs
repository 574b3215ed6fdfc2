//! Lists as streams, for the async client.

use std::fmt;
use std::future::poll_fn;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::items::Items;
use super::reader::Reader;
use super::{CollectedItems, SkipFailedPages};
use crate::call::Call;
use crate::client::AsyncSpotifyClient;
use crate::definition::{Action, PageLike, Paged};
use crate::error::Result;

impl<Op: Paged> Call<AsyncSpotifyClient, Op> {
    /// Returns a stream of the items of the whole list, starting where the call starts. Nothing is sent until the first
    /// item is requested; see [paging](crate::paging) for prefetching and for the behavior after an error.
    pub fn stream(self) -> ItemStream<Op> {
        ItemStream { pages: self.pages(), items: Items::new() }
    }

    /// Returns a stream of the pages of the whole list, starting where the call starts. See [paging](crate::paging).
    pub fn pages(self) -> PageStream<Op> {
        PageStream(self.reader())
    }

    /// Returns the items of the whole list, starting where the call starts. To process items before the list is
    /// complete, or to continue after an error, use [`stream`](Self::stream).
    ///
    /// # Errors
    /// The error of the first page that fails, or of the first item that cannot be read. To continue without such items, call
    /// [`skip_failed_pages`](Self::skip_failed_pages) first.
    pub async fn collect_all(self) -> Result<Vec<<Op::Output as PageLike>::Item>> {
        self.reader().collect().await
    }
}

impl<Op: Paged> SkipFailedPages<AsyncSpotifyClient, Op> {
    /// Returns a stream of the items, like [`stream`](Call::stream) of a call. It yields an error in place of skipped
    /// items and continues after it.
    pub fn stream(self) -> ItemStream<Op> {
        ItemStream { pages: self.pages(), items: Items::new() }
    }

    /// Returns a stream of the pages, like [`pages`](Call::pages) of a call. It yields an error in place of skipped
    /// items and continues after it. The parts of a failed page that could be read are pages of their own.
    pub fn pages(self) -> PageStream<Op> {
        PageStream(self.reader())
    }

    /// Returns the items of the whole list, and which items were skipped.
    ///
    /// # Errors
    /// The first error that does not allow a page to be skipped.
    pub async fn collect_all(self) -> Result<CollectedItems<<Op::Output as PageLike>::Item>> {
        let mut pages = self.pages();
        let mut collected = CollectedItems::default();
        while let Some(page) = pages.next().await {
            collected.take(page.map(|page| pages.0.entries(page)), pages.skipped())?;
        }
        Ok(collected)
    }
}

/// A [`Stream`](futures_core::Stream) of the pages of a list. Created by [`pages`](Call::pages) of a call.
///
/// Dropping it cancels the requests in flight.
#[must_use = "a stream does nothing until it is asked for a page"]
pub struct PageStream<Op: Paged>(Reader<Op>);

impl<Op: Paged> PageStream<Op> {
    /// Returns the next page; `None` at the end of the list.
    pub async fn next(&mut self) -> Option<Result<Op::Output>> {
        self.0.next().await
    }

    /// Returns the number of items in the whole list, from the latest page; `None` before the first page, and if pages
    /// do not report it.
    pub fn total(&self) -> Option<u32> {
        self.0.total()
    }

    /// Returns the positions of the items skipped so far, one range for each error in their place. Empty unless the
    /// call is to [skip failed pages](Call::skip_failed_pages).
    pub fn skipped(&self) -> &[Range<u32>] {
        self.0.skipped()
    }

    /// Like [`concurrency`](Call::concurrency) of the call.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.0.set_concurrency(pages);
        self
    }
}

impl<Op: Paged> Stream for PageStream<Op> {
    type Item = Result<Op::Output>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_next(context)
    }
}

/// A [`Stream`](futures_core::Stream) of the items of a list. Created by [`stream`](Call::stream) of a call.
///
/// Dropping it cancels the requests in flight.
#[must_use = "a stream does nothing until it is asked for an item"]
pub struct ItemStream<Op: Paged> {
    pages: PageStream<Op>,
    items: Items<<Op::Output as PageLike>::Item>,
}

impl<Op: Paged> ItemStream<Op> {
    /// Returns the next item; `None` at the end of the list.
    pub async fn next(&mut self) -> Option<Result<<Op::Output as PageLike>::Item>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// Returns the number of items in the whole list, from the latest page; `None` before the first page, and if pages
    /// do not report it.
    pub fn total(&self) -> Option<u32> {
        self.pages.total()
    }

    /// Returns the positions of the items left out so far, one range for each error in their place that is not requested
    /// again: of items that cannot be read, and of the [pages skipped](PageStream::skipped).
    pub fn skipped(&self) -> &[Range<u32>] {
        self.items.skipped()
    }

    /// Like [`concurrency`](Call::concurrency) of the call.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<<Op::Output as PageLike>::Item>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(item));
            }
            match ready!(self.pages.0.poll_next(context)) {
                Some(Ok(page)) => self.items.turn_to(self.pages.0.entries(page)),
                Some(Err(error)) => {
                    self.items.skip(self.pages.skipped());
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}

// Items are moved out: no pointer refers into this type.
impl<Op: Paged> Unpin for ItemStream<Op> {}
impl<Op: Paged> Unpin for PageStream<Op> {}

impl<Op: Paged> Stream for ItemStream<Op> {
    type Item = Result<<Op::Output as PageLike>::Item>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<Op: Paged> fmt::Debug for PageStream<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageStream")
            .field("operation", &self.0.action().map(Action::name))
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}

impl<Op: Paged> fmt::Debug for ItemStream<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream")
            .field("operation", &self.pages.0.action().map(Action::name))
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}
