//! Whole lists: in order, ahead of the caller, bounded, finite and safe.

#![cfg(all(test, feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod ends;
mod generated;
mod list;
mod memory;
mod operations;
mod quota;
mod rules;
mod skip;
mod unreadable;
