//! Audiobooks.

use jiff::Timestamp;

use super::html;
use super::{Copyright, ExternalUrls, Extra, Image, Market, Model, ObjectType, Page, SimplifiedChapter};
use crate::ids::{AudiobookId, SpotifyUri};
use crate::text::Text;

/// An audiobook.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-audiobook)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Audiobook {
    /// The authors.
    pub authors: Vec<AudiobookAuthor>,
    /// The markets in which it can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// The copyright statements.
    pub copyrights: Vec<Copyright>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// The edition: `Unabridged`, ….
    pub edition: Option<Text>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the audiobook.
    pub external_urls: ExternalUrls,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id.
    #[model(required)]
    pub id: AudiobookId,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// The spoken languages, as ISO 639 codes.
    pub languages: Vec<Text>,
    /// The type of its media: `audio`, ….
    pub media_type: Option<Text>,
    /// The name.
    pub name: Text,
    /// The narrators.
    pub narrators: Vec<AudiobookNarrator>,
    /// The publisher. Not sent to apps in Development Mode.
    pub publisher: Option<Text>,
    /// [`ObjectType::Audiobook`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI, often of kind `show`.
    pub uri: Option<SpotifyUri>,
    /// The number of chapters, if known.
    pub total_chapters: Option<u32>,
    /// The first chapters; empty if Spotify sends none.
    pub chapters: Page<SimplifiedChapter>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl Audiobook {
    /// Returns the names of the authors in one line.
    pub fn author_names(&self) -> String {
        author_names(&self.authors)
    }
}

/// An audiobook, as in lists and in its chapters.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedAudiobook {
    /// The authors.
    pub authors: Vec<AudiobookAuthor>,
    /// The markets in which it can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// The copyright statements.
    pub copyrights: Vec<Copyright>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// The edition: `Unabridged`, ….
    pub edition: Option<Text>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the audiobook.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full audiobook.
    pub href: Option<Text>,
    /// The id.
    pub id: Option<AudiobookId>,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// The spoken languages, as ISO 639 codes.
    pub languages: Vec<Text>,
    /// The type of its media: `audio`, ….
    pub media_type: Option<Text>,
    /// The name.
    pub name: Text,
    /// The narrators.
    pub narrators: Vec<AudiobookNarrator>,
    /// The publisher. Not sent to apps in Development Mode.
    pub publisher: Option<Text>,
    /// [`ObjectType::Audiobook`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI, often of kind `show`.
    pub uri: Option<SpotifyUri>,
    /// The number of chapters, if known.
    pub total_chapters: Option<u32>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
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

/// An audiobook that the user has saved.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-audiobooks)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SavedAudiobook {
    /// When the user saved it.
    pub added_at: Option<Timestamp>,
    /// The audiobook.
    #[model(required)]
    pub audiobook: Audiobook,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// An author of an audiobook.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AudiobookAuthor {
    /// The name.
    pub name: Text,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A narrator of an audiobook.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AudiobookNarrator {
    /// The name.
    pub name: Text,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

html::described_twice!(Audiobook, SimplifiedAudiobook);
