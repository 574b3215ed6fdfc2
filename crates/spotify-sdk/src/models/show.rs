//! Shows, that is, podcasts.

use jiff::Timestamp;

use super::html;
use super::{Copyright, ExternalUrls, Extra, Image, Market, Model, ObjectType, Page, SimplifiedEpisode};
use crate::ids::{ShowId, SpotifyUri};
use crate::text::Text;

/// A show, that is, a podcast.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-show)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Show {
    /// The markets in which it can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// The copyright statements.
    pub copyrights: Vec<Copyright>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the show.
    pub external_urls: ExternalUrls,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id.
    #[model(required)]
    pub id: ShowId,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// Whether all of its episodes are hosted outside Spotify, if known.
    pub is_externally_hosted: Option<bool>,
    /// The spoken languages, as ISO 639 codes.
    pub languages: Vec<Text>,
    /// The type of its media: `audio`, `mixed`, ….
    pub media_type: Option<Text>,
    /// The name.
    pub name: Text,
    /// The publisher. Not sent to apps in Development Mode.
    pub publisher: Option<Text>,
    /// Always [`ObjectType::Show`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// The number of episodes.
    pub total_episodes: Option<u32>,
    /// The first episodes, the latest first.
    pub episodes: Page<SimplifiedEpisode>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A show, as in lists and in its episodes.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-multiple-shows)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedShow {
    /// The markets in which it can be played. Not sent to apps in Development Mode.
    pub available_markets: Vec<Market>,
    /// The copyright statements.
    pub copyrights: Vec<Copyright>,
    /// The description, without HTML.
    pub description: Option<Text>,
    /// The description, possibly with HTML.
    pub html_description: Option<Text>,
    /// Whether it has explicit content; also `false` if that is not known.
    pub explicit: Option<bool>,
    /// Links of the show.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full show.
    pub href: Option<Text>,
    /// The id.
    pub id: Option<ShowId>,
    /// The cover in several sizes, the widest first.
    pub images: Vec<Image>,
    /// Whether all of its episodes are hosted outside Spotify, if known.
    pub is_externally_hosted: Option<bool>,
    /// The spoken languages, as ISO 639 codes.
    pub languages: Vec<Text>,
    /// The type of its media: `audio`, `mixed`, ….
    pub media_type: Option<Text>,
    /// The name.
    pub name: Text,
    /// The publisher. Not sent to apps in Development Mode.
    pub publisher: Option<Text>,
    /// Always [`ObjectType::Show`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// The number of episodes.
    pub total_episodes: Option<u32>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A show that the user has saved.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-shows)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SavedShow {
    /// When the user saved it.
    pub added_at: Option<Timestamp>,
    /// The show.
    pub show: SimplifiedShow,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

html::described_twice!(Show, SimplifiedShow);
