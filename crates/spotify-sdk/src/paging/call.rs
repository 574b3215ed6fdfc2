//! Additional methods of calls of paged operations.

use super::reader::Reader;
use crate::call::{Call, HasInner};
use crate::definition::Paged;

impl<C: HasInner, Op: Paged> Call<C, Op> {
    pub(super) fn reader(&self) -> Reader<Op> {
        Reader::new(self.client.inner().clone(), self.operation.clone(), self.options, self.progress.clone())
    }
}
