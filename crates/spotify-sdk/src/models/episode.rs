//! Episodes of shows.

use std::time::Duration;

use jiff::Timestamp;

use super::html;
use super::{DatePrecision, ExternalUrls, Extra, Image, Model, ObjectType, ReleaseDate, Restriction, SimplifiedShow};
use crate::ids::{EpisodeId, SpotifyUri};
use crate::text::Text;

/// An episode of a show.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-episode)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Episode {
    /// The URL of a 30-second preview. Deprecated by Spotify.
    pub audio_preview_url: Option<Text>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the episode.
    pub external_urls: ExternalUrls,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id. May be missing for an episode that is no longer available.
    pub id: Option<EpisodeId>,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// Whether it is hosted outside Spotify.
    pub is_externally_hosted: Option<bool>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
    /// The spoken language, as an ISO 639 code. Deprecated by Spotify in favour of `languages`.
    pub language: Option<Text>,
    /// The spoken languages, as ISO 639-1 codes.
    pub languages: Vec<Text>,
    /// The name.
    pub name: Text,
    /// The date of the first release.
    pub release_date: Option<ReleaseDate>,
    /// The precision of `release_date`.
    pub release_date_precision: Option<DatePrecision>,
    /// The position up to which the user has listened. Sent only with the scope `user-read-playback-position`.
    pub resume_point: Option<ResumePoint>,
    /// Always [`ObjectType::Episode`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// The show of the episode.
    pub show: SimplifiedShow,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl Episode {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

/// An episode, as in the list of its show and in search results.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-shows-episodes)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedEpisode {
    /// The URL of a 30-second preview. Deprecated by Spotify.
    pub audio_preview_url: Option<Text>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the episode.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full episode.
    pub href: Option<Text>,
    /// The id.
    pub id: Option<EpisodeId>,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// Whether it is hosted outside Spotify.
    pub is_externally_hosted: Option<bool>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
    /// The spoken language, as an ISO 639 code. Deprecated by Spotify in favour of `languages`.
    pub language: Option<Text>,
    /// The spoken languages, as ISO 639-1 codes.
    pub languages: Vec<Text>,
    /// The name.
    pub name: Text,
    /// The date of the first release.
    pub release_date: Option<ReleaseDate>,
    /// The precision of `release_date`.
    pub release_date_precision: Option<DatePrecision>,
    /// The position up to which the user has listened. Sent only with the scope `user-read-playback-position`.
    pub resume_point: Option<ResumePoint>,
    /// Always [`ObjectType::Episode`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl SimplifiedEpisode {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

/// The position up to which the user has listened to an episode or a chapter.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct ResumePoint {
    /// Whether it was played to the end.
    pub fully_played: bool,
    /// The position in milliseconds from the start.
    pub resume_position_ms: u64,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl ResumePoint {
    /// Returns the position from the start.
    pub fn position(&self) -> Duration {
        Duration::from_millis(self.resume_position_ms)
    }
}

/// An episode that the user has saved.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-episodes)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SavedEpisode {
    /// When the user saved it.
    pub added_at: Option<Timestamp>,
    /// The episode.
    pub episode: Episode,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

html::described_twice!(Episode, SimplifiedEpisode);
