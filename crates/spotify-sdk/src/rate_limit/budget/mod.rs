//! How many requests an app may send, and when the next one may go: pure decisions, with no clock of their own.
//!
//! Spotify counts the requests of an app over any 30 seconds, and does not say how many there may be. With a budget given,
//! no more than that go in any 30 seconds. Without one everything goes, until Spotify answers 429: then the requests that
//! went well in the 30 seconds before are the budget, which shrinks when there is another 429 within it, and grows a little
//! when it has been in the way for long without one.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Completion;

/// The window over which Spotify counts.
pub(crate) const WINDOW: Duration = Duration::from_secs(30);
/// Spotify's clock and ours do not tick together.
const MARGIN: Duration = Duration::from_millis(50);
/// Fewer requests than this teach nothing, and no budget shrinks below: someone else has used the limit up.
const MIN_LEARNED: u32 = 10;
/// So long a learned budget is kept before more is tried.
const UNTIL_MORE: Duration = Duration::from_secs(10 * 60);
/// How many requests are remembered where there is no budget.
const MAX_REMEMBERED: usize = 2_000;
/// For so long the first request after a wait goes alone. One that takes longer keeps nobody waiting.
const PROBE_TIME: Duration = Duration::from_secs(5);
/// The wait after a refusal is at least this, whatever Spotify asks for, and twice as long after each further one in a row.
const MIN_WAIT: Duration = Duration::from_millis(100);
/// As far as that goes.
const MAX_MIN_WAIT: Duration = Duration::from_secs(8);

/// How many requests may go in any 30 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Budget {
    /// As many as the caller says.
    Given(u32),
    /// As many as went well before Spotify refused one.
    Learned {
        max: u32,
        /// When that was, or when more was last tried.
        since: Instant,
        /// Whether a request has had to wait for it since.
        was_reached: bool,
    },
}

impl Budget {
    pub(super) fn max(self) -> u32 {
        match self {
            Self::Given(max) | Self::Learned { max, .. } => max,
        }
    }
}

/// Whether a request may go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Go(RequestId),
    /// Not before this moment.
    At(Instant),
    /// Not before one that is under way has ended.
    Later,
}

/// A request that has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestId {
    sent: Instant,
    reason: AdmitReason,
}

/// Why a request was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AdmitReason {
    /// The budget has room for it.
    WithinBudget,
    /// It is the first after a wait, and goes alone.
    Probe,
    /// It does not wait.
    Bypass,
}

/// The first request after a wait, which shows whether the limit is over.
#[derive(Debug, PartialEq, Eq)]
enum Probe {
    NotNeeded,
    /// The next request is the probe.
    Next,
    /// The probe was sent at this moment.
    InFlight(Instant),
}

/// The requests of the last 30 seconds, and what they teach.
#[derive(Debug)]
pub(super) struct RateBudget {
    budget: Option<Budget>,
    in_flight: u32,
    /// Those that have ended, in the order in which they did: when they were sent, and when they ended.
    ended: VecDeque<(Instant, Instant)>,
    blocked_until: Option<Instant>,
    /// When Spotify has last asked to wait.
    limited_at: Option<Instant>,
    /// How many waits in a row were followed by another refusal, the first included.
    consecutive_limits: u32,
    probe: Probe,
}

impl RateBudget {
    pub(super) fn new(budget: Option<u32>) -> Self {
        Self {
            budget: budget.map(Budget::Given),
            in_flight: 0,
            ended: VecDeque::new(),
            blocked_until: None,
            limited_at: None,
            consecutive_limits: 0,
            probe: Probe::NotNeeded,
        }
    }

    pub(super) fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// Until when Spotify wants nothing.
    pub(super) fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }

    /// How many requests were sent in the last 30 seconds, or are under way.
    pub(super) fn sent(&mut self, now: Instant) -> u32 {
        self.forget(now);
        self.in_flight.saturating_add(u32::try_from(self.ended.len()).unwrap_or(u32::MAX))
    }

    /// Asks for a request to go now, one that leaves a tenth of the budget free or not.
    pub(super) fn admit(&mut self, now: Instant, reserve: bool) -> Admission {
        if let Some(until) = self.blocked_until(now) {
            return Admission::At(until);
        }
        let reason = match self.probe {
            Probe::InFlight(since) if now < since + PROBE_TIME => return Admission::At(since + PROBE_TIME),
            Probe::Next | Probe::InFlight(_) => AdmitReason::Probe,
            Probe::NotNeeded => AdmitReason::WithinBudget,
        };
        self.try_more(now);
        let max = match self.budget {
            None => return Admission::Go(self.go(now, reason)),
            // That the wait is over is Spotify's own word, which is worth more than what was learned.
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
        // So many have to be forgotten before there is room for one.
        match self.ended.get((sent - max) as usize) {
            Some((_, ended)) => Admission::At(*ended + WINDOW + MARGIN),
            None => Admission::Later,
        }
    }

    /// Counts a request that goes whatever the pace.
    pub(super) fn bypass(&mut self, now: Instant) -> RequestId {
        self.go(now, AdmitReason::Bypass)
    }

    fn go(&mut self, now: Instant, reason: AdmitReason) -> RequestId {
        self.in_flight += 1;
        if reason == AdmitReason::Probe {
            self.probe = Probe::InFlight(now);
        }
        RequestId { sent: now, reason }
    }

    /// Takes in how a request ended.
    pub(super) fn complete(&mut self, id: RequestId, now: Instant, completion: Completion) {
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
            // Where another probe is in flight by now, it still is.
            Completion::Unknown | Completion::NotSent => {
                if self.probe == Probe::InFlight(id.sent) && id.reason == AdmitReason::Probe {
                    self.probe = Probe::Next;
                }
            }
        }
    }

    fn responded(&mut self, id: RequestId, now: Instant) {
        // Of one that was sent before another was refused, the answer says nothing.
        let is_news = self.limited_at.is_none_or(|refused| refused <= id.sent);
        if id.reason == AdmitReason::Probe && is_news && matches!(self.probe, Probe::InFlight(_)) {
            self.probe = Probe::NotNeeded;
            self.consecutive_limits = 0;
        }
        // Those that were under way when the budget was learned went well too.
        if let Some(Budget::Learned { max, since, was_reached }) = self.budget
            && id.sent <= since
        {
            let max = self.worked(now).max(max);
            self.budget = Some(Budget::Learned { max, since, was_reached });
        }
    }

    fn rate_limited(&mut self, id: RequestId, now: Instant, wait: Duration) {
        // Those that were under way together were refused together: only the first after a wait makes it one more.
        if self.consecutive_limits == 0 || id.reason == AdmitReason::Probe {
            self.consecutive_limits = self.consecutive_limits.saturating_add(1);
        }
        self.block_until(now + wait.max(self.min_wait()));
        self.limited_at = Some(now);
        let worked = self.worked(now);
        match &mut self.budget {
            Some(Budget::Given(_)) => {}
            None if worked < MIN_LEARNED => {}
            None => self.budget = Some(Budget::Learned { max: worked, since: now, was_reached: false }),
            // It was sent before the budget was learned, or regardless of it: that teaches nothing new.
            Some(Budget::Learned { since, .. }) if id.sent <= *since || id.reason != AdmitReason::WithinBudget => {}
            Some(Budget::Learned { max, since, was_reached }) => {
                // Fewer than the budget have gone: someone else sends requests for the same app.
                let fewer = if worked < *max { worked.max(*max / 2) } else { *max - max.div_ceil(10) };
                *max = fewer.max(MIN_LEARNED);
                (*since, *was_reached) = (now, false);
            }
        }
    }

    /// The shortest wait after so many consecutive_limits in a row: a server that never names one must not be asked all the time.
    fn min_wait(&self) -> Duration {
        // Doubled more often than that, it is longer than the longest anyway.
        let doublings = self.consecutive_limits.saturating_sub(1).min(16);
        MIN_WAIT.saturating_mul(1 << doublings).min(MAX_MIN_WAIT)
    }

    /// How many requests Spotify has certainly counted in the last 30 seconds.
    fn worked(&self, now: Instant) -> u32 {
        let in_window = self.ended.iter().rev().filter(|(sent, _)| *sent + WINDOW > now);
        u32::try_from(in_window.count()).unwrap_or(u32::MAX)
    }

    /// Blocks all requests until this moment. A longer block stays.
    pub(super) fn block_until(&mut self, until: Instant) {
        self.blocked_until = Some(self.blocked_until.map_or(until, |before| before.max(until)));
        self.probe = Probe::Next;
    }

    /// A request succeeded that did not wait, so the limit is over, unless it began after that request was sent.
    fn unblock(&mut self, id: RequestId) {
        if self.limited_at.is_none_or(|refused| refused <= id.sent) {
            self.blocked_until = None;
            self.probe = Probe::NotNeeded;
            self.consecutive_limits = 0;
        }
    }

    /// Tries a little more when the budget has been in the way for long.
    fn try_more(&mut self, now: Instant) {
        if let Some(Budget::Learned { max, since, was_reached }) = &mut self.budget
            && *was_reached
            && now.duration_since(*since) >= UNTIL_MORE
        {
            *max = max.saturating_add(max.div_ceil(10));
            (*since, *was_reached) = (now, false);
        }
    }

    fn forget(&mut self, now: Instant) {
        while self.ended.front().is_some_and(|(_, ended)| *ended + WINDOW + MARGIN <= now) {
            self.ended.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
