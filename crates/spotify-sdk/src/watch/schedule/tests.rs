use proptest::prelude::*;

use super::*;

const NO_END: Phase = Phase::Playing { remaining: None };

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn playing(remaining: f64) -> Phase {
    Phase::Playing { remaining: Some(seconds(remaining)) }
}

fn schedule() -> Schedule {
    Schedule::new(Intervals::default())
}

impl Schedule {
    fn seen(&mut self, phase: Phase) -> f64 {
        self.after_success(PollResult { phase, surprise: false }).as_secs_f64()
    }

    fn surprised(&mut self, phase: Phase) -> f64 {
        self.after_success(PollResult { phase, surprise: true }).as_secs_f64()
    }
}

#[test]
fn nothing_in_sight_takes_the_longest_wait() {
    assert_eq!(schedule().seen(playing(99.5)), 10.0);
    assert_eq!(schedule().seen(Phase::Idle), 30.0);
    assert_eq!(schedule().seen(NO_END), 5.0);
}

#[test]
fn the_end_of_a_track_is_looked_at_half_a_second_later() {
    assert_eq!(schedule().seen(playing(7.0)), 7.5);
    assert_eq!(schedule().seen(playing(29.5)), 10.0);
    assert_eq!(schedule().seen(playing(9.7)), 5.1, "not just before it");
    assert_eq!(schedule().seen(playing(0.2)), 1.0, "never before the minimum wait is over");
}

#[test]
fn an_end_that_does_not_come_is_waited_for_ever_longer() {
    let mut schedule = schedule();
    let waits: Vec<f64> = (0..6).map(|_| schedule.seen(playing(0.0))).collect();
    assert_eq!(waits, [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]);
    schedule.seen(playing(180.0));
    assert_eq!(schedule.seen(playing(0.0)), 1.0);
}

#[test]
fn after_a_surprise_the_waits_grow_from_two_shortest_ones() {
    let mut schedule = schedule();
    let mut waits = vec![schedule.surprised(Phase::Idle)];
    waits.extend((0..5).map(|_| schedule.seen(Phase::Idle)));
    assert_eq!(waits, [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]);
    assert_eq!(schedule.seen(playing(99.5)), 10.0);
    assert_eq!(schedule.surprised(playing(1.0)), 1.5, "an end that comes sooner is seen sooner");
}

#[test]
fn after_a_command_there_are_two_looks_and_what_they_find_is_no_surprise() {
    let mut schedule = schedule();
    schedule.command();
    assert_eq!(schedule.seen(playing(99.5)), 1.1);
    assert_eq!(schedule.surprised(playing(99.5)), 10.0);
    assert_eq!(schedule.surprised(playing(99.5)), 2.0);
}

#[test]
fn failures_wait_ever_longer_and_at_least_as_long_as_spotify_asks_for() {
    let mut schedule = schedule();
    schedule.seen(playing(99.5));
    let waits: Vec<f64> = (0..5).map(|_| schedule.after_failure(None).as_secs_f64()).collect();
    assert_eq!(waits, [2.0, 4.0, 8.0, 10.0, 10.0]);
    assert_eq!(schedule.after_failure(Some(seconds(3600.0))), seconds(3600.0));
    schedule.seen(playing(99.5));
    assert_eq!(schedule.after_failure(None), seconds(2.0));
}

#[test]
fn limits_that_cross_are_the_shortest_wait_and_none_at_all_is_refused() {
    let intervals = Intervals { min: seconds(20.0), ..Intervals::default() };
    let mut schedule = Schedule::new(intervals);
    assert_eq!(schedule.seen(playing(3.0)), 20.0);
    assert_eq!(schedule.after_failure(None), seconds(20.0));
    assert!(intervals.check().is_ok());
    assert_eq!(Intervals { min: Duration::ZERO, ..intervals }.check().unwrap_err().parameter, "min_interval");
}

fn any_wait() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => (1_u64..100_000).prop_map(Duration::from_millis),
        1 => Just(Duration::MAX),
    ]
}

fn any_phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        Just(Phase::Idle),
        Just(NO_END),
        Just(playing(0.0)),
        any_wait().prop_map(|remaining| Phase::Playing { remaining: Some(remaining) }),
    ]
}

proptest! {
    #[test]
    fn waits_are_never_shorter_than_the_floor_nor_longer_than_the_ceiling(
        min in any_wait(),
        max in any_wait(),
        max_idle in any_wait(),
        steps in prop::collection::vec((any_phase(), any::<bool>(), 0_u8..4), 1..60),
    ) {
        let intervals = Intervals { min, max, max_idle };
        let mut schedule = Schedule::new(intervals);
        for (phase, surprise, also) in steps {
            match also {
                0 => schedule.command(),
                1 => {
                    let wait = schedule.after_failure(None);
                    prop_assert!(wait >= min && wait <= max.max(max_idle).max(min));
                }
                _ => {}
            }
            let wait = schedule.after_success(PollResult { phase, surprise });
            let ceiling = if phase == Phase::Idle { max_idle } else { max };
            prop_assert!(wait >= min && wait <= ceiling.max(min), "{wait:?} in {phase:?}");
        }
    }
}
