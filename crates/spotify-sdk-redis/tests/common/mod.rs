//! What several tests share: real servers on free ports of this machine.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub mod process;
pub mod proxy;
pub mod redis;
