//! Playlists kept in step, against the emulator: that the outcome is exact and dates are kept, what it costs, and what
//! happens when someone else is there or an answer is lost.

#![cfg(all(test, feature = "async", feature = "blocking", feature = "reqwest"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod lost;
mod others;
mod outcome;
mod refused;
mod support;
