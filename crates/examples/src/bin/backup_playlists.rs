//! Backs up all playlists of a user, and brings one back.
//!
//! ```sh
//! cargo run -p examples --bin backup_playlists -- --demo backup
//! cargo run -p examples --bin backup_playlists -- --demo --restore backup/<a file>
//! ```
//!
//! writes one JSON file for each playlist. The next run reads only those that have changed since, as their `snapshot_id` tells.
//! A file is written beside its place and then renamed, so that a run that is stopped leaves no half a backup. `--restore`
//! makes a new playlist of a file; local files, which the Web API cannot add, are counted and left out. Scopes:
//! `playlist-read-private`, `playlist-read-collaborative`, and to restore `playlist-modify-private`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use examples::{Result, connect, end};
use serde::{Deserialize, Serialize};
use spotify_sdk::SpotifyClient;
use spotify_sdk::auth::Scope;
use spotify_sdk::models::{PlaylistItem, SimplifiedPlaylist};

/// Backs up all playlists of a user, and brings one back.
#[derive(Parser)]
struct Options {
    /// Answer from an emulator: no account, no network
    #[arg(long)]
    demo: bool,
    /// Make a new playlist of this file
    #[arg(long, value_name = "FILE")]
    restore: Option<PathBuf>,
    /// Where the backup is
    #[arg(default_value = "backup")]
    folder: PathBuf,
}

/// A file of the backup: all that Spotify says, and so all that a later version of this program may want.
#[derive(Serialize, Deserialize)]
struct Backup {
    playlist: SimplifiedPlaylist,
    items: Vec<PlaylistItem>,
}

fn main() -> ExitCode {
    end(run(&Options::parse()))
}

fn run(options: &Options) -> Result {
    let mut scopes = vec![Scope::PlaylistReadPrivate, Scope::PlaylistReadCollaborative];
    if options.restore.is_some() {
        scopes.push(Scope::PlaylistModifyPrivate);
    }
    let (client, _emulator) = connect(options.demo, &scopes)?;
    match &options.restore {
        Some(file) => restore(&client, file),
        None => back_up(&client, &options.folder),
    }
}

fn back_up(client: &SpotifyClient, folder: &Path) -> Result {
    fs::create_dir_all(folder)?;
    let (mut written, mut unchanged, mut closed) = (0, 0, 0);
    for playlist in client.playlists().get_for_current_user().iter() {
        let playlist = playlist?;
        let Some(id) = playlist.id.clone() else { continue };
        let file = folder.join(format!("{} {id}.json", safe(&playlist.name)));
        if known_snapshot(&file).is_some_and(|known| Some(known.as_str()) == playlist.snapshot_id.as_deref()) {
            unchanged += 1;
            continue;
        }
        let items = match client.playlists().get_items(&id).concurrency(4).collect_all() {
            Ok(items) => items,
            // In Development Mode, Spotify shows the items of playlists that the user owns or collaborates on alone.
            Err(spotify_sdk::Error::Forbidden(_) | spotify_sdk::Error::NotFound(_)) => {
                println!("{}: its items are not open to this app", playlist.name);
                closed += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        println!("{}: {} items", playlist.name, items.len());
        write(&file, &Backup { playlist, items })?;
        written += 1;
    }
    println!("{written} written, {unchanged} unchanged, {closed} not open, in {}", folder.display());
    Ok(())
}

fn known_snapshot(file: &Path) -> Option<String> {
    let backup: Backup = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    backup.playlist.snapshot_id.map(Into::into)
}

fn write(file: &Path, backup: &Backup) -> Result {
    let beside = file.with_extension("part");
    fs::write(&beside, serde_json::to_vec_pretty(backup)?)?;
    Ok(fs::rename(beside, file)?)
}

/// A name that every file system takes. The id behind it tells apart what this makes equal.
fn safe(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_alphanumeric() || " -_".contains(c) { c } else { '_' }).collect();
    kept.trim().chars().take(60).collect()
}

fn restore(client: &SpotifyClient, file: &Path) -> Result {
    let backup: Backup = serde_json::from_slice(&fs::read(file)?)?;
    let found: Vec<_> = backup.items.iter().filter_map(|item| item.item.as_ref()?.uri()).collect();
    let uris: Vec<_> = found.into_iter().filter(|uri| !uri.is_local()).collect();
    let playlist = client.playlists().create(backup.playlist.name.as_str()).public(false).send()?;
    if !uris.is_empty() {
        client.playlists().add_items(&playlist.id, uris.iter().copied()).send()?;
    }
    println!("{}: {} of {} items, {}", playlist.name, uris.len(), backup.items.len(), playlist.id.url());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn every_name_is_one_that_a_file_can_have() {
        assert_eq!(safe("Rock / Pop: *best* of?"), "Rock _ Pop_ _best_ of_");
        assert_eq!(safe("../../etc"), "______etc");
        assert_eq!(safe("夏の歌"), "夏の歌");
        assert_eq!(safe(&"x".repeat(300)).len(), 60);
    }
}
