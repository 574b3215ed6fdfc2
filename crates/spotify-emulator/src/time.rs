//! The emulator's time: that of the machine, unless it was moved or stopped.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The state of an emulator's clock.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ClockState {
    /// How far it is ahead of the machine's time, while it moves.
    ahead: SignedDuration,
    /// The time at which it was stopped.
    stopped_at: Option<Timestamp>,
}

impl ClockState {
    /// A time that is `now` at present, and moves on from there.
    pub(crate) fn starting_at(now: Timestamp) -> Self {
        Self { ahead: now.duration_since(Timestamp::now()), stopped_at: None }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.stopped_at.unwrap_or_else(|| later(Timestamp::now(), self.ahead))
    }

    pub(crate) fn advance(&mut self, by: SignedDuration) {
        match &mut self.stopped_at {
            Some(at) => *at = later(*at, by),
            None => self.ahead = self.ahead.saturating_add(by),
        }
    }

    pub(crate) fn stop(&mut self) {
        self.stopped_at = Some(self.now());
    }

    pub(crate) fn resume(&mut self) {
        if let Some(at) = self.stopped_at.take() {
            *self = Self::starting_at(at);
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped_at.is_some()
    }
}

/// `at` plus `by`, saturating.
pub(crate) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
}

/// A wait in the whole seconds of `Retry-After`, rounded up, so that it is over when the seconds are.
pub(crate) fn whole_seconds(wait: SignedDuration) -> u64 {
    let whole = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    u64::try_from(whole).unwrap_or_default().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_stands_still_moves_only_when_it_is_moved() {
        let mut time = ClockState::default();
        time.stop();
        let before = time.now();
        assert_eq!(time.now(), before);
        time.advance(SignedDuration::from_hours(1));
        assert_eq!(time.now().duration_since(before), SignedDuration::from_hours(1));
    }

    #[test]
    fn a_time_goes_on_where_it_stood() {
        let mut time = ClockState::default();
        time.stop();
        time.advance(SignedDuration::from_hours(1000));
        let stood = time.now();
        time.resume();
        assert!(time.now() >= stood);
        assert!(!time.is_stopped());
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        let mut time = ClockState::default();
        time.advance(SignedDuration::MAX);
        time.advance(SignedDuration::MAX);
        assert_eq!(time.now(), Timestamp::MAX);
    }
}
