//! The small objects that many models hold.

use super::json::{model, text};
use crate::string_enum::string_enum;
use crate::text::Text;

string_enum! {
    /// What an object is, as its `type` says.
    pub enum ObjectType {
        /// An album.
        Album = "album",
        /// An artist.
        Artist = "artist",
        /// An audiobook.
        Audiobook = "audiobook",
        /// A chapter of an audiobook. Spotify often says `episode` of these.
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

text!(ObjectType);

model! {
    /// An image: a cover, or the picture of an artist or a user.
    pub struct Image {
        /// The address of the image.
        url: Text,
        /// The height in pixels, where it is known.
        height: Option<u32>,
        /// The width in pixels, where it is known.
        width: Option<u32>,
    }
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
    /// The widest image. Of images whose width is not known, the first: Spotify puts the widest first.
    fn largest(&self) -> Option<&Image>;

    /// The narrowest image. Of images whose width is not known, the last.
    fn smallest(&self) -> Option<&Image>;

    /// The narrowest image that is known to be `width` pixels wide or wider.
    fn at_least(&self, width: u32) -> Option<&Image>;
}

impl Images for [Image] {
    fn largest(&self) -> Option<&Image> {
        // Of several widest, `max_by_key` gives the last.
        self.iter().rev().max_by_key(|image| image.width)
    }

    fn smallest(&self) -> Option<&Image> {
        self.iter().filter(|image| image.width.is_some()).min_by_key(|image| image.width).or(self.last())
    }

    fn at_least(&self, width: u32) -> Option<&Image> {
        self.iter().filter(|image| image.width >= Some(width)).min_by_key(|image| image.width)
    }
}

model! {
    /// How many users follow an artist, a playlist or a user.
    pub struct Followers {
        /// Always `None`: Spotify does not tell who they are.
        href: Option<Text>,
        /// How many they are.
        total: u32,
    }
}

model! {
    /// Addresses outside the Web API.
    pub struct ExternalUrls {
        /// The link of the item: `https://open.spotify.com/…`.
        spotify: Option<Text>,
    }
}

model! {
    /// The ids of an item outside Spotify.
    pub struct ExternalIds {
        /// The International Standard Recording Code of a track.
        isrc: Option<Text>,
        /// The International Article Number of an album.
        ean: Option<Text>,
        /// The Universal Product Code of an album.
        upc: Option<Text>,
    }
}

string_enum! {
    /// What a copyright statement is about.
    pub enum CopyrightType {
        /// The copyright.
        Copyright = "C",
        /// The copyright of the sound recording, the performance.
        Performance = "P",
        _ => Unknown, ignore_case,
    }
}

text!(CopyrightType);

model! {
    /// A copyright statement.
    pub struct Copyright {
        /// Its text.
        text: Option<Text>,
        /// What it is about.
        copyright_type("type"): Option<CopyrightType>,
    }
}

string_enum! {
    /// Why an item cannot be played.
    pub enum RestrictionReason {
        /// Not in this market.
        Market = "market",
        /// Not with the user's subscription.
        Product = "product",
        /// It is explicit, and the user does not want that.
        Explicit = "explicit",
        /// Only after a payment.
        PaymentRequired = "payment_required",
        _ => Unknown, ignore_case,
    }
}

text!(RestrictionReason);

model! {
    /// That an item cannot be played, and why.
    pub struct Restriction {
        /// Why.
        reason: Option<RestrictionReason>,
    }
}
