//! Operations whose type is known only at run time: made of JSON arguments, with JSON as their output.

use super::{BatchRequest, Idempotency, Operation, OperationInfo, Paged, Quota, RequestBuilder, Slot};
use crate::invalid_input::InvalidInput;

/// An operation of any type.
pub trait DynOperation: Send + Sync {
    /// See [`Operation::info`].
    fn info(&self) -> &'static OperationInfo;

    /// See [`Operation::idempotency`].
    fn idempotency(&self) -> Idempotency;

    /// See [`Operation::write`].
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput>;

    /// See [`Operation::batches`].
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    fn batches(&self) -> Result<Vec<BatchRequest>, InvalidInput>;

    /// Returns the same operation as one of a list, if its response is a page of one.
    fn as_list(&self) -> Option<&dyn DynList> {
        None
    }
}

/// A [`Paged`] operation of any type.
pub trait DynList: DynOperation {
    /// See [`Paged::end`].
    fn end(&self) -> u32;

    /// See [`Paged::max_limit`].
    fn max_limit(&self, quota: Quota) -> u32;

    /// See [`Paged::slot`].
    fn slot(&self, quota: Quota) -> Slot;

    /// See [`Paged::at`].
    ///
    /// # Errors
    /// [`InvalidInput`] for a cursor that is none.
    fn at(&self, slot: &Slot) -> Result<Box<dyn DynOperation>, InvalidInput>;
}

/// An operation whose response is a value of its own.
#[derive(Debug)]
pub struct Single<Op>(pub Op);

/// An operation whose response is a page of a list.
#[derive(Debug)]
pub struct Listed<Op>(pub Op);

macro_rules! as_the_operation_does {
    () => {
        fn info(&self) -> &'static OperationInfo {
            self.0.info()
        }

        fn idempotency(&self) -> Idempotency {
            self.0.idempotency()
        }

        fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput> {
            self.0.write(request)
        }

        fn batches(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
            self.0.batches()
        }
    };
}

impl<Op: Operation + Send + Sync> DynOperation for Single<Op> {
    as_the_operation_does!();
}

impl<Op: Paged> DynOperation for Listed<Op> {
    as_the_operation_does!();

    fn as_list(&self) -> Option<&dyn DynList> {
        Some(self)
    }
}

impl<Op: Paged> DynList for Listed<Op> {
    fn end(&self) -> u32 {
        self.0.end()
    }

    fn max_limit(&self, quota: Quota) -> u32 {
        self.0.max_limit(quota)
    }

    fn slot(&self, quota: Quota) -> Slot {
        self.0.slot(quota)
    }

    fn at(&self, slot: &Slot) -> Result<Box<dyn DynOperation>, InvalidInput> {
        Ok(Box::new(Self(self.0.at(slot)?)))
    }
}
