//! Episodes of shows.

use std::time::Duration;

use jiff::Timestamp;

use super::html;
use super::json::model;
use super::{DatePrecision, ExternalUrls, Image, ObjectType, ReleaseDate, Restriction, SimplifiedShow};
use crate::ids::{EpisodeId, SpotifyUri};
use crate::text::Text;

model! {
    /// An episode of a show.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-episode)
    pub struct Episode {
        /// The URL of a 30-second preview. Deprecated by Spotify.
        audio_preview_url: Option<Text>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the episode.
        external_urls: ExternalUrls,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id. May be missing for an episode that is no longer available.
        id: Option<EpisodeId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it is hosted outside Spotify.
        is_externally_hosted: Option<bool>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
        /// The spoken language, as an ISO 639 code. Deprecated by Spotify in favour of `languages`.
        language: Option<Text>,
        /// The spoken languages, as ISO 639-1 codes.
        languages: Vec<Text>,
        /// The name.
        name: Text,
        /// The date of the first release.
        release_date: Option<ReleaseDate>,
        /// The precision of `release_date`.
        release_date_precision: Option<DatePrecision>,
        /// The position up to which the user has listened. Sent only with the scope `user-read-playback-position`.
        resume_point: Option<ResumePoint>,
        /// Always [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
        /// The show of the episode.
        show: SimplifiedShow,
    }
}

impl Episode {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// An episode, as in the list of its show and in search results.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-shows-episodes)
    pub struct SimplifiedEpisode {
        /// The URL of a 30-second preview. Deprecated by Spotify.
        audio_preview_url: Option<Text>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the episode.
        external_urls: ExternalUrls,
        /// The Web API URL of the full episode.
        href: Option<Text>,
        /// The id.
        id: Option<EpisodeId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it is hosted outside Spotify.
        is_externally_hosted: Option<bool>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
        /// The spoken language, as an ISO 639 code. Deprecated by Spotify in favour of `languages`.
        language: Option<Text>,
        /// The spoken languages, as ISO 639-1 codes.
        languages: Vec<Text>,
        /// The name.
        name: Text,
        /// The date of the first release.
        release_date: Option<ReleaseDate>,
        /// The precision of `release_date`.
        release_date_precision: Option<DatePrecision>,
        /// The position up to which the user has listened. Sent only with the scope `user-read-playback-position`.
        resume_point: Option<ResumePoint>,
        /// Always [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
    }
}

impl SimplifiedEpisode {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// The position up to which the user has listened to an episode or a chapter.
    pub struct ResumePoint {
        /// Whether it was played to the end.
        fully_played: bool,
        /// The position in milliseconds from the start.
        resume_position_ms: u64,
    }
}

impl ResumePoint {
    /// Returns the position from the start.
    pub fn position(&self) -> Duration {
        Duration::from_millis(self.resume_position_ms)
    }
}

model! {
    /// An episode that the user has saved.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-episodes)
    pub struct SavedEpisode {
        /// When the user saved it.
        added_at: Option<Timestamp>,
        /// The episode.
        episode: Episode,
    }
}

html::described_twice!(Episode, SimplifiedEpisode);
