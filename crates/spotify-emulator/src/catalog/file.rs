//! The format of the catalog's files, and how a catalog is read from them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Album, Artist, Audiobook, Catalog, Chapter, Copyright, Credit, Episode, Markets, Show, Track};
use crate::ids::{Identifier, made_up_hex, made_up_id, made_up_isrc, made_up_number, made_up_upc};

pub(super) const MUSIC: &str = include_str!("music.json");
pub(super) const SHOWS: &str = include_str!("shows.json");
pub(super) const AUDIOBOOKS: &str = include_str!("audiobooks.json");

/// The number of hexadecimal digits in an image id.
pub(super) const PICTURE_DIGITS: usize = 24;

/// The countries in which Spotify has audiobooks.
const AUDIOBOOK_MARKETS: [&str; 22] = [
    "AT", "AU", "BE", "CA", "CH", "DE", "DK", "FI", "FR", "GB", "IE", "IS", "IT", "LI", "LU", "MC", "NL", "NO", "NZ",
    "SE", "SM", "US",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MusicFile {
    markets: Vec<String>,
    artists: BTreeMap<String, ArtistEntry>,
    albums: Vec<AlbumEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArtistEntry {
    /// Null if not known.
    id: Option<String>,
    genres: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlbumEntry {
    id: Option<String>,
    album_type: String,
    name: String,
    artists: Vec<String>,
    release_date: String,
    label: String,
    copyrights: Vec<CopyrightEntry>,
    upc: Option<String>,
    cover: Option<String>,
    popularity: Option<u8>,
    genres: Vec<String>,
    only_in: Option<Vec<String>>,
    #[serde(default)]
    not_in: Vec<String>,
    /// Whether it exists only for an id in Spotify's reference. Such albums come last.
    #[serde(default)]
    of_the_reference: bool,
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
    /// Left out where they are the album's.
    artists: Option<Vec<String>>,
    duration_ms: Option<u32>,
    duration: Option<String>,
    disc: Option<u32>,
    #[serde(default)]
    explicit: bool,
    #[serde(default)]
    withdrawn: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShowsFile {
    shows: Vec<ShowEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShowEntry {
    id: Option<String>,
    name: String,
    publisher: String,
    description: String,
    languages: Vec<String>,
    explicit: bool,
    media_type: String,
    /// Oldest first.
    episodes: Vec<EpisodeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EpisodeEntry {
    id: Option<String>,
    name: String,
    description: String,
    release_date: String,
    duration: String,
    #[serde(default)]
    explicit: bool,
    /// Left out where they are the show's.
    languages: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AudiobooksFile {
    audiobooks: Vec<AudiobookEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AudiobookEntry {
    id: Option<String>,
    name: String,
    authors: Vec<String>,
    narrators: Vec<String>,
    publisher: String,
    edition: String,
    description: String,
    languages: Vec<String>,
    explicit: bool,
    release_date: String,
    chapters: Vec<ChapterEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChapterEntry {
    id: Option<String>,
    name: String,
    duration: String,
}

/// The catalog from the files. They are part of the program and a test reads them, so that it is never the empty one
/// that a mistake in a file would give.
pub(super) fn load() -> Catalog {
    parse(MUSIC, SHOWS, AUDIOBOOKS).unwrap_or_default()
}

pub(super) fn parse(music: &str, shows: &str, audiobooks: &str) -> serde_json::Result<Catalog> {
    let music: MusicFile = serde_json::from_str(music)?;
    let shows: ShowsFile = serde_json::from_str(shows)?;
    let audiobooks: AudiobooksFile = serde_json::from_str(audiobooks)?;

    let markets = Markets::new(music.markets);
    let for_books = AUDIOBOOK_MARKETS.map(str::to_owned).into();
    let for_books = Markets::new(for_books);
    let names = &music.artists;
    let chosen_albums = music.albums.iter().take_while(|album| !album.of_the_reference).count();
    let albums: Vec<Album> = music.albums.into_iter().map(|entry| album(entry, names, &markets)).collect();
    let mut catalog = Catalog {
        chosen_albums,
        built_in_albums: albums.len(),
        albums,
        artists: names.iter().map(|(name, entry)| artist(name, entry)).collect(),
        shows: shows.shows.into_iter().map(show).collect(),
        audiobooks: audiobooks.audiobooks.into_iter().map(|entry| audiobook(entry, &for_books)).collect(),
        markets,
        ..Catalog::default()
    };
    catalog.make_index();
    Ok(catalog)
}

fn album(entry: AlbumEntry, known: &BTreeMap<String, ArtistEntry>, everywhere: &Markets) -> Album {
    let first_artist = entry.artists.first().cloned().unwrap_or_default();
    let id = Identifier::known_or(entry.id, || made_up_id(&format!("album:{first_artist}:{}", entry.name)));
    let key = id.as_str();
    let artists = credits(&entry.artists, known);
    let popularity = entry.popularity.unwrap_or_else(|| popularity(&format!("album:{key}")));
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let tracks = entry.tracks.into_iter().map(|track| {
        let disc = track.disc.unwrap_or(1);
        let number = numbers.entry(disc).and_modify(|number| *number += 1).or_insert(1);
        let name = format!("track:{key}:{disc}:{number}");
        let below_album = made_up_number(&name, 20);
        Track {
            id: Identifier::known_or(track.id, || made_up_id(&name)),
            name: track.name,
            artists: track.artists.map_or_else(|| artists.clone(), |names| credits(&names, known)),
            disc_number: disc,
            track_number: *number,
            duration_ms: track.duration_ms.or_else(|| milliseconds(&track.duration?)).unwrap_or_default(),
            explicit: track.explicit,
            withdrawn: track.withdrawn,
            isrc: Identifier::known_or(None, || made_up_isrc(&name, &entry.release_date)),
            popularity: popularity.saturating_sub(u8::try_from(below_album).unwrap_or_default()),
        }
    });
    let tracks = tracks.collect();
    let markets = match entry.only_in {
        Some(codes) => Markets::new(codes),
        None if entry.not_in.is_empty() => everywhere.clone(),
        None => Markets::new(everywhere.codes().iter().filter(|code| !entry.not_in.contains(code)).cloned().collect()),
    };
    Album {
        upc: Identifier::known_or(entry.upc, || made_up_upc(&format!("upc:{key}"))),
        cover: Identifier::known_or(entry.cover, || made_up_hex(&format!("cover:{key}"), PICTURE_DIGITS)),
        album_type: entry.album_type,
        name: entry.name,
        artists,
        release_date: entry.release_date,
        label: entry.label,
        copyrights: entry.copyrights.into_iter().map(|c| Copyright { text: c.text, kind: c.kind }).collect(),
        popularity,
        genres: entry.genres,
        markets,
        tracks,
        id,
    }
}

/// From 35 to 94, as for well-known music.
pub(super) fn popularity(name: &str) -> u8 {
    u8::try_from(35 + made_up_number(&format!("popularity:{name}"), 60)).unwrap_or_default()
}

fn credits(names: &[String], known: &BTreeMap<String, ArtistEntry>) -> Vec<Credit> {
    let credits = names.iter().map(|name| {
        let id = artist_id(name, known.get(name).and_then(|entry| entry.id.clone()));
        Credit { id, name: name.clone() }
    });
    credits.collect()
}

fn artist_id(name: &str, known: Option<String>) -> Identifier {
    Identifier::known_or(known, || made_up_id(&format!("artist:{name}")))
}

fn artist(name: &str, entry: &ArtistEntry) -> Artist {
    let popularity = popularity(&format!("artist:{name}"));
    Artist {
        id: artist_id(name, entry.id.clone()),
        name: name.to_owned(),
        genres: entry.genres.clone(),
        popularity,
        followers: u32::from(popularity) * 100_000 + made_up_number(&format!("followers:{name}"), 100_000),
        picture: Identifier::known_or(None, || made_up_hex(&format!("picture:{name}"), PICTURE_DIGITS)),
    }
}

fn show(entry: ShowEntry) -> Show {
    let id = Identifier::known_or(entry.id, || made_up_id(&format!("show:{}", entry.name)));
    let key = id.as_str();
    let cover = Identifier::known_or(None, || made_up_hex(&format!("cover:{key}"), PICTURE_DIGITS));
    let episodes = entry.episodes.into_iter().rev().map(|episode| Episode {
        id: Identifier::known_or(episode.id, || made_up_id(&format!("episode:{key}:{}", episode.name))),
        name: episode.name,
        description: episode.description,
        release_date: episode.release_date,
        duration_ms: milliseconds(&episode.duration).unwrap_or_default(),
        explicit: episode.explicit,
        languages: episode.languages.unwrap_or_else(|| entry.languages.clone()),
        cover: cover.clone(),
    });
    Show {
        episodes: episodes.collect(),
        name: entry.name,
        publisher: entry.publisher,
        description: entry.description,
        languages: entry.languages,
        explicit: entry.explicit,
        media_type: entry.media_type,
        cover,
        id,
    }
}

fn audiobook(entry: AudiobookEntry, markets: &Markets) -> Audiobook {
    let id = Identifier::known_or(entry.id, || made_up_id(&format!("audiobook:{}", entry.name)));
    let key = id.as_str();
    let cover = Identifier::known_or(None, || made_up_hex(&format!("cover:{key}"), PICTURE_DIGITS));
    let chapters = (1..).zip(entry.chapters).map(|(number, chapter)| Chapter {
        id: Identifier::known_or(chapter.id, || made_up_id(&format!("chapter:{key}:{number}"))),
        name: chapter.name,
        number,
        duration_ms: milliseconds(&chapter.duration).unwrap_or_default(),
        cover: cover.clone(),
    });
    Audiobook {
        chapters: chapters.collect(),
        name: entry.name,
        authors: entry.authors,
        narrators: entry.narrators,
        publisher: entry.publisher,
        edition: entry.edition,
        description: entry.description,
        languages: entry.languages,
        explicit: entry.explicit,
        release_date: entry.release_date,
        markets: markets.clone(),
        cover,
        id,
    }
}

/// Converts `m:ss` or `h:mm:ss` to milliseconds.
fn milliseconds(text: &str) -> Option<u32> {
    let seconds = text.split(':').try_fold(0_u32, |sum, part| {
        let part: u32 = part.parse().ok()?;
        sum.checked_mul(60)?.checked_add(part)
    })?;
    seconds.checked_mul(1000)
}
