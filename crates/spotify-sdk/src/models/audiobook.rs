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
        /// Where it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// Which edition it is: `Unabridged`, ….
        edition: Option<Text>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the audiobook.
        external_urls: ExternalUrls,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id.
        id: AudiobookId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The languages that are spoken, by their ISO 639 codes.
        languages: Vec<Text>,
        /// Of what kind its media are: `audio`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The narrators.
        narrators: Vec<AudiobookNarrator>,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// [`ObjectType::Audiobook`].
        object_type("type"): Option<ObjectType>,
        /// The URI. It often says `show`.
        uri: Option<SpotifyUri>,
        /// How many chapters it has, where that is known.
        total_chapters: Option<u32>,
        /// The first chapters; empty where Spotify sends none.
        chapters: Page<SimplifiedChapter>,
    }
}

impl Audiobook {
    /// The names of its authors in one line.
    pub fn author_names(&self) -> String {
        author_names(&self.authors)
    }
}

model! {
    /// An audiobook, as lists and its chapters name it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search)
    pub struct SimplifiedAudiobook {
        /// The authors.
        authors: Vec<AudiobookAuthor>,
        /// Where it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// Which edition it is: `Unabridged`, ….
        edition: Option<Text>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the audiobook.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole audiobook.
        href: Option<Text>,
        /// The id.
        id: Option<AudiobookId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// The languages that are spoken, by their ISO 639 codes.
        languages: Vec<Text>,
        /// Of what kind its media are: `audio`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The narrators.
        narrators: Vec<AudiobookNarrator>,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// [`ObjectType::Audiobook`].
        object_type("type"): Option<ObjectType>,
        /// The URI. It often says `show`.
        uri: Option<SpotifyUri>,
        /// How many chapters it has, where that is known.
        total_chapters: Option<u32>,
    }
}

impl SimplifiedAudiobook {
    /// The names of its authors in one line.
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
