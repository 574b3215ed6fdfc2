//! The example programs, run as they are, and so the clients as the environment makes them.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use spotify_emulator::Emulator;
use spotify_sdk::SpotifyClient;
use spotify_sdk::auth::AccessToken;

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
fn a_main_that_fails_prints_what_happened_and_what_to_do_in_a_few_lines() {
    let emulator = Emulator::start().unwrap();
    for name in ["album", "album_blocking"] {
        for token in [emulator.expired_token(), emulator.unknown_token()] {
            let output =
                run(name, &[("SPOTIFY_SDK_ACCESS_TOKEN", token), ("SPOTIFY_SDK_BASE_URL", emulator.base_url())]);
            assert!(!output.status.success());
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(
                text.starts_with("Error: Spotify refused the access token: albums.get (GET /albums/{id}): "),
                "{text}"
            );
            assert!(text.contains("\nhint: ") && text.contains("access token"), "{text}");
            assert_eq!(text.lines().count(), 2, "{text}");
            assert!(text.len() < 400 && !text.contains(token), "{text}");
        }
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

#[test]
fn what_plays_is_printed_as_it_changes() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let album = client.albums().get("5K79FLRUCSysQnVESLcTdb").send().unwrap();
    let play = client.player().start_playback().context_uri(album.uri.unwrap());
    play.position_ms(album.tracks.items[0].duration_ms.unwrap() - 2_000).send().unwrap();
    let output = Command::new(example("player_events"))
        .arg("2")
        .env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token())
        .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("now playing: NUEVAYoL by Bad Bunny, at 3:0"), "{text}");
    assert!(lines[1].starts_with("next: ") && lines[1].contains("Bad Bunny"), "{text}");
    assert!(!lines[1].contains("NUEVAYoL"), "{text}");
}

#[cfg(feature = "loopback")]
#[test]
fn a_user_signs_in_without_a_browser_once_and_stays_signed_in() {
    let emulator = Emulator::builder().redirect_uri("http://127.0.0.1/callback").start().unwrap();
    let file = std::env::temp_dir().join(format!("spotify-sdk-example-{}.json", std::process::id()));
    let _ = std::fs::remove_file(&file);
    for signed_in_before in [false, true] {
        let mut program = Command::new(example("sign_in"))
            .args([file.to_str().unwrap(), "--no-browser"])
            .env("SPOTIFY_SDK_CLIENT_ID", emulator.client_id())
            .env_remove("SPOTIFY_SDK_CLIENT_SECRET")
            .env("SPOTIFY_SDK_REDIRECT_URI", "http://127.0.0.1/callback")
            .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
            .env("SPOTIFY_SDK_ACCOUNTS_URL", emulator.accounts_url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut screen = BufReader::new(program.stderr.take().unwrap());
        if !signed_in_before {
            let address =
                screen.by_ref().lines().map(Result::unwrap).find(|line| line.contains("/authorize?")).unwrap();
            let back = emulator.agree(address.trim(), "alma").unwrap();
            writeln!(program.stdin.take().unwrap(), "{back}").unwrap();
        }
        let mut said = String::new();
        screen.read_to_string(&mut said).unwrap();
        let output = program.wait_with_output().unwrap();
        assert!(output.status.success(), "{said}");
        assert!(said.contains("Signed in until 20"), "{said}");
        assert!(!signed_in_before || !said.contains("/authorize?"), "{said}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "Alma\n");
    }
    for ending in ["", ".lock", ".write"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
}
