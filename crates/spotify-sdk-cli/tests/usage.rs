//! The request counts over several runs, each a process of its own, against an emulator in this one.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod person;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use spotify_emulator::{Emulator, Fault};

use person::Person;

const ALBUM: &str = "5K79FLRUCSysQnVESLcTdb";
const EXCEEDED: &str = r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;

fn signed_in(name: &str) -> Person {
    let person = Person::new(&format!("usage-{name}"));
    person.log_in(&[]);
    person
}

fn file(person: &Person) -> PathBuf {
    person.home.join("data/spotify-cli/usage.json")
}

fn counts(person: &Person) -> Value {
    serde_json::from_str(&person.ok(&["usage", "--json"])).unwrap()
}

/// How many requests an operation has had, as `usage` says.
fn of(counts: &Value, name: &str) -> u64 {
    let operations = counts["operations"].as_array().unwrap();
    operations.iter().find(|one| one["operation"] == name).map_or(0, |one| one["requests"].as_u64().unwrap())
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The requests for the Web API that have arrived.
fn arrived(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.path.starts_with("/v1/")).count()
}

#[test]
fn requests_of_all_runs_are_counted_by_operation() {
    let person = signed_in("runs");
    person.ok(&["album", ALBUM]);
    person.ok(&["album", ALBUM]);
    assert_eq!(person.fails(&["album", "0000000000000000000000"]).0, 4);
    person.ok(&["token", "status"]);
    let counts = counts(&person);
    assert_eq!((counts["requests"].as_u64(), of(&counts, "albums.get")), (Some(4), 3), "{counts}");
    assert_eq!(of(&counts, "users.get_current_profile"), 1, "that of the sign-in");
    assert_eq!(counts["daily_budget"], Value::Null);
    assert_eq!(arrived(&person.emulator), 4);
    let mode = fs::metadata(file(&person)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let lines = person.ok(&["usage", "--daily-budget", "1000"]);
    assert_eq!(
        lines,
        "total\t4\nbudget\t1000\t996\noperation\talbums.get\t3\t\t\noperation\tusers.get_current_profile\t1\t\t\n"
    );
    person.ok(&["usage", "--reset"]);
    assert_eq!(person.ok(&["usage"]), "total\t0\n");
}

#[test]
fn runs_at_the_same_time_lose_nothing() {
    let person = signed_in("same-time");
    let start = |_| person.command(&["album", ALBUM]).stdout(Stdio::null()).spawn().unwrap();
    let runs: Vec<_> = (0..8).map(start).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(of(&counts(&person), "albums.get"), 8);
}

#[test]
fn each_app_has_counts_of_its_own() {
    let person = signed_in("apps");
    let usage = |id: &str| {
        let output = person.command(&["usage", "--json"]).env("SPOTIFY_SDK_CLIENT_ID", id).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["requests"].clone()
    };
    assert_eq!(usage("another"), 0);
    let mut other = person.command(&["album", ALBUM]);
    other.env("SPOTIFY_SDK_ACCESS_TOKEN", person.emulator.valid_token()).env("SPOTIFY_SDK_CLIENT_ID", "another");
    assert!(other.output().unwrap().status.success());
    assert_eq!((usage("another"), usage(&person.emulator.client_id())), (json!(1), json!(1)));
}

#[test]
fn the_daily_budget_holds_over_runs_and_says_what_to_do() {
    let person = signed_in("budget");
    person.ok(&["config", "set", "daily_budget", "3"]);
    person.ok(&["album", ALBUM]);
    person.ok(&["album", ALBUM]);
    let (code, said) = person.fails(&["album", ALBUM]);
    assert_eq!(code, 6);
    assert!(said.contains("the daily budget of 3 requests is used up"), "{said}");
    assert!(said.contains("hint: ") && said.contains("requests are sent again from 20"), "{said}");
    assert!(said.contains("`spotify-cli usage` shows what was sent; --daily-budget or"), "{said}");
    assert!(!said.contains("usage()") && !said.contains("priority"), "{said}");
    assert_eq!(arrived(&person.emulator), 3);
    assert_eq!(counts(&person)["daily_budget"], json!({ "limit": 3, "left": 0 }));
    let doctor = person.run(&["doctor"]);
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("problem\tdaily budget\t") && doctor.contains("of which 0 are left"), "{doctor}");
    person.ok(&["--daily-budget", "4", "album", ALBUM]);
    assert_eq!(person.fails(&["--daily-budget", "0", "album", ALBUM]).0, 2);
    person.ok(&["config", "set", "daily_budget", "many"]);
    let (code, said) = person.fails(&["album", ALBUM]);
    assert!(code == 2 && said.contains("a number of at least 1 for daily_budget, got `many`"), "{said}");
}

#[test]
fn a_used_up_quota_is_known_to_the_next_run() {
    let person = signed_in("quota");
    let exceeded = Fault::status(429).header("retry-after", "48925").body(EXCEEDED);
    person.emulator.faults().fail_next(1, exceeded);
    assert_eq!(person.fails(&["album", ALBUM]).0, 6);
    let before = arrived(&person.emulator);
    assert_eq!(person.fails(&["album", ALBUM]).0, 6);
    assert_eq!(arrived(&person.emulator), before, "nothing was sent");
    let usage = person.ok(&["usage"]);
    assert!(usage.lines().any(|line| line.starts_with("operation\talbums.get\t1\t20") && line.ends_with("Z\tnamed")));
    let mut terminal = person.command(&["usage"]);
    let shown = terminal.env("SPOTIFY_CLI_TERMINAL", "110").output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("for 13 h 35 min, until ") && shown.contains(", as Spotify said"), "{shown}");
    let doctor = person.ok(&["doctor"]);
    assert!(doctor.contains("warning\tlimits\t") && doctor.contains("albums.get is refused for 13 h"), "{doctor}");
    person.ok(&["usage", "--reset"]);
    person.ok(&["album", ALBUM]);
}

#[test]
fn a_damaged_file_is_set_aside_with_a_warning_and_no_command_fails() {
    let person = signed_in("damaged");
    for (number, damage) in ["", "{\"version\":1,\"apps\":[1]}", "{\"half", "[]"].into_iter().enumerate() {
        fs::write(file(&person), damage).unwrap();
        let output = person.run(&["album", ALBUM]);
        assert!(output.status.success());
        let said = error(&output);
        assert!(said.starts_with("warning: the request counts in ") && said.contains("are damaged"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        let end = if number == 0 { String::new() } else { format!("-{}", number + 1) };
        let aside = file(&person).with_file_name(format!("usage.json.damaged{end}"));
        assert_eq!(fs::read_to_string(aside).unwrap(), damage);
        assert_eq!(of(&counts(&person), "albums.get"), 1);
    }
}

#[test]
fn a_file_that_cannot_be_used_is_told_and_left_alone() {
    let person = signed_in("unusable");
    let newer = r#"{"version":2,"apps":"of another kind"}"#;
    fs::write(file(&person), newer).unwrap();
    let output = person.run(&["album", ALBUM]);
    assert!(output.status.success() && error(&output).contains("a later version of this program wrote them"));
    assert_eq!(fs::read_to_string(file(&person)).unwrap(), newer);
    fs::remove_file(file(&person)).unwrap();
    fs::create_dir(file(&person)).unwrap();
    let output = person.run(&["album", ALBUM]);
    assert!(output.status.success());
    assert!(error(&output).contains("cannot be read") && error(&output).contains("cannot be saved"));
}

#[test]
fn ctrl_c_loses_no_count() {
    let person = signed_in("ctrl-c");
    for signal in ["-INT", "-TERM"] {
        person.ok(&["usage", "--reset"]);
        person.emulator.clear_requests();
        person.emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(60)));
        let mut run = person.command(&["album", ALBUM]).stdout(Stdio::null()).spawn().unwrap();
        while arrived(&person.emulator) == 0 {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap().success());
        assert_eq!(run.wait().unwrap().code(), Some(130), "{signal}");
        assert_eq!(of(&counts(&person), "albums.get"), 1, "{signal}");
    }
}

#[test]
fn nothing_is_counted_for_the_demo_nor_for_a_token_of_an_unknown_app() {
    let person = Person::new("usage-nobody");
    person.ok(&["--demo", "album", ALBUM]);
    assert_eq!(person.fails(&["--demo", "usage"]).0, 2);
    let with_token = |args: &[&str]| {
        let mut command = person.command(args);
        command.env("SPOTIFY_SDK_ACCESS_TOKEN", person.emulator.valid_token()).output().unwrap()
    };
    let output = with_token(&["album", ALBUM]);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", error(&output));
    let output = with_token(&["--daily-budget", "5", "album", ALBUM]);
    assert!(output.status.success() && error(&output).contains("of this run alone"), "{}", error(&output));
    let output = with_token(&["usage"]);
    assert!(output.status.code() == Some(1) && error(&output).contains("set SPOTIFY_SDK_CLIENT_ID beside"));
    assert!(!file(&person).exists());
}
