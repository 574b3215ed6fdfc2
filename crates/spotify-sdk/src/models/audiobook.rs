//! Audiobooks.

use jiff::Timestamp;

use super::html;
use super::json::model;
use super::{Copyright, ExternalUrls, Image, Market, ObjectType, Page, SimplifiedChapter};
use crate::ids::{AudiobookId, SpotifyUri};
use crate::text::Text;

model! {
    /// An audiobook.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-audiobook)
    pub struct Audiobook, by(id: AudiobookId) {
        /// The authors.
        authors: Vec<AudiobookAuthor>,
        /// The markets in which it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// The edition: `Unabridged`, ….
        edition: Option<Text>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the audiobook.
        external_urls: ExternalUrls,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id.
        id: AudiobookId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The spoken languages, as ISO 639 codes.
        languages: Vec<Text>,
        /// The type of its media: `audio`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The narrators.
        narrators: Vec<AudiobookNarrator>,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// [`ObjectType::Audiobook`].
        object_type("type"): Option<ObjectType>,
        /// The URI, often of kind `show`.
        uri: Option<SpotifyUri>,
        /// The number of chapters, if known.
        total_chapters: Option<u32>,
        /// The first chapters; empty if Spotify sends none.
        chapters: Page<SimplifiedChapter>,
    }
}

impl Audiobook {
    /// Returns the names of the authors in one line.
    pub fn author_names(&self) -> String {
        author_names(&self.authors)
    }
}

model! {
    /// An audiobook, as in lists and in its chapters.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search)
    pub struct SimplifiedAudiobook {
        /// The authors.
        authors: Vec<AudiobookAuthor>,
        /// The markets in which it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// The edition: `Unabridged`, ….
        edition: Option<Text>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the audiobook.
        external_urls: ExternalUrls,
        /// The Web API URL of the full audiobook.
        href: Option<Text>,
        /// The id.
        id: Option<AudiobookId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The spoken languages, as ISO 639 codes.
        languages: Vec<Text>,
        /// The type of its media: `audio`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The narrators.
        narrators: Vec<AudiobookNarrator>,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// [`ObjectType::Audiobook`].
        object_type("type"): Option<ObjectType>,
        /// The URI, often of kind `show`.
        uri: Option<SpotifyUri>,
        /// The number of chapters, if known.
        total_chapters: Option<u32>,
    }
}

impl SimplifiedAudiobook {
    /// Returns the names of the authors in one line.
    pub fn author_names(&self) -> String {
        author_names(&self.authors)
    }
}

fn author_names(authors: &[AudiobookAuthor]) -> String {
    let names: Vec<&str> = authors.iter().map(|author| author.name.as_str()).collect();
    names.join(", ")
}

model! {
    /// An audiobook that the user has saved.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-audiobooks)
    pub struct SavedAudiobook, of(audiobook: Audiobook) {
        /// When the user saved it.
        added_at: Option<Timestamp>,
        /// The audiobook.
        audiobook: Audiobook,
    }
}

model! {
    /// An author of an audiobook.
    pub struct AudiobookAuthor {
        /// The name.
        name: Text,
    }
}

model! {
    /// A narrator of an audiobook.
    pub struct AudiobookNarrator {
        /// The name.
        name: Text,
    }
}

html::described_twice!(Audiobook, SimplifiedAudiobook);
