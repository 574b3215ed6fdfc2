//! The response cache against the emulator, and against services and stores that fail.

#![cfg(all(test, feature = "async", feature = "blocking", feature = "cache"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "contract-tests")]
mod contract;
mod costs;
mod freshness;
mod memory;
mod shapes;
mod stale;
mod stores;
mod support;
mod writes;
