//! [`WaitQueue`]: the calls that wait for a permit, and which of them is next. Pure decisions, without a clock or a
//! lock.
//!
//! Calls are served by priority, and within a priority in the order of their arrival. So that lower priorities are not
//! starved, each of them has a share: after nine requests of other priorities, one of its own is sent. If the budget is
//! less than ten requests in a window, the share is one in each window.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::Priority;

/// The maximum number of requests that precede a waiting one of a lower priority.
pub const MAX_PASSED_OVER: u32 = 9;

/// The priorities, the most urgent first.
const PRIORITIES: [Priority; 3] = [Priority::Interactive, Priority::Prefetch, Priority::Background];

/// The waiting calls, in the order of their arrival. `K` is the key of a call, which increases from call to call.
#[derive(Debug)]
pub struct WaitQueue<K> {
    lanes: [Lane<K>; PRIORITIES.len()],
}

/// The calls of one priority.
#[derive(Debug)]
struct Lane<K> {
    waiting: BTreeMap<K, Waiting>,
    /// The number of requests of higher priorities that were sent since the last one of this lane, while one of this
    /// lane waited.
    passed_over: u32,
}

#[derive(Debug)]
struct Waiting {
    notify: Arc<Notify>,
    /// The maximum wait of the call.
    max_wait: Duration,
}

/// How the next call was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// No call of a higher priority waits.
    InOrder,
    /// Its share is due, whichever calls wait.
    ByShare,
}

impl<K> Default for WaitQueue<K> {
    fn default() -> Self {
        Self { lanes: std::array::from_fn(|_| Lane { waiting: BTreeMap::new(), passed_over: 0 }) }
    }
}

impl<K: Ord> WaitQueue<K> {
    /// Returns the number of waiting calls.
    pub fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.waiting.len()).sum()
    }

    /// Returns whether no call waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a call to the queue, and returns the handle through which it is woken. `key` increases from call to call.
    pub fn join(&mut self, priority: Priority, key: K, max_wait: Duration) -> Arc<Notify> {
        let notify = Arc::<Notify>::default();
        let waiting = Waiting { notify: Arc::clone(&notify), max_wait };
        self.lane(priority).waiting.insert(key, waiting);
        notify
    }

    /// Removes a call from the queue.
    pub fn leave(&mut self, priority: Priority, key: &K) {
        let lane = self.lane(priority);
        lane.waiting.remove(key);
        if lane.waiting.is_empty() {
            lane.passed_over = 0;
        }
    }

    /// Returns whether a call with this key, or a new one without a key, is next, with a budget of `max` requests.
    pub fn turn(&self, priority: Priority, key: Option<&K>, max: Option<u32>) -> Option<Order> {
        let at = priority as usize;
        let is_first = match (self.lanes[at].waiting.first_key_value(), key) {
            (None, _) => true,
            (Some((first, _)), Some(own)) => first == own,
            (Some(_), None) => false,
        };
        let due = self.due_lane(max);
        if !is_first || due.is_some_and(|due| due > at) {
            return None;
        }
        // A new call precedes waiting calls of lower priorities.
        let is_most_urgent = || self.lanes[..at].iter().all(|lane| lane.waiting.is_empty());
        if due == Some(at) { Some(Order::ByShare) } else { is_most_urgent().then_some(Order::InOrder) }
    }

    /// Records that a call of this priority was sent.
    pub fn went(&mut self, priority: Priority, turn: Order) {
        let at = priority as usize;
        self.lanes[at].passed_over = 0;
        if turn == Order::InOrder {
            for lane in &mut self.lanes[at + 1..] {
                lane.passed_over = if lane.waiting.is_empty() { 0 } else { lane.passed_over.saturating_add(1) };
            }
        }
    }

    /// Returns the priority of the next call, with a budget of `max` requests, and how it was chosen.
    pub fn next(&self, max: Option<u32>) -> Option<(Priority, Order)> {
        let due = self.due_lane(max);
        let at = self.next_lane(max)?;
        Some((PRIORITIES[at], if due == Some(at) { Order::ByShare } else { Order::InOrder }))
    }

    /// Returns the number of waiting calls of this priority or a more urgent one.
    pub fn waiting(&self, priority: Priority) -> usize {
        self.lanes[..=priority as usize].iter().map(|lane| lane.waiting.len()).sum()
    }

    /// Wakes the next call.
    pub fn wake_next(&self, max: Option<u32>) {
        if let Some((_, next)) = self.next_lane(max).and_then(|lane| self.lanes[lane].waiting.first_key_value()) {
            next.notify.notify_one();
        }
    }

    /// Wakes the calls whose maximum wait is shorter than this.
    pub fn wake_expired(&self, wait: Duration) {
        let all = self.lanes.iter().flat_map(|lane| lane.waiting.values());
        all.filter(|waiting| waiting.max_wait < wait).for_each(|waiting| waiting.notify.notify_one());
    }

    /// Returns the lane whose first call is next.
    fn next_lane(&self, max: Option<u32>) -> Option<usize> {
        self.due_lane(max).or_else(|| self.lanes.iter().position(|lane| !lane.waiting.is_empty()))
    }

    /// Returns the lowest lane whose share is due.
    fn due_lane(&self, max: Option<u32>) -> Option<usize> {
        self.lanes.iter().rposition(|lane| lane.is_due(max))
    }

    fn lane(&mut self, priority: Priority) -> &mut Lane<K> {
        &mut self.lanes[priority as usize]
    }
}

impl<K> Lane<K> {
    /// Returns whether the share of this lane is due.
    fn is_due(&self, max: Option<u32>) -> bool {
        let limit = max.map_or(MAX_PASSED_OVER, |max| max.saturating_sub(1).clamp(1, MAX_PASSED_OVER));
        !self.waiting.is_empty() && self.passed_over >= limit
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use std::sync::atomic::{self, AtomicU64};

    use proptest::prelude::*;

    use super::*;

    const MAX_WAIT: Duration = Duration::from_secs(60);

    /// A key that counts its comparisons.
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
            let mut queue = WaitQueue::default();
            for key in 0..CALLS {
                queue.join(Priority::Interactive, Counted(key), MAX_WAIT);
            }
            COMPARISONS.store(0, atomic::Ordering::Relaxed);
            for at in 0..CALLS {
                queue.leave(Priority::Interactive, &Counted(order(at)));
            }
            assert_eq!(queue.len(), 0);
            let each = COMPARISONS.load(atomic::Ordering::Relaxed) / CALLS;
            assert!(each <= 100, "{each} comparisons for each call");
        }
    }

    #[test]
    fn those_that_wait_for_nobody_go_in_the_order_of_their_priorities() {
        let mut queue = WaitQueue::default();
        queue.join(Priority::Background, 0, MAX_WAIT);
        queue.join(Priority::Prefetch, 1, MAX_WAIT);
        assert_eq!(queue.turn(Priority::Background, Some(&0), None), None);
        assert_eq!(queue.turn(Priority::Prefetch, Some(&1), None), Some(Order::InOrder));
        assert_eq!(queue.turn(Priority::Prefetch, None, None), None, "one came before");
        assert_eq!(queue.turn(Priority::Interactive, None, None), Some(Order::InOrder));
    }

    #[test]
    fn what_nobody_waited_through_gives_no_share() {
        let mut queue = WaitQueue::default();
        for _ in 0..100 {
            queue.went(Priority::Interactive, Order::InOrder);
        }
        queue.join(Priority::Interactive, 0, MAX_WAIT);
        queue.join(Priority::Background, 1, MAX_WAIT);
        assert_eq!(queue.turn(Priority::Background, Some(&1), Some(100)), None);
        for _ in 0..MAX_PASSED_OVER {
            queue.went(Priority::Interactive, Order::InOrder);
        }
        assert_eq!(queue.turn(Priority::Background, Some(&1), Some(100)), Some(Order::ByShare));
        queue.leave(Priority::Background, &1);
        queue.join(Priority::Background, 2, MAX_WAIT);
        assert_eq!(queue.turn(Priority::Background, Some(&2), Some(100)), None, "another one has waited for that");
    }

    proptest! {
        /// Whatever calls come and go, exactly one of those that wait is next, and it is the one that is woken.
        #[test]
        fn it_is_the_turn_of_exactly_one_of_those_who_wait(
            max in proptest::option::of(1u32..40),
            steps in proptest::collection::vec((0u8..4, 0usize..3), 1..200),
        ) {
            let priorities = [Priority::Interactive, Priority::Prefetch, Priority::Background];
            let mut queue = WaitQueue::default();
            let mut waiting: Vec<(Priority, usize)> = Vec::new();
            for (key, (step, lane)) in steps.into_iter().enumerate() {
                match step {
                    0 | 1 => {
                        queue.join(priorities[lane], key, MAX_WAIT);
                        waiting.push((priorities[lane], key));
                    }
                    2 if !waiting.is_empty() => {
                        let (priority, key) = waiting.remove(lane % waiting.len());
                        queue.leave(priority, &key);
                    }
                    _ => {
                        let turn = |(at, (priority, key)): (usize, &(Priority, usize))| {
                            Some((at, queue.turn(*priority, Some(key), max)?))
                        };
                        if let Some((at, turn)) = waiting.iter().enumerate().find_map(turn) {
                            let (priority, key) = waiting.remove(at);
                            queue.leave(priority, &key);
                            queue.went(priority, turn);
                        }
                    }
                }
                let turns = waiting.iter().filter(|(priority, key)| queue.turn(*priority, Some(key), max).is_some());
                prop_assert_eq!(turns.count(), usize::from(!waiting.is_empty()));
            }
        }
    }
}
