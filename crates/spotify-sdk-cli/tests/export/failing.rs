//! Pages that always fail are stepped over where that is asked for, and fetched later.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use spotify_emulator::Emulator;

use crate::scene::{Scene, text};

/// Stands before the emulator, and answers requests with 502 whose first line has one of some texts, or which ask for a page
/// that holds one of some places of the list: `place=100`, from 0.
struct Proxy {
    url: String,
    failing: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn before(scene: &Scene) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = scene.emulator.base_url().to_owned();
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let here = format!("http://{}/{path}", listener.local_addr().unwrap());
        let failing: Arc<Mutex<Vec<String>>> = Arc::default();
        let (host, fails) = (host.to_owned(), Arc::clone(&failing));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (host, fails) = (host.clone(), Arc::clone(&fails));
                thread::spawn(move || serve(stream.unwrap(), &host, &fails));
            }
        });
        Self { url: here, failing }
    }

    fn fail(&self, texts: &[&str]) {
        *self.failing.lock().unwrap() = texts.iter().map(|text| (*text).to_owned()).collect();
    }

    fn run(&self, scene: &Scene, args: &[&str]) -> Output {
        let mut command = scene.command(env!("CARGO_BIN_EXE_spotify-cli"), args);
        command.env("SPOTIFY_SDK_BASE_URL", &self.url).output().unwrap()
    }
}

/// One request of a connection: only reading is asked for here, so that there are no bodies.
fn serve(mut from: TcpStream, host: &str, failing: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match from.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let (line, rest) = head.split_once("\r\n").unwrap();
    if failing.lock().unwrap().iter().any(|text| is_meant(line, text)) {
        let _ = from
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    }
    let mut to = TcpStream::connect(host).unwrap();
    // The emulator names itself in its links as it was called.
    let replaced = |line: &&str| ["connection:", "host:"].iter().any(|name| line.to_lowercase().starts_with(name));
    let rest: Vec<&str> = rest.split("\r\n").filter(|line| !replaced(line)).collect();
    to.write_all(format!("{line}\r\nhost: {host}\r\nconnection: close\r\n{}", rest.join("\r\n")).as_bytes()).unwrap();
    let mut answer = Vec::new();
    to.read_to_end(&mut answer).unwrap();
    let _ = from.write_all(&answer);
}

fn is_meant(line: &str, text: &str) -> bool {
    let Some(place) = text.strip_prefix("place=") else { return line.contains(text) };
    let number = |name: &str| -> Option<u32> {
        let (_, rest) = line.split_once(&format!("{name}="))?;
        rest.split(['&', ' ']).next()?.parse().ok()
    };
    let (from, place) = (number("offset").unwrap_or(0), place.parse().unwrap());
    number("limit").is_some_and(|limit| (from..from + limit).contains(&place))
}

#[test]
fn an_item_at_which_spotify_always_fails_is_left_out_alone_told_and_fetched_by_a_later_run() {
    let scene = Scene::with_library("failing", 420);
    let proxy = Proxy::before(&scene);
    for (file, whole) in [("lib.jsonl", "whole.jsonl"), ("lib.csv", "whole.csv")] {
        scene.succeed(&["export", "library", whole]);
        // Whatever page has these places in it.
        proxy.fail(&["place=100", "place=401"]);
        // As it was: what fails ends it.
        let output = proxy.run(&scene, &["export", "library", file]);
        assert_eq!(output.status.code(), Some(1));
        assert!(!scene.folder.join(file).exists());

        let output = proxy.run(&scene, &["export", "library", file, "--skip-failed", "--json"]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(errors.contains(&format!("Exported 418 tracks to {file}.\n")), "{errors}");
        assert!(errors.contains("error: places 101, 402 of the list are missing: "), "{errors}");
        let done: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(done["missing"], serde_json::json!([[101, 101], [402, 402]]));
        let lines = |file: &str| scene.read(file).lines().map(str::to_owned).collect::<Vec<_>>();
        let heading = usize::from(file.ends_with("csv"));
        let mut expected = lines(whole);
        expected.remove(heading + 401);
        expected.remove(heading + 100);
        assert!(lines(file) == expected, "the files differ");
        assert!(scene.read(&format!("{file}.state")).contains("502"));

        // One of them can be read again: only what is missing is asked for.
        proxy.fail(&["place=401"]);
        scene.emulator.clear_requests();
        let output = proxy.run(&scene, &["export", "library", file, "--skip-failed"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("error: place 402 of the list is missing: "));
        assert!(scene.emulator.requests().len() <= 3);
        proxy.fail(&[]);
        scene.emulator.clear_requests();
        let output = proxy.run(&scene, &["export", "library", file]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(scene.emulator.requests().len() <= 3);
        assert!(scene.read(file) == scene.read(whole), "the files differ");
    }
    assert_eq!(scene.files(), ["lib.csv", "lib.jsonl", "whole.csv", "whole.jsonl"]);
}

#[test]
fn the_first_item_of_a_list_can_be_the_one_that_fails() {
    let scene = Scene::with_library("failing-first", 120);
    let proxy = Proxy::before(&scene);
    scene.succeed(&["export", "library", "whole.jsonl"]);
    proxy.fail(&["place=0"]);
    let output = proxy.run(&scene, &["export", "library", "lib.jsonl", "--skip-failed"]);
    assert!(text(&output.stderr).contains("error: place 1 of the list is missing: "), "{}", text(&output.stderr));
    let whole = scene.read("whole.jsonl");
    assert!(scene.read("lib.jsonl") == whole.split_once('\n').unwrap().1, "the files differ");
    proxy.fail(&[]);
    let output = proxy.run(&scene, &["export", "library", "lib.jsonl"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(scene.read("lib.jsonl") == whole, "the files differ");
}

#[test]
fn a_file_that_was_changed_since_is_not_overwritten_by_what_is_fetched_later() {
    let scene = Scene::with_library("failing-changed", 120);
    let proxy = Proxy::before(&scene);
    proxy.fail(&["offset=50"]);
    assert_eq!(proxy.run(&scene, &["export", "library", "lib.jsonl", "--skip-failed"]).status.code(), Some(1));
    std::fs::write(scene.folder.join("lib.jsonl"), "precious").unwrap();
    proxy.fail(&[]);
    let output = proxy.run(&scene, &["export", "library", "lib.jsonl"]);
    assert!(text(&output.stderr).contains("lib.jsonl exists already"), "{}", text(&output.stderr));
    assert_eq!(scene.read("lib.jsonl"), "precious");
}

#[test]
fn where_every_page_fails_it_is_spotify_that_does() {
    let scene = Scene::with_library("failing-all", 1000);
    let proxy = Proxy::before(&scene);
    proxy.fail(&["offset=50", "offset=1", "offset=2", "offset=3", "offset=4", "offset=5", "offset=6", "offset=7"]);
    let output = proxy.run(&scene, &["export", "library", "lib.jsonl", "--skip-failed"]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.contains("50 tracks are in ") && errors.contains("run the same command again to resume"),
        "{errors}"
    );
    assert!(!scene.folder.join("lib.jsonl").exists());
}

#[test]
fn the_index_of_a_folder_says_what_is_missing_of_each_file() {
    let emulator = Emulator::builder().playlist(220).start().unwrap();
    let scene = Scene::new("failing-folder", emulator);
    scene.succeed(&["export", "playlists", "whole"]);
    let proxy = Proxy::before(&scene);
    proxy.fail(&["place=150", "place=151"]);
    let output = proxy.run(&scene, &["export", "playlists", "mine", "--skip-failed", "--json"]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("error: 2 items are missing; index.jsonl says which"), "{errors}");
    let index = |folder: &str| -> Vec<Value> {
        let index = scene.read(&format!("{folder}/index.jsonl"));
        index.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let missing: Vec<Value> = index("mine").into_iter().filter(|line| !line["missing"].is_null()).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!((&missing[0]["missing"], &missing[0]["entries"]), (&serde_json::json!([[151, 152]]), &218.into()));
    proxy.fail(&[]);
    let output = proxy.run(&scene, &["export", "playlists", "mine"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(index("mine"), index("whole"));
    for line in index("mine") {
        if let Some(file) = line["file"].as_str() {
            assert!(scene.read(&format!("mine/{file}")) == scene.read(&format!("whole/{file}")), "{file}");
        }
    }
    assert!(!scene.folder.join("mine/index.jsonl.part").exists());
}
