//! Quotas: how many requests of each operation were sent in the last 24 hours, and which operations the client refuses
//! because Spotify reported that their quota is used up.
//!
//! A quota is not a rate limit. Spotify counts it over about 24 hours, for the account of the developer with all their
//! client ids together, in groups of operations that it does not publish. So a refused operation says nothing about the
//! others.

mod buckets;
mod ledger;
mod log;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use self::ledger::{Closed, Ledger, Moment, Tally};
use super::daily_budget::DailyBudget;
use crate::definition::{Action, OperationInfo};
use crate::error::ApiError;

pub(crate) use self::buckets::BUCKET;
pub(crate) use self::ledger::Counted;
pub use self::log::{OperationLog, UsageLog};

/// The number of requests that a client, its clones and siblings have sent in the last 24 hours.
///
/// Every request that was sent counts, whatever the response, including retries; requests that could not be sent and
/// requests for tokens do not. Requests are counted in intervals of ten minutes, so one counts for up to ten minutes
/// longer. Only the requests of this client are known: Spotify's quotas apply to the account of the developer, with all
/// programs and client ids together. See [rate
/// limits](https://developer.spotify.com/documentation/web-api/concepts/rate-limits).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Usage {
    /// The number of requests in total.
    pub requests: u32,
    /// Each operation that was called or whose quota is used up, by descending number of requests.
    pub operations: Vec<OperationUsage>,
    /// The [daily budget](crate::ClientBuilder::daily_budget) of the client and what is left of it; `None` if it has none, and
    /// in what a limiter returns.
    pub daily_budget: Option<DailyBudget>,
}

impl Usage {
    /// Creates the usage of several operations: for limiters of your own.
    pub fn new(operations: impl IntoIterator<Item = OperationUsage>) -> Self {
        let mut operations: Vec<OperationUsage> = operations.into_iter().collect();
        operations.sort_by(|one, other| {
            other.requests.cmp(&one.requests).then_with(|| one.action.name().cmp(other.action.name()))
        });
        let requests = operations.iter().fold(0, |sum: u32, usage| sum.saturating_add(usage.requests));
        Self { requests, operations, daily_budget: None }
    }

    /// Returns the usage of one operation by its name: `"shows.get_episodes"`. `None` if it was not called and is not
    /// refused.
    pub fn operation(&self, name: &str) -> Option<&OperationUsage> {
        self.operations.iter().find(|usage| usage.action.name() == name)
    }

    /// Adds to the error for a used-up quota how long its operation is refused, and returns what is known of the operation. A
    /// limiter of the program's own need not know anything.
    pub(crate) fn complete(&self, action: Action, error: &mut ApiError) -> OperationUsage {
        let usage = self.operation(action.name()).cloned().unwrap_or_else(|| OperationUsage::new(action, 0));
        if let Some(closed) = &usage.closed {
            error.retry_after = Some(closed.wait);
        }
        usage
    }
}

/// The usage of one operation in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationUsage {
    /// The operation, or the request for tokens.
    pub action: Action,
    /// The number of requests.
    pub requests: u32,
    /// The refusal of the operation because its quota is used up; `None` if it is not refused.
    pub closed: Option<QuotaClosure>,
}

impl OperationUsage {
    /// Creates the usage of an operation that is not refused: for limiters of your own.
    pub fn new(action: impl Into<Action>, requests: u32) -> Self {
        Self { action: action.into(), requests, closed: None }
    }

    /// Sets the refusal of the operation. Default: none.
    #[must_use]
    pub fn closed(mut self, closed: Option<QuotaClosure>) -> Self {
        self.closed = closed;
        self
    }
}

/// A quota that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaClosure {
    /// The time until which the operation is refused without a request.
    pub until: Timestamp,
    /// The time from now until then.
    pub wait: Duration,
    /// Whether Spotify named the time. If not, the operation is tried again after an hour.
    pub is_named: bool,
}

impl QuotaClosure {
    /// Creates the refusal for this time from now. `is_named` says whether Spotify named it.
    pub fn new(wait: Duration, is_named: bool) -> Self {
        Closed { wait, is_named }.into()
    }
}

/// What one app knows of its quotas, shared by all tasks.
#[derive(Debug)]
pub(crate) struct Quotas {
    ledger: Mutex<Ledger>,
    /// Whether any operation was ever refused: usually none is, and then the lock is not taken.
    any_closed: AtomicBool,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { ledger: Mutex::new(Ledger::new(Moment::now())), any_closed: AtomicBool::new(false) }
    }
}

impl Quotas {
    /// Checks whether an operation may be sent.
    ///
    /// # Errors
    /// The time until which it is refused, from now.
    pub(crate) fn check(&self, action: Action) -> Result<(), Duration> {
        if !self.any_closed.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.lock().closed(action, Instant::now()) {
            Some(closed) => Err(closed.wait),
            None => Ok(()),
        }
    }

    /// Counts a request that is sent.
    pub(crate) fn count(&self, action: Action, now: Instant) -> Counted {
        self.lock().count(action, now)
    }

    /// Removes a request that certainly was not sent.
    pub(crate) fn take_back(&self, action: Action, counted: Counted) {
        self.lock().take_back(action, counted);
    }

    /// Records the success of a request that was sent at this time: its operation is no longer refused if its quota was
    /// exceeded before that.
    pub(crate) fn succeeded(&self, action: Action, sent: Instant) {
        if self.any_closed.load(Ordering::Acquire) {
            self.lock().reopen(action, sent);
        }
    }

    /// Records that the quota of an operation is used up, and for how long, if Spotify names the time.
    pub(crate) fn exceeded(&self, action: Action, retry_after: Option<Duration>) {
        self.lock().close(action, Instant::now(), retry_after);
        self.any_closed.store(true, Ordering::Release);
    }

    /// Returns whether fewer than `max` requests are in the window, and how many there are. `elsewhere` is their number as far
    /// as another count knows.
    pub(crate) fn room(&self, max: u32, elsewhere: u32) -> (Result<(), NoRoom>, u32) {
        let (ledger, now) = (self.lock(), Instant::now());
        let used = ledger.used(now);
        (room(&ledger, max, elsewhere, now), used.max(elsewhere))
    }

    /// Reserves room for a request where there is some, and returns how many requests are in the window then. Without `max`
    /// there always is.
    pub(crate) fn reserve(self: &Arc<Self>, max: Option<u32>, elsewhere: u32) -> (Result<Reservation, NoRoom>, u32) {
        let (mut ledger, now) = (self.lock(), Instant::now());
        let result = max.map_or(Ok(()), |max| room(&ledger, max, elsewhere, now));
        let result = result.map(|()| {
            ledger.reserve();
            Reservation { quotas: Arc::clone(self), is_held: true }
        });
        (result, ledger.used(now).max(elsewhere))
    }

    /// Returns how many requests are in the window, with those that may be sent.
    pub(crate) fn used(&self) -> u32 {
        self.lock().used(Instant::now())
    }

    /// Adds what a log holds. `find` returns the operation with a name.
    pub(crate) fn restore(&self, log: &UsageLog, find: impl Fn(&str) -> Option<&'static OperationInfo>) {
        if self.lock().restore(log, Moment::now(), find) {
            self.any_closed.store(true, Ordering::Release);
        }
    }

    /// Returns everything that is known, as a log.
    pub(crate) fn log(&self) -> UsageLog {
        self.lock().log(Moment::now())
    }

    /// Returns what was neither restored nor returned by this before, as a log.
    pub(crate) fn take_log(&self) -> UsageLog {
        self.lock().take_log(Moment::now())
    }

    /// Returns the requests of the last 24 hours.
    pub(crate) fn usage(&self) -> Usage {
        Usage::new(self.lock().tallies(Instant::now()).into_iter().map(OperationUsage::from))
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        // No code panics while it holds the lock, and the state would still be consistent if it did.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn room(ledger: &Ledger, max: u32, elsewhere: u32, now: Instant) -> Result<(), NoRoom> {
    let used = ledger.used(now);
    if used.max(elsewhere) < max {
        return Ok(());
    }
    // Nobody tells when the others were sent.
    Err(NoRoom { wait: if elsewhere > used { BUCKET } else { ledger.room_in(max, now) } })
}

/// There is no room for a request for so long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoRoom {
    pub(crate) wait: Duration,
}

/// The room for one request, until it is counted. Dropping it gives the room back.
#[derive(Debug)]
pub(crate) struct Reservation {
    quotas: Arc<Quotas>,
    is_held: bool,
}

impl Reservation {
    /// Counts the request, in the room that was reserved for it.
    pub(crate) fn count(mut self, action: Action, now: Instant) -> CountedRequest {
        self.is_held = false;
        let mut ledger = self.quotas.lock();
        ledger.release();
        let counted = ledger.count(action, now);
        CountedRequest { quotas: Arc::clone(&self.quotas), action, counted }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.is_held {
            self.quotas.lock().release();
        }
    }
}

/// A request that was counted, and can be taken back.
#[derive(Debug)]
pub(crate) struct CountedRequest {
    quotas: Arc<Quotas>,
    action: Action,
    counted: Counted,
}

impl CountedRequest {
    pub(crate) fn take_back(self) {
        self.quotas.take_back(self.action, self.counted);
    }

    pub(crate) fn into_counted(self) -> (Action, Counted) {
        (self.action, self.counted)
    }
}

impl From<Tally> for OperationUsage {
    fn from(Tally { action, requests, closed }: Tally) -> Self {
        Self { action, requests, closed: closed.map(QuotaClosure::from) }
    }
}

impl From<Closed> for QuotaClosure {
    fn from(Closed { wait, is_named }: Closed) -> Self {
        Self { until: super::from_now(wait), wait, is_named }
    }
}
