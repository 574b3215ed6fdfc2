//! Finds what is in a playlist more than once, and takes it out.
//!
//! ```sh
//! cargo run -p examples --bin dedupe_playlist -- --demo
//! cargo run -p examples --bin dedupe_playlist -- https://open.spotify.com/playlist/… --similar --apply
//! ```
//!
//! Without `--apply` it only says what it would do. Of each song the first entry stays. With `--similar` the same recording on
//! another album, told by its ISRC or by title and artists, counts too. Spotify removes all entries of a URI or none, so the sync
//! that does it adds the first one back where it was, and says how many requests it takes. Local files and entries whose
//! track is gone are left alone. Scopes: `playlist-read-private`, `playlist-modify-public`, `playlist-modify-private`.

use std::collections::HashSet;
use std::process::ExitCode;

use clap::Parser;
use examples::{Result, connect, end};
use spotify_sdk::auth::Scope;
use spotify_sdk::ids::SpotifyUri;
use spotify_sdk::models::{PlaylistItem, PlaylistItemContent};

/// Finds what is in a playlist more than once, and takes it out.
#[derive(Parser)]
struct Options {
    /// Answer from an emulator, with a playlist that has duplicates: no account, no network
    #[arg(long)]
    demo: bool,
    /// Count the same recording on another album, too
    #[arg(long)]
    similar: bool,
    /// Do it, and not only say it
    #[arg(long)]
    apply: bool,
    /// The playlist's id, URI or link
    #[arg(required_unless_present = "demo")]
    playlist: Option<String>,
}

fn main() -> ExitCode {
    end(run(&Options::parse()))
}

fn run(options: &Options) -> Result {
    let scopes = [Scope::PlaylistReadPrivate, Scope::PlaylistModifyPublic, Scope::PlaylistModifyPrivate];
    let (client, _emulator) = connect(options.demo, &scopes)?;
    let id = match &options.playlist {
        Some(playlist) => playlist.clone(),
        None => playlist_with_duplicates(&client)?,
    };

    // Both at once: the version that is read is the one that is changed, or nothing is.
    let playlist = client.playlists().get(&id).fields("id,name,snapshot_id").send()?;
    let entries = client.playlists().get_items(&id).concurrency(4).collect_all()?;
    let (kept, duplicates) = without_duplicates(&entries, options.similar)?;
    for (position, content) in &duplicates {
        println!("{:>5}. {} – {}", position + 1, content.by(), content.name());
    }
    println!("{}: {} of {} entries are duplicates", playlist.name, duplicates.len(), entries.len());
    if duplicates.is_empty() {
        return Ok(());
    }

    let sync = client.playlists().sync(&id, kept).keep_unavailable().maybe_snapshot_id(playlist.snapshot_id.as_ref());
    if options.apply {
        let report = sync.send()?;
        println!("Done with {} requests.", report.requests());
    } else {
        println!("{}", sync.dry_run().send()?);
        println!("Nothing was changed; --apply does it.");
    }
    Ok(())
}

/// Where an entry is, and what it holds.
type Duplicate<'a> = (usize, &'a PlaylistItemContent);

/// The URIs that stay, and the entries that go with where they are.
fn without_duplicates(entries: &[PlaylistItem], similar: bool) -> Result<(Vec<SpotifyUri>, Vec<Duplicate<'_>>)> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    let mut duplicates = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let Some(content) = &entry.item else { continue };
        let Some(uri) = content.uri() else {
            return Err(format!("entry {} is of a kind that this program does not know", position + 1).into());
        };
        let names = if similar { names_of(content) } else { Vec::new() };
        let known = seen.contains(&uri.to_string()) || names.iter().any(|name| seen.contains(name));
        seen.insert(uri.to_string());
        seen.extend(names);
        // A file on the user's own device cannot be added back.
        if known && !uri.is_local() {
            duplicates.push((position, content));
        } else {
            kept.push(uri.clone());
        }
    }
    Ok((kept, duplicates))
}

/// By what else a recording is known: its ISRC, where Spotify gives it, and its title with its artists.
fn names_of(content: &PlaylistItemContent) -> Vec<String> {
    let Some(track) = content.as_track() else { return Vec::new() };
    let isrc = track.external_ids.isrc.iter().map(|isrc| format!("isrc:{isrc}"));
    let title = format!("{} by {}", track.name, track.artist_names()).to_lowercase();
    isrc.chain([title]).collect()
}

fn playlist_with_duplicates(client: &spotify_sdk::SpotifyClient) -> Result<String> {
    let album = client.albums().get("5K79FLRUCSysQnVESLcTdb").send()?;
    let tracks = &album.tracks.items;
    let playlist = client.playlists().create("Everything twice").send()?;
    client.playlists().add_items(&playlist, tracks.iter().chain(&tracks[..5])).send()?;
    Ok(playlist.id.to_string())
}
