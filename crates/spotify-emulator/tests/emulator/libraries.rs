//! Generated libraries: as large as asked for, and the same every time.

use std::collections::HashSet;

use serde_json::Value;
use spotify_emulator::Emulator;

use crate::support::*;

async fn ids(emulator: &Emulator, path: &str, of: fn(&Value) -> &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(address) = next {
        let page = get(emulator, &address).await.json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| of(item).as_str().unwrap().to_owned()));
        next = page["next"].as_str().map(str::to_owned);
    }
    ids
}

#[tokio::test]
async fn a_library_has_as_many_tracks_as_asked_for_and_no_two_alike() {
    let emulator = Emulator::builder().library(1234).start().unwrap();
    let tracks = ids(&emulator, "/me/tracks?limit=50", |item| &item["track"]["id"]).await;
    assert_eq!(tracks.len(), 1234);
    assert_eq!(tracks.iter().collect::<HashSet<_>>().len(), 1234);
    let last = get(&emulator, &format!("/tracks/{}", tracks[1233])).await.json();
    assert_eq!(get(&emulator, last["album"]["href"].as_str().unwrap()).await.json()["id"], last["album"]["id"]);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_library() {
    let first = |seed: u64| async move {
        let emulator = Emulator::builder().library(100).seed(seed).start().unwrap();
        ids(&emulator, "/me/tracks?limit=50", |item| &item["track"]["id"]).await
    };
    let (one, same, other) = (first(1).await, first(1).await, first(2).await);
    assert_eq!(one, same);
    assert_ne!(one, other);
}

#[tokio::test]
async fn playlists_of_any_size_are_made() {
    let emulator = Emulator::builder().library(10).playlist(0).playlist(101).playlist(10_000).start().unwrap();
    let playlists = get(&emulator, "/me/playlists?limit=50").await.json();
    let size = |name: &str| {
        let all = playlists["items"].as_array().unwrap();
        all.iter().find(|playlist| playlist["name"] == name).unwrap()["items"]["total"].as_u64().unwrap()
    };
    assert_eq!([size("Generated 1"), size("Generated 2"), size("Generated 3")], [0, 101, 10_000]);
}
