//! Operations that hold more than Spotify takes in one request: the requests that they take, and their outputs as one.

use super::{Operation, Request};
use crate::invalid_input::InvalidInput;

/// One of the requests that an operation takes.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    pub(crate) request: Request,
    pub(crate) values: usize,
}

impl Chunk {
    /// The request of `operation`, which holds the next `values` of the caller's values.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    pub(crate) fn new<Op: Operation>(operation: &Op, values: usize) -> Result<Self, InvalidInput> {
        Ok(Self { request: Request::new(operation)?, values })
    }

    /// How many of the caller's values it holds.
    pub(crate) fn values(&self) -> usize {
        self.values
    }
}

/// The requests of an operation.
type Split<Op> = fn(&Op) -> Result<Vec<Chunk>, InvalidInput>;

/// How an operation is divided into requests. Only the SDK's own operations are.
#[derive(Debug, Clone, Copy)]
pub struct Batching<Op: Operation + ?Sized> {
    split: Split<Op>,
    join: fn(Vec<Op::Output>) -> Option<Op::Output>,
    result_count: fn(&Op::Output) -> Option<usize>,
}

impl<Op: Operation + ?Sized> Batching<Op> {
    pub(crate) const fn new(split: Split<Op>) -> Self
    where
        Op::Output: Join,
    {
        Self { split, join: Join::join, result_count: Join::result_count }
    }
}

/// What the SDK asks of every operation: whether it takes several requests, and what their outputs are as one.
pub(crate) trait Batched: Operation {
    /// The requests that it takes where it holds more than Spotify takes in one, in the order in which they are sent; none
    /// where one request is enough.
    fn chunks(&self) -> Result<Vec<Chunk>, InvalidInput> {
        Self::BATCHING.map_or_else(|| Ok(Vec::new()), |batching| (batching.split)(self))
    }

    /// The outputs of its [`chunks`](Self::chunks) as one.
    fn join(parts: Vec<Self::Output>) -> Option<Self::Output> {
        Self::BATCHING.and_then(|batching| (batching.join)(parts))
    }

    /// The number of results in `output`, where it has one for each value, in their order. A chunk that has another number
    /// of them than of values cannot be joined.
    fn result_count(output: &Self::Output) -> Option<usize> {
        Self::BATCHING.and_then(|batching| (batching.result_count)(output))
    }
}

impl<Op: Operation + ?Sized> Batched for Op {}

/// The outputs of several requests, joined to one.
pub(crate) trait Join: Sized {
    fn join(parts: Vec<Self>) -> Option<Self>;

    /// The number of results, where only their order says which value each is of.
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
