//! What decoding costs in memory.

#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use spotify_sdk::models::{List, Market, SimplifiedTrack};

fn codes() -> String {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|first| letters().map(move |second| [first, second]));
    let codes: Vec<_> = codes.take(185).map(|code| format!("\"{}\"", String::from_utf8_lossy(&code))).collect();
    format!("[{}]", codes.join(","))
}

#[test]
fn a_list_of_185_markets_costs_one_allocation() {
    let json = codes();
    let mut markets = List::<Market>::default();
    let cost = measure(|| markets = serde_json::from_str(&json).unwrap());
    assert_eq!(markets.len(), 185);
    assert_eq!(cost.count_total, 1);
    // 185 codes of two bytes, and room for a few more.
    assert!(cost.bytes_max <= 384, "{cost:?}");
}

#[test]
fn the_markets_of_a_track_cost_one_allocation() {
    let json = format!(r#"{{"available_markets":{}}}"#, codes());
    let mut track = None;
    let cost = measure(|| track = serde_json::from_str::<SimplifiedTrack>(&json).ok());
    assert_eq!(track.unwrap().available_markets.len(), 185);
    assert_eq!(cost.count_total, 1);
}

#[test]
fn ids_uris_and_short_names_cost_no_allocation() {
    let json = r#"{"id":"6rqhFgbbKwnb9MLmUQDhG6","uri":"spotify:track:6rqhFgbbKwnb9MLmUQDhG6","name":"BAILE INoLVIDABLE",
        "type":"track","explicit":true,"duration_ms":367000,"preview_url":null}"#;
    let mut track = None;
    let cost = measure(|| track = serde_json::from_str::<SimplifiedTrack>(json).ok());
    assert_eq!(track.unwrap().id.unwrap(), "6rqhFgbbKwnb9MLmUQDhG6");
    assert_eq!(cost.count_total, 0);
}
