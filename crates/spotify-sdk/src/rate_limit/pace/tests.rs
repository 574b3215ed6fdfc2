//! What the pace decides.

use proptest::prelude::*;

use super::super::Priority;
use super::super::line::{self, Line};
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
    for tens in 1..60 {
        assert!(send(&mut pace, at(start, tens * 10_000), Ended::Refused(Duration::from_secs(1))));
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
fn waits_grow_while_one_refusal_follows_another_whatever_spotify_asks_for() {
    let (mut pace, start) = (Pace::new(None), Instant::now());
    let mut now = start;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert!(send(&mut pace, now, Ended::Refused(Duration::ZERO)));
        let Admission::At(until) = pace.admit(now, false) else { panic!("it is closed") };
        waits.push((until - now).as_millis());
        now = until;
    }
    assert_eq!(waits, [100, 200, 400, 800, 1_600, 3_200, 6_400, 8_000, 8_000]);
    assert!(send(&mut pace, now, Ended::Answered));
    assert!(send(&mut pace, now, Ended::Refused(Duration::ZERO)));
    assert_eq!(pace.admit(now, false), Admission::At(now + MIN_WAIT), "a success in between begins anew");
    let longer = now + MIN_WAIT;
    assert!(send(&mut pace, longer, Ended::Refused(Duration::from_secs(30))));
    assert_eq!(pace.admit(longer, false), Admission::At(longer + Duration::from_secs(30)), "Spotify asked for more");
}

#[test]
fn those_that_were_refused_together_make_one_refusal() {
    let (mut pace, start) = (Pace::new(None), Instant::now());
    let tickets: Vec<Ticket> = (0..50).map(|_| pace.go_anyway(start)).collect();
    for ticket in tickets {
        pace.ended(ticket, start, Ended::Refused(Duration::ZERO));
    }
    assert_eq!(pace.admit(start, false), Admission::At(start + MIN_WAIT));
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
    assert_eq!(pace.admit(next, false), Admission::At(next + ALONE), "it still goes alone");
    pace.ended(first, next, Ended::Answered);
}

#[test]
fn the_first_after_a_wait_goes_alone_for_a_few_seconds_and_no_longer() {
    let (mut pace, start) = (Pace::new(None), Instant::now());
    let go = |pace: &mut Pace, now: Instant| match pace.admit(now, false) {
        Admission::Go(ticket) => ticket,
        other => panic!("{other:?}"),
    };
    assert!(send(&mut pace, start, Ended::Refused(Duration::from_secs(1))));
    let opened = at(start, 1000);
    let first = go(&mut pace, opened);
    assert_eq!(pace.admit(at(start, 1001), false), Admission::At(opened + ALONE));
    let second = go(&mut pace, opened + ALONE);
    // The end of the first says nothing of the second, but for an answer.
    pace.ended(first, opened + ALONE, Ended::Unknown);
    assert_eq!(pace.admit(opened + ALONE, false), Admission::At(opened + ALONE * 2));
    pace.ended(second, opened + ALONE, Ended::Answered);
    assert!(send(&mut pace, opened + ALONE, Ended::Answered) && send(&mut pace, opened + ALONE, Ended::Answered));
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

    /// However many urgent requests there are, of any ten that go, or of any window's where that is fewer, one is in the
    /// background, as long as one waits; and it waits for no more than the window to have room for it.
    #[test]
    fn a_flood_of_urgent_requests_leaves_a_share_to_those_in_the_background(
        budget in 1u32..60,
        steps in proptest::collection::vec((0u64..3_000, 0u64..3_000), 50..300),
    ) {
        let start = Instant::now();
        let (mut pace, mut line) = (Pace::new(Some(budget)), Line::default());
        line.join(Priority::Awaited, 0, WINDOW);
        line.join(Priority::Background, 1, WINDOW);
        let mut keys = [0, 1];
        let (mut now, mut came, mut urgent, mut background) = (0, 2, 0, 0);
        for (pause, latency) in steps {
            now += pause;
            let lanes = [Priority::Awaited, Priority::Background];
            let turn = |lane: usize| line.turn(lanes[lane], Some(&keys[lane]), Some(budget));
            let (lane, turn) = match (turn(0), turn(1)) {
                (Some(turn), None) => (0, turn),
                (None, Some(turn)) => (1, turn),
                both => panic!("it is the turn of one: {both:?}"),
            };
            let leaves_room = lane == 1 && turn == line::Turn::InOrder;
            let ticket = match pace.admit(at(start, now), leaves_room) {
                Admission::Go(ticket) => ticket,
                Admission::At(moment) => {
                    now = u64::try_from((moment - start).as_millis()).unwrap();
                    match pace.admit(moment, leaves_room) {
                        Admission::Go(ticket) => ticket,
                        other => panic!("there was to be room: {other:?}"),
                    }
                }
                Admission::Later => panic!("nothing is under way"),
            };
            now += latency;
            pace.ended(ticket, at(start, now), Ended::Answered);
            // Another one comes in its place at once.
            line.leave(lanes[lane], &keys[lane]);
            line.join(lanes[lane], came, WINDOW);
            line.went(lanes[lane], turn);
            (keys[lane], came) = (came, came + 1);
            (urgent, background) = if lane == 0 { (urgent + 1, background) } else { (0, background + 1) };
            prop_assert!(urgent <= (budget - 1).clamp(1, 9));
        }
        prop_assert!(background >= 4);
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
