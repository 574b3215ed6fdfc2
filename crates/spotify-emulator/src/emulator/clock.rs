//! The emulator's clock, as its user holds it.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::instance::Shared;

/// The clock of an emulator: it goes as the machine's does, until it is moved or stopped. Tokens and consents expire by
/// it, playback moves on by it, and the rate limit counts by it.
///
/// Delays of [faults](crate::Fault) take real time.
#[derive(Clone)]
pub struct Clock {
    shared: Shared,
}

impl Clock {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.shared.world().now()
    }

    /// Moves the clock forward. Tracks end and begin meanwhile, as they would have.
    pub fn advance(&self, by: Duration) {
        self.shared.world().time.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Stops the clock: from now on it moves only when it is advanced.
    pub fn stop(&self) {
        self.shared.world().time.stop();
    }

    /// Lets a stopped clock go on.
    pub fn resume(&self) {
        self.shared.world().time.resume();
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}
