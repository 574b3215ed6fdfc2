//! Small objects that many models contain.

use super::json::word;
use super::{Extra, Model};
use crate::string_enum::string_enum;
use crate::text::Text;

string_enum! {
    /// The type of an object, from its `type` field.
    pub enum ObjectType {
        /// An album.
        Album = "album",
        /// An artist.
        Artist = "artist",
        /// An audiobook.
        Audiobook = "audiobook",
        /// A chapter of an audiobook. Spotify often sends `episode` instead.
        Chapter = "chapter",
        /// An episode of a show.
        Episode = "episode",
        /// A playlist.
        Playlist = "playlist",
        /// A show.
        Show = "show",
        /// A track.
        Track = "track",
        /// A user.
        User = "user",
        /// The audio features of a track.
        AudioFeatures = "audio_features",
        _ => Unknown, ignore_case,
    }
}

word!(ObjectType);

/// An image: a cover, or the picture of an artist or a user.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Image {
    /// The URL of the image.
    pub url: Text,
    /// The height in pixels, if known.
    pub height: Option<u32>,
    /// The width in pixels, if known.
    pub width: Option<u32>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// Picks one of several sizes of the same image.
///
/// ```
/// use spotify_sdk::models::{Images, SimplifiedAlbum};
///
/// let json = r#"{"images": [{"url": "a", "width": 640}, {"url": "b", "width": 300}, {"url": "c", "width": 64}]}"#;
/// let album: SimplifiedAlbum = serde_json::from_str(json)?;
/// assert_eq!(album.images.largest().unwrap().url, "a");
/// assert_eq!(album.images.at_least(200).unwrap().url, "b");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Images {
    /// Returns the widest image. If no width is known, the first: Spotify sorts images by width, widest first.
    fn largest(&self) -> Option<&Image>;

    /// Returns the narrowest image. If no width is known, the last.
    fn smallest(&self) -> Option<&Image>;

    /// Returns the narrowest image whose width is known to be at least `width` pixels.
    fn at_least(&self, width: u32) -> Option<&Image>;
}

impl Images for [Image] {
    fn largest(&self) -> Option<&Image> {
        // Of several maxima, `max_by_key` returns the last.
        self.iter().rev().max_by_key(|image| image.width)
    }

    fn smallest(&self) -> Option<&Image> {
        self.iter().filter(|image| image.width.is_some()).min_by_key(|image| image.width).or(self.last())
    }

    fn at_least(&self, width: u32) -> Option<&Image> {
        self.iter().filter(|image| image.width >= Some(width)).min_by_key(|image| image.width)
    }
}

/// The followers of an artist, a playlist or a user.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Followers {
    /// Always `None`: Spotify does not list the followers.
    pub href: Option<Text>,
    /// The number of followers.
    pub total: u32,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// URLs outside the Web API.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct ExternalUrls {
    /// The link to the item: `https://open.spotify.com/…`.
    pub spotify: Option<Text>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// The ids of an item outside Spotify.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct ExternalIds {
    /// The International Standard Recording Code of a track.
    pub isrc: Option<Text>,
    /// The International Article Number of an album.
    pub ean: Option<Text>,
    /// The Universal Product Code of an album.
    pub upc: Option<Text>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

string_enum! {
    /// The type of a copyright statement.
    pub enum CopyrightType {
        /// The copyright.
        Copyright = "C",
        /// The copyright of the sound recording, the performance.
        Performance = "P",
        _ => Unknown, ignore_case,
    }
}

word!(CopyrightType);

/// A copyright statement.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Copyright {
    /// The text.
    pub text: Option<Text>,
    /// The type.
    #[model(rename = "type")]
    pub copyright_type: Option<CopyrightType>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

string_enum! {
    /// The reason why an item cannot be played.
    pub enum RestrictionReason {
        /// It is not available in this market.
        Market = "market",
        /// It is not included in the user's subscription.
        Product = "product",
        /// It is explicit, and the user has disabled explicit content.
        Explicit = "explicit",
        /// It requires a payment.
        PaymentRequired = "payment_required",
        _ => Unknown, ignore_case,
    }
}

word!(RestrictionReason);

/// A restriction of an item that cannot be played.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Restriction {
    /// The reason.
    pub reason: Option<RestrictionReason>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
