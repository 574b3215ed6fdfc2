//! The public handle of the emulator's clock.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::instance::Shared;

/// The clock of an emulator. It follows the system clock until it is advanced or stopped. Token expiry, playback, the rate
/// limit and the daily quota are based on it.
///
/// Delays of [faults](crate::Fault) use real time.
#[derive(Clone)]
pub struct Clock {
    shared: Shared,
}

impl Clock {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// The current time of the emulator.
    pub fn now(&self) -> Timestamp {
        self.shared.world().now()
    }

    /// Moves the clock forward. Playback progresses accordingly.
    pub fn advance(&self, by: Duration) {
        self.shared.world().time.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Stops the clock: it then moves only when it is advanced.
    pub fn stop(&self) {
        self.shared.world().time.stop();
    }

    /// Resumes a stopped clock.
    pub fn resume(&self) {
        self.shared.world().time.resume();
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}
