//! The picture in the README shows what the command line prints. With `SNAPSHOTS=overwrite` it is drawn anew.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use snapbox::file;

#[test]
fn the_picture_in_the_readme_is_what_the_command_line_prints() {
    let mut terminal = String::new();
    for arguments in [
        &["album", "https://open.spotify.com/album/5K79FLRUCSysQnVESLcTdb"][..],
        &["player", "status"],
        &["library", "list", "playlists", "--limit", "3"],
        &["search", "artist:queen", "--type", "artist,track,album", "--limit", "2"],
        &["playlist", "add", "spotify:album:5K79FLRUCSysQnVESLcTdb", "4VZ73eMsASWAbSz7mmAWDk"],
    ] {
        let mut output = run(arguments);
        // Of a long list, its beginning is enough.
        if output.lines().count() > 10 {
            let beginning: Vec<_> = output.lines().take(8).collect();
            output = format!("{}\n  …\n", beginning.join("\n"));
        }
        terminal.push_str(&format!("\x1b[32m$\x1b[0m spotify-cli {}\n{output}\n", arguments.join(" ")));
    }
    snapbox::assert_data_eq!(terminal.trim_end(), file!["../../../docs/terminal.term.svg"].raw());
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_spotify-cli"))
        .args(["--demo", "--color", "always"])
        .args(arguments)
        .env("SPOTIFY_CLI_TERMINAL", "88")
        .env("HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let (_demo, said) = said.split_once('\n').unwrap();
    String::from_utf8(output.stdout).unwrap() + said
}
