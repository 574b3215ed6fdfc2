//! What all of these tests do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Emulator, Fault, FaultRule};

/// An emulator, and a folder in which the program runs.
pub(crate) struct Scene {
    pub(crate) emulator: Emulator,
    pub(crate) folder: PathBuf,
    /// How many tracks are saved, where they are made up.
    pub(crate) tracks: usize,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Scene {
    pub(crate) fn new(name: &str, emulator: Emulator) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { emulator, folder, tracks: 0 }
    }

    pub(crate) fn with_library(name: &str, tracks: usize) -> Self {
        let mut scene = Self::new(name, Emulator::builder().library(tracks).start().unwrap());
        scene.tracks = tracks;
        scene
    }

    pub(crate) fn command(&self, program: &str, args: &[&str]) -> Command {
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

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_spotify-cli"), args).output().unwrap()
    }

    /// Runs what has to succeed, and gives what it wrote to standard error.
    pub(crate) fn succeed(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stderr)
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(env!("CARGO_BIN_EXE_spotify-cli"), args).spawn().unwrap()
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap()
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let mut files: Vec<String> =
            fs::read_dir(&self.folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    }

    /// Lets every page of the library take so long.
    pub(crate) fn slow(&self, milliseconds: u64) {
        let delay = Fault::delay(Duration::from_millis(milliseconds));
        self.emulator.faults().add(FaultRule::new(delay).path("/me/tracks"));
    }

    /// Waits until so many entries of `file` are there, which its state tells.
    pub(crate) fn wait_for(&self, file: &str, entries: usize) {
        let state = self.folder.join(format!("{file}.state"));
        for _ in 0..4000 {
            let state = fs::read_to_string(&state).unwrap_or_default();
            let mut lines = state.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if lines.next_back().is_some_and(|line| line["reached"]["entries"].as_u64() >= Some(entries as u64)) {
                return;
            }
            thread::sleep(Duration::from_millis(3));
        }
        panic!("{file} does not get {entries} entries");
    }

    /// The URIs of a playlist, as the Web API has them.
    pub(crate) fn items(&self, playlist: &str) -> Vec<String> {
        let output = self.run(&["playlist", "items", playlist]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).lines().map(|line| line.split('\t').nth(1).unwrap().to_owned()).collect()
    }

    pub(crate) fn playlist(&self, name: &str) -> String {
        let lists = text(&self.run(&["library", "list", "playlists", "--limit", "0"]).stdout);
        let line = lists.lines().find(|line| line.split('\t').nth(1) == Some(name)).unwrap();
        line.split('\t').next().unwrap().to_owned()
    }

    pub(crate) fn count_of_playlists(&self) -> usize {
        text(&self.run(&["library", "list", "playlists", "--limit", "0"]).stdout).lines().count()
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn signal(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}
