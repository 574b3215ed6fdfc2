//! Albums.

use jiff::Timestamp;

use super::json::word;
use super::{
    Copyright, DatePrecision, ExternalIds, ExternalUrls, Extra, Image, Market, Model, ObjectType, Page, ReleaseDate,
    Restriction, SimplifiedArtist, SimplifiedTrack, artist_names,
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

word!(AlbumType);

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

word!(AlbumGroup);

/// An album.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-album)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Album {
    /// The type of album.
    pub album_type: Option<AlbumType>,
    /// The number of tracks.
    pub total_tracks: Option<u32>,
    /// The markets in which at least one of its tracks can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// Links of the album.
    pub external_urls: ExternalUrls,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id.
    #[model(required)]
    pub id: AlbumId,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// The name; empty after a takedown.
    pub name: Text,
    /// The date of the first release.
    pub release_date: Option<ReleaseDate>,
    /// The precision of `release_date`.
    pub release_date_precision: Option<DatePrecision>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// Always [`ObjectType::Album`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// The artists.
    pub artists: Vec<SimplifiedArtist>,
    /// The first 50 tracks.
    pub tracks: Page<SimplifiedTrack>,
    /// The copyright statements.
    pub copyrights: Vec<Copyright>,
    /// The ids outside Spotify. Not sent to apps in Development Mode.
    pub external_ids: ExternalIds,
    /// Always empty: Deprecated by Spotify.
    pub genres: Vec<Text>,
    /// The label. Not sent to apps in Development Mode.
    pub label: Option<Text>,
    /// The popularity, from 0 to 100. Not sent to apps in Development Mode.
    pub popularity: Option<u32>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl Album {
    /// Returns the names of the artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

/// An album, as in lists.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artists-albums)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedAlbum {
    /// The type of album.
    pub album_type: Option<AlbumType>,
    /// The number of tracks.
    pub total_tracks: Option<u32>,
    /// The markets in which at least one of its tracks can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// Links of the album.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full album.
    pub href: Option<Text>,
    /// The id. Albums of local files have none.
    pub id: Option<AlbumId>,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// The name; empty after a takedown.
    pub name: Text,
    /// The date of the first release.
    pub release_date: Option<ReleaseDate>,
    /// The precision of `release_date`.
    pub release_date_precision: Option<DatePrecision>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// Always [`ObjectType::Album`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// The artists.
    pub artists: Vec<SimplifiedArtist>,
    /// The relation of the artist whose albums were requested to this album. Not sent to apps in Development Mode.
    pub album_group: Option<AlbumGroup>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl SimplifiedAlbum {
    /// Returns the names of the artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

/// An album that the user has saved.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-albums)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SavedAlbum {
    /// When the user saved it.
    pub added_at: Option<Timestamp>,
    /// The album.
    #[model(required)]
    pub album: Album,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
