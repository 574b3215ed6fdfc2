//! Decides when to poll Spotify next: pure, without a clock or a network. All waits count from a response.

use std::time::Duration;

use crate::invalid_input::InvalidInput;

/// The delay of a request after the end of a track: an earlier response may still show the old track.
const AFTER_END: Duration = Duration::from_millis(500);
/// The delay of a request after a player command: an earlier response may still show the old state.
pub(super) const AFTER_COMMAND: Duration = Duration::from_millis(400);
/// The delay of a second request after that, since a change sometimes takes longer to show.
const AFTER_COMMAND_AGAIN: Duration = Duration::from_millis(1_100);
const REQUESTS_AFTER_COMMAND: u32 = 2;
/// The maximum wait while the end of the item is not known: advertisements take about half a minute.
const WITHOUT_END: Duration = Duration::from_secs(5);

/// The minimum and maximum waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intervals {
    pub(super) min: Duration,
    /// While something plays.
    pub(super) max: Duration,
    /// While nothing plays.
    pub(super) max_idle: Duration,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { min: Duration::from_secs(1), max: Duration::from_secs(10), max_idle: Duration::from_secs(30) }
    }
}

impl Intervals {
    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        if self.min.is_zero() {
            return Err(InvalidInput::new("min_interval", "expected more than nothing, got 0 s"));
        }
        Ok(())
    }

    fn max_for(&self, phase: Phase) -> Duration {
        let max = match phase {
            Phase::Idle => self.max_idle,
            Phase::Playing { remaining: Some(_) } => self.max,
            Phase::Playing { remaining: None } => self.max.min(WITHOUT_END),
        };
        max.max(self.min)
    }
}

/// What the player does, as far as the schedule needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing plays, or the player is paused.
    Idle,
    /// Something plays; `remaining` is the time to its end, if known.
    Playing { remaining: Option<Duration> },
}

/// What a response showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PollResult {
    pub(super) phase: Phase,
    /// Whether there was an unpredictable change. The end of a track is predictable.
    pub(super) surprise: bool,
}

/// The waits of one watch.
#[derive(Debug)]
pub(super) struct Schedule {
    intervals: Intervals,
    phase: Phase,
    /// The wait while no end is near: short after a surprise, and growing from there.
    current: Duration,
    /// The number of consecutive responses that still showed a track after its end was due.
    overdue: u32,
    /// The number of consecutive requests that failed.
    failures: u32,
    /// The number of requests after a command that are still to be sent.
    after_command: u32,
}

impl Schedule {
    pub(super) fn new(intervals: Intervals) -> Self {
        Self { intervals, phase: Phase::Idle, current: Duration::MAX, overdue: 0, failures: 0, after_command: 0 }
    }

    pub(super) fn min_interval(&self) -> Duration {
        self.intervals.min
    }

    /// Notes a successful player command: the next requests look for its effect.
    pub(super) fn command(&mut self) {
        self.after_command = REQUESTS_AFTER_COMMAND;
    }

    /// Returns the wait after a successful request.
    pub(super) fn after_success(&mut self, result: PollResult) -> Duration {
        let PollResult { phase, surprise } = result;
        self.phase = phase;
        self.failures = 0;
        let max = self.intervals.max_for(phase);

        let commanded = self.after_command > 0;
        self.after_command = self.after_command.saturating_sub(1);
        let surprised = surprise && !commanded;
        let next = if surprised { self.intervals.min } else { self.current };
        self.current = next.saturating_mul(2).min(max);

        let mut wait = self.current;
        if let Phase::Playing { remaining: Some(remaining) } = phase {
            if remaining.is_zero() {
                wait = wait.min(doubled(self.intervals.min, self.overdue));
                self.overdue += 1;
            } else {
                wait = evenly(remaining.saturating_add(AFTER_END), wait);
                self.overdue = 0;
            }
        } else {
            self.overdue = 0;
        }
        if self.after_command > 0 {
            wait = wait.min(AFTER_COMMAND_AGAIN);
        }
        wait.clamp(self.intervals.min, max)
    }

    /// Returns the wait after a failed request: at least the wait that Spotify asked for.
    pub(super) fn after_failure(&mut self, retry_after: Option<Duration>) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let backoff = doubled(self.intervals.min, self.failures).min(self.intervals.max_for(self.phase));
        backoff.max(retry_after.unwrap_or_default())
    }
}

/// Returns a wait of at most `max` that divides `end` evenly, so that no request is sent shortly before the end.
fn evenly(end: Duration, max: Duration) -> Duration {
    let waits = end.as_nanos().div_ceil(max.as_nanos().max(1));
    u32::try_from(waits).ok().and_then(|waits| end.checked_div(waits)).unwrap_or(max)
}

fn doubled(wait: Duration, times: u32) -> Duration {
    // A larger factor exceeds every limit that matters.
    wait.saturating_mul(1 << times.min(30))
}

#[cfg(test)]
mod tests;
