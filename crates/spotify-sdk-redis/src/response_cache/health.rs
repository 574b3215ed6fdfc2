//! [`Health`]: whether Redis is asked at all. While it is away, calls do not each wait to find that out.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long Redis is not asked after it failed, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

#[derive(Default)]
pub(super) struct Health(Mutex<Option<Away>>);

struct Away {
    until: Instant,
    pause: Duration,
    /// Whether somebody has tried since the last failure.
    is_tried: bool,
}

impl Health {
    fn state(&self) -> MutexGuard<'_, Option<Away>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether Redis may be asked. After a failure, one caller at a time tries: the next one `limit` later, unless it is told
    /// how that went.
    pub(super) fn may_ask(&self, now: Instant, limit: Duration) -> bool {
        match &mut *self.state() {
            None => true,
            Some(away) if now < away.until => false,
            Some(away) => {
                (away.until, away.is_tried) = (now + limit, true);
                true
            }
        }
    }

    pub(super) fn is_there(&self) {
        *self.state() = None;
    }

    pub(super) fn is_away(&self, now: Instant) {
        let mut state = self.state();
        let (first, longest) = PAUSES;
        let pause = match &*state {
            None => first,
            Some(away) if away.is_tried => (away.pause * 2).min(longest),
            // Calls that were under way together find out together.
            Some(away) => away.pause,
        };
        *state = Some(Away { until: now + pause, pause, is_tried: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(250);

    #[test]
    fn after_a_failure_one_caller_at_a_time_tries_after_a_pause_that_grows_to_a_second() {
        let (health, mut now) = (Health::default(), Instant::now());
        assert!(health.may_ask(now, LIMIT));
        health.is_away(now);
        for pause in [100, 200, 400, 800, 1_000, 1_000].map(Duration::from_millis) {
            assert!(!health.may_ask(now + pause - Duration::from_millis(1), LIMIT), "{pause:?}");
            now += pause;
            assert!(health.may_ask(now, LIMIT), "{pause:?}");
            assert!(!health.may_ask(now, LIMIT), "another one tries");
            now += LIMIT;
            health.is_away(now);
        }
        health.is_there();
        assert!(health.may_ask(now, LIMIT) && health.may_ask(now, LIMIT));
    }

    #[test]
    fn calls_that_fail_together_make_one_pause() {
        let (health, now) = (Health::default(), Instant::now());
        (0..100).for_each(|_| health.is_away(now));
        assert!(health.may_ask(now + Duration::from_millis(100), LIMIT));
    }
}
