//! Operations that hold more than Spotify takes in one request: the requests that they take, and their outputs as one.

use super::{Operation, Request};
use crate::invalid_input::InvalidInput;

/// One of the requests that an operation takes.
#[derive(Debug, Clone)]
pub struct BatchRequest {
    pub(crate) request: Request,
    /// How many of the caller's values it holds.
    pub(crate) values: usize,
}

impl BatchRequest {
    /// The request of `operation`, which holds the next `values` of the caller's values.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    pub fn new<Op: Operation>(operation: &Op, values: usize) -> Result<Self, InvalidInput> {
        Ok(Self { request: Request::new(operation)?, values })
    }
}

/// The outputs of several requests, joined to one.
pub trait Join: Sized {
    /// Joins `parts`, which are in the order of their requests.
    fn join(parts: Vec<Self>) -> Option<Self>;

    /// Returns the number of results, where only their order says which value each is of.
    fn result_count(&self) -> Option<usize> {
        None
    }
}

impl Join for () {
    fn join(_: Vec<Self>) -> Option<Self> {
        Some(())
    }
}

/// Snapshot ids: the last one is the playlist's.
impl Join for String {
    fn join(mut parts: Vec<Self>) -> Option<Self> {
        parts.pop()
    }
}

impl Join for Vec<bool> {
    fn join(parts: Vec<Self>) -> Option<Self> {
        Some(parts.concat())
    }

    fn result_count(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// Items, which say themselves what they are.
impl<T> Join for Vec<Option<T>> {
    fn join(parts: Vec<Self>) -> Option<Self> {
        Some(parts.into_iter().flatten().collect())
    }
}
