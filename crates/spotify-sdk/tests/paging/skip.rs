//! Pages that always fail are stepped over, and what was left out is told.

// What was left out is a list of ranges, at times of one.
#![allow(clippy::single_range_in_vec_init)]

use std::ops::Range;

use spotify_sdk::Error;
use spotify_sdk::SpotifyClient;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::models::SavedTrack;
use spotify_sdk::serde_json::json;

use crate::list::{List, number};

fn numbers(items: &[SavedTrack]) -> Vec<u32> {
    items.iter().map(|saved| number(&saved.track.name)).collect()
}

/// All positions below `total` but some.
fn without(total: u32, left_out: impl IntoIterator<Item = Range<u32>>) -> Vec<u32> {
    let left_out: Vec<u32> = left_out.into_iter().flatten().collect();
    (0..total).filter(|position| !left_out.contains(position)).collect()
}

#[tokio::test]
async fn one_item_that_spotify_fails_at_is_all_that_is_left_out_of_16_500() {
    for at in [0, 49, 130, 8_203, 16_499] {
        let list = List::of(16_500).broken_at([at]);
        let whole = list.client().tracks().get_saved().collect_all().await;
        assert!(matches!(whole, Err(Error::Server(_))), "without it the list ends there: {whole:?}");
        let before = list.asked().len();
        let found = list.client().tracks().get_saved().skip_failed_pages().collect_all().await.unwrap();
        assert_eq!(numbers(&found.items), without(16_500, [at..at + 1]));
        let skipped: Vec<_> = found.skipped.iter().map(|skipped| skipped.positions.clone()).collect();
        assert_eq!(skipped, [at..at + 1]);
        assert!(matches!(found.skipped[0].error, Error::Server(_)));
        assert!(found.skipped[0].to_string().starts_with(&format!("the item at {at} was left out: Spotify failed")));
        let requests = list.asked().len() - before;
        assert!((340..=342).contains(&requests), "{requests} requests for 330 pages and 10 or 12 parts of one");
    }
}

#[tokio::test]
async fn a_page_that_fails_whole_costs_no_more_than_sixteen_requests_more() {
    let list = List::of(300).broken_at(100..150);
    let found = list.client().tracks().get_saved().skip_failed_pages().collect_all().await.unwrap();
    assert_eq!(numbers(&found.items), without(300, [100..150]));
    let skipped: Vec<u32> = found.skipped.iter().flat_map(|skipped| skipped.positions.clone()).collect();
    assert_eq!(skipped, (100..150).collect::<Vec<_>>(), "every position once, in order");
    assert_eq!(list.asked().len(), 6 + 16);
}

#[tokio::test(start_paused = true)]
async fn a_page_is_asked_for_with_all_retries_and_its_parts_with_one() {
    let list = List::of(100).broken_at([60]);
    let client = list.builder().max_retries(3).build().unwrap();
    let found = client.tracks().get_saved().concurrency(1).skip_failed_pages().collect_all().await.unwrap();
    assert_eq!(found.items.len(), 99);
    let asked = list.asked();
    assert_eq!(asked.iter().filter(|place| **place == (50, 50)).count(), 4);
    assert_eq!(asked.iter().filter(|place| **place == (50, 25)).count(), 2);
    assert_eq!(asked.iter().filter(|place| **place == (75, 25)).count(), 1);
}

#[tokio::test]
async fn a_stream_gives_the_error_in_its_place_and_goes_on() {
    let list = List::of(300).broken_at([120, 121, 290]);
    let mut items = list.client().tracks().get_saved().skip_failed_pages().concurrency(3).stream();
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    while let Some(item) = items.next().await {
        match item {
            Ok(saved) => found.push(number(&saved.track.name)),
            Err(error) => errors.push((found.len(), items.skipped().last().cloned(), error)),
        }
    }
    assert_eq!(found, without(300, [120..122, 290..291]));
    let told: Vec<_> = errors.iter().map(|(after, positions, _)| (*after, positions.clone().unwrap())).collect();
    assert_eq!(told, [(120, 120..121), (120, 121..122), (288, 290..291)]);
    assert_eq!(items.skipped(), [120..121, 121..122, 290..291]);
}

#[tokio::test]
async fn a_list_goes_on_to_its_end_where_no_page_says_how_long_it_is() {
    let list = List::of(230).broken_at(50..100).shaped(|page| *page = json!({"items": page["items"]}));
    let found = list.client().tracks().get_saved().concurrency(1).skip_failed_pages().collect_all().await.unwrap();
    assert_eq!(numbers(&found.items), without(230, [50..100]));
}

#[test]
fn the_blocking_client_steps_over_pages_too() {
    let list = List::of(333).broken_at([77]);
    let client = SpotifyClient::builder(AccessToken::new("BQ").unwrap()).max_retries(0).http(list.clone());
    let client = client.build().unwrap();
    let found = client.tracks().get_saved().skip_failed_pages().collect_all().unwrap();
    assert_eq!(numbers(&found.items), without(333, [77..78]));
    assert_eq!(found.skipped[0].positions, 77..78);

    let mut items = client.tracks().get_saved().skip_failed_pages().iter();
    let (mut good, mut errors) = (0, 0);
    for item in items.by_ref() {
        match item {
            Ok(_) => good += 1,
            Err(_) => errors += 1,
        }
    }
    assert_eq!((good, errors, items.skipped()), (332, 1, [77..78].as_slice()));

    let mut pages = client.tracks().get_saved().skip_failed_pages().pages();
    let count: usize = pages.by_ref().filter_map(Result::ok).map(|page| page.items.len()).sum();
    assert_eq!((count, pages.skipped()), (332, [77..78].as_slice()));
}

#[tokio::test]
async fn where_spotify_fails_altogether_the_list_ends_with_the_error() {
    let list = List::of(16_500).broken_at(100..16_500);
    let error = list.client().tracks().get_saved().skip_failed_pages().collect_all().await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
    assert!(list.asked().len() <= 2 + 5 * (1 + 16) + 5, "{} requests", list.asked().len());

    let list = List::of(300).broken_at(0..300);
    let mut items = list.client().tracks().get_saved().skip_failed_pages().stream();
    let mut errors = 0;
    while let Some(item) = items.next().await {
        assert!(item.is_err());
        errors += 1;
        assert!(errors < 100, "the stream does not end");
    }
}

#[tokio::test]
async fn errors_that_are_not_the_pages_are_not_stepped_over() {
    for status in [400, 401, 403, 404, 429] {
        let list = List::of(300).hook(move |index, _| (index >= 2).then(|| (status, json!({}))));
        let result = list.client().tracks().get_saved().ignore_rate_limit().skip_failed_pages().collect_all().await;
        assert_eq!(result.unwrap_err().status().unwrap().as_u16(), status);
    }
}
