//! [`Client`]: what both clients are to an operation.

use super::{Call, Core};
use crate::operation::Operation;

/// How many pages are fetched ahead unless told otherwise.
const CONCURRENCY: usize = 4;

/// Either client. Implemented by the two alone.
pub trait Client: Clone + HasCore {
    /// Binds an operation to this client: how operations that are written outside the SDK are called.
    fn call<Op: Operation>(&self, operation: Op) -> Call<Self, Op> {
        Call { client: self.clone(), operation, policy: self.core().policy(), concurrency: CONCURRENCY }
    }
}

impl<C: Clone + HasCore> Client for C {}

/// What a client is made of. Nobody outside can implement it, and so there are no other clients.
pub trait HasCore {
    fn core(&self) -> &Core;
}
