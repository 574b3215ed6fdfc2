//! Tracks.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ExternalIds, ExternalUrls, Extra, Market, Model, ObjectType, Restriction, SimplifiedAlbum, SimplifiedArtist,
    artist_names,
};
use crate::ids::{SpotifyUri, TrackId};
use crate::text::Text;

/// A track.
///
/// A playlist may contain files on the user's own device: these have `is_local` set, and a name but no id.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-track)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Track {
    /// The album of the track.
    pub album: SimplifiedAlbum,
    /// The artists who performed it.
    pub artists: Vec<SimplifiedArtist>,
    /// The markets in which it can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// The disc number, from 1; 0 for local files.
    pub disc_number: Option<u32>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it has explicit lyrics; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// The ids outside Spotify. Not sent to apps in Development Mode.
    pub external_ids: ExternalIds,
    /// Links of the track.
    pub external_urls: ExternalUrls,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id. Local files have none.
    pub id: Option<TrackId>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
    /// The requested track, if Spotify returned another in its place. Not sent to apps in Development Mode.
    pub linked_from: Option<LinkedFrom>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// The name.
    pub name: Text,
    /// The popularity, from 0 to 100. Not sent to apps in Development Mode.
    pub popularity: Option<u32>,
    /// The URL of a 30-second preview. Spotify does not send it to most apps.
    pub preview_url: Option<Text>,
    /// The track number on the disc, from 1; 0 for local files.
    pub track_number: Option<u32>,
    /// Always [`ObjectType::Track`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI; for a local file, `spotify:local:` with its artist, album, title and length in seconds.
    pub uri: Option<SpotifyUri>,
    /// Whether it is a file on the user's own device.
    pub is_local: bool,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl Track {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }

    /// Returns the names of the artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

/// A track that the user has saved.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SavedTrack {
    /// When the user saved it.
    pub added_at: Option<Timestamp>,
    /// The track.
    pub track: Track,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A track, as in the list of its album.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-albums-tracks)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedTrack {
    /// The artists who performed it.
    pub artists: Vec<SimplifiedArtist>,
    /// The markets in which it can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// The disc number, from 1.
    pub disc_number: Option<u32>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it has explicit lyrics; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the track.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full track.
    pub href: Option<Text>,
    /// The id. Local files have none.
    pub id: Option<TrackId>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
    /// The requested track, if Spotify returned another in its place. Not sent to apps in Development Mode.
    pub linked_from: Option<LinkedFrom>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// The name.
    pub name: Text,
    /// The URL of a 30-second preview. Spotify does not send it to most apps.
    pub preview_url: Option<Text>,
    /// The track number on the disc, from 1.
    pub track_number: Option<u32>,
    /// Always [`ObjectType::Track`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Whether it is a file on the user's own device.
    pub is_local: bool,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl SimplifiedTrack {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }

    /// Returns the names of the artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

/// The requested track, if Spotify returned another in its place.
///
/// See [track relinking](https://developer.spotify.com/documentation/web-api/concepts/track-relinking).
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct LinkedFrom {
    /// Links of the track.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full track.
    pub href: Option<Text>,
    /// The id.
    pub id: Option<TrackId>,
    /// Always [`ObjectType::Track`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
