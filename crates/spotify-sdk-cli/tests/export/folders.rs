//! Exports into folders.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Emulator, Fault, FaultRule};

use crate::scene::{Scene, signal, text};

#[test]
fn all_of_the_library_goes_into_a_folder() {
    let scene = Scene::new("all", Emulator::start().unwrap());
    let errors = scene.succeed(&["export", "library", "all", "mine"]);
    assert!(errors.starts_with("Exported ") && errors.ends_with(" items in 6 files to mine.\n"), "{errors}");
    let index = scene.read("mine/index.jsonl");
    for (line, kind) in index.lines().zip(["tracks", "albums", "shows", "episodes", "audiobooks", "artists"]) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["file"], format!("{kind}.jsonl"));
        assert_eq!(line["entries"], scene.read(&format!("mine/{kind}.jsonl")).lines().count());
    }
}

/// What a run cannot lose any more: how many files the index has as done, and how far the one is that is under way.
#[derive(Default, PartialEq, PartialOrd)]
struct Progress {
    files: usize,
    entries: u64,
}

impl Progress {
    fn of(folder: &Path) -> Self {
        let lines = |path: PathBuf| -> Vec<Value> {
            let text = fs::read_to_string(path).unwrap_or_default();
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
        };
        let files = lines(folder.join("index.jsonl.part")).iter().filter(|line| !line["entries"].is_null()).count();
        let listed = fs::read_dir(folder).into_iter().flatten().filter_map(|file| Some(file.ok()?.path()));
        let states = listed.filter(|path| path.extension().is_some_and(|ending| ending == "state"));
        let reached = states.flat_map(lines).filter_map(|line| line["reached"]["entries"].as_u64());
        Self { files, entries: reached.max().unwrap_or(0) }
    }
}

#[test]
fn every_playlist_gets_a_file_and_what_is_done_is_not_done_again() {
    let emulator = Emulator::builder().playlist(1500).playlist(120).start().unwrap();
    let scene = Scene::new("playlists", emulator);
    scene.succeed(&["playlist", "create", "Road/Trip"]);
    scene.succeed(&["playlist", "create", "road_trip"]);
    let delay = Fault::delay(Duration::from_millis(40));
    scene.emulator.faults().add(FaultRule::new(delay).path("/playlists/*/items"));
    // Each run is killed as soon as it has got further than the one before, in the middle of a file and between two.
    let (mut kills, mut before) = (0, Progress::default());
    let status = loop {
        let mut child = scene.start(&["export", "playlists", "mine"]);
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            let now = Progress::of(&scene.folder.join("mine"));
            if now > before && kills < 12 {
                before = now;
                break None;
            }
            thread::sleep(Duration::from_millis(3));
        };
        if let Some(status) = ended {
            break status;
        }
        signal(&child, "-KILL");
        child.wait().unwrap();
        kills += 1;
    };
    assert!(status.success() && kills >= 2, "{kills}");
    let index: Vec<Value> =
        scene.read("mine/index.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(index.len(), scene.count_of_playlists());
    let (mut files, mut left_out) = (0, 0);
    for line in &index {
        let Some(file) = line["file"].as_str() else {
            left_out += 1;
            continue;
        };
        files += 1;
        let uris: Vec<String> = scene.items(line["playlist"]["id"].as_str().unwrap());
        let lines = scene.read(&format!("mine/{file}"));
        let written = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let written = written.map(|item| item["item"]["uri"].as_str().unwrap_or_default().to_owned());
        assert_eq!(written.collect::<Vec<_>>(), uris, "{file}");
    }
    assert!(left_out > 0);
    // Who is killed while a new file gets its name, leaves it without one.
    let names = fs::read_dir(scene.folder.join("mine")).unwrap().map(|file| file.unwrap().file_name());
    let unnamed = |name: &str| name.starts_with('.') && name.ends_with(".new");
    assert_eq!(names.filter(|name| !unnamed(&name.to_string_lossy())).count(), files + 1);
    assert!(index.iter().any(|line| line["file"].as_str().is_some_and(|file| file.starts_with("Road_Trip "))));
}

#[test]
fn two_at_once_do_not_write_into_one_folder() {
    let scene = Scene::new("two-folders", Emulator::builder().playlist(1500).start().unwrap());
    let delay = Fault::delay(Duration::from_millis(40));
    scene.emulator.faults().add(FaultRule::new(delay).path("/playlists/*/items"));
    let first = scene.start(&["export", "playlists", "mine"]);
    while Progress::of(&scene.folder.join("mine")) == Progress::default() {
        thread::sleep(Duration::from_millis(3));
    }
    for force in [&[][..], &["--force"]] {
        let output = scene.run(&[&["export", "playlists", "mine"], force].concat());
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(text(&output.stderr), "error: another export to mine is running\n");
    }
    let output = first.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(scene.read("mine/index.jsonl").lines().count(), scene.count_of_playlists());
}

#[test]
fn no_playlist_is_lost_whatever_the_others_are_called() {
    let scene = Scene::new("twins", Emulator::start().unwrap());
    let create = |name: &str| text(&scene.run(&["playlist", "create", name]).stdout).trim().to_owned();
    let first = create("Twin");
    let id = first.rsplit(':').next().unwrap().to_owned();
    let tracks: Vec<String> = {
        let listed = text(&scene.run(&["library", "list", "--limit", "6"]).stdout);
        listed.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
    };
    let names =
        ["Twin".to_owned(), format!("Twin {id}"), "TWIN".to_owned(), "Caf\u{e9}".to_owned(), "Cafe\u{301}".to_owned()];
    let mut made = vec![first];
    made.extend(names.iter().map(|name| create(name)));
    for (playlist, track) in made.iter().zip(&tracks) {
        scene.succeed(&["playlist", "add", playlist, track]);
    }
    let check = || {
        let index = scene.read("mine/index.jsonl");
        let lines: Vec<Value> = index.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let files: HashSet<String> =
            lines.iter().filter_map(|line| Some(line["file"].as_str()?.to_lowercase())).collect();
        assert_eq!(files.len(), lines.iter().filter(|line| line["file"].is_string()).count());
        for (playlist, track) in made.iter().zip(&tracks) {
            let line = lines.iter().find(|line| line["playlist"]["uri"] == *playlist.as_str()).unwrap();
            let file = line["file"].as_str().unwrap();
            assert!(scene.read(&format!("mine/{file}")).contains(track.as_str()), "{file}");
        }
        lines.iter().map(|line| (line["what"].clone(), line["file"].clone())).collect::<Vec<_>>()
    };
    scene.succeed(&["export", "playlists", "mine"]);
    let before = check();
    scene.succeed(&["export", "playlists", "mine", "--force"]);
    assert_eq!(check(), before);
    // One more of the same name changes no other's file.
    create("Twin");
    scene.succeed(&["export", "playlists", "mine", "--force"]);
    let after = check();
    assert!(before.iter().all(|line| after.contains(line)));
}
