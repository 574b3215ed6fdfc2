//! The catalog that emulators serve: real music, podcasts and audiobooks.
//!
//! It is read once from files that are part of the program, and never changes. Tests can take ids and expected values
//! from it:
//!
//! ```
//! use spotify_emulator::catalog::Catalog;
//!
//! let album = Catalog::bundled().album("5K79FLRUCSysQnVESLcTdb").expect("the catalog has this album");
//! assert_eq!(album.name, "DeBÍ TiRAR MáS FOToS");
//! ```
//!
//! The files contain only known facts. An unknown identifier is made up when the file is read, always the same one, and
//! marked as such: see [`Identifier::is_made_up`].

mod documents;
mod file;
mod generate;
mod index;
mod markets;
mod sound;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

pub use crate::ids::Identifier;
pub(crate) use documents::{Document, Documents};
pub(crate) use index::{EpisodeOf, Location, TrackOf};
pub use markets::Markets;
pub(crate) use sound::Sound;

static BUNDLED: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(file::load()));

impl Catalog {
    /// The built-in catalog, which every emulator serves.
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }
}

/// The built-in catalog and, after it, this number of generated tracks: the same ones for the same `seed`.
pub(crate) fn with_generated(tracks: usize, seed: u64) -> Arc<Catalog> {
    if tracks == 0 {
        return Arc::clone(&BUNDLED);
    }
    let mut catalog = Catalog::clone(&BUNDLED);
    generate::extend(&mut catalog, tracks, seed);
    Arc::new(catalog)
}

/// Everything that an emulator serves. It never changes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Catalog {
    /// The albums, in no particular order.
    pub albums: Vec<Album>,
    /// The artists of all albums and tracks, by name.
    pub artists: Vec<Artist>,
    /// The podcasts.
    pub shows: Vec<Show>,
    /// The audiobooks.
    pub audiobooks: Vec<Audiobook>,
    /// The countries in which Spotify is.
    pub markets: Markets,
    index: HashMap<String, Location>,
    /// The number of albums chosen for the catalog. The albums after them exist only for an id in Spotify's reference
    /// and are in no library or playlist.
    chosen_albums: usize,
    /// How many of the albums are built in; the others are generated.
    built_in_albums: usize,
    /// Made when someone searches first.
    search: OnceLock<Documents>,
}

/// An album.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Album {
    /// Spotify's id.
    pub id: Identifier,
    /// `album`, `single` or `compilation`.
    pub album_type: String,
    /// The title.
    pub name: String,
    /// Whose album it is.
    pub artists: Vec<Credit>,
    /// The release, as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    pub release_date: String,
    /// The record label.
    pub label: String,
    /// The copyright statements.
    pub copyrights: Vec<Copyright>,
    /// The universal product code.
    pub upc: Identifier,
    /// The image id of the cover: the last 24 hexadecimal digits of the image's URL.
    pub cover: Identifier,
    /// From 0 to 100. Spotify's number changes every day; this one never does, and most are made up.
    pub popularity: u8,
    /// The genres. Spotify's responses leave them empty, but its search uses them.
    pub genres: Vec<String>,
    /// Where it is sold.
    pub markets: Markets,
    /// The tracks in their order.
    pub tracks: Vec<Track>,
}

/// Someone's name on an album or a track.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Credit {
    /// The artist's id.
    pub id: Identifier,
    /// The artist's name.
    pub name: String,
}

/// An artist.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Artist {
    /// Spotify's id.
    pub id: Identifier,
    /// The name.
    pub name: String,
    /// The genres, in lower case.
    pub genres: Vec<String>,
    /// Made up, and from 0 to 100.
    pub popularity: u8,
    /// How many follow them. Made up.
    pub followers: u32,
    /// The image id of the picture. Made up.
    pub picture: Identifier,
}

/// A track of an album.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Track {
    /// Spotify's id.
    pub id: Identifier,
    /// The title.
    pub name: String,
    /// The performing artists, the main artist first.
    pub artists: Vec<Credit>,
    /// The disc, counted from 1.
    pub disc_number: u32,
    /// The place on the disc, counted from 1.
    pub track_number: u32,
    /// The duration in milliseconds. A multiple of 1000 if only minutes and seconds are known.
    pub duration_ms: u32,
    /// Whether the lyrics are marked as explicit.
    pub explicit: bool,
    /// Whether it was withdrawn from Spotify: it cannot be played, and is null in playlists.
    pub withdrawn: bool,
    /// The international standard recording code. Codes that begin with `ZZ`, which is no country, are made up.
    pub isrc: Identifier,
    /// Made up, and from 0 to 100.
    pub popularity: u8,
}

/// A copyright statement.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Copyright {
    /// The statement.
    pub text: String,
    /// `C` for the copyright, `P` for the sound recording.
    pub kind: String,
}

/// A podcast.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Show {
    /// Spotify's id.
    pub id: Identifier,
    /// The title.
    pub name: String,
    /// The publisher.
    pub publisher: String,
    /// The description, in plain text.
    pub description: String,
    /// The languages that are spoken, as ISO 639 codes.
    pub languages: Vec<String>,
    /// Whether it is marked as explicit.
    pub explicit: bool,
    /// `audio`, `video` or `mixed`.
    pub media_type: String,
    /// The image id of the cover.
    pub cover: Identifier,
    /// The episodes, newest first, as Spotify lists them.
    pub episodes: Vec<Episode>,
}

/// An episode of a podcast.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Episode {
    /// Spotify's id.
    pub id: Identifier,
    /// The title.
    pub name: String,
    /// The description, in plain text.
    pub description: String,
    /// The release, as `YYYY-MM-DD`.
    pub release_date: String,
    /// How long it is, in milliseconds.
    pub duration_ms: u32,
    /// Whether it is marked as explicit.
    pub explicit: bool,
    /// The languages that are spoken, as ISO 639 codes.
    pub languages: Vec<String>,
    /// The image id of the cover.
    pub cover: Identifier,
}

/// An audiobook.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Audiobook {
    /// Spotify's id.
    pub id: Identifier,
    /// The title.
    pub name: String,
    /// The authors.
    pub authors: Vec<String>,
    /// The narrators.
    pub narrators: Vec<String>,
    /// The publisher of the recording.
    pub publisher: String,
    /// `Unabridged`, as a rule.
    pub edition: String,
    /// The description, in plain text.
    pub description: String,
    /// The languages that are spoken, as ISO 639 codes.
    pub languages: Vec<String>,
    /// Whether it is marked as explicit.
    pub explicit: bool,
    /// The release, as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    pub release_date: String,
    /// Where it can be heard: Spotify has audiobooks in some countries only.
    pub markets: Markets,
    /// The image id of the cover.
    pub cover: Identifier,
    /// The chapters in their order.
    pub chapters: Vec<Chapter>,
}

/// A chapter of an audiobook.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Chapter {
    /// Spotify's id.
    pub id: Identifier,
    /// The title.
    pub name: String,
    /// The place in the book, counted from 1.
    pub number: u32,
    /// How long it is, in milliseconds.
    pub duration_ms: u32,
    /// The image id of the cover.
    pub cover: Identifier,
}

#[cfg(test)]
mod tests;
