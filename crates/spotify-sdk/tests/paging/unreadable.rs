//! One item that cannot be read is told in its place, and the list goes on.

// What was left out is a list of ranges, of one item each.
#![allow(clippy::single_range_in_vec_init)]

use spotify_sdk::models::{Page, SavedAlbum};
use spotify_sdk::serde_json::{self, Value, json};
use spotify_sdk::{Error, SpotifyClient};

use crate::list::{List, number};

/// Saved albums by position: no id at 3 and 60, a number in the place of 57, `null` in that of 5.
fn albums(page: &mut Value) {
    let offset = page["offset"].as_u64().unwrap() as usize;
    for (index, item) in page["items"].as_array_mut().unwrap().iter_mut().enumerate() {
        *item = match offset + index {
            3 | 60 => json!({"added_at": "2026-01-01T00:00:00Z", "album": {"name": "no id"}}),
            5 => Value::Null,
            57 => json!(57),
            position => json!({"album": {"id": format!("{position}"), "name": format!("Track {position}")}}),
        };
    }
}

fn numbers(items: &[SavedAlbum]) -> Vec<u32> {
    items.iter().map(|saved| number(&saved.album.name)).collect()
}

fn readable() -> Vec<u32> {
    (0..120).filter(|position| ![3, 5, 57, 60].contains(position)).collect()
}

fn assert_names(error: &Error, position: u32, reason: &str) {
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    let said = error.to_string();
    assert!(said.contains(&format!("the item at {position}: {reason}")), "{said}");
}

const REASONS: [(u32, &str); 3] = [
    (3, "missing or unusable field `album.id`"),
    (57, "expected SavedAlbum, got a number"),
    (60, "missing or unusable field `album.id`"),
];

#[tokio::test]
async fn a_page_has_its_other_items_and_the_unreadable_one_as_it_came() {
    let list = List::of(50).shaped(albums);
    let page = list.client().albums().get_saved().limit(50).await.unwrap();
    assert_eq!((page.items.len(), page.absent_items(), page.entries()), (48, 1, 50));
    let unreadable = page.unreadable().next().unwrap();
    assert_eq!((unreadable.index, unreadable.reason.as_str()), (REASONS[0].0 as usize, REASONS[0].1));
    assert_eq!(unreadable.json["album"]["name"], "no id");
    let again = serde_json::to_value(&page).unwrap();
    assert_eq!((&again["items"][3]["album"]["name"], &again["items"][5]), (&json!("no id"), &Value::Null));
    assert_eq!(again["items"].as_array().unwrap().len(), 50);
    assert!(again.get("unreadable").is_none());
}

#[tokio::test]
async fn a_stream_gives_the_error_in_the_place_of_the_item_and_goes_on() {
    let list = List::of(120).shaped(albums);
    let mut items = list.client().albums().get_saved().stream();
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    while let Some(item) = items.next().await {
        match item {
            Ok(saved) => found.push(saved),
            Err(error) => errors.push((found.len(), error)),
        }
    }
    assert_eq!(numbers(&found), readable());
    assert_eq!(errors.iter().map(|(after, _)| *after).collect::<Vec<_>>(), [3, 55, 57]);
    for ((position, reason), (_, error)) in REASONS.into_iter().zip(&errors) {
        assert_names(error, position, reason);
    }
    assert_eq!(items.skipped(), [3..4, 57..58, 60..61]);
    assert_eq!(list.asked(), [(0, 50), (50, 50), (100, 50)], "each page once, and no position is lost");
}

#[tokio::test]
async fn the_position_is_that_in_the_list_wherever_the_call_starts() {
    let list = List::of(120).shaped(albums);
    let mut items = list.client().albums().get_saved().offset(50).limit(20).stream();
    let mut errors = Vec::new();
    while let Some(item) = items.next().await {
        errors.extend(item.err());
    }
    assert_eq!(errors.len(), 2);
    assert_names(&errors[0], REASONS[1].0, REASONS[1].1);
    assert_names(&errors[1], REASONS[2].0, REASONS[2].1);
}

#[test]
fn an_iterator_does_the_same() {
    let list = List::of(120).shaped(albums);
    let client = SpotifyClient::builder(spotify_sdk::auth::AccessToken::new("BQpaging").unwrap()).http(list);
    let client = client.build().unwrap();
    let mut items = client.albums().get_saved().iter();
    let (found, errors): (Vec<_>, Vec<_>) = items.by_ref().partition(Result::is_ok);
    assert_eq!(numbers(&found.into_iter().map(Result::unwrap).collect::<Vec<_>>()), readable());
    for ((position, reason), error) in REASONS.into_iter().zip(errors) {
        assert_names(&error.unwrap_err(), position, reason);
    }
    assert_eq!(items.skipped(), [3..4, 57..58, 60..61]);
    assert!(client.albums().get_saved().collect_all().is_err());
    let collected = client.albums().get_saved().skip_failed_pages().collect_all().unwrap();
    assert_eq!((collected.items.len(), collected.skipped.len()), (116, 3));
}

#[tokio::test]
async fn collecting_loses_no_item_in_silence() {
    let list = List::of(120).shaped(albums);
    let error = list.client().albums().get_saved().collect_all().await.unwrap_err();
    assert_names(&error, REASONS[0].0, REASONS[0].1);
    let found = list.client().albums().get_saved().skip_failed_pages().collect_all().await.unwrap();
    assert_eq!(numbers(&found.items), readable());
    let skipped: Vec<_> = found.skipped.iter().map(|skipped| skipped.positions.clone()).collect();
    assert_eq!(skipped, [3..4, 57..58, 60..61]);
    assert!(found.skipped[0].to_string().starts_with("the item at 3 was left out: "));
    for ((position, reason), skipped) in REASONS.into_iter().zip(&found.skipped) {
        assert_names(&skipped.error, position, reason);
    }
}

#[tokio::test]
async fn failed_pages_and_unreadable_items_are_told_in_the_order_of_the_list() {
    let list = List::of(120).shaped(albums).broken_at([1, 58]);
    let found = list.client().albums().get_saved().skip_failed_pages().collect_all().await.unwrap();
    let skipped: Vec<_> = found.skipped.iter().map(|skipped| skipped.positions.clone()).collect();
    assert_eq!(skipped, [1..2, 3..4, 57..58, 58..59, 60..61]);
    let mut items = list.client().albums().get_saved().skip_failed_pages().stream();
    while items.next().await.is_some() {}
    assert_eq!(items.skipped(), [1..2, 3..4, 57..58, 58..59, 60..61]);
}

#[tokio::test]
async fn what_an_error_shows_of_an_item_has_no_token_in_it() {
    let list = List::of(3).shaped(|page| page["items"][1] = json!({"BQpaging": ["BQpaging"], "track": 5}));
    let page = list.client().tracks().get_saved().send_as::<Page<Strict>>().await.unwrap();
    assert!(page.items.is_empty());
    let unreadable = page.unreadable().nth(1).unwrap();
    assert!(!unreadable.reason.contains("BQpaging"), "{}", unreadable.reason);

    let list = List::of(3).shaped(|page| page["items"][1] = json!(["BQpaging and more of it"]));
    let mut items = list.client().tracks().get_saved().stream();
    let mut errors = Vec::new();
    while let Some(item) = items.next().await {
        errors.extend(item.err());
    }
    assert_eq!(errors.len(), 1);
    for said in [errors[0].to_string(), format!("{:?}", errors[0])] {
        assert!(said.contains("[secret]") && !said.contains("BQpaging"), "{said}");
    }
}

/// A type whose refusal quotes what came.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Strict {
    only: u8,
}
