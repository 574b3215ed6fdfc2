//! [`Ledger`]: the requests of the last 24 hours, and the operations that are refused. Pure state, without a clock.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::buckets::{BUCKETS, Buckets, SECONDS};
use super::log::{ClosureLog, OperationLog, UsageLog};
use crate::definition::{Action, OperationInfo};
use crate::options::A_YEAR;

/// How long an operation is refused if Spotify names no time.
const UNNAMED_WAIT: Duration = Duration::from_secs(60 * 60);

/// The requests of the last 24 hours. It has an entry for each operation, not for each request, so it stays small.
#[derive(Debug)]
pub(super) struct Ledger {
    /// The origin of the time by which the ledger counts, which no change of the wall clock moves.
    epoch: Instant,
    /// What the wall clock showed at the origin, in seconds, so that buckets begin at the same times in every process.
    origin: i64,
    /// By the operation's name: the same operation may have several descriptions in memory. There are usually few
    /// entries, so that a search is faster than hashing.
    entries: BTreeMap<Cow<'static, str>, Entry>,
    /// The number of requests that may be sent and are not counted yet.
    reserved: u32,
}

#[derive(Debug)]
struct Entry {
    /// `None` for an operation of a log that this program does not know.
    action: Option<Action>,
    sent: Buckets,
    /// The part of `sent` that was read from a log or told to one.
    logged: Buckets,
    closure: Option<Closure>,
    /// When the last refusal was ended by a success.
    reopened: Option<Instant>,
    /// Whether the refusal, or its end, is to be told to a log.
    has_news: bool,
}

#[derive(Debug)]
struct Closure {
    since: Instant,
    until: Instant,
    is_named: bool,
}

/// A moment by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Instant,
    pub(super) wall: Timestamp,
}

/// The bucket in which a request was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted(i64);

/// A refused operation, and the remaining time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed {
    pub(super) wait: Duration,
    pub(super) is_named: bool,
}

/// What is known of one operation.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) action: Action,
    pub(super) requests: u32,
    pub(super) closed: Option<Closed>,
}

impl Ledger {
    pub(super) fn new(epoch: Moment) -> Self {
        Self { epoch: epoch.now, origin: epoch.wall.as_second(), entries: BTreeMap::new(), reserved: 0 }
    }

    /// Counts a request that is sent.
    pub(super) fn count(&mut self, action: Action, now: Instant) -> Counted {
        let bucket = self.bucket(now);
        Counted(self.entry(action).sent.count(bucket))
    }

    /// Removes a request that was not sent after all.
    pub(super) fn take_back(&mut self, action: Action, Counted(bucket): Counted) {
        self.entry(action).sent.take_back(bucket);
    }

    /// Returns the number of requests in the window, with those that may be sent.
    pub(super) fn used(&self, now: Instant) -> u32 {
        let bucket = self.bucket(now);
        self.entries.values().fold(self.reserved, |sum, entry| sum.saturating_add(entry.sent.sum(bucket)))
    }

    /// Reserves room for a request, which [`release`](Self::release) gives back.
    pub(super) fn reserve(&mut self) {
        self.reserved = self.reserved.saturating_add(1);
    }

    pub(super) fn release(&mut self) {
        self.reserved = self.reserved.saturating_sub(1);
    }

    /// Returns the time until fewer than `max` requests are in the window, if no other is sent.
    pub(super) fn room_in(&self, max: u32, now: Instant) -> Duration {
        let bucket = self.bucket(now);
        let mut buckets: BTreeMap<i64, u64> = BTreeMap::new();
        let sent = self.entries.values().flat_map(|entry| entry.sent.within(bucket));
        for (bucket, count) in sent.chain([(bucket, self.reserved)]) {
            *buckets.entry(bucket).or_default() += u64::from(count);
        }
        let mut left: u64 = buckets.values().sum();
        if left < u64::from(max) {
            return Duration::ZERO;
        }
        let room = buckets.into_iter().find_map(|(bucket, count)| {
            left -= count;
            (left < u64::from(max)).then_some(bucket)
        });
        let leaves = (room.unwrap_or(bucket) + BUCKETS) * SECONDS - self.origin;
        let leaves = Duration::from_secs(u64::try_from(leaves).unwrap_or_default());
        leaves.saturating_sub(now.saturating_duration_since(self.epoch))
    }

    /// Refuses an operation from now on. A longer refusal stays.
    pub(super) fn close(&mut self, action: Action, now: Instant, wait: Option<Duration>) -> Closed {
        let until = now + wait.unwrap_or(UNNAMED_WAIT).min(A_YEAR);
        let entry = self.entry(action);
        entry.has_news = true;
        let longer = entry.closure.take().filter(|before| before.until > until);
        let closure =
            Closure { since: now, ..longer.unwrap_or(Closure { since: now, until, is_named: wait.is_some() }) };
        let closed = closure.at(now).unwrap_or(Closed { wait: Duration::ZERO, is_named: closure.is_named });
        entry.closure = Some(closure);
        closed
    }

    /// Returns the refusal of an operation, if any.
    pub(super) fn closed(&self, action: Action, now: Instant) -> Option<Closed> {
        self.entries.get(action.name())?.closure.as_ref()?.at(now)
    }

    /// Records the success of a request that was sent at this time: the operation is no longer refused, unless its
    /// quota was exceeded after that.
    pub(super) fn reopen(&mut self, action: Action, sent: Instant) {
        if let Some(entry) = self.entries.get_mut(action.name())
            && entry.closure.as_ref().is_some_and(|closure| closure.since <= sent)
        {
            (entry.closure, entry.reopened, entry.has_news) = (None, Some(sent), true);
        }
    }

    /// Returns what is known of each operation with requests or a refusal. Those that the program does not know are one.
    pub(super) fn tallies(&self, now: Instant) -> Vec<Tally> {
        let bucket = self.bucket(now);
        let mut unknown = Tally { action: Action::Unknown, requests: 0, closed: None };
        let mut tallies = Vec::with_capacity(self.entries.len() + 1);
        for entry in self.entries.values() {
            let requests = entry.sent.sum(bucket);
            match entry.action {
                Some(action) => tallies.push(Tally { action, requests, closed: entry.closed(now) }),
                None => unknown.requests = unknown.requests.saturating_add(requests),
            }
        }
        tallies.push(unknown);
        tallies.retain(|tally| tally.requests > 0 || tally.closed.is_some());
        tallies
    }

    /// Adds what a log holds. `find` returns the operation with a name. Returns whether any operation is refused.
    pub(super) fn restore(
        &mut self,
        log: &UsageLog,
        at: Moment,
        find: impl Fn(&str) -> Option<&'static OperationInfo>,
    ) -> bool {
        let (bucket, shift) = (self.bucket(at.now), self.shift(at));
        let mut any_closed = false;
        for (name, logged) in log.operations() {
            let action = match find(name) {
                Some(operation) => Some(Action::from(operation)),
                None => Some(Action::TokenRequest).filter(|action| action.name() == name),
            };
            let key = action.map_or_else(|| Cow::Owned(name.to_owned()), |action| Cow::Borrowed(action.name()));
            let entry = self.entries.entry(key).or_insert_with(|| Entry::new(action));
            for (interval, requests) in logged.in_window(at.wall) {
                let bucket = (interval - shift).min(bucket);
                entry.sent.add(bucket, requests);
                entry.logged.add(bucket, requests);
            }
            if let Some((wait, is_named)) = logged.refusal(at.wall) {
                any_closed = true;
                let until = at.now + wait;
                let longer = entry.closure.take().filter(|before| before.until > until);
                entry.closure = Some(longer.unwrap_or(Closure { since: at.now, until, is_named }));
            }
        }
        any_closed
    }

    /// Returns everything that is known, as a log.
    pub(super) fn log(&self, at: Moment) -> UsageLog {
        let bucket = self.bucket(at.now);
        let entries = self.entries.iter();
        UsageLog::new(entries.map(|(name, entry)| {
            let closed = entry.closure.as_ref().filter(|closure| closure.at(at.now).is_some());
            (name.as_ref(), self.logged(entry.sent.within(bucket), closed, None, at))
        }))
    }

    /// Returns what was neither read from a log nor returned by this before, as a log.
    pub(super) fn take_log(&mut self, at: Moment) -> UsageLog {
        let bucket = self.bucket(at.now);
        let log = UsageLog::new(self.entries.iter().map(|(name, entry)| {
            let (closed, reopened) =
                if entry.has_news { (entry.closure.as_ref(), entry.reopened) } else { (None, None) };
            let news = entry.sent.since(&entry.logged, bucket);
            (name.as_ref(), self.logged(news, closed, reopened, at))
        }));
        for entry in self.entries.values_mut() {
            (entry.logged, entry.has_news) = (entry.sent.clone(), false);
        }
        log
    }

    fn logged(
        &self,
        sent: impl IntoIterator<Item = (i64, u32)>,
        closed: Option<&Closure>,
        reopened: Option<Instant>,
        at: Moment,
    ) -> OperationLog {
        let shift = self.shift(at);
        let requests = sent.into_iter().filter(|(_, count)| *count > 0).map(|(bucket, count)| (bucket + shift, count));
        let closed = closed.map(|closure| ClosureLog {
            since: at.wall_of(closure.since),
            until: at.wall_of(closure.until),
            is_named: closure.is_named,
        });
        OperationLog::new(requests, closed, reopened.map(|reopened| at.wall_of(reopened)))
    }

    /// Returns by how many buckets the wall clock is ahead of the time by which the ledger counts: none, unless it was set
    /// since the start.
    fn shift(&self, at: Moment) -> i64 {
        let ahead = at.wall.as_second() - self.seconds(at.now);
        (ahead + SECONDS / 2).div_euclid(SECONDS)
    }

    fn entry(&mut self, action: Action) -> &mut Entry {
        let entry = self.entries.entry(Cow::Borrowed(action.name())).or_insert_with(|| Entry::new(Some(action)));
        entry.action.get_or_insert(action);
        entry
    }

    fn bucket(&self, now: Instant) -> i64 {
        self.seconds(now).div_euclid(SECONDS)
    }

    fn seconds(&self, now: Instant) -> i64 {
        let elapsed = now.saturating_duration_since(self.epoch).as_secs();
        self.origin.saturating_add_unsigned(elapsed)
    }
}

impl Entry {
    fn new(action: Option<Action>) -> Self {
        let (sent, logged) = (Buckets::default(), Buckets::default());
        Self { action, sent, logged, closure: None, reopened: None, has_news: false }
    }

    fn closed(&self, now: Instant) -> Option<Closed> {
        self.closure.as_ref()?.at(now)
    }
}

impl Closure {
    fn at(&self, now: Instant) -> Option<Closed> {
        let wait = self.until.saturating_duration_since(now);
        (!wait.is_zero()).then_some(Closed { wait, is_named: self.is_named })
    }
}

impl Moment {
    /// Returns the present.
    pub(super) fn now() -> Self {
        Self { now: Instant::now(), wall: Timestamp::now() }
    }

    /// Returns what the wall clock shows at another moment.
    fn wall_of(self, other: Instant) -> Timestamp {
        let signed = |length: Duration| SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
        let (ahead, behind) =
            (signed(other.saturating_duration_since(self.now)), signed(self.now.saturating_duration_since(other)));
        self.wall.saturating_add(ahead.saturating_sub(behind)).unwrap_or(self.wall)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::buckets::{BUCKET, WINDOW};
    use super::*;

    const ONE: Action = Action::Waiting("one");
    const OTHER: Action = Action::Waiting("other");

    const HOUR: Duration = Duration::from_secs(3600);

    /// Returns a ledger whose buckets begin at the start.
    fn ledger(start: Instant) -> Ledger {
        Ledger::new(Moment { now: start, wall: Timestamp::UNIX_EPOCH })
    }

    /// Returns the number of requests of an operation that count at this time.
    fn requests(ledger: &Ledger, action: Action, now: Instant) -> u32 {
        let tallies = ledger.tallies(now);
        tallies.iter().find(|tally| tally.action == action).map_or(0, |tally| tally.requests)
    }

    #[test]
    fn requests_count_for_a_day_and_no_more_than_ten_minutes_longer() {
        let start = Instant::now();
        let mut ledger = ledger(start);
        for minute in 0..60 {
            ledger.count(ONE, start + Duration::from_secs(minute * 60));
        }
        ledger.count(OTHER, start);
        assert_eq!(requests(&ledger, ONE, start + HOUR), 60);
        assert_eq!(requests(&ledger, ONE, start + WINDOW), 60, "the first is just a day old");
        assert_eq!(requests(&ledger, ONE, start + WINDOW + BUCKET), 50);
        assert_eq!(requests(&ledger, ONE, start + WINDOW + HOUR), 0);
        assert!(ledger.tallies(start + WINDOW + HOUR).is_empty());
    }

    #[test]
    fn what_did_not_go_out_is_taken_back_from_where_it_was_counted() {
        let start = Instant::now();
        let mut ledger = ledger(start);
        let early = ledger.count(ONE, start);
        ledger.count(ONE, start + HOUR);
        ledger.take_back(ONE, early);
        assert_eq!(requests(&ledger, ONE, start + HOUR), 1);
        assert_eq!(requests(&ledger, ONE, start + WINDOW + HOUR), 1);
    }

    #[test]
    fn an_operation_is_refused_for_as_long_as_spotify_says_and_an_hour_where_it_says_nothing() {
        let start = Instant::now();
        let mut ledger = ledger(start);
        for (wait, full) in [(None, HOUR), (Some(HOUR * 14), HOUR * 14)] {
            let closed = ledger.close(ONE, start, wait);
            assert_eq!(closed, Closed { wait: full, is_named: wait.is_some() });
            let left = ledger.closed(ONE, start + full - Duration::from_secs(1)).map(|closed| closed.wait);
            assert_eq!(left, Some(Duration::from_secs(1)));
            assert_eq!(ledger.closed(ONE, start + full), None);
            assert_eq!(ledger.closed(OTHER, start), None, "others go on");
        }
        let shorter = ledger.close(ONE, start + HOUR, None);
        assert_eq!(shorter, Closed { wait: HOUR * 13, is_named: true }, "what Spotify said before still holds");
        assert!(ledger.close(OTHER, start, Some(Duration::MAX)).wait <= A_YEAR);
    }

    #[test]
    fn a_success_ends_a_refusal_that_was_there_when_it_was_sent() {
        let start = Instant::now();
        let mut ledger = ledger(start);
        ledger.close(ONE, start + HOUR, Some(HOUR * 9));
        ledger.reopen(ONE, start);
        assert!(ledger.closed(ONE, start + HOUR).is_some(), "it was sent before");
        ledger.reopen(OTHER, start + HOUR * 2);
        assert!(ledger.closed(ONE, start + HOUR).is_some(), "it was another");
        ledger.reopen(ONE, start + HOUR * 2);
        assert_eq!(ledger.closed(ONE, start + HOUR * 2), None);
    }

    proptest! {
        /// The count matches that of a list of all requests, within the ten minutes that are counted together, and
        /// there are never more buckets than in a day.
        #[test]
        fn it_counts_as_a_list_of_all_requests_would(pauses in proptest::collection::vec(0u64..7_200, 1..300)) {
            let start = Instant::now();
            let mut ledger = ledger(start);
            let mut sent = Vec::new();
            let mut now = start;
            for pause in pauses {
                now += Duration::from_secs(pause);
                ledger.count(ONE, now);
                sent.push(now);
                let within = |window: Duration| sent.iter().filter(|at| **at + window > now).count() as u32;
                let counted = requests(&ledger, ONE, now);
                prop_assert!((within(WINDOW)..=within(WINDOW + BUCKET)).contains(&counted));
                prop_assert!(ledger.entries["one"].sent.len() as i64 <= BUCKETS);
            }
        }
    }
}
