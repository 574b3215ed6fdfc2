//! Responses in Redis: with real servers and the emulator.
#![cfg(feature = "cache")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
mod forgetting;
mod loss;
mod outage;
mod secrets;
mod sharing;
mod support;
