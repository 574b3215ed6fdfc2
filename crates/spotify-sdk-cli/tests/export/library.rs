//! A saved library is put back.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Emulator, Fault, FaultRule};

use crate::scene::{Scene, signal, text};

const KINDS: [&str; 6] = ["tracks", "albums", "shows", "episodes", "audiobooks", "artists"];

/// The URIs of all that is in the library, the latest first, by kind.
fn library(scene: &Scene) -> Vec<Vec<String>> {
    let uris = |kind: &&str| {
        let output = scene.run(&["export", "library", kind, "-"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let lines = text(&output.stdout);
        let uri = |line: &str| {
            let entry: Value = serde_json::from_str(line).unwrap();
            let one = &kind[..kind.len() - 1];
            let content = if entry[one].is_object() { &entry[one] } else { &entry };
            content["uri"].as_str().unwrap().to_owned()
        };
        lines.lines().map(uri).collect()
    };
    KINDS.iter().map(uris).collect()
}

fn empty(scene: &Scene) {
    for uris in library(scene).iter().filter(|uris| !uris.is_empty()) {
        let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
        scene.succeed(&[&["library", "remove"], &uris[..]].concat());
    }
    assert!(library(scene).iter().all(Vec::is_empty));
}

#[test]
fn a_library_comes_back_in_its_order_from_a_folder_and_from_every_format() {
    let scene = Scene::new("library-back", Emulator::start().unwrap());
    let before = library(&scene);
    assert!(before.iter().all(|uris| uris.len() > 1));
    scene.succeed(&["export", "library", "all", "mine"]);
    scene.succeed(&["export", "library", "all", "table", "--format", "csv", "--safe-csv", "--bom"]);
    scene.succeed(&["export", "library", "lib.json"]);
    for from in ["mine", "table"] {
        empty(&scene);
        let output = scene.run(&["import", "library", from, "--dry-run"]);
        assert!(text(&output.stdout).starts_with("Would save 159 tracks, "), "{}", text(&output.stdout));
        assert!(library(&scene).iter().all(Vec::is_empty));
        let output = scene.run(&["import", "library", from]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).starts_with("Saved 159 tracks, "), "{}", text(&output.stdout));
        let after = library(&scene);
        assert_eq!(after[..5], before[..5], "{from}");
        let sorted = |uris: &[String]| {
            let mut uris = uris.to_vec();
            uris.sort();
            uris
        };
        assert_eq!(sorted(&after[5]), sorted(&before[5]));
    }
    // What is there stays as it is.
    scene.emulator.clear_requests();
    let output = scene.run(&["import", "library", "lib.json", "--json"]);
    let done: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&done["saved"]["tracks"], &done["there"]), (&0.into(), &159.into()));
    assert!(scene.emulator.requests().iter().all(|request| request.method == "GET"));
}

#[test]
fn stopped_it_goes_on_and_saves_nothing_twice() {
    let scene = Scene::with_library("library-stopped", 900);
    scene.succeed(&["export", "library", "lib.jsonl"]);
    let before = library(&scene)[0].clone();
    empty(&scene);
    let delay = Fault::delay(Duration::from_millis(60));
    scene.emulator.faults().add(FaultRule::new(delay).method("PUT").path("/me/library"));
    let saved = || scene.emulator.requests().iter().filter(|request| request.method == "PUT").count();
    scene.emulator.clear_requests();
    for (signal_, code) in [("-KILL", None), ("-INT", Some(130))] {
        let child = scene.start(&["import", "library", "lib.jsonl"]);
        let begun = saved();
        while saved() < begun + 4 {
            thread::sleep(Duration::from_millis(3));
        }
        signal(&child, signal_);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), code, "{}", text(&output.stderr));
        if code.is_some() {
            assert!(text(&output.stderr).contains("run the same command again to resume."), "{}", text(&output.stderr));
        }
    }
    let there = library(&scene)[0].len();
    assert!(there > 200 && there < 900, "{there}");
    let output = scene.run(&["import", "library", "lib.jsonl"]);
    assert_eq!(text(&output.stderr), format!("{there} items are in your library already.\n"));
    assert_eq!(text(&output.stdout), format!("Saved {} tracks.\n", 900 - there));
    assert_eq!(library(&scene)[0], before);
    // But for the one that was under way when it was killed, each batch was sent once.
    assert!(saved() <= 900_usize.div_ceil(40) + 2, "{}", saved());
}

#[test]
fn what_spotify_does_not_know_is_left_out_and_the_rest_is_saved() {
    let scene = Scene::new("library-unknown", Emulator::start().unwrap());
    let before = library(&scene)[0].clone();
    empty(&scene);
    let mut uris = before[..50].to_vec();
    uris.insert(7, "spotify:track:0000000000000000000001".to_owned());
    uris.insert(9, "spotify:local:Alma:Demos:Home:60".to_owned());
    uris.insert(11, "not an item".to_owned());
    fs::write(scene.folder.join("uris.txt"), uris.join("\n")).unwrap();
    let output = scene.run(&["import", "library", "uris.txt", "--one-by-one"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let errors = text(&output.stderr);
    for line in [
        "Left out 3 items, which cannot be saved:\n",
        "  8: unknown to Spotify: spotify:track:0000000000000000000001\n",
        "  10: a local file: spotify:local:Alma:Demos:Home:60\n",
        "  12: no URI: not an item\n",
    ] {
        assert!(errors.contains(line), "{errors}");
    }
    assert_eq!(library(&scene)[0], before[..50]);
    empty(&scene);
    // In batches as well, and without a request for each.
    scene.emulator.clear_requests();
    assert!(scene.run(&["import", "library", "uris.txt"]).status.success());
    assert!(scene.emulator.requests().iter().filter(|request| request.method == "PUT").count() < 16);
    assert_eq!(library(&scene)[0], before[..50]);
}
