//! Servers that are hostile or broken, seen from a real terminal and from a pipe: whatever stands in a response, nothing but
//! the program's own styling drives the terminal, and lines for programs keep their columns.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod commands;
mod poison;
mod pty;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule};
use unicode_width::UnicodeWidthStr;

use commands::{COMMANDS, ID_OF_A_TRACK, TABLES};
use poison::{Dose, Proxy};
use pty::{Pty, Screen};

/// The program, told that Spotify is at this address, with nobody's settings.
fn program(base_url: &str, token: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody");
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, nowhere);
    }
    for variable in ["RUST_LOG", "SPOTIFY_CLI_TERMINAL", "NO_COLOR", "SPOTIFY_SDK_CLIENT_ID"] {
        command.env_remove(variable);
    }
    command
        .args(args)
        .env("TERM", "xterm")
        .env("SPOTIFY_SDK_ACCESS_TOKEN", token)
        .env("SPOTIFY_SDK_BASE_URL", base_url)
        .current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

/// What is wrong with the bytes that a terminal got: of escape sequences it may get the program's own alone.
fn fault_of(output: &str) -> Option<String> {
    let mut text = output.to_owned();
    for own in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[?25l", "\u{1b}[?25h", "\u{1b}[2K", "\u{1b}[J"] {
        text = text.replace(own, "");
    }
    for lines in 1..20 {
        text = text.replace(&format!("\u{1b}[{lines}A"), "").replace(&format!("\u{1b}[{lines}B"), "");
    }
    let isolates = text.matches('\u{2068}').count();
    if isolates != text.matches('\u{2069}').count() {
        return Some("isolates that do not belong together".to_owned());
    }
    let text = text.replace(['\u{2068}', '\u{2069}'], "").replace("\r\n", "\n");
    if let Some(line) = text.lines().find(|line| line.trim_start_matches('\r').starts_with(poison::AFTER_A_LINE_END)) {
        return Some(format!("a line that the server began: {line:?}"));
    }
    let found = text.chars().find(|c| (c.is_control() && !['\n', '\r'].contains(c)) || poison::is_mark(*c));
    found.map(|c| format!("{c:?}"))
}

#[test]
fn nothing_that_a_server_sends_drives_the_terminal_whatever_the_command() {
    let emulator = Emulator::start().unwrap();
    // What is not read well ends with an error, which is the same in every form.
    let doses: [(Dose, &[&[&str]]); 4] = [
        (Dose::Everything, &[&[], &["--json"]]),
        (Dose::AllButWhatIsRead, &[&[], &["--json"], &["--uris", "-vv"]]),
        (Dose::Errors, &[&["-vv"]]),
        (Dose::Text, &[&[]]),
    ];
    for (dose, forms) in doses {
        let proxy = Proxy::start(emulator.base_url(), dose);
        thread::scope(|scope| {
            for part in COMMANDS.chunks(COMMANDS.len().div_ceil(4)) {
                let (proxy, emulator) = (&proxy, &emulator);
                scope.spawn(move || {
                    for args in part {
                        for more in forms {
                            let args = [args, *more].concat();
                            let command = program(proxy.base_url(), emulator.valid_token(), &args);
                            let (output, code) = Pty::run(command, 80);
                            // Killed and panicked processes have others.
                            assert!((0..=6).contains(&code), "{dose:?} {args:?}: {code}: {output}");
                            // A log beside it makes lines of the view, whose columns have tabs between.
                            let tabs = if args.contains(&"watch") { "\t" } else { "" };
                            if let Some(fault) = fault_of(&output.replace(tabs, "")) {
                                panic!("{dose:?} {args:?}: {fault}: {output:?}");
                            }
                        }
                    }
                });
            }
        });
        // Some commands end before they ask.
        assert!(proxy.poisoned() >= COMMANDS.len() * 3 / 4, "{dose:?}: {}", proxy.poisoned());
    }
}

/// Every command that there is, as its words, from the help.
fn all_commands(of: &[String], found: &mut BTreeSet<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_spotify-cli")).args(of).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let listed = help.split_once("Commands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap().to_owned());
    let names: Vec<String> = listed
        .unwrap_or_default()
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect();
    if names.is_empty() {
        found.insert(of.join(" "));
    }
    for name in names {
        all_commands(&[of, &[name]].concat(), found);
    }
}

#[test]
fn no_command_that_asks_spotify_is_forgotten_here() {
    let mut all = BTreeSet::new();
    all_commands(&[], &mut all);
    // These ask nobody, or need somebody at a browser; what they print of Spotify's are the lines of `whoami`.
    // Those of a fleet ask Redis, and have tests of their own.
    let fleet = ["fleet status", "fleet users", "fleet forget-user"];
    let others = ["login", "logout", "emulator", "config get", "config set", "config path", "completions", "man"];
    // Those of this program's own files, in which nothing is Spotify's.
    let own = ["usage", "cache status", "cache clear"];
    for without in others.iter().chain(&fleet).chain(&own) {
        assert!(all.remove(*without), "{without}");
    }
    let tried: Vec<String> = COMMANDS.iter().map(|args| args.join(" ")).collect();
    for command in all {
        let begins = |tried: &&String| **tried == command || tried.starts_with(&format!("{command} "));
        assert!(tried.iter().any(|tried| begins(&tried)), "`{command}` has no line in COMMANDS");
    }
}

#[test]
fn lines_for_programs_keep_their_columns_whatever_is_in_the_cells() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::start(emulator.base_url(), Dose::AllButWhatIsRead);
    for (args, columns) in TABLES {
        let output = program(proxy.base_url(), emulator.valid_token(), args).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let rows: Vec<&str> = text.lines().filter(|line| line.contains('\t')).collect();
        assert!(!rows.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        for row in &rows {
            assert_eq!(row.split('\t').count(), *columns, "{args:?}: {row:?}");
        }
        assert_eq!(fault_of(&text.replace('\t', " ")), None, "{args:?}");
    }
}

#[test]
fn no_row_is_wider_than_the_terminal() {
    let emulator = Emulator::start().unwrap();
    // With wide characters, combining ones, and far more of them than fit.
    let proxy = Proxy::start(emulator.base_url(), Dose::LongTitles);
    for (args, _) in TABLES {
        for columns in [60, 90, 120] {
            for more in [&[][..], &["--uris"]] {
                let args = [*args, more].concat();
                let (output, code) = Pty::run(program(proxy.base_url(), emulator.valid_token(), &args), columns);
                assert_eq!(code, 0, "{args:?}: {output}");
                let text = output.replace("\u{1b}[2m", "").replace("\u{1b}[0m", "");
                // A table comes last, and its headings stand above it.
                let heading = text.lines().position(|line| line.starts_with(' ')).unwrap();
                let rows: Vec<&str> = text.lines().skip(heading).collect();
                assert!(rows.len() > 1 && text.contains('…'), "{args:?}: {text}");
                for row in rows {
                    assert!(row.trim_end().width() <= columns.into(), "{args:?} at {columns}: {row:?}");
                }
            }
        }
    }
}

#[test]
fn whoever_has_seen_enough_of_an_export_is_left_in_peace() {
    let emulator = Emulator::builder().library(2000).start().unwrap();
    for args in [
        &["export", "library", "-", "--format", "csv"][..],
        &["export", "library", "-", "--format", "json"],
        &["export", "library", "-", "--format", "jsonl"],
        &["library", "list", "--limit", "0"],
        &["library", "list", "--limit", "0", "--json"],
        &["api", "get", "/me/tracks", "--paginate"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
    ] {
        let mut command = program(emulator.base_url(), emulator.valid_token(), args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{args:?}");
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

#[test]
fn after_ctrl_c_there_is_no_half_of_a_bar() {
    let emulator = Emulator::builder().library(3000).start().unwrap();
    let delay = Fault::delay(Duration::from_millis(60));
    emulator.faults().add(FaultRule::new(delay).path("/me/tracks"));
    for presses in [1, 2] {
        let file = format!("ctrl-c-{presses}-{}.jsonl", std::process::id());
        let args = ["export", "library", &file];
        let mut pty = Pty::start(program(emulator.base_url(), emulator.valid_token(), &args), 80);
        let before = pty.read_until("] ");
        assert!(Screen::of(&before).contains("Exporting tracks ["), "{before:?}");
        // What the terminal itself shows of it.
        pty.type_in(b"\x03");
        for _ in 0..presses {
            pty.signal("-INT");
        }
        let (after, code) = pty.finish();
        assert_eq!(code, 130);
        let screen = Screen::of(&(before + &after));
        assert!(!screen.contains("Exporting tracks"), "{screen}");
        for ending in ["", ".part", ".state", ".lock"] {
            let _ = std::fs::remove_file(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{file}{ending}")));
        }
    }
}

#[test]
fn json_on_a_terminal_is_json_and_means_what_spotify_sent() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::start(emulator.base_url(), Dose::AllButWhatIsRead);
    let args = ["track", ID_OF_A_TRACK, "--json"];
    let (output, _) = Pty::run(program(proxy.base_url(), emulator.valid_token(), &args), 80);
    let printed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert!(printed["name"].as_str().unwrap().ends_with(&poison::poison()), "{output}");
}
