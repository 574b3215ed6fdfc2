//! Playlists by name, and what is in them already.

use std::io::Write;
use std::process::Stdio;

use spotify_emulator::Emulator;

use crate::scene::{Scene, text};

#[test]
fn a_playlist_can_be_given_by_its_name_wherever_one_goes_in() {
    let scene = Scene::new("named", Emulator::start().unwrap());
    let trip = scene.playlist("Road Trip");
    let items = scene.items(&trip);
    assert_eq!(scene.items("road trip"), items);
    scene.succeed(&["export", "playlist", "ROAD TRIP", "trip.jsonl"]);
    assert_eq!(scene.read("trip.jsonl").lines().count(), items.len());
    scene.succeed(&["playlist", "create", "Copy"]);
    scene.succeed(&["import", "playlist", "trip.jsonl", "--into", "Copy"]);
    assert_eq!(scene.items("Copy"), items);
    let mut child = scene.command(env!("CARGO_BIN_EXE_spotify-cli"), &["playlist", "replace", "Copy", "-"]);
    let mut child = child.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(items[..3].join("\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(scene.items("Copy"), items[..3]);
    scene.succeed(&["playlist", "sync", "copy", &items[2], &items[0]]);
    assert_eq!(scene.items("Copy"), [items[2].clone(), items[0].clone()]);

    scene.succeed(&["playlist", "create", "copy"]);
    assert_eq!(scene.items("copy").len(), 0, "the exact name comes first");
    let output = scene.run(&["playlist", "items", "COPY"]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.starts_with("error: several playlists are named COPY\nhint: Use one of the ids: "));
    let id = |name: &str| scene.playlist(name).rsplit(':').next().unwrap().to_owned();
    assert!(errors.contains(&format!("{} (Copy by Alma, 2 items)", id("Copy"))), "{errors}");
    assert!(errors.contains(&format!("{} (copy by Alma, 0 items)", id("copy"))), "{errors}");
    let output = scene.run(&["playlist", "items", "no such playlist"]);
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn what_a_playlist_has_already_is_not_added_again() {
    let scene = Scene::new("add-new", Emulator::start().unwrap());
    let items = scene.items("Road Trip");
    scene.succeed(&["playlist", "create", "Copy"]);
    scene.succeed(&["playlist", "add", "Copy", &items[0], &items[1]]);
    let link = items[1].replace("spotify:track:", "https://open.spotify.com/track/");
    let errors = scene.succeed(&["playlist", "add", "Copy", "--new", &link, &items[2], &items[2], &items[0]]);
    assert_eq!(errors, "Added 1 item. Skipped 3 items that it has already.\n");
    assert_eq!(scene.items("Copy"), items[..3]);
    scene.emulator.clear_requests();
    let errors = scene.succeed(&["playlist", "add", "Copy", "--new", &items[2]]);
    assert_eq!(errors, "Added nothing. Skipped 1 item that it has already.\n");
    assert!(scene.emulator.requests().iter().all(|request| request.method == "GET"));
}
