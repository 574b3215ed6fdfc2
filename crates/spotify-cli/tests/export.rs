//! `spotify-cli export` and `import` as processes, against an emulator in this one: what is in the files, and that whatever
//! stops them costs nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Emulator, Fault, FaultRule, Quota};

const TRACKS: usize = 10_000;
const PAGES: usize = TRACKS / 50;

/// An emulator, and a folder in which the program runs.
struct Scene {
    emulator: Emulator,
    folder: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Scene {
    fn new(name: &str, emulator: Emulator) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { emulator, folder }
    }

    fn large(name: &str) -> Self {
        Self::new(name, Emulator::builder().library(TRACKS).start().unwrap())
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(&self.folder)
            .env_remove("RUST_LOG")
            .env("XDG_CONFIG_HOME", self.folder.join("nobody"))
            .env("SPOTIFY_SDK_ACCESS_TOKEN", self.emulator.valid_token())
            .env("SPOTIFY_SDK_BASE_URL", self.emulator.base_url())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_spotify-cli"), args).output().unwrap()
    }

    /// Runs what has to succeed, and gives what it wrote to standard error.
    fn succeed(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stderr)
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(env!("CARGO_BIN_EXE_spotify-cli"), args).spawn().unwrap()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let mut files: Vec<String> =
            fs::read_dir(&self.folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    }

    /// Lets every page of the library take so long.
    fn slow(&self, milliseconds: u64) {
        let delay = Fault::delay(Duration::from_millis(milliseconds));
        self.emulator.faults().add(FaultRule::new(delay).path("/me/tracks"));
    }

    /// Waits until so many entries of `file` are there, which its state tells.
    fn wait_for(&self, file: &str, entries: usize) {
        let state = self.folder.join(format!("{file}.state"));
        for _ in 0..4000 {
            let state = fs::read_to_string(&state).unwrap_or_default();
            let lines = state.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if lines.last().is_some_and(|line| line["reached"]["entries"].as_u64() >= Some(entries as u64)) {
                return;
            }
            thread::sleep(Duration::from_millis(3));
        }
        panic!("{file} does not get {entries} entries");
    }

    /// The URIs of a playlist, as the Web API has them.
    fn items(&self, playlist: &str) -> Vec<String> {
        let output = self.run(&["playlist", "items", playlist]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).lines().map(|line| line.split('\t').nth(1).unwrap().to_owned()).collect()
    }

    fn playlist(&self, name: &str) -> String {
        let lists = text(&self.run(&["library", "list", "playlists", "--limit", "0"]).stdout);
        let line = lists.lines().find(|line| line.split('\t').nth(1) == Some(name)).unwrap();
        line.split('\t').next().unwrap().to_owned()
    }

    fn count_of_playlists(&self) -> usize {
        text(&self.run(&["library", "list", "playlists", "--limit", "0"]).stdout).lines().count()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn signal(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Complete, in order, and nothing twice: what one undisturbed export gives.
fn assert_same(scene: &Scene, file: &str, whole: &str) {
    let (file, whole) = (scene.read(file), scene.read(whole));
    assert_eq!(whole.lines().count(), TRACKS);
    let unique: std::collections::HashSet<&str> = file.lines().collect();
    assert_eq!(unique.len(), TRACKS);
    assert!(file == whole, "the files differ");
}

#[test]
fn each_format_holds_the_whole_library() {
    let scene = Scene::large("formats");
    assert_eq!(scene.succeed(&["export", "library", "lib.jsonl"]), "Exported 10,000 tracks to lib.jsonl.\n");
    // All pages, and a look at whether the library changed meanwhile.
    assert_eq!(scene.emulator.take_requests().len(), PAGES + 1);
    scene.succeed(&["export", "library", "tracks", "lib.json"]);
    scene.succeed(&["export", "library", "tracks", "lib.csv"]);
    assert_eq!(scene.files(), ["lib.csv", "lib.json", "lib.jsonl"]);

    let lines = scene.read("lib.jsonl");
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), TRACKS);
    // Spotify's own objects, as the Web API gives them.
    let page: Value =
        serde_json::from_slice(&scene.run(&["api", "get", "/me/tracks", "-q", "limit=50", "-q", "offset=9950"]).stdout)
            .unwrap();
    assert_eq!(objects[9950..], page["items"].as_array().unwrap()[..]);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&scene.read("lib.json")).unwrap(), objects);

    let table = scene.read("lib.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let column = |name: &str, headers: &csv::StringRecord| headers.iter().position(|column| column == name).unwrap();
    let headers = csv.headers().unwrap().clone();
    let (uri, length) = (column("uri", &headers), column("duration_ms", &headers));
    for (row, object) in csv.records().map(Result::unwrap).zip(&objects) {
        assert_eq!(row[uri], *object["track"]["uri"].as_str().unwrap());
        assert_eq!(row[length], object["track"]["duration_ms"].to_string());
    }
    assert_eq!(table.lines().count(), TRACKS + 1);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_columns_of_csv_with_types_and_can_be_imported() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let scene = Scene::new("parquet", Emulator::builder().quota(Quota::Extended).start().unwrap());
    scene.succeed(&["export", "library", "lib.parquet"]);
    scene.succeed(&["export", "library", "lib.csv"]);
    let reader = SerializedFileReader::new(fs::File::open(scene.folder.join("lib.parquet")).unwrap()).unwrap();
    let table = scene.read("lib.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let headers = csv.headers().unwrap().clone();
    let mut rows = 0;
    for (parquet, csv) in reader.get_row_iter(None).unwrap().zip(csv.records()) {
        rows += 1;
        for ((name, value), (header, cell)) in parquet.unwrap().get_column_iter().zip(headers.iter().zip(&csv.unwrap()))
        {
            assert_eq!(name, header);
            let written = value.to_string();
            match header {
                "added_at" => assert_eq!(written[..10], cell[..10]),
                _ if cell.is_empty() => assert!(written == "null" || written == "\"\"", "{written}"),
                _ => assert_eq!(written.trim_matches('"').replace("\\\"", "\""), cell),
            }
        }
    }
    assert_eq!(rows, table.lines().count() - 1);

    let from = scene.playlist("Road Trip");
    scene.succeed(&["export", "playlist", &from, "trip.parquet"]);
    let made = text(&scene.run(&["import", "playlist", "trip.parquet"]).stdout);
    assert_eq!(scene.items(made.trim()), scene.items(&from));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_so_before_anything_is_asked() {
    let scene = Scene::new("no-parquet", Emulator::start().unwrap());
    let output = scene.run(&["export", "library", "lib.parquet"]);
    assert_eq!((output.status.code(), scene.emulator.requests().len()), (Some(2), 0));
    assert!(text(&output.stderr).contains("--features parquet"));
}

#[test]
fn whatever_is_in_a_title_the_table_stays_a_table() {
    let scene = Scene::new("titles", Emulator::start().unwrap());
    let title = "a, \"b\"\r\nc;\t=1+1 ü";
    let track = serde_json::json!({"added_at": "2026-01-01T00:00:00Z", "track": {
        "type": "track", "name": title, "uri": "spotify:track:6rqhFgbbKwnb9MLmUQDhG6", "explicit": true,
        "artists": [{"name": "Tyler, The Creator"}, {"name": "B"}], "external_ids": {"isrc": "USRC17607839"}}});
    let page = serde_json::json!({"items": [track, null], "total": 2, "limit": 50, "offset": 0, "next": null});
    for file in ["lib.csv", "lib.jsonl"] {
        scene.emulator.faults().next(1, Fault::status(200).body(page.to_string()));
        assert_eq!(scene.succeed(&["export", "library", file]), format!("Exported 2 tracks to {file}.\n"));
    }
    let table = scene.read("lib.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let headers = csv.headers().unwrap().clone();
    let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
    let cell = |name: &str| &rows[0][headers.iter().position(|column| column == name).unwrap()];
    assert_eq!(cell("name"), title);
    assert_eq!([cell("artists"), cell("isrc"), cell("explicit")], ["Tyler, The Creator; B", "USRC17607839", "true"]);
    // What is gone keeps its place.
    assert!(rows.len() == 2 && rows[1].iter().all(str::is_empty));
    assert_eq!(scene.read("lib.jsonl").lines().nth(1), Some("null"));
    // It comes back as well.
    let output = scene.run(&["import", "playlist", "lib.csv", "--dry-run", "--json"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&plan["added"], &plan["left_out"][0]["position"]), (&1.into(), &2.into()));
}

#[test]
fn killed_in_the_middle_it_goes_on_where_it_was() {
    let scene = Scene::large("killed");
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
        assert!(done["entries"] == TRACKS && resumed_at >= lines - 50, "{done}");
        // A look before, a look after, and what was missing.
        assert_eq!(scene.emulator.requests().len(), (TRACKS - resumed_at) / 50 + 2);
    }
    assert_eq!(scene.files(), ["lib.jsonl", "lib2.jsonl", "lib3.jsonl", "whole.jsonl"]);
}

#[test]
fn killed_again_and_again_at_any_moment_nothing_is_missed_and_nothing_comes_twice() {
    let scene = Scene::large("again");
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
    let scene = Scene::large("ctrl-c");
    scene.succeed(&["export", "library", "whole.jsonl"]);
    scene.slow(40);
    let child = scene.start(&["export", "library", "lib.jsonl"]);
    scene.wait_for("lib.jsonl", 2000);
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let errors = text(&output.stderr);
    assert!(errors.contains(" of 10,000 tracks are in lib.jsonl.part; the same command goes on there."), "{errors}");
    assert!(errors.ends_with("error: stopped by Ctrl-C\n"), "{errors}");
    // Whole pages, and nothing else.
    let lines = scene.read("lib.jsonl.part").lines().count();
    assert!(lines >= 2000 && lines.is_multiple_of(50));
    scene.emulator.clear_requests();
    scene.succeed(&["export", "library", "lib.jsonl"]);
    assert_eq!(scene.emulator.requests().len(), (TRACKS - lines) / 50 + 2);
    assert_same(&scene, "lib.jsonl", "whole.jsonl");
    assert_eq!(scene.files(), ["lib.jsonl", "whole.jsonl"]);
}

#[test]
fn ctrl_c_does_not_wait_for_an_answer() {
    let scene = Scene::large("ctrl-c-waiting");
    scene.slow(20_000);
    let child = scene.start(&["export", "library", "lib.jsonl"]);
    while scene.emulator.requests().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    let asked = std::time::Instant::now();
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert!(scene.files().is_empty(), "{:?}", scene.files());
}

#[test]
fn a_library_that_changed_meanwhile_is_read_anew() {
    let scene = Scene::large("changed");
    let tracks = text(&scene.run(&["album", "5K79FLRUCSysQnVESLcTdb", "--json"]).stdout);
    let album: Value = serde_json::from_str(&tracks).unwrap();
    let [saved, other] = [0, 1].map(|at| album["tracks"]["items"][at]["uri"].as_str().unwrap());
    scene.slow(40);
    let mut child = scene.start(&["export", "library", "lib.jsonl"]);
    scene.wait_for("lib.jsonl", 3000);
    signal(&child, "-KILL");
    child.wait().unwrap();
    scene.succeed(&["library", "save", saved]);
    let errors = scene.succeed(&["export", "library", "lib.jsonl"]);
    assert_eq!(errors, "The list has changed since: starting anew.\nExported 10,001 tracks to lib.jsonl.\n");
    let lines = scene.read("lib.jsonl");
    assert!(lines.lines().count() == TRACKS + 1 && lines.lines().next().unwrap().contains(saved));

    // While it is read: one goes, and one comes, so that the number is the same at the end.
    let child = scene.start(&["export", "library", "lib2.jsonl"]);
    scene.wait_for("lib2.jsonl", 3000);
    scene.succeed(&["library", "remove", saved]);
    scene.succeed(&["library", "save", other]);
    let output = child.wait_with_output().unwrap();
    assert!(text(&output.stderr).contains("The list changed while it was read: starting anew."));
    scene.emulator.faults().clear();
    scene.succeed(&["export", "library", "now.jsonl"]);
    assert_eq!(scene.read("lib2.jsonl"), scene.read("now.jsonl"));
}

#[test]
fn on_a_full_disk_it_says_so_and_goes_on_later() {
    let scene = Scene::large("full");
    scene.succeed(&["export", "library", "whole.jsonl"]);
    fs::write(scene.folder.join("lib.jsonl"), "what was there before\n").unwrap();
    // The shell's way to let no file become larger than about two megabytes.
    let limited = r#"trap '' XFSZ; ulimit -f 4000; exec "$0" "$@""#;
    let program = env!("CARGO_BIN_EXE_spotify-cli");
    let args = ["-c", limited, program, "export", "library", "lib.jsonl", "--force"];
    let output = scene.command("sh", &args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(errors.contains("\nerror: lib.jsonl.part: File too large") && errors.contains("goes on there"), "{errors}");
    assert_eq!(scene.read("lib.jsonl"), "what was there before\n");

    scene.emulator.clear_requests();
    scene.succeed(&["export", "library", "lib.jsonl", "--force"]);
    assert!(scene.emulator.requests().len() < PAGES);
    assert_same(&scene, "lib.jsonl", "whole.jsonl");
    assert_eq!(scene.files(), ["lib.jsonl", "whole.jsonl"]);

    // Full only when the other format is written.
    let length = scene.read("whole.jsonl").len();
    scene.emulator.faults().clear();
    let limited = format!(r#"trap '' XFSZ; ulimit -f {}; exec "$0" "$@""#, length / 512 + 1);
    let output = scene.command("sh", &["-c", &limited, program, "export", "library", "lib.json"]).output().unwrap();
    if !output.status.success() {
        assert!(text(&output.stderr).contains("error: lib.json.new: "), "{}", text(&output.stderr));
        assert_eq!(scene.files(), ["lib.json.part", "lib.json.state", "lib.jsonl", "whole.jsonl"]);
        scene.emulator.clear_requests();
        scene.succeed(&["export", "library", "lib.json"]);
        assert_eq!(scene.emulator.requests().len(), 1);
    }
    assert_eq!(serde_json::from_str::<Vec<Value>>(&scene.read("lib.json")).unwrap().len(), TRACKS);
}

#[test]
fn a_lost_network_and_a_long_rate_limit_cost_nothing() {
    let scene = Scene::large("network");
    scene.succeed(&["export", "library", "whole.jsonl"]);
    let wait = Fault::status(429).header("retry-after", "3600");
    for (file, fault, code) in [("lost.jsonl", Fault::reset(), 1), ("limited.jsonl", wait, 5)] {
        scene.emulator.faults().add(FaultRule::new(fault).path("/me/tracks").after(60));
        let output = scene.run(&["export", "library", file]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert!(errors.contains("the same command goes on there.\nerror: "), "{errors}");
        let lines = scene.read(&format!("{file}.part")).lines().count();
        assert!(lines >= 1000, "{lines}");
        scene.emulator.faults().clear();
        scene.emulator.clear_requests();
        scene.succeed(&["export", "library", file]);
        assert_eq!(scene.emulator.requests().len(), (TRACKS - lines) / 50 + 2);
        assert_same(&scene, file, "whole.jsonl");
    }
}

#[test]
fn nothing_is_overwritten_by_mistake() {
    let scene = Scene::new("overwrite", Emulator::start().unwrap());
    fs::write(scene.folder.join("lib.jsonl"), "precious").unwrap();
    let output = scene.run(&["export", "library", "lib.jsonl"]);
    assert_eq!((output.status.code(), scene.emulator.requests().len()), (Some(1), 0));
    assert!(text(&output.stderr).contains("--force"));
    assert_eq!(scene.read("lib.jsonl"), "precious");
    scene.succeed(&["export", "library", "lib.jsonl", "--force"]);
    assert_ne!(scene.read("lib.jsonl"), "precious");

    fs::write(scene.folder.join("other.jsonl.part"), "somebody's").unwrap();
    let output = scene.run(&["export", "library", "other.jsonl"]);
    assert!(!output.status.success() && text(&output.stderr).contains("other.jsonl.part is in the way"));
    assert_eq!(scene.read("other.jsonl.part"), "somebody's");
}

#[test]
fn two_at_once_do_not_mix() {
    let scene = Scene::large("two");
    scene.slow(40);
    let child = scene.start(&["export", "library", "lib.jsonl"]);
    scene.wait_for("lib.jsonl", 500);
    let output = scene.run(&["export", "library", "lib.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: another export to lib.jsonl is under way\n");
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(scene.read("lib.jsonl").lines().count(), TRACKS);
}

#[test]
fn standard_output_gets_lines_unless_told_otherwise() {
    let scene = Scene::new("stdout", Emulator::start().unwrap());
    scene.succeed(&["export", "library", "albums", "albums.csv"]);
    scene.succeed(&["export", "library", "albums", "albums.jsonl"]);
    let output = scene.run(&["export", "library", "albums", "-"]);
    assert!(output.stderr.is_empty() && text(&output.stdout) == scene.read("albums.jsonl"));
    let output = scene.run(&["export", "library", "albums", "-", "--format", "csv"]);
    assert_eq!(text(&output.stdout), scene.read("albums.csv"));
}

#[test]
fn all_of_the_library_goes_into_a_folder() {
    let scene = Scene::new("all", Emulator::start().unwrap());
    let errors = scene.succeed(&["export", "library", "all", "mine"]);
    assert!(errors.starts_with("Exported ") && errors.ends_with(" items in 5 files to mine.\n"), "{errors}");
    let index = scene.read("mine/index.jsonl");
    for (line, kind) in index.lines().zip(["tracks", "albums", "shows", "episodes", "audiobooks"]) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["file"], format!("{kind}.jsonl"));
        assert_eq!(line["entries"], scene.read(&format!("mine/{kind}.jsonl")).lines().count());
    }
}

#[test]
fn every_playlist_gets_a_file_and_what_is_done_is_not_done_again() {
    let emulator = Emulator::builder().playlist(3000).playlist(120).start().unwrap();
    let scene = Scene::new("playlists", emulator);
    scene.succeed(&["playlist", "create", "Road/Trip"]);
    scene.succeed(&["playlist", "create", "road_trip"]);
    let delay = Fault::delay(Duration::from_millis(40));
    scene.emulator.faults().add(FaultRule::new(delay).path("/playlists/*/items"));
    let mut kills = 0;
    // Each run gets a little further.
    let status = loop {
        let mut child = scene.start(&["export", "playlists", "mine"]);
        thread::sleep(Duration::from_millis(330));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => {
                signal(&child, "-KILL");
                child.wait().unwrap();
                kills += 1;
                assert!(kills < 100, "it makes no progress");
            }
        }
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
    assert_eq!(fs::read_dir(scene.folder.join("mine")).unwrap().count(), files + 1);
    assert!(index.iter().any(|line| line["file"].as_str().is_some_and(|file| file.starts_with("Road_Trip "))));
}

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
    assert!(output.status.success() && text(&output.stdout).starts_with("Would make the playlist odds with "));
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
        thread::sleep(Duration::from_millis(700));
        signal(&child, signal_);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), code, "{}", text(&output.stderr));
        if code.is_some() {
            assert!(text(&output.stderr).contains("the same command goes on with it."), "{}", text(&output.stderr));
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
