//! Operations that hold more than Spotify takes in one request: the requests they take, and their outputs as one.

use super::{Operation, Request};
use crate::invalid_input::InvalidInput;

/// One of several requests that an operation takes.
#[derive(Debug, Clone)]
pub struct Chunk {
    pub(crate) request: Request,
    pub(crate) values: usize,
}

impl Chunk {
    /// The request that `operation` stands for, which deals with the next `values` of what the caller gave.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    pub fn new<Op: Operation>(operation: &Op, values: usize) -> Result<Self, InvalidInput> {
        Ok(Self { request: Request::new(operation)?, values })
    }

    /// The request.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// How many of the values that the caller gave it deals with.
    pub fn values(&self) -> usize {
        self.values
    }
}

/// Outputs of several requests that are one output of one operation.
pub(crate) trait Join: Sized {
    fn join(parts: Vec<Self>) -> Option<Self>;

    /// For how many values it has an answer, where only their order says whose each is.
    fn answers(&self) -> Option<usize> {
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

    fn answers(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// Items, which say themselves who they are.
impl<T> Join for Vec<Option<T>> {
    fn join(parts: Vec<Self>) -> Option<Self> {
        Some(parts.into_iter().flatten().collect())
    }
}
