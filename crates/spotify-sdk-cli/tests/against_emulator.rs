//! The program as a process of its own, against an emulator in this one.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output, Stdio};

use spotify_emulator::{Emulator, Fault, FaultRule, Quota};

const ALBUM: &str = "5K79FLRUCSysQnVESLcTdb";

fn command(emulator: &Emulator, token: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
    command
        .args(args)
        .env_remove("RUST_LOG")
        .env("SPOTIFY_SDK_ACCESS_TOKEN", token)
        .env("SPOTIFY_SDK_BASE_URL", emulator.base_url());
    command
}

fn run(emulator: &Emulator, args: &[&str]) -> Output {
    command(emulator, emulator.valid_token(), args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn without_demo_the_environment_says_where_spotify_is() {
    let emulator = Emulator::start().unwrap();
    let output = run(&emulator, &["album", ALBUM]);
    assert!(output.status.success());
    assert!(text(&output.stdout).starts_with("DeBÍ TiRAR MáS FOToS by Bad Bunny\n2025-01-05 · 17 tracks, 1 h 2 min\n"));
    assert!(output.stderr.is_empty());
    assert_eq!(emulator.requests()[0].path, format!("/v1/albums/{ALBUM}"));
}

#[test]
fn json_is_what_spotify_sent() {
    for quota in [Quota::Development, Quota::Extended] {
        let emulator = Emulator::builder().quota(quota).start().unwrap();
        let raw = r#"{"name":"N","id":"1","label":null,"future":{"b":[1.5,null]},"images":null,"popularity":"odd"}"#;
        emulator.faults().fail_next(1, Fault::status(200).body(raw));
        let output = run(&emulator, &["album", "1", "--json"]);
        let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(printed, serde_json::from_str::<serde_json::Value>(raw).unwrap());

        let printed: serde_json::Value =
            serde_json::from_slice(&run(&emulator, &["album", ALBUM, "--json"]).stdout).unwrap();
        assert_eq!(printed["tracks"]["items"].as_array().unwrap().len(), 17);
    }
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let emulator = Emulator::start().unwrap();
    let wait = Fault::status(429).header("retry-after", "3600");
    let body = r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;
    let exceeded = Fault::status(429).header("retry-after", "48925").body(body);
    for (fault, code, words) in [
        (Fault::status(401), 3, "hint: "),
        (Fault::status(403), 1, "hint: "),
        (Fault::status(404), 4, "hint: "),
        (wait, 5, "hint: Wait 3600 s"),
        (exceeded, 6, "Wait 48925 s; until then this operation is refused, and others go on."),
        (Fault::status(200).body("<html>"), 1, "hint: A web page came"),
    ] {
        emulator.faults().fail_next(1, fault);
        let output = run(&emulator, &["album", ALBUM]);
        assert_eq!(output.status.code(), Some(code));
        assert!(output.stdout.is_empty());
        let lines: Vec<&str> = text(&output.stderr).lines().collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("error: ") && lines[1].contains(words), "{lines:?}");
    }
}

#[test]
fn hints_are_for_whoever_types_commands_and_no_client_id_is_withdrawn_by_mistake() {
    // Many of them are asked for again, and wait.
    std::thread::scope(|scope| Fault::names().for_each(|name| drop(scope.spawn(move || check_hints(name)))));
}

fn check_hints(name: &str) {
    let emulator = Emulator::start().unwrap();
    emulator.faults().add(FaultRule::new(Fault::named(name).unwrap()));
    for args in [&["album", ALBUM][..], &["player", "devices"], &["player", "volume", "10"]] {
        // Whatever answers with success to a command has no text that matters.
        if name == "captive-portal" && args.contains(&"volume") {
            continue;
        }
        let output = run(&emulator, args);
        let errors = text(&output.stderr);
        assert!(!output.status.success() && errors.contains("hint: "), "{name}: {errors}");
        for of_programs in ["player()", "auth provider", "`max_retry_wait`", "`usage()`", "`timeout`", "`send_as`"] {
            assert!(!errors.contains(of_programs), "{name}: {errors}");
        }
        // Without a word of how long to wait, a rate limit looks the same.
        let may_be = ["withdrawn-client", "rate-limited", "too-many-requests"].contains(&name);
        assert_eq!(errors.contains("If no command ever succeeds, Spotify may have"), may_be, "{name}: {errors}");
        assert!(!errors.contains("No call of this client"), "{name}: {errors}");
    }
}

#[test]
fn an_expired_token_asks_for_a_fresh_one() {
    let emulator = Emulator::start().unwrap();
    let output = command(&emulator, emulator.expired_token(), &["album", ALBUM]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("get a fresh one"), "{}", text(&output.stderr));
}

#[test]
fn an_album_of_more_than_fifty_tracks_is_listed_whole() {
    let emulator = Emulator::start().unwrap();
    let track = |number: usize| format!(r#"{{"name":"T{number}","track_number":{number},"duration_ms":60000}}"#);
    let page = |range: std::ops::RangeInclusive<usize>, next: &str| {
        let items: Vec<String> = range.map(track).collect();
        format!(r#"{{"items":[{}],"total":60,"next":{next}}}"#, items.join(","))
    };
    let album = format!(r#"{{"id":"1","name":"Long","tracks":{}}}"#, page(1..=50, r#""there is more""#));
    emulator.faults().fail_next(1, Fault::status(200).body(album));
    emulator.faults().fail_next(1, Fault::status(200).body(page(51..=60, "null")));
    let output = run(&emulator, &["album", "1"]);
    assert!(text(&output.stdout).contains("60 tracks, 1 h 0 min"), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("\n60\tT60\t"));
    assert_eq!(emulator.requests()[1].query.as_deref(), Some("limit=50&offset=50"));
}

#[test]
fn a_title_cannot_drive_the_terminal() {
    let emulator = Emulator::start().unwrap();
    let body = r#"{"id":"1","name":"\u001b[2Jcleared","tracks":{"items":[{"name":"a\nb\u0007"}]}}"#;
    emulator.faults().fail_next(1, Fault::status(200).body(body));
    let output = run(&emulator, &["album", "1"]);
    assert!(!text(&output.stdout).contains(['\u{1b}', '\u{7}']), "{}", text(&output.stdout));
}

#[test]
fn verbose_logs_to_standard_error_without_the_token() {
    let emulator = Emulator::start().unwrap();
    let quiet = run(&emulator, &["album", ALBUM]);
    assert!(quiet.stderr.is_empty());
    for (args, words) in [(["-v", "album", ALBUM], "DEBUG"), (["-vv", "album", ALBUM], "TRACE")] {
        let output = run(&emulator, &args);
        assert!(text(&output.stderr).contains(words) && text(&output.stderr).contains("albums.get"));
        assert!(!text(&output.stderr).contains(emulator.valid_token()));
        assert_eq!(output.stdout, quiet.stdout);
    }
    let output =
        command(&emulator, emulator.valid_token(), &["album", ALBUM]).env("RUST_LOG", "trace").output().unwrap();
    assert!(text(&output.stderr).contains("TRACE") && !text(&output.stderr).contains(emulator.valid_token()));
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let emulator = Emulator::start().unwrap();
    let mut child = command(&emulator, emulator.valid_token(), &["album", ALBUM, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn lists_as_json_are_one_object_a_line_as_spotify_sent_them() {
    let emulator = Emulator::start().unwrap();
    for (args, lines) in [
        (&["library", "list", "--json", "--limit", "3"][..], 3),
        (&["search", "love", "--type", "track,artist", "--limit", "2", "--json"], 2),
        (&["top", "artists", "--limit", "4", "--json"], 4),
        (&["recent", "--limit", "2", "--json"], 2),
        (&["following", "--limit", "2", "--json"], 2),
        (&["track", "2lTm559tuIvatlT1u0JYG2", "0XVpOgQJMFRG4DXjeoIXT6", "--json"], 2),
        (&["api", "get", "/me/tracks", "-q", "limit=50", "--paginate"], 50),
    ] {
        let output = run(&emulator, args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        let objects: Vec<serde_json::Value> =
            text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(objects.len() >= lines && objects.iter().all(serde_json::Value::is_object), "{args:?}");
    }
    let output = run(&emulator, &["track", "2lTm559tuIvatlT1u0JYG2", "--json"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["name"].is_string());
}

#[test]
fn every_kind_of_item_can_be_shown() {
    let emulator = Emulator::start().unwrap();
    let first = |kind: &str| {
        let output = run(&emulator, &["library", "list", kind, "--limit", "1"]);
        text(&output.stdout).split('\t').next().unwrap().to_owned()
    };
    let (show, episode, book) = (first("shows"), first("episodes"), first("audiobooks"));
    let book = book.rsplit(':').next().unwrap().to_owned();
    for (args, words) in [
        (["show", &show, "--limit=2"], "Serial"),
        (["episode", &episode, "--limit=2"], "Serial · "),
        (["audiobook", &book, "--limit=2"], " by Jane Austen"),
        (["artist", "0TnOYISbd1XYRBk9myaseg", "--limit=1"], "Pitbull"),
    ] {
        let output = run(&emulator, &args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains(words), "{args:?}: {}", text(&output.stdout));
    }
    let chapters = run(&emulator, &["audiobook", &book, "--limit=1"]);
    let chapter = text(&chapters.stdout).trim().rsplit('\t').next().unwrap().to_owned();
    let chapter = chapter.rsplit(':').next().unwrap();
    assert!(text(&run(&emulator, &["chapter", chapter]).stdout).contains("Pride and Prejudice"), "{chapter}");
}

#[test]
fn one_commands_output_is_anothers_input() {
    use std::io::Write;
    let emulator = Emulator::start().unwrap();
    let listed = run(&emulator, &["library", "list", "--limit", "45"]).stdout;
    for args in [["library", "check", "-"], ["library", "remove", "-"], ["library", "save", "-"]] {
        let mut child = command(&emulator, emulator.valid_token(), &args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&listed).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        if args[1] == "check" {
            assert_eq!(text(&output.stdout).lines().filter(|line| line.ends_with("\tyes")).count(), 45);
        }
    }
}

#[test]
fn kinds_are_typed_in_one_way_and_zero_stands_for_all_everywhere() {
    let emulator = Emulator::start().unwrap();
    let printed = |args: &[&str]| {
        let output = run(&emulator, args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    for [one, several] in
        [["track", "tracks"], ["album", "albums"], ["show", "shows"], ["playlist", "playlists"], ["artist", "artists"]]
    {
        let wanted = printed(&["library", "list", several, "--limit", "2"]);
        assert_eq!(wanted.lines().count(), 2);
        for args in
            [&["library", "list", one][..], &["library", "list", "--type", one], &["library", "list", "-t", several]]
        {
            assert_eq!(printed(&[args, &["--limit", "2"]].concat()), wanted, "{args:?}");
        }
        let wanted = printed(&["search", "love", "--type", several, "--limit", "2"]);
        assert_eq!(printed(&["search", "love", "-t", one, "--limit", "2"]), wanted);
    }
    assert_eq!(printed(&["top", "artists"]), printed(&["top", "--type", "artist"]));
    assert_eq!(printed(&["top", "track"]), printed(&["top", "tracks"]));
    assert_eq!(run(&emulator, &["top", "albums"]).status.code(), Some(2));
    for (args, least) in [
        (&["search", "love"][..], 20),
        (&["top", "tracks"], 21),
        (&["recent"], 3),
        (&["following"], 5),
        (&["library", "list"], 51),
        (&["artist", "0TnOYISbd1XYRBk9myaseg"], 1),
    ] {
        let all = printed(&[args, &["--limit", "0"]].concat()).lines().count();
        assert!(all >= least, "{args:?}: {all}");
    }
}

#[test]
fn bash_completes_words_and_offers_files_only_where_one_goes() {
    let Ok(version) = Command::new("bash").arg("--version").output() else { return };
    assert!(version.status.success());
    let emulator = Emulator::start().unwrap();
    let script = std::env::temp_dir().join(format!("spotify-cli-completions-{}", std::process::id()));
    std::fs::write(&script, run(&emulator, &["completions", "bash"]).stdout).unwrap();
    let complete = |words: &str| {
        // As bash calls it, with `compopt` told apart from a real completion.
        let program = format!(
            "source {}; compopt() {{ [[ $2 == default ]] && echo files; }}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _spotify__cli spotify-cli \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
             echo \"${{COMPREPLY[*]}}\"; complete -p spotify-cli",
            script.display()
        );
        let output = Command::new("bash").args(["-c", &program]).output().unwrap();
        let text = text(&output.stdout).to_owned();
        // What bash falls back to, for all of it, is nothing.
        assert!(text.trim_end().ends_with("complete -o nosort -F _spotify__cli spotify-cli"), "{text}");
        text.lines().take(text.lines().count() - 1).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(complete("spotify-cli pla"), "playlist player");
    assert_eq!(complete("spotify-cli library list tr"), "tracks");
    assert_eq!(complete("spotify-cli player sh"), "shuffle");
    assert_eq!(complete("spotify-cli player shuffle t"), "toggle");
    assert_eq!(complete("spotify-cli search --type al"), "albums");
    assert_eq!(complete("spotify-cli player play --device x"), "x");
    assert!(!complete("spotify-cli album src").contains("files"));
    assert!(complete("spotify-cli export playlist x").starts_with("files"));
    let _ = std::fs::remove_file(script);
}

#[test]
fn shells_complete_and_manual_pages_are_written() {
    let emulator = Emulator::start().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&emulator, &["completions", shell]);
        assert!(text(&output.stdout).contains("playlist"), "{shell}");
    }
    assert!(text(&run(&emulator, &["man"]).stdout).contains(".TH spotify-cli"));
    let folder = std::env::temp_dir().join(format!("spotify-cli-man-{}", std::process::id()));
    assert!(run(&emulator, &["man", "--out", folder.to_str().unwrap()]).status.success());
    assert!(folder.join("spotify-cli-playlist-sync.1").exists());
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn any_call_can_be_made_with_a_body_from_a_file_or_from_standard_input() {
    use std::io::Write;
    let emulator = Emulator::start().unwrap();
    let file = std::env::temp_dir().join(format!("spotify-cli-body-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"name":"From a file","public":false}"#).unwrap();
    let body = format!("@{}", file.display());
    let output = run(&emulator, &["api", "POST", "/me/playlists", "--body", &body]);
    let playlist: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(playlist["name"], "From a file");
    let _ = std::fs::remove_file(file);
    let path = format!("/playlists/{}", playlist["id"].as_str().unwrap());
    let mut child = command(&emulator, emulator.valid_token(), &["api", "put", &path, "--body", "@-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"name":"From standard input"}"#).unwrap();
    assert!(child.wait().unwrap().success());
    let output = run(&emulator, &["api", "get", &path, "-q", "fields=name"]);
    assert_eq!(text(&output.stdout).trim(), r#"{"name":"From standard input"}"#);
}
