//! Limits the memory that the decoding of one body may take. Three bytes of JSON, `{},`, are an object of a kilobyte in
//! a list of tracks, so a limit on the length of a body says little about the size of its value.
//!
//! The budget belongs to the thread while a body is decoded, which never suspends: every allocation is charged to it,
//! by a type's own rules or by serde's, so that the charges are at least the peak. Without a budget, for example when a
//! program deserializes a model with `serde_json`, there is no limit.

mod counted;

use std::cell::Cell;

use serde::de::Error;

pub(crate) use counted::{Counted, OURS, counted, counted_map, counted_seq};

/// The overhead of a boxed value besides its size.
pub(crate) const ALLOCATION: usize = 16;

thread_local! {
    /// The bytes that are left; negative once there were too few.
    static LEFT: Cell<i64> = const { Cell::new(i64::MAX) };
}

/// Charges bytes that are about to be allocated.
#[inline]
pub(crate) fn charge<E: Error>(bytes: usize) -> Result<(), E> {
    let left = LEFT.get().saturating_sub(bytes as i64);
    LEFT.set(left);
    if left < 0 { Err(E::custom("it takes too much memory")) } else { Ok(()) }
}

/// Returns what `read` gives, and the bytes that it charged.
pub(crate) fn charged<T>(read: impl FnOnce() -> T) -> (T, i64) {
    let before = LEFT.get();
    let value = read();
    (value, before.saturating_sub(LEFT.get()))
}

/// Returns bytes that are free again. A type that catches an error and tries something else fails too.
pub(crate) fn give_back(bytes: i64) {
    if LEFT.get() >= 0 {
        LEFT.set(LEFT.get().saturating_add(bytes));
    }
}

/// Reserves room for one more element, and charges it. Most lists hold one or two artists, while a vector's own first
/// allocation has room for four. Only small elements come in large numbers.
#[inline]
pub(crate) fn reserve_one<T, E: Error>(list: &mut Vec<T>) -> Result<(), E> {
    let at = list.len();
    if at == list.capacity() {
        let more = at.max(if size_of::<T>() <= 2 { 192 } else { 1 });
        // The old and the new allocation exist at the same time, and then only the new one.
        let old = at * size_of::<T>();
        charge(more * size_of::<T>() + old + ALLOCATION)?;
        list.reserve_exact(more);
        give_back(old as i64);
    }
    Ok(())
}

/// A budget for everything that is decoded on this thread until this is dropped, also by a panic; then the previous
/// budget is restored.
pub(crate) struct MemoryLimit(i64);

impl MemoryLimit {
    /// Sets a budget in bytes.
    pub(crate) fn set(bytes: u64) -> Self {
        Self(LEFT.replace(i64::try_from(bytes).unwrap_or(i64::MAX)))
    }

    /// Returns whether decoding exceeded the budget.
    pub(crate) fn is_exceeded(&self) -> bool {
        LEFT.get() < 0
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        LEFT.set(self.0);
    }
}

#[cfg(test)]
mod tests;
