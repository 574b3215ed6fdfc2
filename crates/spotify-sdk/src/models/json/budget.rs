//! Limits the memory that the decoding of one body may take. Three bytes of JSON, `{},`, are an object of a kilobyte in
//! a list of tracks, so a limit on the length of a body says little about the size of its value.
//!
//! The budget belongs to the thread while a body is decoded, which never suspends: every allocation is charged to it,
//! by a type's own rules or by serde's. Only a list that was reallocated returns its old allocation, so the charges are
//! at least the peak. Without a budget, for example when a program deserializes a model with `serde_json`, there is no
//! limit.

use std::cell::Cell;

use serde::de::Error;

/// The overhead of a boxed value besides its size.
pub(crate) const ALLOCATION: usize = 16;

struct MemoryBudget {
    left: Cell<u64>,
    exceeded: Cell<bool>,
}

thread_local! {
    static BUDGET: MemoryBudget = const { MemoryBudget { left: Cell::new(u64::MAX), exceeded: Cell::new(false) } };
}

/// Charges bytes that are about to be allocated.
#[inline]
pub(crate) fn charge<E: Error>(bytes: usize) -> Result<(), E> {
    BUDGET.with(|budget| match budget.left.get().checked_sub(bytes as u64) {
        Some(left) => {
            budget.left.set(left);
            Ok(())
        }
        None => {
            // A type that catches the error and tries something else fails too.
            budget.left.set(0);
            budget.exceeded.set(true);
            Err(E::custom("it takes too much memory"))
        }
    })
}

/// Reserves room for one more element, and charges it. Most lists hold one or two artists, while a vector's own first
/// allocation has room for four.
#[inline]
pub(crate) fn reserve_one<T, E: Error>(list: &mut Vec<T>) -> Result<(), E> {
    let at = list.len();
    if at == list.capacity() {
        let more = at.max(1);
        // The old and the new allocation exist at the same time, and then only the new one.
        let old = at.saturating_mul(size_of::<T>());
        let new = more.saturating_mul(size_of::<T>()).saturating_add(old).saturating_add(ALLOCATION);
        charge(new)?;
        list.reserve_exact(more);
        BUDGET.with(|budget| budget.left.set(budget.left.get().saturating_add(old as u64)));
    }
    Ok(())
}

/// A budget for everything that is decoded on this thread until this is dropped, also by a panic; then the previous
/// budget is restored.
pub(crate) struct MemoryLimit {
    outer_left: u64,
    outer_exceeded: bool,
}

impl MemoryLimit {
    /// Sets a budget in bytes.
    pub(crate) fn set(bytes: u64) -> Self {
        BUDGET.with(|budget| Self {
            outer_left: budget.left.replace(bytes),
            outer_exceeded: budget.exceeded.replace(false),
        })
    }

    /// Returns whether decoding exceeded the budget.
    pub(crate) fn is_exceeded(&self) -> bool {
        BUDGET.with(|budget| budget.exceeded.get())
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        BUDGET.with(|budget| {
            budget.left.set(self.outer_left);
            budget.exceeded.set(self.outer_exceeded);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Charged = Result<(), serde_json::Error>;

    #[derive(Debug, PartialEq, Eq)]
    struct Exceeded;

    fn within<T>(bytes: u64, decode: impl FnOnce() -> T) -> Result<T, Exceeded> {
        let limit = MemoryLimit::set(bytes);
        let value = decode();
        if limit.is_exceeded() { Err(Exceeded) } else { Ok(value) }
    }

    #[test]
    fn what_is_charged_adds_up_and_an_error_that_is_caught_is_not_forgotten() {
        assert!(matches!(within(10, || charge(4).and_then(|()| charge(6))), Ok(Charged::Ok(()))));
        assert_eq!(within(10, || (charge(11) as Charged).is_err()), Err(Exceeded));
        let after = within(10, || {
            let _: Charged = charge(11);
            assert!((charge(1) as Charged).is_err());
        });
        assert_eq!(after, Err(Exceeded));
    }

    #[test]
    fn a_budget_ends_with_the_decoding_and_with_a_panic() {
        let panicked = std::panic::catch_unwind(|| within(10, || panic!("of a type of the caller's")));
        assert!(panicked.is_err());
        assert!((charge(usize::MAX / 2) as Charged).is_ok());
        assert_eq!(within(10, || within(5, || (charge(6) as Charged).is_err())), Ok(Err(Exceeded)));
    }
}
