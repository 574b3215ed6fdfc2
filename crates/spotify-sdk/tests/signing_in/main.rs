//! Signing in and staying signed in, against the emulator's Accounts service.

#![cfg(all(test, feature = "async", feature = "blocking", feature = "loopback"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod caches;
mod flows;
mod local;
mod one_at_a_time;
mod owners;
mod ports;
mod processes;
mod races;
mod reasons;
mod sharing;
mod storing;
mod support;
mod token_life;
