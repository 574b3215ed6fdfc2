//! How many requests an app may send, and when the next one may be sent: pure decisions, without a clock.
//!
//! Spotify counts the requests of an app over any 30 seconds, and does not publish the maximum number. With a
//! configured budget, no more requests than that are sent in any 30 seconds. Without one, everything is sent until
//! Spotify responds with 429: then the number of requests that succeeded in the 30 seconds before becomes the budget.
//! It shrinks after another 429 within it, and grows a little after it has been the limiting factor for a long time
//! without one.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Completion;

/// The window over which Spotify counts.
pub const WINDOW: Duration = Duration::from_secs(30);
/// A margin for the difference between Spotify's clock and the local one.
pub const MARGIN: Duration = Duration::from_millis(50);
/// The minimum number of requests that a budget is learned from, and the minimum of a learned budget: below that,
/// another program has used up the limit.
pub const MIN_LEARNED: u32 = 10;
/// How long a learned budget is kept before it is raised.
pub const RAISE_INTERVAL: Duration = Duration::from_secs(10 * 60);
/// The maximum number of requests to remember without a budget.
const MAX_REMEMBERED: usize = 2_000;
/// How long the probe, the first request after a wait, is sent alone. If it takes longer, the other requests no longer
/// wait for it.
pub const PROBE_TIME: Duration = Duration::from_secs(5);
/// The minimum wait after a 429, whatever Spotify asks for. It doubles with each consecutive one.
pub const MIN_WAIT: Duration = Duration::from_millis(100);
/// The maximum that this minimum doubles to.
pub const MAX_MIN_WAIT: Duration = Duration::from_secs(8);

/// The maximum number of requests in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Budget {
    /// Set by the caller.
    Given(u32),
    /// Learned: the number of requests that succeeded before Spotify limited one.
    Learned {
        /// That number, or less after a later limit, or more after a long time without one.
        max: u32,
        /// When it was learned, or last raised.
        since: Instant,
        /// Whether a request has had to wait for it since.
        was_reached: bool,
    },
}

impl Budget {
    /// Returns the number.
    pub fn max(self) -> u32 {
        match self {
            Self::Given(max) | Self::Learned { max, .. } => max,
        }
    }
}

/// Whether a request may be sent.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an admitted request counts as in flight until it is completed"]
#[non_exhaustive]
pub enum Admission {
    /// Now. It counts as in flight until it is [completed](RateBudget::complete).
    Go(RequestId),
    /// Not before this time.
    At(Instant),
    /// Not before a request in flight has ended.
    Later,
}

/// A request that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestId {
    /// When it was admitted.
    pub sent: Instant,
    /// Why it was admitted.
    pub reason: AdmitReason,
}

/// Why a request was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdmitReason {
    /// The budget has room for it.
    WithinBudget,
    /// It is the first after a wait, and is sent alone.
    Probe,
    /// It bypasses the limiter.
    Bypass,
}

/// The first request after a wait, which shows whether the limit is over.
#[derive(Debug, PartialEq, Eq)]
enum Probe {
    NotNeeded,
    /// The next request is the probe.
    Next,
    /// The probe was sent at this time.
    InFlight(Instant),
}

/// The requests of the last window, and the budget that is given or learned from them.
///
/// ```
/// use std::time::Duration;
/// use spotify_sdk::rate_limit::Completion;
/// use spotify_sdk::rate_limit::state::{Admission, RateBudget};
/// use tokio::time::Instant;
///
/// let mut budget = RateBudget::new(Some(1));
/// let now = Instant::now();
/// let Admission::Go(request) = budget.admit(now, false) else { panic!() };
/// assert_eq!(budget.admit(now, false), Admission::Later, "until the first one has ended");
/// budget.complete(request, now, Completion::Success);
/// assert!(matches!(budget.admit(now, false), Admission::At(time) if time > now + Duration::from_secs(30)));
/// ```
#[derive(Debug)]
pub struct RateBudget {
    window: Duration,
    budget: Option<Budget>,
    in_flight: u32,
    /// When each request that has ended was sent and ended, in the order in which they ended.
    ended: VecDeque<(Instant, Instant)>,
    blocked_until: Option<Instant>,
    /// When Spotify last asked to wait.
    limited_at: Option<Instant>,
    /// The number of consecutive waits that ended in another 429, including the first.
    consecutive_limits: u32,
    probe: Probe,
}

impl RateBudget {
    /// Creates the state of an app that has sent nothing, with a given budget or none.
    pub fn new(budget: Option<u32>) -> Self {
        Self {
            window: WINDOW,
            budget: budget.map(Budget::Given),
            in_flight: 0,
            ended: VecDeque::new(),
            blocked_until: None,
            limited_at: None,
            consecutive_limits: 0,
            probe: Probe::NotNeeded,
        }
    }

    /// Sets the window over which requests are counted. Default: [`WINDOW`].
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Returns the budget, given or learned.
    pub fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// Replaces the budget, whatever was given or learned. The requests of the last window still count.
    pub fn set_budget(&mut self, budget: Option<u32>) {
        self.budget = budget.map(Budget::Given);
    }

    /// Returns the end of the wait that Spotify asked for.
    pub fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }

    /// Returns the number of requests that were sent in the last window or are in flight.
    pub fn sent(&mut self, now: Instant) -> u32 {
        self.forget(now);
        self.in_flight.saturating_add(u32::try_from(self.ended.len()).unwrap_or(u32::MAX))
    }

    /// Admits a request now, or says when to try again. With `reserve`, a tenth of the budget stays free.
    pub fn admit(&mut self, now: Instant, reserve: bool) -> Admission {
        if let Some(until) = self.blocked_until(now) {
            return Admission::At(until);
        }
        let reason = match self.probe {
            Probe::InFlight(since) if now < since + PROBE_TIME => return Admission::At(since + PROBE_TIME),
            Probe::Next | Probe::InFlight(_) => AdmitReason::Probe,
            Probe::NotNeeded => AdmitReason::WithinBudget,
        };
        self.raise_budget(now);
        let max = match self.budget {
            None => return Admission::Go(self.go(now, reason)),
            // Spotify itself set the end of the wait, which takes precedence over a learned budget.
            Some(Budget::Learned { .. }) if reason == AdmitReason::Probe => return Admission::Go(self.go(now, reason)),
            Some(budget) => budget.max(),
        };
        let max = if reserve { (max - max.div_ceil(10).min(max - 1)).max(1) } else { max };
        let sent = self.sent(now);
        if sent < max {
            return Admission::Go(self.go(now, reason));
        }
        if let Some(Budget::Learned { was_reached, .. }) = &mut self.budget {
            *was_reached = true;
        }
        // The number of requests that must leave the window before there is room for one.
        match self.ended.get((sent - max) as usize) {
            Some((_, ended)) => Admission::At(*ended + self.window + MARGIN),
            None => Admission::Later,
        }
    }

    /// Counts a request that is sent regardless of the budget.
    pub fn bypass(&mut self, now: Instant) -> RequestId {
        self.go(now, AdmitReason::Bypass)
    }

    /// Counts a request that was admitted elsewhere, such as by a limiter of several machines.
    pub fn count(&mut self, now: Instant) -> RequestId {
        self.go(now, AdmitReason::WithinBudget)
    }

    fn go(&mut self, now: Instant, reason: AdmitReason) -> RequestId {
        self.in_flight += 1;
        if reason == AdmitReason::Probe {
            self.probe = Probe::InFlight(now);
        }
        RequestId { sent: now, reason }
    }

    /// Records how a request ended.
    pub fn complete(&mut self, id: RequestId, now: Instant, completion: Completion) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.forget(now);
        if !matches!(completion, Completion::RateLimited { .. } | Completion::NotSent) {
            // Spotify counts a request when it arrives, which is no later than its end.
            self.ended.push_back((id.sent, now));
            if self.budget.is_none() && self.ended.len() > MAX_REMEMBERED {
                self.ended.pop_front();
            }
        }
        match completion {
            Completion::RateLimited { wait } => self.rate_limited(id, now, wait),
            Completion::Success if id.reason == AdmitReason::Bypass => {
                self.unblock(id);
                self.responded(id, now);
            }
            Completion::Success | Completion::Response | Completion::QuotaExceeded { .. } => self.responded(id, now),
            // If another probe is in flight by now, it stays so.
            Completion::Unknown | Completion::NotSent => {
                if self.probe == Probe::InFlight(id.sent) && id.reason == AdmitReason::Probe {
                    self.probe = Probe::Next;
                }
            }
        }
    }

    fn responded(&mut self, id: RequestId, now: Instant) {
        // The response to a request that was sent before a later 429 says nothing about that limit.
        let is_current = self.limited_at.is_none_or(|refused| refused <= id.sent);
        if id.reason == AdmitReason::Probe && is_current && matches!(self.probe, Probe::InFlight(_)) {
            self.probe = Probe::NotNeeded;
            self.consecutive_limits = 0;
        }
        // Requests that were in flight when the budget was learned succeeded too.
        if let Some(Budget::Learned { max, since, was_reached }) = self.budget
            && id.sent <= since
        {
            let max = self.succeeded(now).max(max);
            self.budget = Some(Budget::Learned { max, since, was_reached });
        }
    }

    fn rate_limited(&mut self, id: RequestId, now: Instant, wait: Duration) {
        // Requests that were in flight together were limited together: only a probe adds to the count.
        if self.consecutive_limits == 0 || id.reason == AdmitReason::Probe {
            self.consecutive_limits = self.consecutive_limits.saturating_add(1);
        }
        self.block_until(now + wait.max(self.min_wait()));
        self.limited_at = Some(now);
        let succeeded = self.succeeded(now);
        match &mut self.budget {
            Some(Budget::Given(_)) => {}
            None if succeeded < MIN_LEARNED => {}
            None => self.budget = Some(Budget::Learned { max: succeeded, since: now, was_reached: false }),
            // A request that was sent before the budget was learned, or that bypassed it, says nothing new.
            Some(Budget::Learned { since, .. }) if id.sent <= *since || id.reason != AdmitReason::WithinBudget => {}
            Some(Budget::Learned { max, since, was_reached }) => {
                // Fewer requests than the budget succeeded: another program sends requests for the same app.
                let fewer = if succeeded < *max { succeeded.max(*max / 2) } else { *max - max.div_ceil(10) };
                *max = fewer.max(MIN_LEARNED);
                (*since, *was_reached) = (now, false);
            }
        }
    }

    /// Returns the minimum wait after this many consecutive limits: a server that names no wait must not be polled
    /// continuously.
    fn min_wait(&self) -> Duration {
        // More doublings exceed the maximum.
        let doublings = self.consecutive_limits.saturating_sub(1).min(16);
        MIN_WAIT.saturating_mul(1 << doublings).min(MAX_MIN_WAIT)
    }

    /// Returns the number of requests that Spotify certainly counted in the last 30 seconds.
    fn succeeded(&self, now: Instant) -> u32 {
        let in_window = self.ended.iter().rev().filter(|(sent, _)| *sent + self.window > now);
        u32::try_from(in_window.count()).unwrap_or(u32::MAX)
    }

    /// Blocks all requests until this time. A longer block stays.
    pub fn block_until(&mut self, until: Instant) {
        self.blocked_until = Some(self.blocked_until.map_or(until, |before| before.max(until)));
        self.probe = Probe::Next;
    }

    /// Ends the block after a bypassing request succeeded, unless the block began after that request was sent.
    fn unblock(&mut self, id: RequestId) {
        if self.limited_at.is_none_or(|refused| refused <= id.sent) {
            self.blocked_until = None;
            self.probe = Probe::NotNeeded;
            self.consecutive_limits = 0;
        }
    }

    /// Raises a learned budget that has been the limiting factor for a long time.
    fn raise_budget(&mut self, now: Instant) {
        if let Some(Budget::Learned { max, since, was_reached }) = &mut self.budget
            && *was_reached
            && now.duration_since(*since) >= RAISE_INTERVAL
        {
            *max = max.saturating_add(max.div_ceil(10));
            (*since, *was_reached) = (now, false);
        }
    }

    fn forget(&mut self, now: Instant) {
        let window = self.window;
        while self.ended.front().is_some_and(|(_, ended)| *ended + window + MARGIN <= now) {
            self.ended.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
