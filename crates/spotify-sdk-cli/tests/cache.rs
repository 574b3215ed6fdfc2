//! The cache over several runs, each a process of its own, against an emulator in this one, whose log says what was asked.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod person;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use person::Person;

const ALBUM: &str = "5K79FLRUCSysQnVESLcTdb";
const PLAYLIST: &str = "07rRxEKbsM1kRJgCuylwIR";

fn signed_in(name: &str, scopes: &[&str]) -> Person {
    let person = Person::new(&format!("cache-{name}"));
    person.log_in(scopes);
    person.emulator.clear_requests();
    person
}

/// What was asked since this was called last: whole, or whether something has changed. Pages of the items of a playlist do not
/// count, since they are asked for ahead.
fn asked(person: &Person) -> Vec<&'static str> {
    let requests = person.emulator.requests();
    person.emulator.clear_requests();
    let kind = |is_conditional| if is_conditional { "changed?" } else { "whole" };
    let counted = requests.iter().filter(|request| !request.path.ends_with("/items"));
    counted.map(|request| kind(request.headers.contains_key("if-none-match"))).collect()
}

/// Every file of the cache.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn stored(person: &Person) -> Vec<PathBuf> {
    files(&person.home.join("cache/spotify-cli/responses/owners"))
}

#[test]
fn without_the_option_nothing_is_kept() {
    let person = signed_in("off", &[]);
    person.ok(&["album", ALBUM]);
    person.ok(&["album", ALBUM]);
    assert_eq!(asked(&person), ["whole", "whole"]);
    assert!(!person.home.join("cache").exists());
}

#[test]
fn the_second_run_asks_whether_what_is_kept_has_changed() {
    let person = signed_in("revalidate", &[]);
    let first = person.ok(&["--cache", "album", ALBUM]);
    assert_eq!(person.ok(&["--cache", "album", ALBUM]), first);
    assert_eq!(asked(&person), ["whole", "changed?"]);
    let output = person.run(&["--cache", "-v", "album", ALBUM]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("confirmed what is in the cache"));
    person.ok(&["--no-cache", "album", ALBUM]);
    assert_eq!(asked(&person), ["changed?", "whole"]);
}

#[test]
fn with_an_age_the_second_run_asks_nothing_of_the_catalog() {
    let person = signed_in("fresh", &[]);
    let first = person.ok(&["--cache=1h", "album", ALBUM]);
    assert_eq!(asked(&person), ["whole"]);
    let output = person.run(&["--cache=1h", "-v", "album", ALBUM]);
    assert_eq!((String::from_utf8_lossy(&output.stdout).as_ref(), asked(&person).len()), (&*first, 0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("responded from the cache"));
    // What is the user's own is asked for all the same.
    let playlist = person.ok(&["--cache=1h", "playlist", PLAYLIST, "--limit=1"]);
    assert_eq!(person.ok(&["--cache=1h", "playlist", PLAYLIST, "--limit=1"]), playlist);
    assert_eq!(asked(&person), ["whole", "changed?"]);
    let (code, said) = person.fails(&["--cache=2d", "whoami"]);
    assert!(code == 2 && said.contains("up to 24 hours"), "{said}");
}

#[test]
fn the_config_turns_it_on_and_options_override_it() {
    let person = signed_in("config", &[]);
    person.ok(&["config", "set", "cache", "1h"]);
    person.ok(&["album", ALBUM]);
    person.ok(&["album", ALBUM]);
    assert_eq!(asked(&person), ["whole"]);
    person.ok(&["--cache", "album", ALBUM]);
    person.ok(&["--no-cache", "album", ALBUM]);
    person.ok(&["--no-cache", "--cache=1h", "album", ALBUM]);
    assert_eq!(asked(&person), ["changed?", "whole"]);
    person.ok(&["config", "set", "cache", "perhaps"]);
    let (code, said) = person.fails(&["album", ALBUM]);
    assert!(code == 2 && said.contains("cache: expected on, off, or a maximum age"), "{said}");
    let doctor = person.run(&["doctor"]);
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("problem\tsettings\tcache: expected on"));
}

#[test]
fn a_write_of_one_run_makes_what_it_changes_out_of_date_for_the_next() {
    let person = signed_in("write", &["--scopes", "all"]);
    let show = &["--cache=1h", "playlist", PLAYLIST, "--limit=1"];
    person.ok(show);
    person.ok(show);
    person.ok(&["--cache=1h", "album", ALBUM]);
    assert_eq!(asked(&person), ["whole", "changed?", "whole"]);
    person.ok(&["--cache", "playlist", "edit", PLAYLIST, "--name", "Evening Tea"]);
    asked(&person);
    assert!(person.ok(show).starts_with("Evening Tea"));
    person.ok(&["--cache=1h", "album", ALBUM]);
    assert_eq!(asked(&person), ["whole"], "the playlist alone was changed");
}

#[test]
fn a_write_of_a_run_without_the_cache_is_seen() {
    let person = signed_in("write-without", &["--scopes", "all"]);
    person.ok(&["--cache=1h", "playlist", PLAYLIST, "--limit=1"]);
    person.ok(&["playlist", "edit", PLAYLIST, "--name", "Evening Tea"]);
    asked(&person);
    assert!(person.ok(&["--cache=1h", "playlist", PLAYLIST, "--limit=1"]).starts_with("Evening Tea"));
    assert_eq!(asked(&person), ["changed?"]);
}

#[test]
fn whoever_signs_out_leaves_nothing_and_who_signs_in_again_starts_anew() {
    let person = signed_in("sign-out", &[]);
    person.ok(&["--cache=1h", "album", ALBUM]);
    person.ok(&["--cache=1h", "whoami"]);
    assert_eq!(stored(&person).len(), 2);
    person.ok(&["logout"]);
    assert_eq!(stored(&person), Vec::<PathBuf>::new());
    person.log_in(&[]);
    asked(&person);
    person.ok(&["--cache=1h", "album", ALBUM]);
    assert_eq!(asked(&person), ["whole"]);
}

#[test]
fn files_are_for_their_owner_alone() {
    let person = signed_in("rights", &[]);
    person.ok(&["--cache", "album", ALBUM]);
    let all = files(&person.home.join("cache"));
    assert!(all.len() >= 3, "{all:?}");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in all {
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700), "{}", file.display());
        let content = fs::read(&file).unwrap();
        let token = person.ok(&["token", "print"]);
        assert!(!content.windows(token.trim().len()).any(|part| part == token.trim().as_bytes()));
    }
}

#[test]
fn a_cache_that_is_damaged_or_cannot_be_used_fails_no_command() {
    let person = signed_in("damaged", &[]);
    let first = person.ok(&["--cache=1h", "album", ALBUM]);
    for damage in ["", "spcache1", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
        for file in files(&person.home.join("cache")) {
            fs::write(file, damage).unwrap();
        }
        asked(&person);
        assert_eq!(person.ok(&["--cache=1h", "album", ALBUM]), first);
        assert_eq!(person.ok(&["--cache=1h", "album", ALBUM]), first);
        assert_eq!(asked(&person), ["whole"]);
    }
    fs::remove_dir_all(person.home.join("cache")).unwrap();
    fs::write(person.home.join("cache"), "no folder").unwrap();
    assert_eq!(person.ok(&["--cache=1h", "album", ALBUM]), first);
    assert_eq!(asked(&person), ["whole"]);
}

#[test]
fn runs_at_the_same_time_share_it() {
    let person = signed_in("same-time", &[]);
    let start = |_| person.command(&["--cache=1h", "album", ALBUM]).stdout(Stdio::piped()).spawn().unwrap();
    let runs: Vec<_> = (0..6).map(start).collect();
    let outputs: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    assert!(outputs.iter().all(|output| output.status.success() && output.stdout == outputs[0].stdout));
    asked(&person);
    person.ok(&["--cache=1h", "album", ALBUM]);
    assert_eq!(asked(&person).len(), 0);
    assert_eq!(stored(&person).len(), 1);
}

#[test]
fn its_size_is_shown_and_it_can_be_deleted() {
    let person = signed_in("status", &[]);
    let status = || serde_json::from_str::<Value>(&person.ok(&["cache", "status", "--json"])).unwrap();
    let empty = status();
    assert_eq!((&empty["used"], &empty["responses"], &empty["bytes"]), (&false.into(), &0.into(), &0.into()));
    assert_eq!(empty["max_bytes"], 64 * 1024 * 1024);
    person.ok(&["config", "set", "cache_size", "2"]);
    person.ok(&["config", "set", "cache", "30m"]);
    person.ok(&["album", ALBUM]);
    let full = status();
    assert_eq!(
        (&full["used"], &full["fresh_for_seconds"], &full["responses"]),
        (&true.into(), &1800.into(), &1.into())
    );
    assert!(full["bytes"].as_u64().unwrap() > 4096 && full["max_bytes"] == 2 * 1024 * 1024, "{full}");
    let said = person.ok(&["cache", "status"]);
    assert!(said.contains("used for 30 min.\n1 response · 0.0 MiB of 2.0 MiB · /"), "{said}");
    let said = person.run(&["cache", "clear"]).stderr;
    assert_eq!(String::from_utf8(said).unwrap(), "Deleted 1 response.\n");
    assert_eq!(status()["bytes"], 0);
    person.ok(&["config", "set", "cache_size", "large"]);
    assert_eq!(person.fails(&["album", ALBUM]).0, 2);
}
