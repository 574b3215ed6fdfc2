//! Lists of every size and kind, with changes and failures while they are read.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use spotify_sdk::serde_json::json;

use crate::list::{List, number};

/// What happens to the list before the request of this index is answered.
#[derive(Debug, Clone)]
enum Event {
    Insert(usize),
    Remove(usize),
    Fail(u16),
}

fn event() -> impl Strategy<Value = (usize, Event)> {
    let what = prop_oneof![
        (0usize..400).prop_map(Event::Insert),
        (0usize..400).prop_map(Event::Remove),
        prop_oneof![Just(500u16), Just(403), Just(404), Just(429)].prop_map(Event::Fail),
    ];
    (0usize..30, what)
}

fn read(
    total: u32,
    absent: &[usize],
    limit: u32,
    concurrency: usize,
    events: Vec<(usize, Event)>,
) -> (Vec<Option<u32>>, Vec<u32>, usize) {
    let list = List::of(total);
    for at in absent {
        if let Some(entry) = list.entries.lock().unwrap().get_mut(*at) {
            *entry = None;
        }
    }
    let before = list.entries.lock().unwrap().clone();
    let events = Arc::new(events);
    let list = list.hook(move |index, entries| {
        for (number, (_, event)) in events.iter().enumerate().filter(|(_, (at, _))| *at == index) {
            match event {
                Event::Insert(at) => entries.insert((*at).min(entries.len()), Some(10_000 + number as u32)),
                Event::Remove(at) if *at < entries.len() => drop(entries.remove(*at)),
                Event::Remove(_) => {}
                Event::Fail(status) => return Some((*status, json!({}))),
            }
        }
        None
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let found = runtime.block_on(async {
        let call = list.client().tracks().get_saved().limit(limit).ignore_rate_limit();
        let mut items = call.concurrency(concurrency).stream();
        let mut found = Vec::new();
        for _ in 0..5000 {
            match items.next().await {
                Some(Ok(saved)) => found.push(number(&saved.track.name)),
                Some(Err(_)) => {}
                None => return found,
            }
        }
        panic!("the stream does not end");
    });
    (before, found, list.asked().len())
}

proptest! {
    #[test]
    fn every_stream_ends(
        total in 0u32..400,
        absent in vec(0usize..400, 0..20),
        limit in 1u32..=50,
        concurrency in 0usize..10,
        events in vec(event(), 0..12),
    ) {
        read(total, &absent, limit, concurrency, events);
    }

    #[test]
    fn a_list_that_does_not_change_gives_each_item_once_in_order(
        total in 0u32..400,
        absent in vec(0usize..400, 0..40),
        limit in 1u32..=50,
        concurrency in 1usize..10,
        failures in proptest::collection::btree_set(0usize..40, 0..2),
    ) {
        let failures = failures.into_iter().map(|at| (at, Event::Fail(500))).collect();
        let (list, found, asked) = read(total, &absent, limit, concurrency, failures);
        prop_assert_eq!(found, list.into_iter().flatten().collect::<Vec<_>>());
        let pages = (total.div_ceil(limit) as usize).max(1);
        prop_assert!(asked <= pages + 2 * concurrency, "{asked} requests for {pages} pages");
    }
}
