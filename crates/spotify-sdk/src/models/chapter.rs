//! Chapters of audiobooks.

use std::time::Duration;

use super::html;
use super::json::model;
use super::{
    DatePrecision, ExternalUrls, Image, Market, ObjectType, ReleaseDate, Restriction, ResumePoint, SimplifiedAudiobook,
};
use crate::ids::{ChapterId, SpotifyUri};
use crate::text::Text;

model! {
    /// A chapter of an audiobook.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-chapter)
    pub struct Chapter, by(id: ChapterId) {
        /// The URL of a 30-second preview. Deprecated by Spotify.
        audio_preview_url: Option<Text>,
        /// The markets in which it can be played. Deprecated by Spotify.
        available_markets: Vec<Market>,
        /// The number of the chapter in its audiobook.
        chapter_number: Option<u32>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the chapter.
        external_urls: ExternalUrls,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id.
        id: ChapterId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
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
        /// [`ObjectType::Chapter`], or just as often [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI, often of kind `episode`.
        uri: Option<SpotifyUri>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
        /// The audiobook of the chapter.
        audiobook: SimplifiedAudiobook,
    }
}

impl Chapter {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// A chapter, as in the list of its audiobook.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audiobook-chapters)
    pub struct SimplifiedChapter {
        /// The URL of a 30-second preview. Deprecated by Spotify.
        audio_preview_url: Option<Text>,
        /// The markets in which it can be played. Deprecated by Spotify.
        available_markets: Vec<Market>,
        /// The number of the chapter in its audiobook.
        chapter_number: Option<u32>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the chapter.
        external_urls: ExternalUrls,
        /// The Web API URL of the full chapter.
        href: Option<Text>,
        /// The id.
        id: Option<ChapterId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it can be played in the requested market.
        is_playable: Option<bool>,
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
        /// [`ObjectType::Chapter`], or just as often [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI, often of kind `episode`.
        uri: Option<SpotifyUri>,
        /// The reason why it cannot be played, if so.
        restrictions: Option<Restriction>,
    }
}

impl SimplifiedChapter {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

html::described_twice!(Chapter, SimplifiedChapter);
