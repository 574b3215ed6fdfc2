//! [`Clock`]: the time by which stored responses age.

use std::time::SystemTime;

use tokio::time::Instant;

/// A wall clock that never runs behind the runtime's: responses age while the machine sleeps, and also while the wall clock is set
/// back.
pub(super) struct Clock {
    started: (SystemTime, Instant),
}

impl Default for Clock {
    fn default() -> Self {
        Self { started: (SystemTime::now(), Instant::now()) }
    }
}

impl Clock {
    pub(super) fn now(&self) -> SystemTime {
        let (wall, monotonic) = self.started;
        let elapsed = wall.checked_add(monotonic.elapsed());
        SystemTime::now().max(elapsed.unwrap_or(wall))
    }
}
