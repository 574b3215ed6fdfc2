//! How many requests an app may send, and when the next one may go: pure decisions, with no clock of their own.
//!
//! Spotify counts the requests of an app over any 30 seconds, and does not say how many there may be. With a budget given,
//! no more than that go in any 30 seconds. Without one everything goes, until Spotify answers 429: then the requests that
//! went well in the 30 seconds before are the budget, which shrinks when there is another 429 within it, and grows a little
//! when it has been in the way for long without one.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The window over which Spotify counts.
pub(crate) const WINDOW: Duration = Duration::from_secs(30);
/// Spotify's clock and ours do not tick together.
const MARGIN: Duration = Duration::from_millis(50);
/// Fewer requests than this teach nothing, and no budget shrinks below: someone else has used the limit up.
const LEAST_LEARNED: u32 = 10;
/// So long a learned budget is kept before more is tried.
const UNTIL_MORE: Duration = Duration::from_secs(10 * 60);
/// How many requests are remembered where there is no budget.
const REMEMBERED: usize = 2_000;

/// How many requests may go in any 30 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Budget {
    /// As many as the caller says.
    Given(u32),
    /// As many as went well before Spotify refused one.
    Learned {
        most: u32,
        /// When that was, or when more was last tried.
        since: Instant,
        /// Whether a request has had to wait for it since.
        in_the_way: bool,
    },
}

impl Budget {
    pub(super) fn most(self) -> u32 {
        match self {
            Self::Given(most) | Self::Learned { most, .. } => most,
        }
    }
}

/// Whether a request may go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Go(Ticket),
    /// Not before this moment.
    At(Instant),
    /// Not before one that is under way has ended.
    Later,
}

/// A request that has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    sent: Instant,
    turn: Turn,
}

/// Why a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// There was room for it.
    InPace,
    /// It is the first after a wait, which goes alone.
    First,
    /// It waits for nothing.
    Anyway,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Spotify answered, and not with 429.
    Answered,
    /// Nobody knows whether Spotify has counted it.
    Unknown,
    /// Spotify answered 429, and asks to wait.
    Refused(Duration),
    /// It certainly did not go out.
    NotSent,
}

/// What the first request after a wait is about.
#[derive(Debug, PartialEq, Eq)]
enum First {
    Free,
    /// The next request goes alone.
    Awaited,
    UnderWay,
}

/// The requests of the last 30 seconds, and what they teach.
#[derive(Debug)]
pub(super) struct Pace {
    budget: Option<Budget>,
    under_way: u32,
    /// Those that have ended, in the order in which they did: when they were sent, and when they ended.
    ended: VecDeque<(Instant, Instant)>,
    closed_until: Option<Instant>,
    /// When Spotify has last asked to wait.
    refused_at: Option<Instant>,
    first: First,
}

impl Pace {
    pub(super) fn new(budget: Option<u32>) -> Self {
        Self {
            budget: budget.map(Budget::Given),
            under_way: 0,
            ended: VecDeque::new(),
            closed_until: None,
            refused_at: None,
            first: First::Free,
        }
    }

    pub(super) fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// Until when Spotify wants nothing.
    pub(super) fn closed_until(&self, now: Instant) -> Option<Instant> {
        self.closed_until.filter(|until| *until > now)
    }

    /// How many requests were sent in the last 30 seconds, or are under way.
    pub(super) fn sent(&mut self, now: Instant) -> u32 {
        self.forget(now);
        self.under_way.saturating_add(u32::try_from(self.ended.len()).unwrap_or(u32::MAX))
    }

    /// Asks for a request to go now, one that leaves a tenth of the budget free or not.
    pub(super) fn admit(&mut self, now: Instant, leaves_room: bool) -> Admission {
        if let Some(until) = self.closed_until(now) {
            return Admission::At(until);
        }
        let turn = match self.first {
            First::UnderWay => return Admission::Later,
            First::Awaited => Turn::First,
            First::Free => Turn::InPace,
        };
        self.try_more(now);
        let most = match self.budget {
            None => return Admission::Go(self.go(now, turn)),
            // That the wait is over is Spotify's own word, which is worth more than what was learned.
            Some(Budget::Learned { .. }) if turn == Turn::First => return Admission::Go(self.go(now, turn)),
            Some(budget) => budget.most(),
        };
        let most = if leaves_room { (most - most.div_ceil(10).min(most - 1)).max(1) } else { most };
        let sent = self.sent(now);
        if sent < most {
            return Admission::Go(self.go(now, turn));
        }
        if let Some(Budget::Learned { in_the_way, .. }) = &mut self.budget {
            *in_the_way = true;
        }
        // So many have to be forgotten before there is room for one.
        match self.ended.get((sent - most) as usize) {
            Some((_, ended)) => Admission::At(*ended + WINDOW + MARGIN),
            None => Admission::Later,
        }
    }

    /// Counts a request that goes whatever the pace.
    pub(super) fn go_anyway(&mut self, now: Instant) -> Ticket {
        self.go(now, Turn::Anyway)
    }

    fn go(&mut self, now: Instant, turn: Turn) -> Ticket {
        self.under_way += 1;
        if turn == Turn::First {
            self.first = First::UnderWay;
        }
        Ticket { sent: now, turn }
    }

    /// Takes in how a request ended.
    pub(super) fn ended(&mut self, ticket: Ticket, now: Instant, ended: Ended) {
        self.under_way = self.under_way.saturating_sub(1);
        self.forget(now);
        if matches!(ended, Ended::Answered | Ended::Unknown) {
            // Spotify counts a request when it comes, which is no later than its end.
            self.ended.push_back((ticket.sent, now));
            if self.budget.is_none() && self.ended.len() > REMEMBERED {
                self.ended.pop_front();
            }
        }
        match ended {
            Ended::Refused(wait) => self.refused(ticket, now, wait),
            Ended::Answered => self.went_well(ticket, now),
            Ended::Unknown | Ended::NotSent if ticket.turn == Turn::First => self.first = First::Awaited,
            Ended::Unknown | Ended::NotSent => {}
        }
    }

    fn went_well(&mut self, ticket: Ticket, now: Instant) {
        if ticket.turn == Turn::First && self.first == First::UnderWay {
            self.first = First::Free;
        }
        // Those that were under way when the budget was learned went well too.
        if let Some(Budget::Learned { most, since, in_the_way }) = self.budget
            && ticket.sent <= since
        {
            let most = self.worked(now).max(most);
            self.budget = Some(Budget::Learned { most, since, in_the_way });
        }
    }

    fn refused(&mut self, ticket: Ticket, now: Instant, wait: Duration) {
        self.close_until(now + wait);
        self.refused_at = Some(now);
        let worked = self.worked(now);
        match &mut self.budget {
            Some(Budget::Given(_)) => {}
            None if worked < LEAST_LEARNED => {}
            None => self.budget = Some(Budget::Learned { most: worked, since: now, in_the_way: false }),
            // It was sent before the budget was learned, or regardless of it: that teaches nothing new.
            Some(Budget::Learned { since, .. }) if ticket.sent <= *since || ticket.turn != Turn::InPace => {}
            Some(Budget::Learned { most, since, in_the_way }) => {
                // Fewer than the budget have gone: someone else sends requests for the same app.
                let fewer = if worked < *most { worked.max(*most / 2) } else { *most - most.div_ceil(10) };
                *most = fewer.max(LEAST_LEARNED);
                (*since, *in_the_way) = (now, false);
            }
        }
    }

    /// How many requests Spotify has certainly counted in the last 30 seconds.
    fn worked(&self, now: Instant) -> u32 {
        let in_window = self.ended.iter().rev().filter(|(sent, _)| *sent + WINDOW > now);
        u32::try_from(in_window.count()).unwrap_or(u32::MAX)
    }

    /// A longer wait that is under way stays.
    fn close_until(&mut self, until: Instant) {
        self.closed_until = Some(self.closed_until.map_or(until, |before| before.max(until)));
        self.first = First::Awaited;
    }

    /// A request went through that did not wait, so the limit is over, unless that began only after it was sent.
    pub(super) fn open(&mut self, ticket: Ticket) {
        if self.refused_at.is_none_or(|refused| refused <= ticket.sent) {
            self.closed_until = None;
            self.first = First::Free;
        }
    }

    /// Tries a little more when the budget has been in the way for long.
    fn try_more(&mut self, now: Instant) {
        if let Some(Budget::Learned { most, since, in_the_way }) = &mut self.budget
            && *in_the_way
            && now.duration_since(*since) >= UNTIL_MORE
        {
            *most = most.saturating_add(most.div_ceil(10));
            (*since, *in_the_way) = (now, false);
        }
    }

    fn forget(&mut self, now: Instant) {
        while self.ended.front().is_some_and(|(_, ended)| *ended + WINDOW + MARGIN <= now) {
            self.ended.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    /// Sends one request that ends at once; whether it went.
    fn send(pace: &mut Pace, now: Instant, ended: Ended) -> bool {
        match pace.admit(now, false) {
            Admission::Go(ticket) => {
                pace.ended(ticket, now, ended);
                true
            }
            Admission::At(_) | Admission::Later => false,
        }
    }

    fn most(pace: &Pace) -> Option<u32> {
        pace.budget().map(Budget::most)
    }

    #[test]
    fn without_a_429_everything_goes() {
        let (mut pace, start) = (Pace::new(None), Instant::now());
        assert!((0..50_000).all(|millis| send(&mut pace, at(start, millis / 10), Ended::Answered)));
        assert_eq!(most(&pace), None);
    }

    #[test]
    fn what_went_well_before_a_429_is_the_budget() {
        let (mut pace, start) = (Pace::new(None), Instant::now());
        for millis in 0..40 {
            send(&mut pace, at(start, millis), Ended::Answered);
        }
        // Those longer ago than 30 s do not count.
        for millis in 0..25 {
            send(&mut pace, at(start, 31_000 + millis), Ended::Answered);
        }
        send(&mut pace, at(start, 32_000), Ended::Refused(Duration::from_secs(10)));
        assert_eq!(most(&pace), Some(25));
        assert_eq!(pace.admit(at(start, 33_000), false), Admission::At(at(start, 42_000)));
    }

    #[test]
    fn those_under_way_when_a_429_came_teach_what_they_can() {
        let (mut pace, start) = (Pace::new(None), Instant::now());
        let tickets: Vec<Ticket> = (0..20)
            .filter_map(|millis| match pace.admit(at(start, millis), false) {
                Admission::Go(ticket) => Some(ticket),
                _ => None,
            })
            .collect();
        let (answered, refused) = tickets.split_at(17);
        for ticket in &answered[..12] {
            pace.ended(*ticket, at(start, 50), Ended::Answered);
        }
        for ticket in refused {
            pace.ended(*ticket, at(start, 51), Ended::Refused(Duration::from_secs(1)));
        }
        assert_eq!(most(&pace), Some(12));
        for ticket in &answered[12..] {
            pace.ended(*ticket, at(start, 52), Ended::Answered);
        }
        assert_eq!(most(&pace), Some(17));
    }

    #[test]
    fn a_429_after_next_to_nothing_teaches_nothing() {
        let (mut pace, start) = (Pace::new(None), Instant::now());
        send(&mut pace, start, Ended::Answered);
        send(&mut pace, start, Ended::Refused(Duration::from_secs(1)));
        assert_eq!(most(&pace), None);
    }

    #[test]
    fn another_429_makes_the_budget_smaller_and_a_long_time_without_one_larger() {
        let (mut pace, start) = (Pace::new(None), Instant::now());
        for _ in 0..100 {
            send(&mut pace, start, Ended::Answered);
        }
        send(&mut pace, start, Ended::Refused(Duration::from_secs(31)));
        assert_eq!(most(&pace), Some(100));
        for millis in 0..60 {
            send(&mut pace, at(start, 40_000 + millis), Ended::Answered);
        }
        send(&mut pace, at(start, 40_100), Ended::Refused(Duration::from_secs(31)));
        assert_eq!(most(&pace), Some(60), "someone else sends too");
        let later = at(start, 40_100 + 700_000);
        while send(&mut pace, later, Ended::Answered) {}
        assert_eq!(most(&pace), Some(60), "it was not in the way before");
        while send(&mut pace, later + UNTIL_MORE, Ended::Answered) {}
        assert_eq!(most(&pace), Some(66));
    }

    /// A pace that has learned a budget of 100 at `start`, and waits for 10 s.
    fn learned(start: Instant) -> Pace {
        let mut pace = Pace::new(None);
        for _ in 0..100 {
            send(&mut pace, start, Ended::Answered);
        }
        send(&mut pace, start, Ended::Refused(Duration::from_secs(10)));
        pace
    }

    #[test]
    fn a_wait_that_was_too_short_teaches_nothing() {
        let start = Instant::now();
        let mut pace = learned(start);
        for seconds in 10..60 {
            assert!(send(&mut pace, at(start, seconds * 1000), Ended::Refused(Duration::from_secs(1))));
        }
        assert_eq!(most(&pace), Some(100), "each was the first after a wait, and says only that the limit is not over");
    }

    #[test]
    fn a_request_that_goes_anyway_teaches_nothing_when_it_is_refused() {
        let start = Instant::now();
        let mut pace = learned(start);
        for seconds in 40..50 {
            let ticket = pace.go_anyway(at(start, seconds * 1000));
            pace.ended(ticket, at(start, seconds * 1000), Ended::Refused(Duration::from_secs(60)));
        }
        assert_eq!(most(&pace), Some(100));
    }

    #[test]
    fn no_budget_shrinks_so_far_that_it_would_take_hours_to_grow_again() {
        let start = Instant::now();
        let mut pace = learned(start);
        for minutes in 1..30 {
            let now = at(start, minutes * 60_000);
            assert!(send(&mut pace, now, Ended::Answered));
            assert!(send(&mut pace, now, Ended::Refused(Duration::from_secs(10))));
        }
        assert_eq!(most(&pace), Some(LEAST_LEARNED));
    }

    #[test]
    fn the_first_after_a_wait_keeps_to_the_budget_that_was_given() {
        let (mut pace, start) = (Pace::new(Some(1)), Instant::now());
        assert!(send(&mut pace, start, Ended::Refused(Duration::from_secs(1))));
        assert!(send(&mut pace, at(start, 1000), Ended::Unknown));
        let next = at(start, 1000) + WINDOW + MARGIN;
        assert_eq!(pace.admit(at(start, 2000), false), Admission::At(next));
        let Admission::Go(first) = pace.admit(next, false) else { panic!("there is room again") };
        assert_eq!(pace.admit(next, false), Admission::Later, "it still goes alone");
        pace.ended(first, next, Ended::Answered);
    }

    #[test]
    fn a_request_from_before_a_wait_does_not_end_it() {
        let (mut pace, start) = (Pace::new(None), Instant::now());
        let before = pace.go_anyway(start);
        send(&mut pace, at(start, 100), Ended::Refused(Duration::from_secs(60)));
        pace.open(before);
        assert_eq!(pace.closed_until(at(start, 200)), Some(at(start, 60_100)));
        let within = pace.go_anyway(at(start, 300));
        pace.open(within);
        assert_eq!(pace.closed_until(at(start, 400)), None);
    }

    #[test]
    fn what_goes_anyway_is_remembered_no_longer_than_it_counts() {
        let (mut pace, start) = (Pace::new(Some(10)), Instant::now());
        for seconds in 0..1000 {
            let ticket = pace.go_anyway(at(start, seconds * 1000));
            pace.ended(ticket, at(start, seconds * 1000), Ended::Answered);
        }
        assert!(pace.ended.len() <= 31, "{}", pace.ended.len());
    }

    #[test]
    fn a_budget_that_was_given_is_kept() {
        let (mut pace, start) = (Pace::new(Some(20)), Instant::now());
        for _ in 0..15 {
            send(&mut pace, start, Ended::Answered);
        }
        send(&mut pace, start, Ended::Refused(Duration::from_secs(1)));
        assert_eq!(most(&pace), Some(20));
    }

    proptest! {
        /// Whenever Spotify counts the requests, between sending and answer, there are never more than the budget.
        #[test]
        fn no_thirty_seconds_hold_more_than_the_budget(
            budget in 1u32..20,
            steps in proptest::collection::vec((0u64..4000, 0u64..3000, any::<bool>(), 0u8..8), 1..120),
        ) {
            let start = Instant::now();
            let mut pace = Pace::new(Some(budget));
            let mut now = 0;
            let mut open: Vec<(Ticket, u64, u64, Ended)> = Vec::new();
            let mut sent: Vec<(u64, u64)> = Vec::new();
            for (pause, latency, background, ended) in steps {
                now += pause;
                open.sort_by_key(|(_, _, ends, _)| *ends);
                open.retain(|(ticket, began, ends, ended)| {
                    if *ends <= now {
                        pace.ended(*ticket, at(start, *ends), *ended);
                        // Spotify does not count what it refuses.
                        if !matches!(ended, Ended::Refused(_)) {
                            sent.push((*began, *ends));
                        }
                    }
                    *ends > now
                });
                let ended = match ended {
                    0 => Ended::Refused(Duration::from_millis(latency)),
                    1 => Ended::Unknown,
                    _ => Ended::Answered,
                };
                match pace.admit(at(start, now), background) {
                    Admission::Go(ticket) => open.push((ticket, now, now + latency, ended)),
                    Admission::At(moment) => prop_assert!(moment > at(start, now)),
                    Admission::Later => prop_assert!(!open.is_empty()),
                }
            }
            sent.extend(open.iter().map(|(_, began, ends, _)| (*began, *ends)));
            // The worst that can be: a request counted at its end, and those that follow at their beginning.
            for (_, first) in &sent {
                let in_window = sent.iter().filter(|(began, ends)| ends >= first && *began < first + 30_000);
                prop_assert!(in_window.count() <= budget as usize);
            }
        }

        #[test]
        fn nothing_makes_it_panic_or_let_a_request_go_while_closed(
            steps in proptest::collection::vec((0u64..40_000, 0u8..6, 0u64..100_000), 1..200),
        ) {
            let start = Instant::now();
            let mut pace = Pace::new(None);
            let mut now = 0;
            let mut closed = 0;
            for (pause, ended, wait) in steps {
                now += pause;
                if let Admission::Go(ticket) = pace.admit(at(start, now), ended % 2 == 0) {
                    prop_assert!(now >= closed);
                    let ended = match ended {
                        0 => Ended::NotSent,
                        1 => Ended::Unknown,
                        2 => {
                            closed = closed.max(now + wait);
                            Ended::Refused(Duration::from_millis(wait))
                        }
                        _ => Ended::Answered,
                    };
                    pace.ended(ticket, at(start, now), ended);
                }
                prop_assert!(most(&pace).is_none_or(|most| most >= 1));
            }
        }
    }
}
