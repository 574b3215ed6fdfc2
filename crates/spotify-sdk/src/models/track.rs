//! Tracks.

use std::time::Duration;

use compact_str::CompactString;

use super::json::model;
use super::{ExternalUrls, Market, ObjectType, Restriction, SimplifiedArtist, artist_names};
use crate::ids::{SpotifyUri, TrackId};

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
        href: Option<CompactString>,
        /// The id. Local files have none.
        id: Option<TrackId>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
        /// The track that was asked for, where Spotify gave another in its place. Not sent to apps in Development Mode.
        linked_from: Option<LinkedFrom>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// The name.
        name: CompactString,
        /// The address of a 30 second preview. Spotify no longer gives one to most apps.
        preview_url: Option<CompactString>,
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
        href: Option<CompactString>,
        /// The id.
        id: Option<TrackId>,
        /// Always [`ObjectType::Track`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}
