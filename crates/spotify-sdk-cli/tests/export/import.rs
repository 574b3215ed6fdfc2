//! Imports, and what comes back of an export.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Emulator, Fault, FaultRule};

use crate::scene::{Scene, signal, text};

#[test]
fn a_playlist_comes_back_as_it_was() {
    let scene = Scene::new("round-trip", Emulator::builder().playlist(1234).start().unwrap());
    let talk = scene.playlist("Songs and Talk");
    let mut uris = scene.items(&talk);
    assert!(uris.iter().any(|uri| uri.contains(":episode:")));
    // Duplicates, side by side and apart.
    let again = [uris[0].clone(), uris[0].clone(), uris[3].clone()];
    scene.succeed(&[&["playlist", "add", &talk], &again.each_ref().map(String::as_str)[..]].concat());
    uris.extend(again);
    assert_eq!(scene.items(&talk), uris);
    for ending in ["jsonl", "json", "csv"] {
        let file = format!("talk.{ending}");
        scene.succeed(&["export", "playlist", &talk, &file]);
        let output = scene.run(&["import", "playlist", &file, "--name", "Back"]);
        assert!(text(&output.stderr).ends_with("Imported 15 items into Back.\n"), "{}", text(&output.stderr));
        assert_eq!(scene.items(text(&output.stdout).trim()), uris);
        fs::write(scene.folder.join("uris.txt"), uris.join("\n")).unwrap();
        let output = scene.run(&["import", "playlist", "uris.txt", "--json"]);
        let made: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&made["items"], &made["playlist"]["name"]), (&15.into(), &"uris".into()));
        assert_eq!(scene.items(made["playlist"]["id"].as_str().unwrap()), uris);
    }
    // A second export of what was imported has the same items.
    let made = scene.playlist("Back");
    scene.succeed(&["export", "playlist", &made, "back.jsonl"]);
    let items = |file: &str| -> Vec<Value> {
        let lines = scene.read(file);
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["item"].clone()).collect()
    };
    assert_eq!(items("talk.jsonl"), items("back.jsonl"));
}

#[test]
fn what_nobody_can_add_is_told_and_left_out() {
    let scene = Scene::new("left-out", Emulator::start().unwrap());
    let odds = scene.playlist("Odds and Ends");
    let all = scene.items(&odds);
    scene.succeed(&["export", "playlist", &odds, "odds.jsonl"]);
    assert_eq!(scene.read("odds.jsonl").lines().count(), all.len());
    let before = scene.count_of_playlists();
    let output = scene.run(&["import", "playlist", "odds.jsonl", "--dry-run"]);
    assert!(output.status.success() && text(&output.stdout).starts_with("Would create the playlist odds with "));
    assert_eq!(scene.count_of_playlists(), before);

    let output = scene.run(&["import", "playlist", "odds.jsonl", "--json"]);
    assert!(output.status.success());
    assert!(text(&output.stderr).contains(": a local file: "), "{}", text(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let left_out = made["left_out"].as_array().unwrap();
    let addable: Vec<String> = all.iter().filter(|uri| !uri.is_empty() && !uri.contains(":local:")).cloned().collect();
    assert_eq!(left_out.len(), all.len() - addable.len());
    assert_eq!(scene.items(made["playlist"]["id"].as_str().unwrap()), addable);

    // Into itself nothing changes: local files stay where they are.
    let output = scene.run(&["import", "playlist", "odds.jsonl", "--into", &odds]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(scene.items(&odds), all);
}

#[test]
fn an_existing_playlist_is_brought_to_what_is_in_the_file() {
    let scene = Scene::new("into", Emulator::builder().playlist(300).start().unwrap());
    let (from, to) = (scene.playlist("Road Trip"), scene.playlist("Dance"));
    scene.succeed(&["export", "playlist", &from, "trip.csv"]);
    let before = scene.items(&to);
    let output = scene.run(&["import", "playlist", "trip.csv", "--into", &to, "--dry-run"]);
    assert!(text(&output.stdout).starts_with("Would keep "), "{}", text(&output.stdout));
    assert_eq!(scene.items(&to), before);
    scene.succeed(&["import", "playlist", "trip.csv", "--into", &to]);
    assert_eq!(scene.items(&to), scene.items(&from));
    scene.emulator.clear_requests();
    scene.succeed(&["import", "playlist", "trip.csv", "--into", &to]);
    assert!(scene.emulator.requests().iter().all(|request| request.method == "GET"));
}

#[test]
fn an_import_that_was_stopped_goes_on_with_the_same_playlist() {
    let scene = Scene::new("import", Emulator::builder().playlist(4000).start().unwrap());
    let from = {
        let lists = text(&scene.run(&["library", "list", "playlists", "--limit", "0"]).stdout);
        lists.lines().find(|line| line.ends_with("\t4000")).unwrap().split('\t').next().unwrap().to_owned()
    };
    scene.succeed(&["export", "playlist", &from, "large.jsonl"]);
    let before = scene.count_of_playlists();
    let delay = Fault::delay(Duration::from_millis(60));
    scene.emulator.faults().add(FaultRule::new(delay).method("POST").path("/playlists/*/items"));
    for (signal_, code) in [("-KILL", None), ("-INT", Some(130)), ("-KILL", None)] {
        let child = scene.start(&["import", "playlist", "large.jsonl"]);
        let adding = || scene.emulator.requests().iter().filter(|request| request.method == "POST").count();
        let before = adding();
        while adding() < before + 4 {
            thread::sleep(Duration::from_millis(3));
        }
        signal(&child, signal_);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), code, "{}", text(&output.stderr));
        if code.is_some() {
            assert!(text(&output.stderr).contains("run the same command again to resume."), "{}", text(&output.stderr));
        }
    }
    scene.emulator.clear_requests();
    let output = scene.run(&["import", "playlist", "large.jsonl"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let adding = scene.emulator.requests().iter().filter(|request| request.method == "POST").count();
    assert!((1..40).contains(&adding), "{adding}");
    assert_eq!(scene.items(text(&output.stdout).trim()), scene.items(&from));
    assert_eq!(scene.count_of_playlists(), before + 1);
    assert_eq!(scene.files(), ["large.jsonl"]);
}

#[test]
fn a_playlist_of_a_folder_gets_its_name_and_its_description_back_without_escapes() {
    let scene = Scene::new("described", Emulator::start().unwrap());
    let description = r#"Rock & Roll isn't "dead" <3"#;
    let made = text(&scene.run(&["playlist", "create", "80s/90s: best?", "--description", description]).stdout);
    scene.succeed(&["playlist", "add", made.trim(), "spotify:track:2lTm559tuIvatlT1u0JYG2"]);
    let sent = || {
        let body = String::from_utf8(
            scene
                .emulator
                .requests()
                .iter()
                .rev()
                .find(|r| r.path == "/v1/me/playlists" && r.method == "POST")
                .unwrap()
                .body
                .to_vec(),
        );
        serde_json::from_str::<Value>(&body.unwrap()).unwrap()["description"].clone()
    };
    assert_eq!(sent(), description);
    // As Spotify has it, escaped.
    let json = text(&scene.run(&["playlist", made.trim(), "--json"]).stdout);
    let described: Value = serde_json::from_str(&json).unwrap();
    assert!(described["description"].as_str().unwrap().contains("&amp;"), "{json}");
    let shown = text(&scene.run(&["playlist", made.trim()]).stdout);
    assert!(shown.contains(description) && !shown.contains("&amp;"), "{shown}");
    scene.succeed(&["export", "playlists", "mine"]);
    scene.emulator.clear_requests();
    let errors = scene.succeed(&["import", "playlist", "mine/80s_90s_ best_.jsonl"]);
    assert!(errors.ends_with("Imported 1 item into 80s/90s: best?.\n"), "{errors}");
    assert_eq!(sent(), description);
}
