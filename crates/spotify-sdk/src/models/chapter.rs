//! Chapters of audiobooks.

use std::time::Duration;

use super::html;
use super::{
    DatePrecision, ExternalUrls, Extra, Image, Market, Model, ObjectType, ReleaseDate, Restriction, ResumePoint,
    SimplifiedAudiobook,
};
use crate::ids::{ChapterId, SpotifyUri};
use crate::text::Text;

/// A chapter of an audiobook.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-chapter)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Chapter {
    /// The URL of a 30-second preview. Deprecated by Spotify.
    pub audio_preview_url: Option<Text>,
    /// The markets in which it can be played. Deprecated by Spotify.
    pub available_markets: Vec<Market>,
    /// The number of the chapter in its audiobook.
    pub chapter_number: Option<u32>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the chapter.
    pub external_urls: ExternalUrls,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id.
    #[model(required)]
    pub id: ChapterId,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
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
    /// [`ObjectType::Chapter`], or just as often [`ObjectType::Episode`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI, often of kind `episode`.
    pub uri: Option<SpotifyUri>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// The audiobook of the chapter.
    pub audiobook: SimplifiedAudiobook,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl Chapter {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

/// A chapter, as in the list of its audiobook.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audiobook-chapters)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedChapter {
    /// The URL of a 30-second preview. Deprecated by Spotify.
    pub audio_preview_url: Option<Text>,
    /// The markets in which it can be played. Deprecated by Spotify.
    pub available_markets: Vec<Market>,
    /// The number of the chapter in its audiobook.
    pub chapter_number: Option<u32>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the chapter.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full chapter.
    pub href: Option<Text>,
    /// The id.
    pub id: Option<ChapterId>,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// Whether it can be played in the requested market.
    pub is_playable: Option<bool>,
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
    /// [`ObjectType::Chapter`], or just as often [`ObjectType::Episode`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI, often of kind `episode`.
    pub uri: Option<SpotifyUri>,
    /// The reason why it cannot be played, if so.
    pub restrictions: Option<Restriction>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl SimplifiedChapter {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

html::described_twice!(Chapter, SimplifiedChapter);
