//! Tokens in Redis: with real servers, real processes and the emulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
mod fencing;
mod listing;
mod locks;
mod loss;
mod processes;
mod secrets;
mod storing;
mod support;
