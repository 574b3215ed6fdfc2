//! What several tests share: real servers on free ports of this machine.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub mod process;
pub mod proxy;
pub mod redis;

/// Waits until something that takes a moment to get around is true.
pub async fn eventually(what: &str, mut is_true: impl FnMut() -> bool) {
    for _ in 0..1_500 {
        if is_true() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{what} did not become true");
}
