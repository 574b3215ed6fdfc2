//! When to ask Spotify next: pure, with no clock and no network in it. All waits count from an answer.

use std::time::Duration;

use crate::invalid_input::InvalidInput;

/// How long after the end of a track Spotify is asked: earlier, it may well show the old one still.
const AFTER_END: Duration = Duration::from_millis(500);
/// How long after a command Spotify is asked: earlier, it may well show the old state still.
pub(super) const AFTER_COMMAND: Duration = Duration::from_millis(400);
/// How long after that it is asked again, since it takes longer at times.
const AFTER_COMMAND_AGAIN: Duration = Duration::from_millis(1_100);
const LOOKS_AFTER_COMMAND: u32 = 2;
/// The longest wait while something plays whose end is not known: advertisements take about half a minute.
const WITHOUT_END: Duration = Duration::from_secs(5);

/// The limits between which all waits are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) shortest: Duration,
    /// While something plays.
    pub(super) longest: Duration,
    /// While nothing does.
    pub(super) longest_idle: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            shortest: Duration::from_secs(1),
            longest: Duration::from_secs(10),
            longest_idle: Duration::from_secs(30),
        }
    }
}

impl Pace {
    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        if self.shortest.is_zero() {
            return Err(InvalidInput::new("min_interval", "expected more than nothing, got 0 s"));
        }
        Ok(())
    }

    fn longest(&self, phase: Phase) -> Duration {
        let longest = match phase {
            Phase::Idle => self.longest_idle,
            Phase::Playing { remaining: Some(_) } => self.longest,
            Phase::Playing { remaining: None } => self.longest.min(WITHOUT_END),
        };
        longest.max(self.shortest)
    }
}

/// What the player does, as far as it matters for when to ask next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing, or it is paused.
    Idle,
    /// It plays something whose end is so far away, where that is known.
    Playing { remaining: Option<Duration> },
}

/// How a look at the player went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) phase: Phase,
    /// Whether something has changed that nobody could foresee, as the end of a track can be.
    pub(super) surprise: bool,
}

/// The waits of one watch.
#[derive(Debug)]
pub(super) struct Schedule {
    pace: Pace,
    phase: Phase,
    /// The wait where no end is near: short after a surprise, and growing again from there.
    rhythm: Duration,
    /// How many looks in a row found that the end has passed, and still the same track.
    overdue: u32,
    /// How many looks in a row failed.
    failures: u32,
    /// How many looks of those after a command are still to come.
    after_command: u32,
}

impl Schedule {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, phase: Phase::Idle, rhythm: Duration::MAX, overdue: 0, failures: 0, after_command: 0 }
    }

    pub(super) fn shortest(&self) -> Duration {
        self.pace.shortest
    }

    /// A command has gone through: the next looks are for what comes of it.
    pub(super) fn command(&mut self) {
        self.after_command = LOOKS_AFTER_COMMAND;
    }

    /// The wait after a look that succeeded.
    pub(super) fn after_look(&mut self, outcome: Outcome) -> Duration {
        let Outcome { phase, surprise } = outcome;
        self.phase = phase;
        self.failures = 0;
        let longest = self.pace.longest(phase);

        let commanded = self.after_command > 0;
        self.after_command = self.after_command.saturating_sub(1);
        let surprised = surprise && !commanded;
        let next = if surprised { self.pace.shortest } else { self.rhythm };
        self.rhythm = next.saturating_mul(2).min(longest);

        let mut wait = self.rhythm;
        if let Phase::Playing { remaining: Some(remaining) } = phase {
            if remaining.is_zero() {
                wait = wait.min(doubled(self.pace.shortest, self.overdue));
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
        wait.clamp(self.pace.shortest, longest)
    }

    /// The wait after a look that failed: at least what Spotify asks for.
    pub(super) fn after_failure(&mut self, retry_after: Option<Duration>) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let backoff = doubled(self.pace.shortest, self.failures).min(self.pace.longest(self.phase));
        backoff.max(retry_after.unwrap_or_default())
    }
}

/// The wait, of at most `longest`, with which a whole number of waits comes to `end`: so no look is just before it.
fn evenly(end: Duration, longest: Duration) -> Duration {
    let waits = end.as_nanos().div_ceil(longest.as_nanos().max(1));
    u32::try_from(waits).ok().and_then(|waits| end.checked_div(waits)).unwrap_or(longest)
}

fn doubled(wait: Duration, times: u32) -> Duration {
    // More than that is longer than any limit, but for those that are as good as none.
    wait.saturating_mul(1 << times.min(30))
}

#[cfg(test)]
mod tests;
