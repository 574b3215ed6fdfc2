//! [`Client`]: what both clients are to an operation.

use super::{Call, ClientInner};
use crate::operation::Operation;

/// Either client. Implemented by the two alone.
pub trait Client: Clone + HasInner {
    /// Binds an operation to this client: how operations that are written outside the SDK are called.
    fn call<Op: Operation>(&self, operation: Op) -> Call<Self, Op> {
        Call { client: self.clone(), operation, options: self.inner().options() }
    }
}

impl<C: Clone + HasInner> Client for C {}

/// What a client is made of. Nobody outside can implement it, and so there are no other clients.
pub trait HasInner {
    fn inner(&self) -> &ClientInner;
}
