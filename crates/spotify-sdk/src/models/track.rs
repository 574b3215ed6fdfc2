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
    /// A playlist may hold files of the user's own device: then `is_local` is set, and there is a name, but no id.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-track)
    pub struct Track {
        /// The album on which it is.
        album: SimplifiedAlbum,
        /// The artists who performed it.
        artists: Vec<SimplifiedArtist>,
        /// Where it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The number of its disc, from 1; 0 for local files.
        disc_number: Option<u32>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit lyrics; `false` also where that is not known.
        explicit: Option<bool>,
        /// Its ids outside Spotify. Not sent to apps in Development Mode.
        external_ids: ExternalIds,
        /// Links of the track.
        external_urls: ExternalUrls,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id. Local files have none.
        id: Option<TrackId>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
        /// The track that was asked for, where Spotify gave another in its place. Not sent to apps in Development Mode.
        linked_from: Option<LinkedFrom>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// The name.
        name: Text,
        /// How popular it is, from 0 to 100. Not sent to apps in Development Mode.
        popularity: Option<u32>,
        /// The address of a 30 second preview. Spotify no longer gives one to most apps.
        preview_url: Option<Text>,
        /// The number on its disc, from 1; 0 for local files.
        track_number: Option<u32>,
        /// Always [`ObjectType::Track`].
        object_type("type"): Option<ObjectType>,
        /// The URI; of a local file, `spotify:local:` with its artist, album, title and seconds.
        uri: Option<SpotifyUri>,
        /// Whether it is a file on the user's own device.
        is_local: bool,
    }
}

impl Track {
    /// The length, where it is known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }

    /// The names of its artists in one line.
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
    /// A track, as albums list it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-albums-tracks)
    pub struct SimplifiedTrack {
        /// The artists who performed it.
        artists: Vec<SimplifiedArtist>,
        /// Where it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The number of its disc, from 1.
        disc_number: Option<u32>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit lyrics; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the track.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole track.
        href: Option<Text>,
        /// The id. Local files have none.
        id: Option<TrackId>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
        /// The track that was asked for, where Spotify gave another in its place. Not sent to apps in Development Mode.
        linked_from: Option<LinkedFrom>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// The name.
        name: Text,
        /// The address of a 30 second preview. Spotify no longer gives one to most apps.
        preview_url: Option<Text>,
        /// The number on its disc, from 1.
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
    /// The length, where it is known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }

    /// The names of its artists in one line.
    pub fn artist_names(&self) -> String {
        artist_names(&self.artists)
    }
}

model! {
    /// The track that was asked for, where Spotify gave another in its place.
    ///
    /// See [track relinking](https://developer.spotify.com/documentation/web-api/concepts/track-relinking).
    pub struct LinkedFrom {
        /// Links of the track.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole track.
        href: Option<Text>,
        /// The id.
        id: Option<TrackId>,
        /// Always [`ObjectType::Track`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}
