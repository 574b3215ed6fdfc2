//! [`FleetEvent`]: what a program may want to know of its fleet.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// Something that happened to the connection of a process to its fleet. For metrics and alerts; the SDK also logs it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FleetEvent {
    /// Redis is away. Calls go on with this process's share of the last known rate limit.
    Offline {
        /// What Redis, or the network, said.
        reason: String,
    },
    /// Redis is back, and the rate limit is shared again.
    Online {
        /// How long it was away.
        after: Duration,
    },
}

type Callback = dyn Fn(&FleetEvent) + Send + Sync;

/// A callback of the program, if it has one.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<Callback>>);

impl Listener {
    pub(crate) fn new(callback: impl Fn(&FleetEvent) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(callback)))
    }

    pub(crate) fn tell(&self, event: &FleetEvent) {
        let Some(callback) = &self.0 else { return };
        // A panic in the program's code must not end the task that talks to Redis.
        if std::panic::catch_unwind(AssertUnwindSafe(|| callback(event))).is_err() {
            tracing::error!("the callback for events of the fleet panicked");
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}
