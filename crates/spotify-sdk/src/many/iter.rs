//! Many items with the blocking client: at once, or as an iterator.

use std::fmt;

use super::GetMany;
use super::kind::ReadById;
use super::reader::Reader;
use crate::client::SpotifyClient;
use crate::error::Result;

impl<Op: ReadById> GetMany<SpotifyClient, Op> {
    /// Reads all items, and returns them in the order of the ids, `None` where there is none.
    ///
    /// # Errors
    /// The first error; [`Incomplete`](crate::Error::Incomplete) if there were items before it. To keep those, use
    /// [`iter`](Self::iter).
    pub fn send(self) -> Result<Vec<Option<Op::Item>>> {
        let client = self.client.clone();
        client.drive(Reader::new(self).collect())
    }

    /// Returns an iterator over the items in the order of the ids, `None` where there is none. Nothing is sent until the first
    /// item is requested. [The module](crate::many) describes what happens after an error.
    pub fn iter(self) -> ManyIter<Op> {
        let client = self.client.clone();
        ManyIter { client, done: 0, reader: Some(Reader::new(self)) }
    }
}

/// An iterator over many items. Created by [`iter`](GetMany::iter).
///
/// Dropping it cancels the requests in flight.
#[must_use = "an iterator does nothing until it is asked for an item"]
pub struct ManyIter<Op: ReadById> {
    client: SpotifyClient,
    done: usize,
    /// Moved to the client's thread while it reads.
    reader: Option<Reader<Op>>,
}

impl<Op: ReadById> ManyIter<Op> {
    /// Returns the number of ids that are done, from the first on: those whose items, or errors of their own, were yielded. The
    /// error of a request is not that of an id.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Like [`concurrency`](GetMany::concurrency) of the builder.
    pub fn concurrency(mut self, requests: usize) -> Self {
        if let Some(reader) = &mut self.reader {
            reader.set_concurrency(requests);
        }
        self
    }
}

impl<Op: ReadById> Iterator for ManyIter<Op> {
    type Item = Result<Option<Op::Item>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = self.reader.take()?;
        let read = match reader.next_arrived() {
            Some(answer) => Ok((reader, Some(answer))),
            None => self.client.drive(async move {
                let answer = reader.next().await;
                Ok((reader, answer))
            }),
        };
        match read {
            Ok((reader, answer)) => {
                self.done = reader.done();
                self.reader = Some(reader);
                answer
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl<Op: ReadById> fmt::Debug for ManyIter<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManyIter").field("operation", &Op::ONE.name).field("done", &self.done).finish_non_exhaustive()
    }
}
