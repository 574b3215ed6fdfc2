//! Whose answers a cache gives: those of whoever asks, whatever happens to tokens, sign-ins and stores.

#![cfg(all(test, feature = "async", feature = "cache"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod owners;
mod providers;
mod random;
mod scopes;
mod sign_ins;
mod support;
