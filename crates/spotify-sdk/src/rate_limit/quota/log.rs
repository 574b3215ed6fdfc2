//! [`UsageLog`]: the usage as a value that outlives the process.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::buckets::{BUCKETS, SECONDS};
use crate::options::A_YEAR;

/// The requests of the last 24 hours, by operation and in intervals of ten minutes, and the quotas that are used up: a value
/// that a program stores, so that [usage](super::Usage), [daily budget](crate::ClientBuilder::daily_budget) and quotas go on
/// after a restart. It is read and written with `serde`.
///
/// A program that runs often reads its log at the start, and adds to it at the end what it has sent. Several processes may do so
/// at the same time, if each locks the file while it adds:
///
/// ```
/// use spotify_sdk::jiff::Timestamp;
/// use spotify_sdk::rate_limit::{LocalRateLimiter, UsageLog};
/// use spotify_sdk::{AsyncSpotifyClient, auth::AccessToken};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = std::env::temp_dir().join(format!("usage-{}.json", std::process::id()));
/// // A log that is missing or damaged is an empty one.
/// let read = || std::fs::read(&path).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
/// let log: UsageLog = read();
///
/// let limiter = LocalRateLimiter::new().with_usage_log(&log);
/// let builder = AsyncSpotifyClient::builder(AccessToken::new("BQ")?).rate_limiter(limiter.clone());
/// let client = builder.daily_budget(1_000).build()?;
/// // … and at the end, while the file is locked:
/// let mut log = read();
/// log.merge(&limiter.take_usage_log());
/// log.prune(Timestamp::now());
/// std::fs::write(&path, serde_json::to_vec(&log)?)?;
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
///
/// Operations are kept by their names, those that the program does not know too. A log may be damaged or come from a clock that was
/// wrong, so limiters take from it only what is possible: requests of the next 24 hours count as sent now, and later ones, like
/// those of the past, do not count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UsageLog {
    #[serde(default)]
    operations: BTreeMap<String, OperationLog>,
}

/// What a [`UsageLog`] holds of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OperationLog {
    /// The number of requests of each interval, by its beginning.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    requests: BTreeMap<Timestamp, u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<ClosureLog>,
    /// When a success ended the refusal: one that is older does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reopened: Option<Timestamp>,
}

/// A quota that is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClosureLog {
    /// When Spotify said so.
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
    #[serde(default)]
    pub(super) is_named: bool,
}

impl UsageLog {
    pub(super) fn new<'a>(operations: impl Iterator<Item = (&'a str, OperationLog)>) -> Self {
        let operations = operations.filter(|(_, log)| !log.is_empty());
        Self { operations: operations.map(|(name, log)| (name.to_owned(), log)).collect() }
    }

    /// Returns whether the log holds nothing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Returns what the log holds of each operation, by its name: `"albums.get"`.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &OperationLog)> {
        self.operations.iter().map(|(name, log)| (name.as_str(), log))
    }

    /// Adds the requests of another log, which no other call must have added to this one. Of two quotas of an operation the one
    /// that lasts longer stays, unless a request of it has succeeded since.
    pub fn merge(&mut self, other: &Self) {
        for (name, log) in &other.operations {
            match self.operations.get_mut(name) {
                Some(own) => own.merge(log),
                None => drop(self.operations.insert(name.clone(), log.clone())),
            }
        }
    }

    /// Drops what no longer counts at this time, and what cannot be: requests of the next 24 hours, by a clock that was ahead,
    /// become requests of this time, and later ones are dropped. A log that is pruned whenever it is written stays small.
    pub fn prune(&mut self, now: Timestamp) {
        for log in self.operations.values_mut() {
            *log = log.pruned(now);
        }
        self.operations.retain(|_, log| !log.is_empty());
    }
}

impl OperationLog {
    pub(super) fn new(
        requests: impl Iterator<Item = (i64, u32)>,
        closed: Option<ClosureLog>,
        reopened: Option<Timestamp>,
    ) -> Self {
        let mut log = Self { requests: BTreeMap::new(), closed, reopened };
        log.add(requests);
        log
    }

    /// Returns the number of requests of each interval of ten minutes, with the time at which it began.
    pub fn requests(&self) -> impl Iterator<Item = (Timestamp, u32)> {
        self.requests.iter().map(|(start, requests)| (*start, *requests))
    }

    /// Returns the time until which the operation is refused because its quota is used up, past or not; `None` if it is not.
    pub fn closed_until(&self) -> Option<Timestamp> {
        self.closed.map(|closed| closed.until)
    }

    /// Returns the intervals that count at this time, numbered from the Unix epoch on.
    pub(super) fn in_window(&self, now: Timestamp) -> impl Iterator<Item = (i64, u32)> {
        let now = interval(now);
        let intervals = self.requests.iter().map(|(start, requests)| (interval(*start), *requests));
        let possible = intervals.filter(move |(start, _)| (1 - BUCKETS..BUCKETS).contains(&(now - start)));
        possible.map(move |(start, requests)| (start.min(now), requests))
    }

    /// Returns how long the operation is still refused, and whether Spotify named the time.
    pub(super) fn refusal(&self, now: Timestamp) -> Option<(Duration, bool)> {
        let closed = self.closed?;
        let wait = Duration::try_from(closed.until.duration_since(now)).ok()?;
        // Spotify's quotas last for a day: a longer wait is damage.
        (!wait.is_zero() && wait <= A_YEAR).then_some((wait, closed.is_named))
    }

    fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.closed.is_none() && self.reopened.is_none()
    }

    fn add(&mut self, requests: impl Iterator<Item = (i64, u32)>) {
        for (start, requests) in requests.filter(|(_, requests)| *requests > 0) {
            if let Ok(start) = Timestamp::from_second(start.saturating_mul(SECONDS)) {
                let sum = self.requests.entry(start).or_default();
                *sum = sum.saturating_add(requests);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.add(other.requests.iter().map(|(start, requests)| (interval(*start), *requests)));
        self.reopened = self.reopened.max(other.reopened);
        let holds = |closed: &ClosureLog| self.reopened.is_none_or(|reopened| closed.since > reopened);
        let closures = [self.closed, other.closed].into_iter().flatten().filter(holds);
        self.closed = closures.max_by_key(|closed| (closed.until, closed.since, closed.is_named));
    }

    fn pruned(&self, now: Timestamp) -> Self {
        let oldest = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now);
        let closed = self.closed.filter(|_| self.refusal(now).is_some());
        // By then the processes have ended that could still tell of an older refusal.
        let reopened = self.reopened.filter(|reopened| *reopened >= oldest && *reopened <= now);
        Self::new(self.in_window(now), closed, reopened)
    }
}

/// Returns the number of the interval that a time is in.
fn interval(time: Timestamp) -> i64 {
    time.as_second().div_euclid(SECONDS)
}
