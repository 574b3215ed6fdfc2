//! What an operation is, as the public module `operation` has it: trait, metadata, request.

mod action;
mod arguments;
mod batch;
mod dynamic;
mod info;
mod input_schema;
mod paged;
mod param;
mod request;
mod resource;
mod scope;
mod unreadable;

use serde::de::DeserializeOwned;

use crate::invalid_input::InvalidInput;

pub use action::Action;
#[doc(hidden)]
pub use arguments::Arguments;
pub(crate) use arguments::kind_of;
#[doc(hidden)]
pub use batch::{BatchRequest, Join};
#[doc(hidden)]
pub use dynamic::{DynList, DynOperation, Listed, Single};
pub use info::{Idempotency, OperationInfo, Paging, ParamInfo, Place, Quota, ResponseBody};
pub(crate) use input_schema::ALL;
pub use paged::{PageInfo, PageLike, Paged, Slot};
pub use param::Param;
pub(crate) use param::{expected, text_from};
pub use request::{Request, RequestBuilder};
pub use resource::{Caching, Resource};
pub use scope::{Scope, scopes_for};
pub use spotify_sdk_derive::Operation;
pub use unreadable::UnreadableItem;

/// One operation of the Web API, as a value: a struct whose fields are its parameters. Usually
/// [derived](derive@Operation).
pub trait Operation {
    /// What a successful response is read as; `()` where it has no meaning: its body is then never read as JSON.
    type Output: DeserializeOwned;

    /// Returns the metadata of the operation.
    fn info(&self) -> &'static OperationInfo;

    /// Returns whether this value may be sent again when it is not known whether it was executed. Default: what the
    /// [metadata](OperationInfo::idempotency) says.
    fn idempotency(&self) -> Idempotency {
        self.info().idempotency
    }

    /// Returns where the body of a success holds the output. Default: what the [metadata](OperationInfo::response_body)
    /// says.
    fn response_body(&self) -> ResponseBody {
        self.info().response_body
    }

    /// Writes the path segments, the query and the body of this value.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput>;

    /// Returns the requests of an operation that holds more than Spotify takes in one, in the order in which they are sent;
    /// none where one request is enough.
    #[doc(hidden)]
    fn batches(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        Ok(Vec::new())
    }

    /// Joins the outputs of the [`batches`](Self::batches) into one.
    #[doc(hidden)]
    fn join(&self, parts: Vec<Self::Output>) -> Option<Self::Output> {
        drop(parts);
        None
    }

    /// Returns the number of results in `output`, where it has one for each value, in their order. A batch that has another
    /// number of them than of values cannot be joined.
    #[doc(hidden)]
    fn result_count(&self, output: &Self::Output) -> Option<usize> {
        let _ = output;
        None
    }
}

/// What a call can be made of: an operation, or the refusal of its parameters.
pub trait IntoOperation {
    /// The operation.
    type Operation: Operation;

    /// Returns the operation, or the reason why there is none.
    ///
    /// # Errors
    /// [`InvalidInput`] for a parameter that was refused. It is the error of the call, of which nothing is sent.
    fn into_operation(self) -> Result<Self::Operation, InvalidInput>;
}

impl<Op: Operation> IntoOperation for Op {
    type Operation = Self;

    fn into_operation(self) -> Result<Self, InvalidInput> {
        Ok(self)
    }
}

impl<Op: Operation> IntoOperation for Result<Op, InvalidInput> {
    type Operation = Op;

    fn into_operation(self) -> Self {
        self
    }
}
