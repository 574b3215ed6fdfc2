//! [`Gate`]: where all calls of one app wait together. Spotify counts the requests of an app, not those of a call, so
//! once one call is told to wait, none is sent until the wait is over.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Open, or closed until a moment.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    closed_until: Mutex<Option<Instant>>,
}

impl Gate {
    /// Waits until the gate is open.
    ///
    /// # Errors
    /// How long it is still closed, at once, when that is longer than `patience`.
    pub(crate) async fn pass(&self, patience: Duration) -> Result<(), Duration> {
        // Another call may close the gate again while this one waits.
        while let Some(until) = self.closed_until() {
            let wait = until.duration_since(Instant::now());
            if wait > patience {
                return Err(wait);
            }
            sleep_until(until).await;
        }
        Ok(())
    }

    /// Closes the gate for `wait` from now. A longer wait that is under way stays.
    pub(crate) fn close_for(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut closed_until = self.lock();
        *closed_until = Some(closed_until.map_or(until, |before| before.max(until)));
    }

    /// Opens the gate: a call went through that did not wait, so the limit is over.
    pub(crate) fn open(&self) {
        *self.lock() = None;
    }

    fn closed_until(&self) -> Option<Instant> {
        let mut closed_until = self.lock();
        if closed_until.is_some_and(|until| until <= Instant::now()) {
            *closed_until = None;
        }
        *closed_until
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        // No code panics while it holds the lock; and if some did, the moment in it would still be whole.
        self.closed_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
