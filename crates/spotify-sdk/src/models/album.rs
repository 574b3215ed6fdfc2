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
    /// The type of an album.
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
    /// The relation of an artist to an album.
    pub enum AlbumGroup {
        /// An album of the artist.
        Album = "album",
        /// A single of the artist.
        Single = "single",
        /// A compilation of the artist.
        Compilation = "compilation",
        /// An album of another artist on which the artist appears.
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
        /// The type of album.
        album_type: Option<AlbumType>,
        /// The number of tracks.
        total_tracks: Option<u32>,
        /// The markets in which at least one of its tracks can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// Links of the album.
        external_urls: ExternalUrls,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id.
        id: AlbumId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The name; empty after a takedown.
        name: Text,
        /// The date of the first release.
        release_date: Option<ReleaseDate>,
        /// The precision of `release_date`.
        release_date_precision: Option<DatePrecision>,
        /// The reason why it cannot be played, if so.
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
        /// The ids outside Spotify. Not sent to apps in Development Mode.
        external_ids: ExternalIds,
        /// Always empty: Deprecated by Spotify.
        genres: Vec<Text>,
        /// The label. Not sent to apps in Development Mode.
        label: Option<Text>,
        /// The popularity, from 0 to 100. Not sent to apps in Development Mode.
        popularity: Option<u32>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
    }
}

impl Album {
    /// Returns the names of the artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

model! {
    /// An album, as in lists.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artists-albums)
    pub struct SimplifiedAlbum {
        /// The type of album.
        album_type: Option<AlbumType>,
        /// The number of tracks.
        total_tracks: Option<u32>,
        /// The markets in which at least one of its tracks can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// Links of the album.
        external_urls: ExternalUrls,
        /// The Web API URL of the full album.
        href: Option<Text>,
        /// The id. Albums of local files have none.
        id: Option<AlbumId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The name; empty after a takedown.
        name: Text,
        /// The date of the first release.
        release_date: Option<ReleaseDate>,
        /// The precision of `release_date`.
        release_date_precision: Option<DatePrecision>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
        /// Always [`ObjectType::Album`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The artists.
        artists: Vec<SimplifiedArtist>,
        /// The relation of the artist whose albums were requested to this album. Not sent to apps in Development Mode.
        album_group: Option<AlbumGroup>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
    }
}

impl SimplifiedAlbum {
    /// Returns the names of the artists in one line.
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
