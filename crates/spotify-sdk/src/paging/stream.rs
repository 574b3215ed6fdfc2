//! Lists as streams, for the async client.

use std::fmt;
use std::future::poll_fn;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::reader::Reader;
use super::{CollectedItems, SkipFailedPages};
use crate::call::Call;
use crate::client::AsyncSpotifyClient;
use crate::error::Result;
use crate::operation::{PageLike, Paged};

impl<Op: Paged> Call<AsyncSpotifyClient, Op> {
    /// The items of the whole list, from where the call begins, one after another. Nothing is sent until the first is asked
    /// for; see [paging](crate::paging) for prefetching, and for what happens after an error.
    pub fn stream(self) -> ItemStream<Op> {
        ItemStream { pages: self.pages(), items: Vec::new().into_iter() }
    }

    /// The pages of the whole list, from where the call begins, one after another. See [paging](crate::paging).
    pub fn pages(self) -> PageStream<Op> {
        PageStream(self.reader())
    }

    /// The items of the whole list, from where the call begins. To begin with the first before the last is there, or to go on
    /// after an error, use [`stream`](Self::stream).
    ///
    /// # Errors
    /// That of the first page that fails.
    pub async fn collect_all(self) -> Result<Vec<<Op::Output as PageLike>::Item>> {
        let mut pages = self.pages();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page?.into_items();
            if items.is_empty() {
                // The whole list at once, but no more than a total that is wrong may ask for.
                items.reserve(pages.total().unwrap_or(0).min(100_000) as usize);
            }
            items.extend(page);
        }
        Ok(items)
    }
}

impl<Op: Paged> SkipFailedPages<AsyncSpotifyClient, Op> {
    /// The items of the whole list, as [`stream`](Call::stream) of a call: with an error in the place of what was left out,
    /// after which it continues.
    pub fn stream(self) -> ItemStream<Op> {
        ItemStream { pages: self.pages(), items: Vec::new().into_iter() }
    }

    /// The pages of the whole list, as [`pages`](Call::pages) of a call: with an error in the place of what was left out,
    /// after which it continues. Of a page that failed, the parts that came are pages of their own.
    pub fn pages(self) -> PageStream<Op> {
        PageStream(self.reader())
    }

    /// The items of the whole list, and what was left out.
    ///
    /// # Errors
    /// The first that is no reason to step over a page.
    pub async fn collect_all(self) -> Result<CollectedItems<<Op::Output as PageLike>::Item>> {
        let mut pages = self.pages();
        let mut collected = CollectedItems::default();
        while let Some(page) = pages.next().await {
            collected.take(page, pages.skipped())?;
        }
        Ok(collected)
    }
}

/// The pages of a list, one after another. Made by [`pages`](Call::pages) of a call; a
/// [`Stream`](futures_core::Stream) too.
///
/// Dropping it cancels the requests in flight.
#[must_use = "a stream does nothing until it is asked for a page"]
pub struct PageStream<Op: Paged>(Reader<Op>);

impl<Op: Paged> PageStream<Op> {
    /// The next page; `None` at the end of the list.
    pub async fn next(&mut self) -> Option<Result<Op::Output>> {
        self.0.next().await
    }

    /// How many items the whole list has, as the latest page says; `None` before the first, and where pages do not say.
    pub fn total(&self) -> Option<u32> {
        self.0.total()
    }

    /// The positions of what was left out so far, one range for each error that stands in its place. Empty unless the call
    /// is to [skip failed pages](Call::skip_failed_pages).
    pub fn skipped(&self) -> &[Range<u32>] {
        self.0.skipped()
    }

    /// As [`concurrency`](Call::concurrency) of the call.
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

/// The items of a list, one after another. Made by [`stream`](Call::stream) of a call; a
/// [`Stream`](futures_core::Stream) too.
///
/// Dropping it cancels the requests in flight.
#[must_use = "a stream does nothing until it is asked for an item"]
pub struct ItemStream<Op: Paged> {
    pages: PageStream<Op>,
    items: std::vec::IntoIter<<Op::Output as PageLike>::Item>,
}

impl<Op: Paged> ItemStream<Op> {
    /// The next item; `None` at the end of the list.
    pub async fn next(&mut self) -> Option<Result<<Op::Output as PageLike>::Item>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// How many items the whole list has, as the latest page says; `None` before the first, and where pages do not say.
    pub fn total(&self) -> Option<u32> {
        self.pages.total()
    }

    /// As [`skipped`](PageStream::skipped) of the pages.
    pub fn skipped(&self) -> &[Range<u32>] {
        self.pages.skipped()
    }

    /// As [`concurrency`](Call::concurrency) of the call.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<<Op::Output as PageLike>::Item>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.0.poll_next(context)) {
                Some(Ok(page)) => self.items = page.into_items().into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Items are given away as they are: nothing points into this.
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
        f.debug_struct("PageStream").field("operation", &Op::NAME).field("total", &self.total()).finish_non_exhaustive()
    }
}

impl<Op: Paged> fmt::Debug for ItemStream<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream").field("operation", &Op::NAME).field("total", &self.total()).finish_non_exhaustive()
    }
}
