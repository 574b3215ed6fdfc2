//! The ledger and its log together: what a restart, many processes, wrong clocks and damaged files do to the counts.

use jiff::SignedDuration;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::buckets::{SECONDS, WINDOW};
use super::*;

const ONE: Action = Action::Waiting("one");
const HOUR: Duration = Duration::from_secs(3600);

/// A moment of both clocks, some seconds after the start of a day.
fn at(start: Instant, seconds: u64) -> Moment {
    let day = Timestamp::from_second(1_796_083_200).unwrap();
    Moment { now: start + Duration::from_secs(seconds), wall: day + SignedDuration::from_secs(seconds as i64) }
}

fn find(_: &str) -> Option<&'static OperationInfo> {
    None
}

fn read(json: &Value) -> UsageLog {
    serde_json::from_value(json.clone()).unwrap()
}

/// Returns the log after it was written and read.
fn stored(log: &UsageLog) -> UsageLog {
    serde_json::from_str(&serde_json::to_string(log).unwrap()).unwrap()
}

/// Returns a ledger that is started with a log.
fn started(log: &UsageLog, at: Moment) -> Ledger {
    let mut ledger = Ledger::new(at);
    ledger.restore(log, at, find);
    ledger
}

fn intervals(log: &UsageLog) -> Vec<(String, String, u32)> {
    let all = log.operations().flat_map(|(name, log)| log.requests().map(move |(start, count)| (name, start, count)));
    all.map(|(name, start, count)| (name.to_owned(), start.to_string(), count)).collect()
}

#[test]
fn a_log_is_plain_json_with_times_of_the_clock() {
    let start = Instant::now();
    let mut ledger = Ledger::new(at(start, 0));
    for seconds in [0, 599, 600] {
        ledger.count(ONE, at(start, seconds).now);
    }
    ledger.close(ONE, at(start, 700).now, Some(HOUR * 5));
    let log = ledger.log(at(start, 700));
    let expected = json!({ "operations": { "one": {
        "requests": { "2026-12-01T00:00:00Z": 2, "2026-12-01T00:10:00Z": 1 },
        "closed": { "since": "2026-12-01T00:11:40Z", "until": "2026-12-01T05:11:40Z", "is_named": true },
    } } });
    assert_eq!(serde_json::to_value(&log).unwrap(), expected);
    assert_eq!(read(&expected), log);
    let (_, one) = log.operations().next().unwrap();
    assert_eq!(one.closed_until().unwrap().to_string(), "2026-12-01T05:11:40Z");
}

#[test]
fn what_was_taken_is_not_told_twice_and_what_was_restored_is_not_told_at_all() {
    let start = Instant::now();
    let mut first = Ledger::new(at(start, 0));
    first.count(ONE, at(start, 0).now);
    let log = first.take_log(at(start, 0));

    let mut second = started(&log, at(start, 60));
    assert!(second.take_log(at(start, 60)).is_empty());
    second.count(ONE, at(start, 120).now);
    assert_eq!(intervals(&second.take_log(at(start, 130))), [("one".into(), "2026-12-01T00:00:00Z".into(), 1)]);
    assert!(second.take_log(at(start, 140)).is_empty());
    assert_eq!(second.used(at(start, 140).now), 2);

    // Given back after it was told, and another one sent instead.
    let counted = second.count(ONE, at(start, 150).now);
    second.take_log(at(start, 150));
    second.take_back(ONE, counted);
    second.count(ONE, at(start, 160).now);
    assert!(second.take_log(at(start, 160)).is_empty(), "the log holds one for it");
}

#[test]
fn a_quota_goes_on_after_a_restart_until_it_ends_or_a_request_succeeds() {
    let start = Instant::now();
    let mut first = Ledger::new(at(start, 0));
    first.close(ONE, at(start, 0).now, Some(HOUR * 5));
    let mut file = stored(&first.take_log(at(start, 10)));

    let second = started(&file, at(start, 3600));
    let closed = second.closed(ONE, at(start, 3600).now).unwrap();
    assert_eq!((closed.wait, closed.is_named), (HOUR * 4, true));
    assert!(started(&file, at(start, 5 * 3600)).closed(ONE, at(start, 5 * 3600).now).is_none(), "it is over");

    let mut third = started(&file, at(start, 3600));
    third.reopen(ONE, at(start, 3700).now);
    file.merge(&stored(&third.take_log(at(start, 3710))));
    assert!(started(&file, at(start, 3720)).closed(ONE, at(start, 3720).now).is_none(), "a request has succeeded");

    // One that did not know has nothing new to say.
    let mut second = second;
    file.merge(&second.take_log(at(start, 3730)));
    // What Spotify says later holds.
    third.close(ONE, at(start, 3800).now, None);
    file.merge(&third.take_log(at(start, 3810)));
    file.prune(at(start, 3820).wall);
    assert!(started(&file, at(start, 3820)).closed(ONE, at(start, 3820).now).is_some());
    file.prune(at(start, 2 * 86_400).wall);
    assert!(file.is_empty(), "{file:?}");
}

#[test]
fn operations_that_the_program_does_not_know_count_and_are_kept_by_name() {
    let start = Instant::now();
    let log = read(&json!({ "operations": {
        "another.one": { "requests": { "2026-12-01T00:00:00Z": 5 } },
        "another.two": { "requests": { "2026-12-01T00:00:00Z": 6 } },
        "auth.token": { "closed": { "since": "2026-12-01T00:00:00Z", "until": "2026-12-01T04:00:00Z" } },
        "one": { "requests": { "2026-12-01T00:00:00Z": 7 } },
    } }));
    let mut ledger = started(&log, at(start, 60));
    let tallied = |ledger: &Ledger| {
        let tallies = ledger.tallies(at(start, 60).now);
        tallies.into_iter().map(|tally| (tally.action, tally.requests)).collect::<Vec<_>>()
    };
    assert_eq!(tallied(&ledger), [(Action::TokenRequest, 0), (Action::Unknown, 18)]);
    assert_eq!(intervals(&ledger.log(at(start, 60))), intervals(&log));
    // It becomes known when it is called.
    ledger.count(ONE, at(start, 60).now);
    assert_eq!(tallied(&ledger), [(Action::TokenRequest, 0), (ONE, 8), (Action::Unknown, 11)]);
    assert!(ledger.closed(Action::TokenRequest, at(start, 60).now).is_some());
}

#[test]
fn a_clock_that_is_set_moves_no_request_out_of_the_window() {
    let start = Instant::now();
    let thirty_years = SignedDuration::from_hours(30 * 365 * 24);
    // The clock is set in the middle of the process, as on a machine that asks for the time after it has started.
    let wrong = Moment { wall: at(start, 0).wall - thirty_years, ..at(start, 0) };
    let mut ledger = Ledger::new(wrong);
    ledger.count(ONE, wrong.now);
    let log = ledger.take_log(at(start, 3600));
    assert_eq!(started(&log, at(start, 3600)).used(at(start, 3600).now), 1);
    assert_eq!(started(&log, at(start, 86_000)).used(at(start, 86_000).now), 1);
    let (later, back) = (at(start, 2 * 86_400), Moment { wall: at(start, 0).wall, ..at(start, 7_200) });
    assert_eq!(started(&log, later).used(later.now), 0);
    // A clock that is behind for some hours: it counts as sent now.
    assert_eq!(started(&log, back).used(back.now), 1);
}

#[test]
fn what_cannot_be_is_dropped() {
    let start = Instant::now();
    let log = read(&json!({ "operations": {
        "one": {
            "requests": {
                "-009999-01-02T01:59:59Z": 1, "2026-11-29T23:00:00Z": 2, "2026-12-01T23:59:00Z": 10, "2026-12-02T00:10:00Z": 20,
                "9999-12-30T22:00:00Z": u32::MAX,
            },
            "closed": { "since": "2026-12-01T00:00:00Z", "until": "9999-12-30T22:00:00Z", "is_named": true },
            "reopened": "9999-12-30T22:00:00Z",
            "what": ["a", "later", "version", "adds"],
        },
    } }));
    let now = at(start, 0);
    let ledger = started(&log, now);
    assert_eq!(ledger.used(now.now), 10, "those of the next 24 hours alone");
    assert_eq!(ledger.closed(ONE, now.now), None);
    let mut pruned = log;
    pruned.prune(now.wall);
    assert_eq!(intervals(&pruned), [("one".into(), "2026-12-01T00:00:00Z".into(), 10)]);
    let later = at(start, WINDOW.as_secs() + SECONDS as u64);
    assert_eq!(started(&pruned, later).used(later.now), 0, "from then on they are as old as any");
}

#[test]
fn counts_do_not_overflow() {
    let start = Instant::now();
    let full = json!({ "requests": { "2026-12-01T00:00:00Z": u32::MAX, "2026-12-01T00:10:00Z": u32::MAX } });
    let log = read(&json!({ "operations": { "one": full, "two": full } }));
    let mut twice = log.clone();
    twice.merge(&log);
    let now = at(start, 900);
    let mut ledger = started(&twice, now);
    ledger.reserve();
    ledger.count(ONE, now.now);
    assert_eq!(ledger.used(now.now), u32::MAX);
    assert_eq!(ledger.tallies(now.now).len(), 2);
    assert!(ledger.room_in(1, now.now) > HOUR * 23);
}

fn timestamps() -> impl Strategy<Value = Timestamp> {
    let near = (-200_000i64..200_000).prop_map(|seconds| 1_796_083_200 + seconds);
    let any = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    prop_oneof![near, any].prop_map(|seconds| Timestamp::from_second(seconds).unwrap())
}

/// A log as it could stand in a file.
fn logs() -> impl Strategy<Value = Value> {
    let requests = btree_map(timestamps().prop_map(|time| time.to_string()), any::<u32>(), 0..20);
    let closed = proptest::option::of((timestamps(), timestamps(), any::<bool>())).prop_map(|closed| {
        closed.map(|(since, until, is_named)| json!({ "since": since, "until": until, "is_named": is_named }))
    });
    let operation = (requests, closed, proptest::option::of(timestamps())).prop_map(
        |(requests, closed, reopened)| json!({ "requests": requests, "closed": closed, "reopened": reopened }),
    );
    btree_map("one|auth\\.token|\\PC{0,8}", operation, 0..5).prop_map(|operations| json!({ "operations": operations }))
}

proptest! {
    /// However many processes add to a file, it holds each request once, for a day and up to ten minutes longer.
    #[test]
    fn processes_that_add_what_they_sent_keep_the_count(
        runs in vec((0u64..20_000, vec((0u64..5_000, any::<bool>()), 0..10)), 1..30),
    ) {
        let start = Instant::now();
        let mut file = UsageLog::default();
        let mut sent: Vec<u64> = Vec::new();
        let mut clock = 0;
        for (pause, calls) in runs {
            clock += pause;
            let mut ledger = started(&file, at(start, clock));
            for (pause, is_sent) in calls {
                clock += pause;
                let counted = ledger.count(ONE, at(start, clock).now);
                if is_sent { sent.push(clock) } else { ledger.take_back(ONE, counted) }
                if pause % 3 == 0 {
                    file.merge(&ledger.take_log(at(start, clock)));
                }
            }
            file.merge(&ledger.take_log(at(start, clock)));
            file.prune(at(start, clock).wall);
            file = stored(&file);
            let within = |window: u64| sent.iter().filter(|at| **at + window > clock).count() as u32;
            let right = within(WINDOW.as_secs())..=within(WINDOW.as_secs() + SECONDS as u64);
            for ledger in [&ledger, &started(&file, at(start, clock))] {
                let used = ledger.used(at(start, clock).now);
                prop_assert!(right.contains(&used), "{} is not in {:?}", used, right);
            }
        }
    }

    /// There is room when the wait is over, and none before.
    #[test]
    fn the_wait_for_room_is_exact(pauses in vec(0u64..10_000, 1..60), max in 1u32..20) {
        let start = Instant::now();
        let mut ledger = Ledger::new(at(start, 123));
        let mut clock = 123;
        for pause in pauses {
            clock += pause;
            ledger.count(ONE, at(start, clock).now);
        }
        let now = at(start, clock).now;
        let wait = ledger.room_in(max, now);
        prop_assert!(ledger.used(now + wait) < max);
        prop_assert_eq!(wait.is_zero(), ledger.used(now) < max);
        if !wait.is_zero() {
            prop_assert!(ledger.used(now + wait - Duration::from_millis(1)) >= max);
        }
    }

    /// Whatever a file holds, nothing panics, and what cannot be is forgotten two days later.
    #[test]
    fn no_file_is_a_danger(json in logs(), other in logs(), seconds in 0u64..100_000) {
        let start = Instant::now();
        let (mut log, other) = (read(&json), read(&other));
        let now = at(start, seconds);
        let mut ledger = started(&log, now);
        ledger.restore(&other, now, find);
        let used = ledger.used(now.now);
        ledger.count(ONE, now.now);
        prop_assert_eq!(ledger.used(now.now), used.saturating_add(1));
        ledger.room_in(1, now.now);
        ledger.tallies(now.now);
        // A count that is at its maximum already does not grow.
        prop_assert!(ledger.take_log(now).operations().count() <= 1);
        stored(&ledger.log(now));
        let later = now.now + WINDOW * 2;
        prop_assert_eq!(ledger.used(later), 0);

        log.merge(&other);
        let unpruned = started(&log, now).used(now.now);
        log.prune(now.wall);
        prop_assert_eq!(started(&stored(&log), now).used(now.now), unpruned);
        prop_assert!(log.operations().all(|(_, log)| log.requests().all(|(start, _)| start <= now.wall)));
        log.prune(now.wall + SignedDuration::from_hours(24 * 800));
        prop_assert!(log.is_empty());
    }

    /// A damaged file is an error or another log, and no more.
    #[test]
    fn a_damaged_file_is_read_or_refused(json in logs(), at_byte in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = serde_json::to_vec(&json).unwrap();
        let place = at_byte.index(bytes.len());
        bytes[place] = byte;
        if cut {
            bytes.truncate(place);
        }
        if let Ok(log) = serde_json::from_slice::<UsageLog>(&bytes) {
            let now = at(Instant::now(), 0);
            started(&log, now).log(now);
        }
    }
}
