//! Any ids, in any order and number, of items of every sort: each is answered in its place and requested as often as it has to be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use proptest::collection::vec;
use proptest::prelude::*;
use spotify_sdk::Error;
use spotify_sdk::serde_json::{Value, json};

use crate::shelf::Shelf;

/// What becomes of the request for an item.
#[derive(Debug, Clone, Copy)]
enum Sort {
    There,
    Missing,
    NoId,
    Unreadable,
    /// The first request fails.
    Flaky,
}

/// What a place of the stream holds.
#[derive(Debug, PartialEq)]
enum Place {
    Item(String),
    Nothing,
    Unreadable,
}

impl Sort {
    fn of(byte: u8) -> Self {
        [Self::There, Self::There, Self::Missing, Self::NoId, Self::Unreadable, Self::Flaky][usize::from(byte % 6)]
    }

    fn response(self, times: usize) -> Option<(u16, Value)> {
        match self {
            Self::There => None,
            Self::Missing => Some((404, json!({"error": {"status": 404, "message": "Resource not found"}}))),
            Self::NoId => Some((400, json!({"error": {"status": 400, "message": "Invalid base62 id"}}))),
            Self::Unreadable => Some((200, json!([]))),
            Self::Flaky => (times == 1).then(|| (502, json!(""))),
        }
    }

    fn place(self, id: &str) -> Place {
        match self {
            Self::There | Self::Flaky => Place::Item(id.to_owned()),
            Self::Missing | Self::NoId => Place::Nothing,
            Self::Unreadable => Place::Unreadable,
        }
    }
}

fn sort_of(id: &str) -> Sort {
    Sort::of(id.parse().unwrap())
}

/// Reads to the end. Returns the places, and how often each id was requested.
async fn read(given: &[String], concurrency: usize) -> (Vec<Place>, HashMap<String, usize>, usize) {
    let asked = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
    let counted = Arc::clone(&asked);
    let shelf = Shelf::with(move |id| {
        let mut asked = counted.lock().unwrap();
        let times = asked.entry(id.to_owned()).or_default();
        *times += 1;
        sort_of(id).response(*times)
    });
    let mut stream = shelf.client().albums().get_many(given).concurrency(concurrency).stream();
    let mut places = Vec::new();
    while let Some(album) = stream.next().await {
        places.push(match album {
            Ok(Some(album)) => Place::Item(album.id.to_string()),
            Ok(None) => Place::Nothing,
            Err(Error::Decode(_)) => Place::Unreadable,
            Err(Error::Server(_)) => continue,
            Err(error) => panic!("{error}"),
        });
        assert_eq!(stream.done(), places.len());
    }
    let asked = asked.lock().unwrap().clone();
    (places, asked, shelf.most())
}

proptest! {
    #[test]
    fn each_place_has_what_became_of_its_id(given in vec(0..40_u8, 0..80), concurrency in 1..9_usize) {
        let given: Vec<String> = given.iter().map(u8::to_string).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (places, asked, most) = runtime.block_on(read(&given, concurrency));
        let expected: Vec<Place> = given.iter().map(|id| sort_of(id).place(id)).collect();
        prop_assert_eq!(places, expected);
        prop_assert!(most <= concurrency);
        for id in &given {
            let times = if matches!(sort_of(id), Sort::Flaky) { 2 } else { 1 };
            prop_assert_eq!(asked[id], times, "{}", id);
        }
    }
}
