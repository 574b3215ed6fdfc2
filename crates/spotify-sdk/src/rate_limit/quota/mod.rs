//! Quotas: how many requests of each operation were sent in the last 24 hours, and which operations are refused here because
//! Spotify has said that their quota is used up.
//!
//! A quota is no rate limit. Spotify counts it over about 24 hours, for the account of the developer with all their client
//! ids together, in groups of operations that it does not publish. So one operation being refused says nothing of another.

mod ledger;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use self::ledger::{Closed, Ledger, Tally};
use crate::operation::OperationInfo;

pub(crate) use self::ledger::Counted;

/// How many requests a client has sent in the last 24 hours, with its clones and siblings.
///
/// Every request that went out counts, whatever Spotify answered, and the repeated ones too; those that could not be sent do
/// not, and neither do requests for tokens. They are counted in parts of ten minutes, so one counts for up to ten minutes
/// more. Only this client is known here: Spotify's quotas are for the account of the developer, with all programs and client
/// ids together. See [rate limits](https://developer.spotify.com/documentation/web-api/concepts/rate-limits).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Usage {
    /// How many requests that is in all.
    pub requests: u32,
    /// Each operation that was called, or whose quota is used up: the most requests first.
    pub operations: Vec<OperationUsage>,
}

impl Usage {
    /// How much of it is that of one operation, by its name: `"shows.get_episodes"`. `None` where there is nothing to tell.
    pub fn operation(&self, name: &str) -> Option<&OperationUsage> {
        self.operations.iter().find(|usage| usage.operation.name == name)
    }
}

/// How many requests of one operation were sent in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationUsage {
    /// The operation.
    pub operation: &'static OperationInfo,
    /// How many requests that is.
    pub requests: u32,
    /// Until when it is not sent any more, because its quota is used up; `None` as long as it is sent.
    pub closed: Option<QuotaClosure>,
}

/// A quota that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaClosure {
    /// Until when the operation is refused without being sent.
    pub until: Timestamp,
    /// How long that is from now.
    pub wait: Duration,
    /// Whether Spotify has named the time. Where it has not, the operation is tried again after an hour.
    pub is_named: bool,
}

/// What one app knows of its quotas, for all tasks that ask.
#[derive(Debug)]
pub(crate) struct Quotas {
    ledger: Mutex<Ledger>,
    /// Whether anything was ever refused: as a rule nothing is, and then nobody has to look.
    any_closed: AtomicBool,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { ledger: Mutex::new(Ledger::new(Instant::now())), any_closed: AtomicBool::new(false) }
    }
}

impl Quotas {
    /// Whether an operation may be sent.
    ///
    /// # Errors
    /// How long it is still refused.
    pub(crate) fn check(&self, operation: &'static OperationInfo) -> Result<(), Duration> {
        if !self.any_closed.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.lock().closed(operation, Instant::now()) {
            Some(closed) => Err(closed.wait),
            None => Ok(()),
        }
    }

    /// Counts a request that is sent.
    pub(crate) fn count(&self, operation: &'static OperationInfo, now: Instant) -> Counted {
        self.lock().count(operation, now)
    }

    /// Takes back a request that certainly was not sent after all.
    pub(crate) fn take_back(&self, operation: &'static OperationInfo, counted: Counted) {
        self.lock().take_back(operation, counted);
    }

    /// Takes in that a request succeeded that was sent at this moment: a quota of its operation that was used up before no
    /// longer is.
    pub(crate) fn succeeded(&self, operation: &'static OperationInfo, sent: Instant) {
        if self.any_closed.load(Ordering::Acquire) {
            self.lock().reopen(operation, sent);
        }
    }

    /// Takes in that the quota of an operation is used up, and for how long, where Spotify says so.
    pub(crate) fn exceeded(&self, operation: &'static OperationInfo, retry_after: Option<Duration>) {
        self.lock().close(operation, Instant::now(), retry_after);
        self.any_closed.store(true, Ordering::Release);
    }

    /// What was sent in the last 24 hours.
    pub(crate) fn usage(&self) -> Usage {
        let mut operations: Vec<OperationUsage> =
            self.lock().tallies(Instant::now()).into_iter().map(OperationUsage::from).collect();
        operations.sort_by(|one, other| {
            other.requests.cmp(&one.requests).then_with(|| one.operation.name.cmp(other.operation.name))
        });
        let requests = operations.iter().fold(0, |sum: u32, usage| sum.saturating_add(usage.requests));
        Usage { requests, operations }
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        // No code panics while it holds the lock; and if some did, what is in it would still be whole.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Tally> for OperationUsage {
    fn from(Tally { operation, requests, closed }: Tally) -> Self {
        Self { operation, requests, closed: closed.map(QuotaClosure::from) }
    }
}

impl From<Closed> for QuotaClosure {
    fn from(Closed { wait, is_named }: Closed) -> Self {
        Self { until: super::from_now(wait), wait, is_named }
    }
}
