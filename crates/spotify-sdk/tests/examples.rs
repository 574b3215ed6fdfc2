//! The example programs, run as they are, and so the clients as the environment makes them.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

use spotify_emulator::Emulator;

/// `cargo test` builds the examples beside the tests.
fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    let path = path.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "build the examples first: cargo build -p spotify-sdk --examples");
    path
}

fn run(name: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(example(name));
    for variable in ["SPOTIFY_SDK_ACCESS_TOKEN", "SPOTIFY_SDK_BASE_URL", "SPOTIFY_SDK_ACCOUNTS_URL"] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn the_same_program_prints_the_same_with_either_client() {
    let emulator = Emulator::start().unwrap();
    let variables =
        [("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token()), ("SPOTIFY_SDK_BASE_URL", emulator.base_url())];
    let with_async = run("album", &variables);
    let with_blocking = run("album_blocking", &variables);
    let text = String::from_utf8(with_async.stdout).unwrap();
    assert!(text.starts_with("DeBÍ TiRAR MáS FOToS by Bad Bunny\n 1. NUEVAYoL\n"), "{text}");
    assert_eq!(text, String::from_utf8(with_blocking.stdout).unwrap());
    assert!(with_async.status.success() && with_blocking.status.success());
}

#[test]
fn an_expired_token_asks_for_a_fresh_one() {
    let emulator = Emulator::start().unwrap();
    for name in ["album", "album_blocking"] {
        let output = run(
            name,
            &[("SPOTIFY_SDK_ACCESS_TOKEN", emulator.expired_token()), ("SPOTIFY_SDK_BASE_URL", emulator.base_url())],
        );
        assert!(!output.status.success());
        assert!(String::from_utf8(output.stderr).unwrap().contains("fresh token"));
    }
}

#[test]
fn a_variable_that_is_missing_empty_or_wrong_is_named() {
    for (variables, name) in [
        (&[][..], "SPOTIFY_SDK_ACCESS_TOKEN"),
        (&[("SPOTIFY_SDK_ACCESS_TOKEN", "")], "SPOTIFY_SDK_ACCESS_TOKEN"),
        (&[("SPOTIFY_SDK_ACCESS_TOKEN", "BQ"), ("SPOTIFY_SDK_BASE_URL", "nonsense")], "base_url"),
        (&[("SPOTIFY_SDK_ACCESS_TOKEN", "BQ"), ("SPOTIFY_SDK_ACCOUNTS_URL", "nonsense")], "accounts_url"),
    ] {
        for example in ["album", "album_blocking"] {
            let output = run(example, variables);
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(text.contains(name), "{text}");
        }
    }
}
