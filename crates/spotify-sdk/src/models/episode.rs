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
        /// The address of a 30 second preview. Spotify has deprecated it.
        audio_preview_url: Option<Text>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the episode.
        external_urls: ExternalUrls,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id. An episode that is no longer there may have none.
        id: Option<EpisodeId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it comes from outside Spotify.
        is_externally_hosted: Option<bool>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
        /// The language that is spoken, by its ISO 639 code. Spotify has deprecated it for `languages`.
        language: Option<Text>,
        /// The languages that are spoken, by their ISO 639-1 codes.
        languages: Vec<Text>,
        /// The name.
        name: Text,
        /// When it was first released.
        release_date: Option<ReleaseDate>,
        /// How much of `release_date` is known.
        release_date_precision: Option<DatePrecision>,
        /// How far the user has listened. Sent with the scope `user-read-playback-position` only.
        resume_point: Option<ResumePoint>,
        /// Always [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// The show that it is an episode of.
        show: SimplifiedShow,
    }
}

impl Episode {
    /// The length, where it is known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// An episode, as its show and searches list it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-shows-episodes)
    pub struct SimplifiedEpisode {
        /// The address of a 30 second preview. Spotify has deprecated it.
        audio_preview_url: Option<Text>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the episode.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole episode.
        href: Option<Text>,
        /// The id.
        id: Option<EpisodeId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it comes from outside Spotify.
        is_externally_hosted: Option<bool>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
        /// The language that is spoken, by its ISO 639 code. Spotify has deprecated it for `languages`.
        language: Option<Text>,
        /// The languages that are spoken, by their ISO 639-1 codes.
        languages: Vec<Text>,
        /// The name.
        name: Text,
        /// When it was first released.
        release_date: Option<ReleaseDate>,
        /// How much of `release_date` is known.
        release_date_precision: Option<DatePrecision>,
        /// How far the user has listened. Sent with the scope `user-read-playback-position` only.
        resume_point: Option<ResumePoint>,
        /// Always [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
    }
}

impl SimplifiedEpisode {
    /// The length, where it is known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// How far the user has listened to an episode or a chapter.
    pub struct ResumePoint {
        /// Whether it was played to the end.
        fully_played: bool,
        /// Where the user stopped, in milliseconds from the start.
        resume_position_ms: u64,
    }
}

impl ResumePoint {
    /// Where the user stopped, from the start.
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
