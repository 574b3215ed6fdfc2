//! [`Policy`]: what a caller decides about a call beside what it asks for.

use std::time::Duration;

use crate::invalid_input::InvalidInput;

/// As good as for ever, and still safe to add to a clock: nothing that is added to one is longer.
pub(crate) const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How patient a call is: the client's settings, or what one call was told instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    /// For one attempt, from asking for a token to the last byte of the body. Waiting at the gate is no part of it.
    pub(crate) timeout: Duration,
    /// Attempts after the first.
    pub(crate) max_retries: u32,
    /// The longest wait that is slept; a longer one ends the call.
    pub(crate) max_retry_wait: Duration,
    /// Sends an operation that is not idempotent again as if it were.
    pub(crate) allow_replay: bool,
    /// Sends although the app was told to wait.
    pub(crate) ignore_rate_limit: bool,
    pub(crate) priority: Priority,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_retries: 3,
            max_retry_wait: Duration::from_secs(60),
            allow_replay: false,
            ignore_rate_limit: false,
            priority: Priority::Awaited,
        }
    }
}

impl Policy {
    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        if self.timeout.is_zero() {
            return Err(InvalidInput::new("timeout", "expected more than nothing, got 0 s"));
        }
        Ok(())
    }
}

/// Who goes first where not everyone can go at once. The lower ones have a share, so that they go on all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// A call that somebody waits for.
    Awaited,
    /// A page of a list ahead of whoever reads it. They wait for the whole list, and so it may use the whole budget.
    Ahead,
    /// A call of which the program says that nobody waits for it. It leaves a tenth of the budget to the others.
    Background,
}
