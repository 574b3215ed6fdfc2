//! Many items by their ids: in order, each requested once, in few requests where the app may, and to be continued after an error.

#![cfg(all(test, feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(feature = "extended-quota")]
mod batches;
mod blocking;
#[cfg(feature = "cache")]
mod cached;
mod errors;
mod generated;
mod pace;
mod shelf;
mod single;
mod support;
