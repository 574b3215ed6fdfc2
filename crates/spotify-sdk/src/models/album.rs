//! Albums.

use jiff::Timestamp;

use super::json::{model, text};
use super::{
    Copyright, DatePrecision, ExternalIds, ExternalUrls, Image, Market, ObjectType, Page, ReleaseDate, Restriction,
    SimplifiedArtist, SimplifiedTrack, artist_names,
};
use crate::ids::{AlbumId, SpotifyUri};
use crate::string_enum::string_enum;
use crate::text::Text;

string_enum! {
    /// What kind of album it is.
    pub enum AlbumType {
        /// An album.
        Album = "album",
        /// A single or an EP.
        Single = "single",
        /// A compilation.
        Compilation = "compilation",
        _ => Unknown, ignore_case,
    }
}

text!(AlbumType);

string_enum! {
    /// What an artist has to do with an album.
    pub enum AlbumGroup {
        /// It is an album of theirs.
        Album = "album",
        /// It is a single of theirs.
        Single = "single",
        /// It is a compilation of theirs.
        Compilation = "compilation",
        /// It is another's, and they appear on it.
        AppearsOn = "appears_on",
        _ => Unknown, ignore_case,
    }
}

text!(AlbumGroup);

model! {
    /// An album.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-album)
    pub struct Album, by(id: AlbumId) {
        /// What kind of album it is.
        album_type: Option<AlbumType>,
        /// How many tracks it has.
        total_tracks: Option<u32>,
        /// Where at least one of its tracks can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// Links of the album.
        external_urls: ExternalUrls,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id.
        id: AlbumId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The name; empty after a takedown.
        name: Text,
        /// When it was first released.
        release_date: Option<ReleaseDate>,
        /// How much of `release_date` is known.
        release_date_precision: Option<DatePrecision>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// Always [`ObjectType::Album`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The artists.
        artists: Vec<SimplifiedArtist>,
        /// The first 50 tracks.
        tracks: Page<SimplifiedTrack>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// Its ids outside Spotify. Not sent to apps in Development Mode.
        external_ids: ExternalIds,
        /// Always empty: Spotify has deprecated it.
        genres: Vec<Text>,
        /// The label. Not sent to apps in Development Mode.
        label: Option<Text>,
        /// How popular it is, from 0 to 100. Not sent to apps in Development Mode.
        popularity: Option<u32>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
    }
}

impl Album {
    /// The names of its artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

model! {
    /// An album, as lists name it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artists-albums)
    pub struct SimplifiedAlbum {
        /// What kind of album it is.
        album_type: Option<AlbumType>,
        /// How many tracks it has.
        total_tracks: Option<u32>,
        /// Where at least one of its tracks can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// Links of the album.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole album.
        href: Option<Text>,
        /// The id. Albums of local files have none.
        id: Option<AlbumId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The name; empty after a takedown.
        name: Text,
        /// When it was first released.
        release_date: Option<ReleaseDate>,
        /// How much of `release_date` is known.
        release_date_precision: Option<DatePrecision>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// Always [`ObjectType::Album`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The artists.
        artists: Vec<SimplifiedArtist>,
        /// What the artist whose albums were asked for has to do with it. Not sent to apps in Development Mode.
        album_group: Option<AlbumGroup>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
    }
}

impl SimplifiedAlbum {
    /// The names of its artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

model! {
    /// An album that the user has saved.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-albums)
    pub struct SavedAlbum, of(album: Album) {
        /// When the user saved it.
        added_at: Option<Timestamp>,
        /// The album.
        album: Album,
    }
}
