//! [`Line`]: the calls that wait at the gate, and whose turn it is. Pure decisions, with no clock and no lock in them.
//!
//! Calls go in the order in which they came, and the more urgent before the others. So that the others do not wait for as
//! long as urgent ones come, each of the lower priorities has a share: after nine requests that went before it, one of its
//! own goes. Where the budget is less than ten requests in a window, that is one in each window.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::Priority;

/// How many requests go before one of a lower priority that waits, at most.
const MAX_PASSED_OVER: u32 = 9;

/// How many priorities there are.
const PRIORITIES: usize = Priority::Background as usize + 1;

/// The calls that wait, by when they came.
#[derive(Debug)]
pub(super) struct Line<K> {
    lanes: [Lane<K>; PRIORITIES],
}

/// The calls of one priority.
#[derive(Debug)]
struct Lane<K> {
    waiting: BTreeMap<K, Waiting>,
    /// How many requests of higher priorities went since one of these did, while one of these was waiting.
    passed_over: u32,
}

#[derive(Debug)]
struct Waiting {
    notify: Arc<Notify>,
    /// The longest wait that the call sits out.
    patience: Duration,
}

/// How a call came to its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nobody more urgent waits.
    InOrder,
    /// So many more urgent ones went before it that it goes now, whoever waits.
    ByShare,
}

impl<K> Default for Line<K> {
    fn default() -> Self {
        Self { lanes: std::array::from_fn(|_| Lane { waiting: BTreeMap::new(), passed_over: 0 }) }
    }
}

impl<K: Ord> Line<K> {
    /// How many calls wait.
    pub(super) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.waiting.len()).sum()
    }

    /// Puts a call in line, where it is woken through what this gives. `key` grows from call to call.
    pub(super) fn join(&mut self, priority: Priority, key: K, patience: Duration) -> Arc<Notify> {
        let notify = Arc::<Notify>::default();
        let waiting = Waiting { notify: Arc::clone(&notify), patience };
        self.lane(priority).waiting.insert(key, waiting);
        notify
    }

    /// Takes a call out of the line.
    pub(super) fn leave(&mut self, priority: Priority, key: &K) {
        let lane = self.lane(priority);
        lane.waiting.remove(key);
        if lane.waiting.is_empty() {
            lane.passed_over = 0;
        }
    }

    /// Whether it is the turn of a call with this place in line, or with none yet, where the budget is `most` requests.
    pub(super) fn turn(&self, priority: Priority, key: Option<&K>, most: Option<u32>) -> Option<Turn> {
        let at = priority as usize;
        let is_first = match (self.lanes[at].waiting.first_key_value(), key) {
            (None, _) => true,
            (Some((first, _)), Some(own)) => first == own,
            (Some(_), None) => false,
        };
        let due = self.due_lane(most);
        if !is_first || due.is_some_and(|due| due > at) {
            return None;
        }
        // A newcomer goes before those of lower priorities that wait.
        let is_most_urgent = || self.lanes[..at].iter().all(|lane| lane.waiting.is_empty());
        if due == Some(at) { Some(Turn::ByShare) } else { is_most_urgent().then_some(Turn::InOrder) }
    }

    /// Takes in that a call of this priority went.
    pub(super) fn went(&mut self, priority: Priority, turn: Turn) {
        let at = priority as usize;
        self.lanes[at].passed_over = 0;
        if turn == Turn::InOrder {
            for lane in &mut self.lanes[at + 1..] {
                lane.passed_over = if lane.waiting.is_empty() { 0 } else { lane.passed_over.saturating_add(1) };
            }
        }
    }

    /// Wakes the call whose turn it is.
    pub(super) fn wake_next(&self, most: Option<u32>) {
        if let Some((_, next)) = self.next_lane(most).and_then(|lane| self.lanes[lane].waiting.first_key_value()) {
            next.notify.notify_one();
        }
    }

    /// Wakes the calls that do not wait for as long as this.
    pub(super) fn wake_impatient(&self, wait: Duration) {
        let all = self.lanes.iter().flat_map(|lane| lane.waiting.values());
        all.filter(|waiting| waiting.patience < wait).for_each(|waiting| waiting.notify.notify_one());
    }

    /// The lane whose first call is next.
    fn next_lane(&self, most: Option<u32>) -> Option<usize> {
        self.due_lane(most).or_else(|| self.lanes.iter().position(|lane| !lane.waiting.is_empty()))
    }

    /// The lowest lane whose share is due.
    fn due_lane(&self, most: Option<u32>) -> Option<usize> {
        self.lanes.iter().rposition(|lane| lane.is_due(most))
    }

    fn lane(&mut self, priority: Priority) -> &mut Lane<K> {
        &mut self.lanes[priority as usize]
    }
}

impl<K> Lane<K> {
    /// Whether so many went before these that it is their turn.
    fn is_due(&self, most: Option<u32>) -> bool {
        let limit = most.map_or(MAX_PASSED_OVER, |most| most.saturating_sub(1).clamp(1, MAX_PASSED_OVER));
        !self.waiting.is_empty() && self.passed_over >= limit
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use std::sync::atomic::{self, AtomicU64};

    use proptest::prelude::*;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A key that counts how often it is compared.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Counted(u64);

    static COMPARISONS: AtomicU64 = AtomicU64::new(0);

    impl Ord for Counted {
        fn cmp(&self, other: &Self) -> Ordering {
            COMPARISONS.fetch_add(1, atomic::Ordering::Relaxed);
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Counted {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    #[test]
    fn a_hundred_thousand_calls_leave_in_any_order_in_a_few_comparisons_each() {
        const CALLS: u64 = 100_000;
        let orders: [fn(u64) -> u64; 3] = [|at| at, |at| CALLS - 1 - at, |at| at * 7_919 % CALLS];
        for order in orders {
            let mut line = Line::default();
            for key in 0..CALLS {
                line.join(Priority::Awaited, Counted(key), PATIENCE);
            }
            COMPARISONS.store(0, atomic::Ordering::Relaxed);
            for at in 0..CALLS {
                line.leave(Priority::Awaited, &Counted(order(at)));
            }
            assert_eq!(line.len(), 0);
            let each = COMPARISONS.load(atomic::Ordering::Relaxed) / CALLS;
            assert!(each <= 100, "{each} comparisons for each call");
        }
    }

    #[test]
    fn those_that_wait_for_nobody_go_in_the_order_of_their_priorities() {
        let mut line = Line::default();
        line.join(Priority::Background, 0, PATIENCE);
        line.join(Priority::Ahead, 1, PATIENCE);
        assert_eq!(line.turn(Priority::Background, Some(&0), None), None);
        assert_eq!(line.turn(Priority::Ahead, Some(&1), None), Some(Turn::InOrder));
        assert_eq!(line.turn(Priority::Ahead, None, None), None, "one came before");
        assert_eq!(line.turn(Priority::Awaited, None, None), Some(Turn::InOrder));
    }

    #[test]
    fn what_nobody_waited_through_gives_no_share() {
        let mut line = Line::default();
        for _ in 0..100 {
            line.went(Priority::Awaited, Turn::InOrder);
        }
        line.join(Priority::Awaited, 0, PATIENCE);
        line.join(Priority::Background, 1, PATIENCE);
        assert_eq!(line.turn(Priority::Background, Some(&1), Some(100)), None);
        for _ in 0..MAX_PASSED_OVER {
            line.went(Priority::Awaited, Turn::InOrder);
        }
        assert_eq!(line.turn(Priority::Background, Some(&1), Some(100)), Some(Turn::ByShare));
        line.leave(Priority::Background, &1);
        line.join(Priority::Background, 2, PATIENCE);
        assert_eq!(line.turn(Priority::Background, Some(&2), Some(100)), None, "another one has waited for that");
    }

    proptest! {
        /// Whatever comes and goes, it is somebody's turn, of one call alone, and it is the one that is woken.
        #[test]
        fn it_is_the_turn_of_exactly_one_of_those_who_wait(
            most in proptest::option::of(1u32..40),
            steps in proptest::collection::vec((0u8..4, 0usize..3), 1..200),
        ) {
            let priorities = [Priority::Awaited, Priority::Ahead, Priority::Background];
            let mut line = Line::default();
            let mut waiting: Vec<(Priority, usize)> = Vec::new();
            for (key, (step, lane)) in steps.into_iter().enumerate() {
                match step {
                    0 | 1 => {
                        line.join(priorities[lane], key, PATIENCE);
                        waiting.push((priorities[lane], key));
                    }
                    2 if !waiting.is_empty() => {
                        let (priority, key) = waiting.remove(lane % waiting.len());
                        line.leave(priority, &key);
                    }
                    _ => {
                        let turn = |(at, (priority, key)): (usize, &(Priority, usize))| {
                            Some((at, line.turn(*priority, Some(key), most)?))
                        };
                        if let Some((at, turn)) = waiting.iter().enumerate().find_map(turn) {
                            let (priority, key) = waiting.remove(at);
                            line.leave(priority, &key);
                            line.went(priority, turn);
                        }
                    }
                }
                let turns = waiting.iter().filter(|(priority, key)| line.turn(*priority, Some(key), most).is_some());
                prop_assert_eq!(turns.count(), usize::from(!waiting.is_empty()));
            }
        }
    }
}
