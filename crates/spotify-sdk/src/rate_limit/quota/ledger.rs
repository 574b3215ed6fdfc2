//! [`Ledger`]: the requests of the last 24 hours, and the operations that are refused. Pure state, without a clock.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::definition::Action;
use crate::options::A_YEAR;

/// The window over which Spotify counts, as far as is known.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// The part of the window whose requests are counted together.
const BUCKET: Duration = Duration::from_secs(10 * 60);
/// The number of buckets in a window, plus the current one.
const BUCKETS: u64 = WINDOW.as_secs() / BUCKET.as_secs() + 1;
/// How long an operation is refused if Spotify names no time.
const UNNAMED_WAIT: Duration = Duration::from_secs(60 * 60);

/// The requests of the last 24 hours. It has an entry for each operation, not for each request, so it stays small.
#[derive(Debug)]
pub(super) struct Ledger {
    /// The origin of the bucket numbers.
    epoch: Instant,
    /// By the operation's name: the same operation may have several descriptions in memory. There are usually few
    /// entries, so that a search is faster than hashing.
    entries: BTreeMap<&'static str, Entry>,
}

#[derive(Debug)]
struct Entry {
    action: Action,
    /// The number of requests in each non-empty bucket, oldest first.
    sent: VecDeque<(u64, u32)>,
    closure: Option<Closure>,
}

#[derive(Debug)]
struct Closure {
    since: Instant,
    until: Instant,
    is_named: bool,
}

/// The bucket in which a request was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted(u64);

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
    pub(super) fn new(epoch: Instant) -> Self {
        Self { epoch, entries: BTreeMap::new() }
    }

    /// Counts a request that is sent.
    pub(super) fn count(&mut self, action: Action, now: Instant) -> Counted {
        let bucket = self.bucket(now);
        let sent = &mut self.entry(action).sent;
        match sent.back_mut() {
            Some((last, count)) if *last >= bucket => *count = count.saturating_add(1),
            _ => {
                sent.push_back((bucket, 1));
                forget(sent, bucket);
            }
        }
        Counted(bucket)
    }

    /// Removes a request that was not sent after all.
    pub(super) fn take_back(&mut self, action: Action, Counted(bucket): Counted) {
        let sent = &mut self.entry(action).sent;
        if let Some((_, count)) = sent.iter_mut().rev().find(|(other, _)| *other == bucket) {
            *count = count.saturating_sub(1);
        }
    }

    /// Refuses an operation from now on. A longer refusal stays.
    pub(super) fn close(&mut self, action: Action, now: Instant, wait: Option<Duration>) -> Closed {
        let until = now + wait.unwrap_or(UNNAMED_WAIT).min(A_YEAR);
        let entry = self.entry(action);
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
            entry.closure = None;
        }
    }

    /// Returns what is known of each operation with requests or a refusal.
    pub(super) fn tallies(&mut self, now: Instant) -> Vec<Tally> {
        let bucket = self.bucket(now);
        let tallies = self.entries.values().map(|entry| Tally {
            action: entry.action,
            requests: entry.requests(bucket),
            closed: entry.closure.as_ref().and_then(|closure| closure.at(now)),
        });
        tallies.filter(|tally| tally.requests > 0 || tally.closed.is_some()).collect()
    }

    fn entry(&mut self, action: Action) -> &mut Entry {
        let new = || Entry { action, sent: VecDeque::new(), closure: None };
        self.entries.entry(action.name()).or_insert_with(new)
    }

    fn bucket(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.epoch).as_secs() / BUCKET.as_secs()
    }
}

impl Entry {
    fn requests(&self, now: u64) -> u32 {
        let in_window = self.sent.iter().filter(|(bucket, _)| bucket + BUCKETS > now);
        in_window.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

impl Closure {
    fn at(&self, now: Instant) -> Option<Closed> {
        let wait = self.until.saturating_duration_since(now);
        (!wait.is_zero()).then_some(Closed { wait, is_named: self.is_named })
    }
}

/// Drops the buckets outside the window.
fn forget(sent: &mut VecDeque<(u64, u32)>, now: u64) {
    while sent.front().is_some_and(|(bucket, _)| bucket + BUCKETS <= now) {
        sent.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ONE: Action = Action::Waiting("one");
    const OTHER: Action = Action::Waiting("other");

    const HOUR: Duration = Duration::from_secs(3600);

    /// Returns the number of requests of an operation that count at this time.
    fn requests(ledger: &mut Ledger, action: Action, now: Instant) -> u32 {
        let tallies = ledger.tallies(now);
        tallies.iter().find(|tally| tally.action == action).map_or(0, |tally| tally.requests)
    }

    #[test]
    fn requests_count_for_a_day_and_no_more_than_ten_minutes_longer() {
        let start = Instant::now();
        let mut ledger = Ledger::new(start);
        for minute in 0..60 {
            ledger.count(ONE, start + Duration::from_secs(minute * 60));
        }
        ledger.count(OTHER, start);
        assert_eq!(requests(&mut ledger, ONE, start + HOUR), 60);
        assert_eq!(requests(&mut ledger, ONE, start + WINDOW), 60, "the first is just a day old");
        assert_eq!(requests(&mut ledger, ONE, start + WINDOW + BUCKET), 50);
        assert_eq!(requests(&mut ledger, ONE, start + WINDOW + HOUR), 0);
        assert!(ledger.tallies(start + WINDOW + HOUR).is_empty());
    }

    #[test]
    fn what_did_not_go_out_is_taken_back_from_where_it_was_counted() {
        let start = Instant::now();
        let mut ledger = Ledger::new(start);
        let early = ledger.count(ONE, start);
        ledger.count(ONE, start + HOUR);
        ledger.take_back(ONE, early);
        assert_eq!(requests(&mut ledger, ONE, start + HOUR), 1);
        assert_eq!(requests(&mut ledger, ONE, start + WINDOW + HOUR), 1);
    }

    #[test]
    fn an_operation_is_refused_for_as_long_as_spotify_says_and_an_hour_where_it_says_nothing() {
        let start = Instant::now();
        let mut ledger = Ledger::new(start);
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
        let mut ledger = Ledger::new(start);
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
            let mut ledger = Ledger::new(start);
            let mut sent = Vec::new();
            let mut now = start;
            for pause in pauses {
                now += Duration::from_secs(pause);
                ledger.count(ONE, now);
                sent.push(now);
                let within = |window: Duration| sent.iter().filter(|at| **at + window > now).count() as u32;
                let counted = requests(&mut ledger, ONE, now);
                prop_assert!((within(WINDOW)..=within(WINDOW + BUCKET)).contains(&counted));
                prop_assert!(ledger.entries["one"].sent.len() as u64 <= BUCKETS);
            }
        }
    }
}
