//! [`HasInner`]: what both clients are to the layers below them.

use super::{Call, ClientInner};
use crate::operation::Operation;

/// What a client is made of. Only the two clients of this crate implement it, so that there are no others.
pub trait HasInner: Clone {
    fn inner(&self) -> &ClientInner;

    /// The same client, made of something else.
    fn with_inner(&self, inner: ClientInner) -> Self;

    /// Binds an operation to this client.
    fn bind<Op: Operation>(&self, operation: Op) -> Call<Self, Op> {
        Call { client: self.clone(), operation, options: self.inner().options() }
    }
}
