//! What the emulator has to offer: a handful of real albums, read once from a file that is part of the program.
//!
//! The file lists only what is known. An identifier that is not known is made up when the file is read, always the
//! same one, and marked as such: see [`Identifier::is_made_up`].

mod file;
pub(crate) mod ids;

use std::sync::LazyLock;

pub use ids::Identifier;

/// The music that every emulator serves.
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(file::load);
    &CATALOG
}

/// Everything that an emulator serves. All emulators of a program share one, which never changes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Catalog {
    /// The albums, in no particular order.
    pub albums: Vec<Album>,
    /// The countries in which everything is sold: ISO 3166-1 alpha-2 codes in alphabetical order.
    pub markets: Vec<String>,
}

impl Catalog {
    /// The album with this id, if there is one.
    pub fn album(&self, id: &str) -> Option<&Album> {
        self.albums.iter().find(|album| album.id.as_str() == id)
    }
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
    pub artists: Vec<Artist>,
    /// The day of the release, as `YYYY-MM-DD`.
    pub release_date: String,
    /// The record label.
    pub label: String,
    /// Who owns it.
    pub copyrights: Vec<Copyright>,
    /// The universal product code.
    pub upc: Identifier,
    /// What tells its cover from others: the last 24 hexadecimal digits of an image's address.
    pub cover: Identifier,
    /// From 0 to 100. Spotify's number changes every day; this one never does.
    pub popularity: u8,
    /// When the emulator's user saved the album, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub added_at: String,
    /// The tracks in their order.
    pub tracks: Vec<Track>,
}

/// An artist.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Artist {
    /// Spotify's id.
    pub id: Identifier,
    /// The name.
    pub name: String,
}

/// A track of an album.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Track {
    /// Spotify's id.
    pub id: Identifier,
    /// The title.
    pub name: String,
    /// Everyone who performs on it, the album's own artist first.
    pub artists: Vec<Artist>,
    /// The disc, counted from 1.
    pub disc_number: u32,
    /// The place on the disc, counted from 1.
    pub track_number: u32,
    /// How long it is, in milliseconds. A multiple of 1000 where only minutes and seconds are known.
    pub duration_ms: u32,
    /// Whether the lyrics are marked as explicit.
    pub explicit: bool,
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

#[cfg(test)]
mod tests;
