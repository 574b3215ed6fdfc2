//! `spotify-cli player` as processes against an emulator in this one: what one command does, the next one sees.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Device, Emulator, Fault};

const ALBUM: &str = "spotify:album:5K79FLRUCSysQnVESLcTdb";
const THIRD: &str = "spotify:track:2lTm559tuIvatlT1u0JYG2";
const FOURTH: &str = "spotify:track:1Q9Efnm5csdCMFynISxL2x";

/// Time stands still, so that what is printed depends on nothing but the commands.
fn emulator() -> Emulator {
    let emulator = Emulator::start().unwrap();
    emulator.clock().stop();
    emulator
}

fn command(emulator: &Emulator, args: &[&str]) -> Command {
    any_command(emulator, &[&["player"], args].concat())
}

fn any_command(emulator: &Emulator, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
    command
        .args(args)
        .env_remove("RUST_LOG")
        .env_remove("SPOTIFY_CLI_TERMINAL")
        .env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token())
        .env("SPOTIFY_SDK_BASE_URL", emulator.base_url());
    command
}

fn run(emulator: &Emulator, args: &[&str]) -> Output {
    command(emulator, args).output().unwrap()
}

/// What a command that succeeds says on standard error, having printed nothing.
fn said(emulator: &Emulator, args: &[&str]) -> String {
    let output = run(emulator, args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    text(&output.stderr).trim_end().to_owned()
}

/// Makes a playlist, and gives its URI.
fn make_playlist(emulator: &Emulator, name: &str) -> String {
    let made = any_command(emulator, &["playlist", "create", name]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    text(&made.stdout).trim().to_owned()
}

/// What a command prints.
fn printed(emulator: &Emulator, args: &[&str]) -> String {
    let output = run(emulator, args);
    assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

fn status(emulator: &Emulator) -> Value {
    serde_json::from_str(&printed(emulator, &["status", "--json"])).unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn active_device(emulator: &Emulator) -> String {
    status(emulator)["device"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_one_command_does_the_next_one_sees() {
    let emulator = emulator();
    assert_eq!(said(&emulator, &["play"]), "Playing.");
    assert_eq!(said(&emulator, &["play"]), "Playback is running already.");
    let play = ["play", ALBUM, "--at", "2", "--from", "1:30", "--device", "kitchen"];
    assert_eq!(said(&emulator, &play), format!("Playing {ALBUM} on Kitchen."));
    let state = status(&emulator);
    assert_eq!((&state["item"]["uri"], &state["progress_ms"]), (&THIRD.into(), &90_000.into()));
    assert_eq!((&state["device"]["name"], &state["context"]["uri"]), (&"Kitchen".into(), &ALBUM.into()));

    assert_eq!(said(&emulator, &["seek", "+15"]), "Position: 1:45.");
    assert_eq!(said(&emulator, &["seek", "-0:05"]), "Position: 1:40.");
    assert_eq!(status(&emulator)["progress_ms"], 100_000);
    assert_eq!(said(&emulator, &["seek", "-1:02:03"]), "Position: 0:00.");
    assert_eq!(said(&emulator, &["volume", "+90"]), "Volume: 100%.");
    assert_eq!(said(&emulator, &["volume", "-10"]), "Volume: 90%.");
    assert_eq!(said(&emulator, &["shuffle", "toggle"]), "Shuffle is on.");
    assert_eq!(said(&emulator, &["shuffle", "toggle"]), "Shuffle is off.");
    assert_eq!(said(&emulator, &["repeat", "track"]), "Repeating the current item.");
    let state = status(&emulator);
    assert_eq!((&state["device"]["volume_percent"], &state["repeat_state"]), (&90.into(), &"track".into()));
    assert_eq!(state["shuffle_state"], false);

    said(&emulator, &["next"]);
    assert_eq!(status(&emulator)["item"]["uri"], FOURTH);
    said(&emulator, &["previous"]);
    assert_eq!(status(&emulator)["item"]["uri"], THIRD);
    assert_eq!(said(&emulator, &["pause"]), "Paused.");
    assert_eq!(said(&emulator, &["pause"]), "Playback is paused already.");
    assert_eq!(said(&emulator, &["transfer", "laptop", "--play"]), "Alma's laptop is the active device.");
    let state = status(&emulator);
    assert_eq!((&state["device"]["name"], &state["is_playing"]), (&"Alma's laptop".into(), &true.into()));
}

#[test]
fn what_is_queued_comes_next_and_can_be_played_from_a_pipe() {
    let emulator = emulator();
    assert_eq!(said(&emulator, &["queue", "add", FOURTH, THIRD]), "Added 2 items to the queue.");
    let queue = printed(&emulator, &["queue"]);
    let uris: Vec<&str> = queue.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!((uris[0], uris[1], uris.len()), (FOURTH, THIRD, 17));
    let json = printed(&emulator, &["queue", "--json"]);
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((first["uri"].as_str(), json.lines().count()), (Some(FOURTH), 17));

    let play = |lines: &str| {
        let mut command = command(&emulator, &["play", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(text(&play(&queue).stderr), "Playing 17 items.\n");
    assert_eq!(status(&emulator)["item"]["uri"], FOURTH);
    let nothing = play("\n");
    assert_eq!(nothing.status.code(), Some(2));
    assert_eq!(text(&nothing.stderr), "error: there is nothing to play on standard input\n");
}

/// Runs a command with this on standard input.
fn piped(emulator: &Emulator, args: &[&str], lines: &str) -> Output {
    let mut command = command(emulator, args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The body of the last request to play, as JSON.
fn played(emulator: &Emulator) -> Value {
    let requests = emulator.requests();
    let request = requests.iter().rev().find(|request| request.path == "/v1/me/player/play").unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn more_than_spotify_takes_at_once_is_played_in_part_with_a_word_or_from_a_playlist() {
    let emulator = emulator();
    let lines = format!("{THIRD}\n{FOURTH}\n").repeat(617);
    let output = piped(&emulator, &["play", "-", "--json"], &lines);
    assert_eq!(
        text(&output.stderr),
        "Spotify accepts 800 items at a time; use --as-playlist to play all of them.\n\
         Playing the first 800 of 1,234 items.\n"
    );
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["left_out"], 434);
    assert_eq!(played(&emulator)["uris"].as_array().unwrap().len(), 800);
    let beyond = piped(&emulator, &["play", "-", "--at", "800"], &lines);
    assert_eq!(beyond.status.code(), Some(2));

    let said = |lines: &str| text(&piped(&emulator, &["play", "-", "--as-playlist"], lines).stderr).to_owned();
    let first = said(&lines);
    assert!(
        first.starts_with("Playing 1,234 items from your playlist `Played by spotify-cli`, spotify:playlist:"),
        "{first}"
    );
    let playlist = played(&emulator)["context_uri"].as_str().unwrap().to_owned();
    assert!(first.contains(&playlist));
    let again = said(&format!("{FOURTH}\n{THIRD}\n"));
    assert!(again.contains(&playlist), "the same playlist is written anew: {again}");
    assert_eq!(status(&emulator)["item"]["uri"], FOURTH);
}

#[test]
fn liked_songs_can_be_played_and_what_is_only_on_a_device_is_left_out_with_a_word() {
    let emulator = emulator();
    assert_eq!(said(&emulator, &["play", "liked"]), "Playing your liked songs.");
    assert_eq!(played(&emulator)["context_uri"], "spotify:user:alma:collection");
    assert_eq!(status(&emulator)["context"]["type"], "collection");
    let said_of = said(&emulator, &["play", "https://open.spotify.com/collection/tracks"]);
    assert_eq!(said_of, "Playing spotify:user:alma:collection.");
    let lines = format!("spotify:local:A:B:C:61\n{THIRD}\nspotify:local:A:B:D:61\n");
    let output = piped(&emulator, &["play", "-"], &lines);
    assert_eq!(
        text(&output.stderr),
        format!("Skipped 2 local files: only the device that has them can play them.\nPlaying {THIRD}.\n")
    );
    let output = piped(&emulator, &["play", "-"], "spotify:local:A:B:C:61\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).ends_with("error: there is nothing to play but local files\n"));
}

#[test]
fn words_are_searched_for_where_that_is_asked_for_and_else_it_is_said_how() {
    let emulator = emulator();
    for (words, code) in [(&["bohemian rhapsody"][..], 4), (&["bohemian", "rhapsody"], 2)] {
        let output = run(&emulator, &[&["play"], words].concat());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert!(errors.ends_with("`spotify-cli player play --search bohemian rhapsody`.\n"), "{errors}");
    }
    assert!(emulator.requests().iter().all(|request| request.method == "GET"), "nothing is played");
    let found = said(&emulator, &["play", "--search", "bohemian", "rhapsody"]);
    assert_eq!(found, "Playing Bohemian Rhapsody by Queen, spotify:track:4VZ73eMsASWAbSz7mmAWDk.");
    let found = said(&emulator, &["play", "--search", "gold abba", "--type", "album"]);
    assert!(found.starts_with("Playing Gold: Greatest Hits by ABBA, spotify:album:"), "{found}");
    assert_eq!(run(&emulator, &["play", "--search", "nothing-is-called-like-this"]).status.code(), Some(4));
}

#[test]
fn a_playlist_of_ones_own_is_played_by_its_name() {
    let emulator = emulator();
    let uri = make_playlist(&emulator, "Sunday drive");
    assert_eq!(said(&emulator, &["play", "sunday DRIVE"]), format!("Playing sunday DRIVE, {uri}."));
    let sent = emulator.requests();
    let body = String::from_utf8_lossy(&sent.last().unwrap().body).into_owned();
    assert!(body.contains(&format!("\"context_uri\":\"{uri}\"")), "{body}");
    make_playlist(&emulator, "Sunday drive");
    let output = run(&emulator, &["play", "Sunday drive"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("hint: Use one of the ids: "), "{}", text(&output.stderr));
}

#[test]
fn what_any_command_lists_can_be_played() {
    let emulator = emulator();
    let anywhere = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
        command.args(args).env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token());
        let output = command.env("SPOTIFY_SDK_BASE_URL", emulator.base_url()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let playlist = "07rRxEKbsM1kRJgCuylwIR";
    for (args, items) in [
        (&["top", "tracks", "--limit", "3"][..], 3),
        (&["recent", "--limit", "3"], 3),
        (&["album", ALBUM], 17),
        (&["playlist", "items", playlist], 29),
        (&["search", "love", "--limit", "4"], 4),
        (&["library", "list", "--limit", "2"], 2),
        (&["top", "tracks", "--limit", "3", "--json"], 3),
        (&["recent", "--limit", "3", "--json"], 3),
        (&["playlist", "items", playlist, "--json"], 29),
        (&["library", "list", "--type", "track", "--limit", "2", "--json"], 2),
    ] {
        let output = piped(&emulator, &["play", "-"], &anywhere(args));
        let said = format!("Playing {items} items.\n");
        assert!(text(&output.stderr).ends_with(&said), "{args:?}: {}", text(&output.stderr));
    }
    let said = piped(&emulator, &["play", "-"], &anywhere(&["track", THIRD]));
    assert!(text(&said.stderr).ends_with(&format!("Playing {THIRD}.\n")), "{}", text(&said.stderr));
}

#[test]
fn of_two_devices_with_one_name_the_active_one_is_meant_and_else_both_are_told_apart() {
    let emulator = emulator();
    let user = &emulator.users()[0];
    assert!(emulator.add_device(user, Device::new("c0ffee", "Kitchen", "Computer")));
    let output = run(&emulator, &["transfer", "kitchen"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    assert!(
        errors.starts_with("error: several devices match `kitchen`: Kitchen (Speaker, 74ASZWbe4lXaubB36ztrGX), "),
        "{errors}"
    );
    assert!(errors.contains("Kitchen (Computer, "), "{errors}");
    said(&emulator, &["transfer", "74ASZWbe4lXaubB36ztrGX"]);
    said(&emulator, &["volume", "40", "--device", "Kitchen"]);
    assert_eq!(active_device(&emulator), "74ASZWbe4lXaubB36ztrGX");
}

#[test]
fn what_cannot_be_added_is_found_before_the_first_is_added() {
    let emulator = emulator();
    assert_eq!(run(&emulator, &["queue", "add", THIRD, ALBUM]).status.code(), Some(2));
    assert!(emulator.requests().is_empty());
    let unknown = "spotify:track:0000000000000000000000";
    let output = run(&emulator, &["queue", "add", THIRD, unknown, FOURTH]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with(&format!("Added 1 item, up to the one before {unknown}.\nerror: ")));
}

#[test]
fn without_an_active_device_nothing_plays_and_commands_say_what_to_do() {
    let emulator = emulator();
    emulator.lose_device(&emulator.users()[0], active_device(&emulator));
    assert_eq!(printed(&emulator, &["status"]), "Nothing plays.\n");
    assert_eq!(printed(&emulator, &["status", "--json"]), "null\n");
    for args in
        [["pause"].as_slice(), &["play", ALBUM], &["next"], &["seek", "1:00"], &["seek", "+5"], &["volume", "+5"]]
    {
        let output = run(&emulator, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(text(&output.stderr).contains("hint: Open Spotify on a device"), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("`spotify-cli player devices`"), "{}", text(&output.stderr));
    }
    said(&emulator, &["play", ALBUM, "--device", "Kitchen"]);
    assert_eq!(status(&emulator)["device"]["name"], "Kitchen");
}

#[test]
fn commands_need_premium() {
    let emulator = emulator();
    let token = emulator.token_for_user(&emulator.users()[1]).unwrap();
    let output = command(&emulator, &["next"]).env("SPOTIFY_SDK_ACCESS_TOKEN", token).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).ends_with("hint: The user needs Spotify Premium for this.\n"));
}

#[test]
fn a_title_cannot_drive_the_terminal() {
    let emulator = emulator();
    let state = r#"{"device":{"name":"\u001b[2J","id":"1"},"is_playing":false,"progress_ms":1,
        "item":{"type":"track","id":"1","name":"a\nb\u0007\u001b[2J","duration_ms":9}}"#;
    for columns in ["", "40"] {
        emulator.faults().fail_next(1, Fault::status(200).body(state));
        let output = command(&emulator, &["status"]).env("SPOTIFY_CLI_TERMINAL", columns).env("NO_COLOR", "1").output();
        let output = output.unwrap();
        assert!(output.status.success());
        assert!(!text(&output.stdout).contains(['\u{1b}', '\u{7}']), "{}", text(&output.stdout));
    }
}

/// A `player watch`; killed if a test forgets to end it.
struct Watching {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watching {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next event without its time.
    fn event(&mut self) -> Vec<String> {
        let mut line = String::new();
        assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "it ended");
        line.trim_end_matches('\n').split('\t').skip(1).map(str::to_owned).collect()
    }

    /// What it still prints, on both, and its exit code.
    fn end_with(mut self, signal: &str) -> (String, String, Option<i32>) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let (mut output, mut errors) = (String::new(), String::new());
        self.lines.read_to_string(&mut output).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (output, errors, self.child.wait().unwrap().code())
    }
}

#[test]
fn watching_prints_a_line_for_each_change_until_it_is_interrupted() {
    let emulator = emulator();
    let mut watching = Watching::start(command(&emulator, &["watch", "--interval", "1"]));
    let title = "VOY A LLeVARTE PA PR";
    assert_eq!(watching.event(), ["now", title, "Bad Bunny", "0:42", ""]);
    said(&emulator, &["play"]);
    assert_eq!(watching.event(), ["resumed", title, "Bad Bunny", "0:42", ""]);
    said(&emulator, &["volume", "40"]);
    assert_eq!(watching.event(), ["volume_changed", title, "Bad Bunny", "0:42", "40"]);
    said(&emulator, &["shuffle", "on"]);
    assert_eq!(watching.event(), ["shuffle_changed", title, "Bad Bunny", "0:42", "on"]);
    said(&emulator, &["shuffle", "off"]);
    assert_eq!(watching.event(), ["shuffle_changed", title, "Bad Bunny", "0:42", "off"]);
    emulator.clock().advance(Duration::from_secs(2 * 60));
    assert_eq!(watching.event(), ["track_changed", "BAILE INoLVIDABLE", "Bad Bunny", "0:06", ""]);
    said(&emulator, &["pause"]);
    assert_eq!(watching.event(), ["paused", "BAILE INoLVIDABLE", "Bad Bunny", "0:06", ""]);
    said(&emulator, &["transfer", "kitchen"]);
    assert_eq!(watching.event(), ["device_changed", "BAILE INoLVIDABLE", "Bad Bunny", "0:06", "Kitchen"]);
    emulator.lose_device(&emulator.users()[0], active_device(&emulator));
    assert_eq!(watching.event(), ["ended", "", "", "", ""]);
    assert_eq!(watching.end_with("-INT"), (String::new(), String::new(), Some(0)));
}

#[test]
fn watching_prints_an_object_for_each_event_and_ends_after_so_many() {
    let emulator = emulator();
    let mut watching = Watching::start(command(&emulator, &["watch", "--json", "--interval", "1", "--events", "2"]));
    let mut lines = String::new();
    watching.lines.read_line(&mut lines).unwrap();
    said(&emulator, &["seek", "0:10"]);
    watching.lines.read_to_string(&mut lines).unwrap();
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 2);
    assert!(events[0]["time"].as_str().unwrap().ends_with('Z'));
    assert_eq!((&events[0]["event"], &events[0]["progress_ms"]), (&"now".into(), &42_000.into()));
    assert_eq!((&events[0]["title"], &events[0]["by"]), (&"VOY A LLeVARTE PA PR".into(), &"Bad Bunny".into()));
    assert!(events[0].get("from_ms").is_none());
    assert_eq!((&events[1]["event"], &events[1]["from_ms"]), (&"seeked".into(), &42_000.into()));
    assert_eq!(events[1]["state"], status(&emulator));
}

#[test]
fn trouble_that_may_pass_is_told_and_the_watching_goes_on() {
    let emulator = emulator();
    emulator.faults().fail_next(4, Fault::status(503));
    let mut watching = Watching::start(command(&emulator, &["watch", "--interval", "1", "--events", "1"]));
    assert_eq!(watching.event()[0], "now");
    let mut errors = String::new();
    watching.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(errors.starts_with("warning: ") && errors.contains("(503)"), "{errors}");
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
}

#[test]
fn that_trouble_is_over_is_told_also_where_nothing_has_changed() {
    let emulator = emulator();
    for json in [false, true] {
        let args: &[&str] = &["watch", "--interval", "1", "--events", "2", "--json"];
        let mut watching = Watching::start(command(&emulator, &args[..args.len() - usize::from(!json)]));
        let mut lines = String::new();
        watching.lines.read_line(&mut lines).unwrap();
        emulator.faults().fail_next(4, Fault::status(503));
        watching.lines.read_to_string(&mut lines).unwrap();
        assert_eq!(watching.child.wait().unwrap().code(), Some(0));
        let last = lines.lines().last().unwrap();
        if json {
            let event: Value = serde_json::from_str(last).unwrap();
            assert_eq!((&event["event"], &event["state"]), (&"reconnected".into(), &status(&emulator)));
        } else {
            assert!(last.contains("\treconnected\tVOY A LLeVARTE PA PR\tBad Bunny\t0:42\t"), "{last}");
        }
    }
}

#[test]
fn trouble_leaves_the_view_when_it_is_over() {
    let emulator = emulator();
    let mut command = command(&emulator, &["watch", "--interval", "1", "--events", "2"]);
    command.env("SPOTIFY_CLI_TERMINAL", "80").env("NO_COLOR", "1").env("TERM", "xterm");
    let mut watching = Watching::start(command);
    let mut line = String::new();
    while !line.contains("VOY A LLeVARTE") {
        line.clear();
        assert_ne!(watching.lines.read_line(&mut line).unwrap(), 0, "it ended");
    }
    emulator.faults().fail_next(4, Fault::status(503));
    let mut output = String::new();
    watching.lines.read_to_string(&mut output).unwrap();
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    let frames: Vec<&str> = output.split("\u{1b}[J").filter(|frame| frame.contains("VOY A LLeVARTE")).collect();
    assert!(frames.iter().any(|frame| frame.contains("Spotify failed")), "{frames:?}");
    assert!(!frames.last().unwrap().contains("Spotify failed"), "{frames:?}");
}

#[test]
fn trouble_that_does_not_pass_ends_the_watching() {
    let emulator = emulator();
    for columns in ["", "80"] {
        let mut command = command(&emulator, &["watch"]);
        command.env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.expired_token()).env("SPOTIFY_CLI_TERMINAL", columns);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(text(&output.stderr).starts_with("error: "), "{}", text(&output.stderr));
        assert!(columns.is_empty() || text(&output.stdout).ends_with("\u{1b}[?25h"), "the cursor is shown again");
    }
}

#[test]
fn the_view_counts_on_without_requests_and_leaves_the_terminal_as_it_was() {
    let emulator = Emulator::start().unwrap();
    said(&emulator, &["play"]);
    emulator.clear_requests();
    let mut command = command(&emulator, &["watch", "--interval", "60"]);
    command.env("SPOTIFY_CLI_TERMINAL", "24").env("NO_COLOR", "1").env("TERM", "xterm");
    let watching = Watching::start(command);
    thread::sleep(Duration::from_secs(4));
    let requests = emulator.requests().len();
    let (output, errors, code) = watching.end_with("-INT");
    assert_eq!((errors.as_str(), code, requests), ("", Some(0), 1));

    let frames: Vec<&str> = output.split("\u{1b}[J").collect();
    assert!(frames[0].starts_with("\u{1b}[?25l\r\u{1b}[2KVOY A LLeVARTE PA PR\n"), "{output:?}");
    assert_eq!(frames.last(), Some(&"\r\u{1b}[2K\u{1b}[?25h"), "the cursor is shown again");
    let frames = &frames[..frames.len() - 1];
    assert!(frames.len() >= 3, "{output:?}");
    for frame in &frames[1..] {
        // As many lines as there were, from the first on.
        assert!(frame.starts_with("\u{1b}[7A\r\u{1b}[2KVOY A LLeVARTE PA PR\n"), "{frame:?}");
        assert_eq!(frame.matches('\n').count(), 7, "{frame:?}");
    }
    let times: Vec<&str> = frames.iter().map(|frame| frame.split_once("0:").unwrap().1.get(..2).unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_gets_lines() {
    let emulator = emulator();
    let mut command = command(&emulator, &["watch", "--events", "1"]);
    let output = command.env("SPOTIFY_CLI_TERMINAL", "80").env("TERM", "dumb").output().unwrap();
    assert!(!text(&output.stdout).contains('\u{1b}') && output.stdout.ends_with(b"\t0:42\t\n"), "{output:?}");
}
