//! Exports that are stopped in every way, and go on.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Fault, FaultRule};

use crate::scene::{Scene, signal, text};

/// Complete, in order, and nothing twice: what one undisturbed export gives.
fn assert_same(scene: &Scene, file: &str, whole: &str) {
    let (file, whole) = (scene.read(file), scene.read(whole));
    assert_eq!(whole.lines().count(), scene.tracks);
    let unique: std::collections::HashSet<&str> = file.lines().collect();
    assert_eq!(unique.len(), scene.tracks);
    assert!(file == whole, "the files differ");
}

#[test]
fn killed_in_the_middle_it_goes_on_where_it_was() {
    let scene = Scene::with_library("killed", 10_000);
    scene.succeed(&["export", "library", "whole.jsonl"]);
    scene.slow(40);
    for (file, lines) in [("lib.jsonl", 500), ("lib2.jsonl", 5000), ("lib3.jsonl", 9000)] {
        let mut child = scene.start(&["export", "library", file]);
        scene.wait_for(file, lines);
        signal(&child, "-KILL");
        child.wait().unwrap();
        assert!(!scene.folder.join(file).exists());
        scene.emulator.clear_requests();
        let output = scene.run(&["export", "library", file, "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_same(&scene, file, "whole.jsonl");
        let done: Value = serde_json::from_slice(&output.stdout).unwrap();
        let resumed_at = done["resumed_at"].as_u64().unwrap() as usize;
        assert!(done["entries"] == scene.tracks && resumed_at >= lines - 50, "{done}");
        // A look before, a look after, and what was missing.
        assert_eq!(scene.emulator.requests().len(), (scene.tracks - resumed_at) / 50 + 2);
    }
    assert_eq!(scene.files(), ["lib.jsonl", "lib2.jsonl", "lib3.jsonl", "whole.jsonl"]);
}

#[test]
fn killed_again_and_again_at_any_moment_nothing_is_missed_and_nothing_comes_twice() {
    let scene = Scene::with_library("again", 4000);
    scene.succeed(&["export", "library", "whole.json"]);
    scene.slow(40);
    let mut kills = 0;
    for moment in (0..).map(|round: u64| 60 + round * 37 % 190 + round * 10) {
        let mut child = scene.start(&["export", "library", "lib.json"]);
        thread::sleep(Duration::from_millis(moment));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        signal(&child, "-KILL");
        kills += 1;
        child.wait().unwrap();
        if scene.folder.join("lib.json").exists() {
            break;
        }
        // What a crash of the whole machine can leave: half a line in either file.
        for file in ["lib.json.part", "lib.json.state"] {
            if let Ok(mut file) = fs::OpenOptions::new().append(true).open(scene.folder.join(file)) {
                std::io::Write::write_all(&mut file, b"{\"reached\":{\"off").unwrap();
            }
        }
        assert!(kills < 200, "it makes no progress");
    }
    assert!(kills >= 3, "{kills}");
    assert!(scene.read("lib.json") == scene.read("whole.json"), "the files differ");
    let files = scene.files();
    assert!(files.contains(&"lib.json".to_owned()), "{files:?}");
}

#[test]
fn ctrl_c_stops_it_cleanly() {
    let scene = Scene::with_library("ctrl-c", 4000);
    scene.succeed(&["export", "library", "whole.jsonl"]);
    scene.slow(40);
    let child = scene.start(&["export", "library", "lib.jsonl"]);
    scene.wait_for("lib.jsonl", 1000);
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let errors = text(&output.stderr);
    assert!(
        errors.contains(" tracks are in lib.jsonl.part, ")
            && errors.contains(" tracks are missing; run the same command again to resume."),
        "{errors}"
    );
    assert!(errors.ends_with("error: interrupted\n"), "{errors}");
    // Whole pages, and nothing else.
    let lines = scene.read("lib.jsonl.part").lines().count();
    assert!(lines >= 1000 && lines.is_multiple_of(50));
    scene.emulator.clear_requests();
    scene.succeed(&["export", "library", "lib.jsonl"]);
    assert_eq!(scene.emulator.requests().len(), (scene.tracks - lines) / 50 + 2);
    assert_same(&scene, "lib.jsonl", "whole.jsonl");
    assert_eq!(scene.files(), ["lib.jsonl", "whole.jsonl"]);
}

#[test]
fn ctrl_c_does_not_wait_for_an_answer() {
    let scene = Scene::with_library("ctrl-c-waiting", 4000);
    // Longer than anybody lets a test run.
    scene.slow(3_600_000);
    let child = scene.start(&["export", "library", "lib.jsonl"]);
    while scene.emulator.requests().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(scene.files().is_empty(), "{:?}", scene.files());
}

#[test]
fn a_library_that_changed_meanwhile_is_read_anew() {
    let scene = Scene::with_library("changed", 4000);
    let tracks = text(&scene.run(&["album", "5K79FLRUCSysQnVESLcTdb", "--json"]).stdout);
    let album: Value = serde_json::from_str(&tracks).unwrap();
    let [saved, other] = [0, 1].map(|at| album["tracks"]["items"][at]["uri"].as_str().unwrap());
    scene.slow(40);
    let mut child = scene.start(&["export", "library", "lib.jsonl"]);
    scene.wait_for("lib.jsonl", 1500);
    signal(&child, "-KILL");
    child.wait().unwrap();
    scene.succeed(&["library", "save", saved]);
    let errors = scene.succeed(&["export", "library", "lib.jsonl"]);
    assert_eq!(errors, "The list has changed since: starting over.\nExported 4,001 tracks to lib.jsonl.\n");
    let lines = scene.read("lib.jsonl");
    assert!(lines.lines().count() == scene.tracks + 1 && lines.lines().next().unwrap().contains(saved));

    // While it is read: one goes, and one comes, so that the number is the same at the end.
    let child = scene.start(&["export", "library", "lib2.jsonl"]);
    scene.wait_for("lib2.jsonl", 1500);
    scene.succeed(&["library", "remove", saved]);
    scene.succeed(&["library", "save", other]);
    let output = child.wait_with_output().unwrap();
    assert!(text(&output.stderr).contains("The list changed while it was read: starting over."));
    scene.emulator.faults().clear();
    scene.succeed(&["export", "library", "now.jsonl"]);
    assert_eq!(scene.read("lib2.jsonl"), scene.read("now.jsonl"));
}

#[test]
fn on_a_full_disk_it_says_so_and_goes_on_later() {
    let scene = Scene::with_library("full", 4000);
    scene.succeed(&["export", "library", "whole.jsonl"]);
    fs::write(scene.folder.join("lib.jsonl"), "what was there before\n").unwrap();
    // The shell's way to let no file become larger than about two megabytes.
    let limited = r#"trap '' XFSZ; ulimit -f 4000; exec "$0" "$@""#;
    let program = env!("CARGO_BIN_EXE_spotify-cli");
    let args = ["-c", limited, program, "export", "library", "lib.jsonl", "--force"];
    let output = scene.command("sh", &args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(
        errors.contains("\nerror: lib.jsonl.part: File too large") && errors.contains("again to resume"),
        "{errors}"
    );
    assert_eq!(scene.read("lib.jsonl"), "what was there before\n");

    scene.emulator.clear_requests();
    scene.succeed(&["export", "library", "lib.jsonl", "--force"]);
    assert!(scene.emulator.requests().len() < scene.tracks / 50);
    assert_same(&scene, "lib.jsonl", "whole.jsonl");
    assert_eq!(scene.files(), ["lib.jsonl", "whole.jsonl"]);

    // Full only when the other format is written.
    let length = scene.read("whole.jsonl").len();
    scene.emulator.faults().clear();
    let limited = format!(r#"trap '' XFSZ; ulimit -f {}; exec "$0" "$@""#, length / 512 + 1);
    let output = scene.command("sh", &["-c", &limited, program, "export", "library", "lib.json"]).output().unwrap();
    if !output.status.success() {
        assert!(text(&output.stderr).contains("error: lib.json: "), "{}", text(&output.stderr));
        assert_eq!(scene.files(), ["lib.json.part", "lib.json.state", "lib.jsonl", "whole.jsonl"]);
        scene.emulator.clear_requests();
        scene.succeed(&["export", "library", "lib.json"]);
        assert_eq!(scene.emulator.requests().len(), 1);
    }
    assert_eq!(serde_json::from_str::<Vec<Value>>(&scene.read("lib.json")).unwrap().len(), scene.tracks);
}

#[test]
fn a_lost_network_and_a_long_rate_limit_cost_nothing() {
    let scene = Scene::with_library("network", 4000);
    scene.succeed(&["export", "library", "whole.jsonl"]);
    let wait = Fault::status(429).header("retry-after", "3600");
    for (file, fault, code) in [("lost.jsonl", Fault::reset(), 1), ("limited.jsonl", wait, 5)] {
        scene.emulator.faults().add(FaultRule::new(fault).path("/me/tracks").after(60));
        let output = scene.run(&["export", "library", file]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert!(errors.contains("run the same command again to resume.\nerror: "), "{errors}");
        let lines = scene.read(&format!("{file}.part")).lines().count();
        assert!(lines >= 1000, "{lines}");
        scene.emulator.faults().clear();
        scene.emulator.clear_requests();
        scene.succeed(&["export", "library", file]);
        assert_eq!(scene.emulator.requests().len(), (scene.tracks - lines) / 50 + 2);
        assert_same(&scene, file, "whole.jsonl");
    }
}

#[test]
fn two_at_once_do_not_mix() {
    let scene = Scene::with_library("two", 4000);
    scene.slow(40);
    let child = scene.start(&["export", "library", "lib.jsonl"]);
    scene.wait_for("lib.jsonl", 500);
    let output = scene.run(&["export", "library", "lib.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: another export to lib.jsonl is running\n");
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(scene.read("lib.jsonl").lines().count(), scene.tracks);
}
