//! What calls of paged operations can do beside being sent.

use super::reader::Reader;
use crate::call::{Call, HasCore};
use crate::operation::Paged;

impl<C, Op: Paged> Call<C, Op> {
    /// Sets how many pages are fetched ahead at the same time, once the first has told how many there are. 1 reads one page
    /// after another, and still fetches the next one while the caller is busy with this one. Default: 4.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.concurrency = pages;
        self
    }
}

impl<C: HasCore, Op: Paged> Call<C, Op> {
    pub(super) fn reader(&self) -> Reader<Op> {
        Reader::new(self.client.core().clone(), self.operation.clone(), self.policy, self.concurrency)
    }
}
