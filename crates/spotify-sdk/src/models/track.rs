//! Tracks.

use std::time::Duration;

use jiff::Timestamp;

use super::json::model;
use super::{
    ExternalIds, ExternalUrls, Market, ObjectType, Restriction, SimplifiedAlbum, SimplifiedArtist, artist_names,
};
use crate::ids::{SpotifyUri, TrackId};
use crate::text::Text;

model! {
    /// A track.
    ///
    /// A playlist may contain files on the user's own device: these have `is_local` set, and a name but no id.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-track)
    pub struct Track {
        /// The album of the track.
        album: SimplifiedAlbum,
        /// The artists who performed it.
        artists: Vec<SimplifiedArtist>,
        /// The markets in which it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The disc number, from 1; 0 for local files.
        disc_number: Option<u32>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit lyrics; also `false` if that is not known.
        explicit: Option<bool>,
        /// The ids outside Spotify. Not sent to apps in Development Mode.
        external_ids: ExternalIds,
        /// Links of the track.
        external_urls: ExternalUrls,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id. Local files have none.
        id: Option<TrackId>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
        /// The requested track, if Spotify returned another in its place. Not sent to apps in Development Mode.
        linked_from: Option<LinkedFrom>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
        /// The name.
        name: Text,
        /// The popularity, from 0 to 100. Not sent to apps in Development Mode.
        popularity: Option<u32>,
        /// The URL of a 30-second preview. Spotify does not send it to most apps.
        preview_url: Option<Text>,
        /// The track number on the disc, from 1; 0 for local files.
        track_number: Option<u32>,
        /// Always [`ObjectType::Track`].
        object_type("type"): Option<ObjectType>,
        /// The URI; for a local file, `spotify:local:` with its artist, album, title and length in seconds.
        uri: Option<SpotifyUri>,
        /// Whether it is a file on the user's own device.
        is_local: bool,
    }
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

model! {
    /// A track that the user has saved.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks)
    pub struct SavedTrack {
        /// When the user saved it.
        added_at: Option<Timestamp>,
        /// The track.
        track: Track,
    }
}

model! {
    /// A track, as in the list of its album.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-albums-tracks)
    pub struct SimplifiedTrack {
        /// The artists who performed it.
        artists: Vec<SimplifiedArtist>,
        /// The markets in which it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The disc number, from 1.
        disc_number: Option<u32>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit lyrics; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the track.
        external_urls: ExternalUrls,
        /// The Web API URL of the full track.
        href: Option<Text>,
        /// The id. Local files have none.
        id: Option<TrackId>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
        /// The requested track, if Spotify returned another in its place. Not sent to apps in Development Mode.
        linked_from: Option<LinkedFrom>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
        /// The name.
        name: Text,
        /// The URL of a 30-second preview. Spotify does not send it to most apps.
        preview_url: Option<Text>,
        /// The track number on the disc, from 1.
        track_number: Option<u32>,
        /// Always [`ObjectType::Track`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// Whether it is a file on the user's own device.
        is_local: bool,
    }
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

model! {
    /// The requested track, if Spotify returned another in its place.
    ///
    /// See [track relinking](https://developer.spotify.com/documentation/web-api/concepts/track-relinking).
    pub struct LinkedFrom {
        /// Links of the track.
        external_urls: ExternalUrls,
        /// The Web API URL of the full track.
        href: Option<Text>,
        /// The id.
        id: Option<TrackId>,
        /// Always [`ObjectType::Track`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}
