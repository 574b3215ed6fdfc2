//! Many items with the async client: awaited, or as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::GetMany;
use super::kind::ReadById;
use super::reader::Reader;
use crate::client::AsyncSpotifyClient;
use crate::error::Result;
use crate::http::BoxFuture;

impl<Op: ReadById> GetMany<AsyncSpotifyClient, Op> {
    /// Reads all items, and returns them in the order of the ids, `None` where there is none. Awaiting does the same.
    ///
    /// # Errors
    /// The first error; [`Incomplete`](crate::Error::Incomplete) if there were items before it. To keep those, use
    /// [`stream`](Self::stream).
    pub async fn send(self) -> Result<Vec<Option<Op::Item>>> {
        Reader::new(self).collect().await
    }

    /// Returns a stream of the items in the order of the ids, `None` where there is none. Nothing is sent until the first item
    /// is requested. [The module](crate::many) describes what happens after an error.
    pub fn stream(self) -> ManyStream<Op> {
        ManyStream(Reader::new(self))
    }
}

impl<Op: ReadById> IntoFuture for GetMany<AsyncSpotifyClient, Op> {
    type Output = Result<Vec<Option<Op::Item>>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// A [`Stream`](futures_core::Stream) of many items. Created by [`stream`](GetMany::stream).
///
/// Dropping it cancels the requests in flight.
#[must_use = "a stream does nothing until it is asked for an item"]
pub struct ManyStream<Op: ReadById>(Reader<Op>);

impl<Op: ReadById> ManyStream<Op> {
    /// Returns the next item; `None` in it where there is none, and `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Option<Op::Item>>> {
        self.0.next().await
    }

    /// Returns the number of ids that are done, from the first on: those whose items, or errors of their own, were yielded. The
    /// error of a request is not that of an id.
    pub fn done(&self) -> usize {
        self.0.done()
    }

    /// Like [`concurrency`](GetMany::concurrency) of the builder.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.0.set_concurrency(requests);
        self
    }
}

// Items are moved out: no pointer refers into this type.
impl<Op: ReadById> Unpin for ManyStream<Op> {}

impl<Op: ReadById> Stream for ManyStream<Op> {
    type Item = Result<Option<Op::Item>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_next(context)
    }
}

impl<Op: ReadById> fmt::Debug for ManyStream<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManyStream")
            .field("operation", &Op::ONE.name)
            .field("done", &self.0.done())
            .field("total", &self.0.total())
            .finish_non_exhaustive()
    }
}
