//! The catalog's file: its format, and how it becomes a catalog.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ids::{Identifier, made_up_hex, made_up_id, made_up_upc};
use super::{Album, Artist, Catalog, Copyright, Track};

pub(super) const TEXT: &str = include_str!("albums.json");
/// Hexadecimal digits in what tells one cover from another.
const COVER_DIGITS: usize = 24;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFile {
    markets: Vec<String>,
    /// The ids of the artists by name; null where none is known.
    artists: BTreeMap<String, Option<String>>,
    albums: Vec<AlbumEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlbumEntry {
    id: String,
    album_type: String,
    name: String,
    artists: Vec<String>,
    release_date: String,
    label: String,
    copyrights: Vec<CopyrightEntry>,
    upc: Option<String>,
    cover: Option<String>,
    popularity: u8,
    added_at: String,
    tracks: Vec<TrackEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CopyrightEntry {
    text: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrackEntry {
    id: Option<String>,
    name: String,
    artists: Vec<String>,
    duration_ms: u32,
    #[serde(default)]
    explicit: bool,
}

/// The catalog from the file. The file is part of the program and a test reads it, so that it is never the empty one
/// that a mistake in the file would give.
pub(super) fn load() -> Catalog {
    parse(TEXT).unwrap_or_default()
}

pub(super) fn parse(text: &str) -> serde_json::Result<Catalog> {
    let file: CatalogFile = serde_json::from_str(text)?;
    let albums = file.albums.into_iter().map(|entry| album(entry, &file.artists)).collect();
    Ok(Catalog { albums, markets: file.markets })
}

fn album(entry: AlbumEntry, artist_ids: &BTreeMap<String, Option<String>>) -> Album {
    let id = entry.id;
    let tracks = (1..).zip(entry.tracks).map(|(number, track)| Track {
        id: Identifier::known_or(track.id, || made_up_id(&format!("track:{id}:1:{number}"))),
        name: track.name,
        artists: artists(track.artists, artist_ids),
        disc_number: 1,
        track_number: number,
        duration_ms: track.duration_ms,
        explicit: track.explicit,
    });
    Album {
        tracks: tracks.collect(),
        album_type: entry.album_type,
        name: entry.name,
        artists: artists(entry.artists, artist_ids),
        release_date: entry.release_date,
        label: entry.label,
        copyrights: entry.copyrights.into_iter().map(|c| Copyright { text: c.text, kind: c.kind }).collect(),
        upc: Identifier::known_or(entry.upc, || made_up_upc(&format!("upc:{id}"))),
        cover: Identifier::known_or(entry.cover, || made_up_hex(&format!("cover:{id}"), COVER_DIGITS)),
        popularity: entry.popularity,
        added_at: entry.added_at,
        id: Identifier::known_or(Some(id), String::new),
    }
}

fn artists(names: Vec<String>, ids: &BTreeMap<String, Option<String>>) -> Vec<Artist> {
    let artists = names.into_iter().map(|name| {
        let known = ids.get(&name).cloned().flatten();
        Artist { id: Identifier::known_or(known, || made_up_id(&format!("artist:{name}"))), name }
    });
    artists.collect()
}
