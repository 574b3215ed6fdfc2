//! The blocking client.

use spotify_emulator::{Fault, FaultRule, Quota};

use crate::support::*;

#[test]
fn items_come_in_the_order_of_the_ids_at_once_and_one_by_one() {
    let emulator = emulator(Quota::Development);
    let client = blocking(&emulator);
    let mut given = albums(10);
    given.extend([UNKNOWN, given[3], UNKNOWN]);
    let expected: Vec<_> = given.iter().map(|id| Some(*id).filter(|id| *id != UNKNOWN)).collect();
    let found = client.albums().get_many(&given).market("SE").send().unwrap();
    assert_eq!(ids(&found), expected);
    assert_eq!(paths(&emulator).len(), 11);
    let each: Vec<_> = client.albums().get_many(&given).market("SE").iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(each, found);
    assert_eq!(paths(&emulator).len(), 11);
}

#[test]
fn an_iterator_fetches_no_more_than_it_may_be_ahead() {
    let emulator = emulator(Quota::Development);
    let given = albums(40);
    let mut iter = blocking(&emulator).albums().get_many(&given).iter().concurrency(2);
    assert!(paths(&emulator).is_empty());
    iter.next().unwrap().unwrap();
    assert_eq!(iter.done(), 1);
    drop(iter);
    assert!((1..=5).contains(&paths(&emulator).len()));
}

#[test]
fn an_iterator_goes_on_after_an_error() {
    let emulator = emulator(Quota::Development);
    let (client, given) = (blocking(&emulator), albums(6));
    let fault = || FaultRule::new(Fault::status(502)).path(format!("/albums/{}", given[2])).times(1);
    emulator.faults().add(fault());
    assert_eq!(incomplete(client.albums().get_many(&given).send().unwrap_err()).done(), 2);

    emulator.faults().add(fault());
    let mut iter = client.albums().get_many(&given).iter();
    let results: Vec<_> = iter.by_ref().collect();
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true, true, true, true]);
    assert_eq!(iter.done(), 6);
}
