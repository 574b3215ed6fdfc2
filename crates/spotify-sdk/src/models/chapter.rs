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
        /// The address of a 30 second preview. Spotify has deprecated it.
        audio_preview_url: Option<Text>,
        /// Where it can be played. Spotify has deprecated it.
        available_markets: Vec<Market>,
        /// The number in its audiobook.
        chapter_number: Option<u32>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the chapter.
        external_urls: ExternalUrls,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id.
        id: ChapterId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
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
        /// [`ObjectType::Chapter`], or as often [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI. It often says `episode`.
        uri: Option<SpotifyUri>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
        /// The audiobook that it is a chapter of.
        audiobook: SimplifiedAudiobook,
    }
}

impl Chapter {
    /// The length, where it is known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// A chapter, as its audiobook lists it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audiobook-chapters)
    pub struct SimplifiedChapter {
        /// The address of a 30 second preview. Spotify has deprecated it.
        audio_preview_url: Option<Text>,
        /// Where it can be played. Spotify has deprecated it.
        available_markets: Vec<Market>,
        /// The number in its audiobook.
        chapter_number: Option<u32>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the chapter.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole chapter.
        href: Option<Text>,
        /// The id.
        id: Option<ChapterId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether it can be played in the market that was asked for.
        is_playable: Option<bool>,
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
        /// [`ObjectType::Chapter`], or as often [`ObjectType::Episode`].
        object_type("type"): Option<ObjectType>,
        /// The URI. It often says `episode`.
        uri: Option<SpotifyUri>,
        /// Why it cannot be played, where it cannot.
        restrictions: Option<Restriction>,
    }
}

impl SimplifiedChapter {
    /// The length, where it is known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

html::described_twice!(Chapter, SimplifiedChapter);
