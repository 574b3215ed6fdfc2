//! The decisions of the budget.

use proptest::prelude::*;

use super::super::Priority;
use super::super::queue::{self, WaitQueue};
use super::*;

fn at(start: Instant, millis: u64) -> Instant {
    start + Duration::from_millis(millis)
}

/// Sends one request that ends at once. Returns whether it was sent.
fn send(budget: &mut RateBudget, now: Instant, ended: Completion) -> bool {
    match budget.admit(now, false) {
        Admission::Go(id) => {
            budget.complete(id, now, ended);
            true
        }
        Admission::At(_) | Admission::Later => false,
    }
}

fn max(budget: &RateBudget) -> Option<u32> {
    budget.budget().map(Budget::max)
}

#[test]
fn without_a_429_everything_goes() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    assert!((0..50_000).all(|millis| send(&mut budget, at(start, millis / 10), Completion::Success)));
    assert_eq!(max(&budget), None);
}

#[test]
fn what_responded_before_a_429_is_the_budget() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    for millis in 0..40 {
        send(&mut budget, at(start, millis), Completion::Success);
    }
    // Requests older than 30 s do not count.
    for millis in 0..25 {
        send(&mut budget, at(start, 31_000 + millis), Completion::Success);
    }
    send(&mut budget, at(start, 32_000), Completion::RateLimited { wait: Duration::from_secs(10) });
    assert_eq!(max(&budget), Some(25));
    assert_eq!(budget.admit(at(start, 33_000), false), Admission::At(at(start, 42_000)));
}

#[test]
fn those_under_way_when_a_429_came_teach_what_they_can() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    let ids: Vec<RequestId> = (0..20)
        .filter_map(|millis| match budget.admit(at(start, millis), false) {
            Admission::Go(id) => Some(id),
            _ => None,
        })
        .collect();
    let (answered, refused) = ids.split_at(17);
    for id in &answered[..12] {
        budget.complete(*id, at(start, 50), Completion::Success);
    }
    for id in refused {
        budget.complete(*id, at(start, 51), Completion::RateLimited { wait: Duration::from_secs(1) });
    }
    assert_eq!(max(&budget), Some(12));
    for id in &answered[12..] {
        budget.complete(*id, at(start, 52), Completion::Success);
    }
    assert_eq!(max(&budget), Some(17));
}

#[test]
fn a_429_after_next_to_nothing_teaches_nothing() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    send(&mut budget, start, Completion::Success);
    send(&mut budget, start, Completion::RateLimited { wait: Duration::from_secs(1) });
    assert_eq!(max(&budget), None);
}

#[test]
fn another_429_makes_the_budget_smaller_and_a_long_time_without_one_larger() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    for _ in 0..100 {
        send(&mut budget, start, Completion::Success);
    }
    send(&mut budget, start, Completion::RateLimited { wait: Duration::from_secs(31) });
    assert_eq!(max(&budget), Some(100));
    for millis in 0..60 {
        send(&mut budget, at(start, 40_000 + millis), Completion::Success);
    }
    send(&mut budget, at(start, 40_100), Completion::RateLimited { wait: Duration::from_secs(31) });
    assert_eq!(max(&budget), Some(60), "someone else sends too");
    let later = at(start, 40_100 + 700_000);
    while send(&mut budget, later, Completion::Success) {}
    assert_eq!(max(&budget), Some(60), "it was not in the way before");
    while send(&mut budget, later + RAISE_INTERVAL, Completion::Success) {}
    assert_eq!(max(&budget), Some(66));
}

/// Returns a budget that has learned a maximum of 100 at `start`, and is blocked for 10 s.
fn learned(start: Instant) -> RateBudget {
    let mut budget = RateBudget::new(None);
    for _ in 0..100 {
        send(&mut budget, start, Completion::Success);
    }
    send(&mut budget, start, Completion::RateLimited { wait: Duration::from_secs(10) });
    budget
}

#[test]
fn a_wait_that_was_too_short_teaches_nothing() {
    let start = Instant::now();
    let mut budget = learned(start);
    for tens in 1..60 {
        assert!(send(&mut budget, at(start, tens * 10_000), Completion::RateLimited { wait: Duration::from_secs(1) }));
    }
    assert_eq!(max(&budget), Some(100), "each was the first after a wait, and says only that the limit is not over");
}

#[test]
fn a_request_that_goes_anyway_teaches_nothing_when_it_is_refused() {
    let start = Instant::now();
    let mut budget = learned(start);
    for seconds in 40..50 {
        let id = budget.bypass(at(start, seconds * 1000));
        budget.complete(id, at(start, seconds * 1000), Completion::RateLimited { wait: Duration::from_secs(60) });
    }
    assert_eq!(max(&budget), Some(100));
}

#[test]
fn waits_grow_while_one_refusal_follows_another_whatever_spotify_asks_for() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    let mut now = start;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert!(send(&mut budget, now, Completion::RateLimited { wait: Duration::ZERO }));
        let Admission::At(until) = budget.admit(now, false) else { panic!("it is closed") };
        waits.push((until - now).as_millis());
        now = until;
    }
    assert_eq!(waits, [100, 200, 400, 800, 1_600, 3_200, 6_400, 8_000, 8_000]);
    assert!(send(&mut budget, now, Completion::Success));
    assert!(send(&mut budget, now, Completion::RateLimited { wait: Duration::ZERO }));
    assert_eq!(budget.admit(now, false), Admission::At(now + MIN_WAIT), "a success in between begins anew");
    let longer = now + MIN_WAIT;
    assert!(send(&mut budget, longer, Completion::RateLimited { wait: Duration::from_secs(30) }));
    assert_eq!(budget.admit(longer, false), Admission::At(longer + Duration::from_secs(30)), "Spotify asked for more");
}

#[test]
fn those_that_were_refused_together_make_one_refusal() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    let ids: Vec<RequestId> = (0..50).map(|_| budget.bypass(start)).collect();
    for id in ids {
        budget.complete(id, start, Completion::RateLimited { wait: Duration::ZERO });
    }
    assert_eq!(budget.admit(start, false), Admission::At(start + MIN_WAIT));
}

#[test]
fn no_budget_shrinks_so_far_that_it_would_take_hours_to_grow_again() {
    let start = Instant::now();
    let mut budget = learned(start);
    for minutes in 1..30 {
        let now = at(start, minutes * 60_000);
        assert!(send(&mut budget, now, Completion::Success));
        assert!(send(&mut budget, now, Completion::RateLimited { wait: Duration::from_secs(10) }));
    }
    assert_eq!(max(&budget), Some(MIN_LEARNED));
}

#[test]
fn the_first_after_a_wait_keeps_to_the_budget_that_was_given() {
    let (mut budget, start) = (RateBudget::new(Some(1)), Instant::now());
    assert!(send(&mut budget, start, Completion::RateLimited { wait: Duration::from_secs(1) }));
    assert!(send(&mut budget, at(start, 1000), Completion::Unknown));
    let next = at(start, 1000) + WINDOW + MARGIN;
    assert_eq!(budget.admit(at(start, 2000), false), Admission::At(next));
    let Admission::Go(first) = budget.admit(next, false) else { panic!("there is room again") };
    assert_eq!(budget.admit(next, false), Admission::At(next + PROBE_TIME), "it still goes alone");
    budget.complete(first, next, Completion::Success);
}

#[test]
fn the_first_after_a_wait_goes_alone_for_a_few_seconds_and_no_longer() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    let go = |budget: &mut RateBudget, now: Instant| match budget.admit(now, false) {
        Admission::Go(id) => id,
        other => panic!("{other:?}"),
    };
    assert!(send(&mut budget, start, Completion::RateLimited { wait: Duration::from_secs(1) }));
    let opened = at(start, 1000);
    let first = go(&mut budget, opened);
    assert_eq!(budget.admit(at(start, 1001), false), Admission::At(opened + PROBE_TIME));
    let second = go(&mut budget, opened + PROBE_TIME);
    // The end of the first says nothing about the second, unless it was a response.
    budget.complete(first, opened + PROBE_TIME, Completion::Unknown);
    assert_eq!(budget.admit(opened + PROBE_TIME, false), Admission::At(opened + PROBE_TIME * 2));
    budget.complete(second, opened + PROBE_TIME, Completion::Success);
    assert!(
        send(&mut budget, opened + PROBE_TIME, Completion::Success)
            && send(&mut budget, opened + PROBE_TIME, Completion::Success)
    );
}

#[test]
fn a_request_from_before_a_wait_does_not_end_it() {
    let (mut budget, start) = (RateBudget::new(None), Instant::now());
    let before = budget.bypass(start);
    send(&mut budget, at(start, 100), Completion::RateLimited { wait: Duration::from_secs(60) });
    budget.complete(before, at(start, 150), Completion::Success);
    assert_eq!(budget.blocked_until(at(start, 200)), Some(at(start, 60_100)));
    let within = budget.bypass(at(start, 300));
    budget.complete(within, at(start, 350), Completion::Success);
    assert_eq!(budget.blocked_until(at(start, 400)), None);
}

#[test]
fn what_goes_anyway_is_remembered_no_longer_than_it_counts() {
    let (mut budget, start) = (RateBudget::new(Some(10)), Instant::now());
    for seconds in 0..1000 {
        let id = budget.bypass(at(start, seconds * 1000));
        budget.complete(id, at(start, seconds * 1000), Completion::Success);
    }
    assert!(budget.ended.len() <= 31, "{}", budget.ended.len());
}

#[test]
fn a_budget_that_was_given_is_kept() {
    let (mut budget, start) = (RateBudget::new(Some(20)), Instant::now());
    for _ in 0..15 {
        send(&mut budget, start, Completion::Success);
    }
    send(&mut budget, start, Completion::RateLimited { wait: Duration::from_secs(1) });
    assert_eq!(max(&budget), Some(20));
}

proptest! {
    /// Whenever between request and response Spotify counts the requests, there are never more than the budget.
    #[test]
    fn no_thirty_seconds_hold_more_than_the_budget(
        max in 1u32..20,
        steps in proptest::collection::vec((0u64..4000, 0u64..3000, any::<bool>(), 0u8..8), 1..120),
    ) {
        let start = Instant::now();
        let mut budget = RateBudget::new(Some(max));
        let mut now = 0;
        let mut open: Vec<(RequestId, u64, u64, Completion)> = Vec::new();
        let mut sent: Vec<(u64, u64)> = Vec::new();
        for (pause, latency, background, ended) in steps {
            now += pause;
            open.sort_by_key(|(_, _, ends, _)| *ends);
            open.retain(|(id, began, ends, ended)| {
                if *ends <= now {
                    budget.complete(*id, at(start, *ends), *ended);
                    // Spotify does not count requests that it limits.
                    if !matches!(ended, Completion::RateLimited { wait: _ }) {
                        sent.push((*began, *ends));
                    }
                }
                *ends > now
            });
            let ended = match ended {
                0 => Completion::RateLimited { wait: Duration::from_millis(latency) },
                1 => Completion::Unknown,
                _ => Completion::Success,
            };
            match budget.admit(at(start, now), background) {
                Admission::Go(id) => open.push((id, now, now + latency, ended)),
                Admission::At(moment) => prop_assert!(moment > at(start, now)),
                Admission::Later => prop_assert!(!open.is_empty()),
            }
        }
        sent.extend(open.iter().map(|(_, began, ends, _)| (*began, *ends)));
        // The worst case: one request counted at its end, and those that follow at their start.
        for (_, first) in &sent {
            let in_window = sent.iter().filter(|(began, ends)| ends >= first && *began < first + 30_000);
            prop_assert!(in_window.count() <= max as usize);
        }
    }

    /// However many urgent requests there are, at least one of any ten that are sent, or of each window if it holds
    /// fewer, has background priority, as long as one waits; and it waits no longer than until the window has room for
    /// it.
    #[test]
    fn a_flood_of_urgent_requests_leaves_a_share_to_those_in_the_background(
        max in 1u32..60,
        steps in proptest::collection::vec((0u64..3_000, 0u64..3_000), 50..300),
    ) {
        let start = Instant::now();
        let (mut budget, mut queue) = (RateBudget::new(Some(max)), WaitQueue::default());
        queue.join(Priority::Interactive, 0, WINDOW);
        queue.join(Priority::Background, 1, WINDOW);
        let mut keys = [0, 1];
        let (mut now, mut came, mut urgent, mut background) = (0, 2, 0, 0);
        for (pause, latency) in steps {
            now += pause;
            let lanes = [Priority::Interactive, Priority::Background];
            let turn = |lane: usize| queue.turn(lanes[lane], Some(&keys[lane]), Some(max));
            let (lane, order) = match (turn(0), turn(1)) {
                (Some(order), None) => (0, order),
                (None, Some(order)) => (1, order),
                both => panic!("it is the turn of one: {both:?}"),
            };
            let reserve = lane == 1 && order == queue::Order::InOrder;
            let id = match budget.admit(at(start, now), reserve) {
                Admission::Go(id) => id,
                Admission::At(moment) => {
                    now = u64::try_from((moment - start).as_millis()).unwrap();
                    match budget.admit(moment, reserve) {
                        Admission::Go(id) => id,
                        other => panic!("there was to be room: {other:?}"),
                    }
                }
                Admission::Later => panic!("nothing is under way"),
            };
            now += latency;
            budget.complete(id, at(start, now), Completion::Success);
            // Another one takes its place at once.
            queue.leave(lanes[lane], &keys[lane]);
            queue.join(lanes[lane], came, WINDOW);
            queue.went(lanes[lane], order);
            (keys[lane], came) = (came, came + 1);
            (urgent, background) = if lane == 0 { (urgent + 1, background) } else { (0, background + 1) };
            prop_assert!(urgent <= (max - 1).clamp(1, 9));
        }
        prop_assert!(background >= 4);
    }

    #[test]
    fn nothing_makes_it_panic_or_let_a_request_go_while_closed(
        steps in proptest::collection::vec((0u64..40_000, 0u8..6, 0u64..100_000), 1..200),
    ) {
        let start = Instant::now();
        let mut budget = RateBudget::new(None);
        let mut now = 0;
        let mut closed = 0;
        for (pause, ended, wait) in steps {
            now += pause;
            if let Admission::Go(id) = budget.admit(at(start, now), ended % 2 == 0) {
                prop_assert!(now >= closed);
                let ended = match ended {
                    0 => Completion::NotSent,
                    1 => Completion::Unknown,
                    2 => {
                        closed = closed.max(now + wait);
                        Completion::RateLimited { wait: Duration::from_millis(wait) }
                    }
                    _ => Completion::Success,
                };
                budget.complete(id, at(start, now), ended);
            }
            prop_assert!(max(&budget).is_none_or(|max| max >= 1));
        }
    }
}
