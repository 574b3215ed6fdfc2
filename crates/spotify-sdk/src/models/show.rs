//! Shows, that is, podcasts.

use jiff::Timestamp;

use super::html;
use super::json::model;
use super::{Copyright, ExternalUrls, Image, Market, ObjectType, Page, SimplifiedEpisode};
use crate::ids::{ShowId, SpotifyUri};
use crate::text::Text;

model! {
    /// A show, that is, a podcast.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-show)
    pub struct Show, by(id: ShowId) {
        /// The markets in which it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the show.
        external_urls: ExternalUrls,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id.
        id: ShowId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether all of its episodes are hosted outside Spotify, if known.
        is_externally_hosted: Option<bool>,
        /// The spoken languages, as ISO 639 codes.
        languages: Vec<Text>,
        /// The type of its media: `audio`, `mixed`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// Always [`ObjectType::Show`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The number of episodes.
        total_episodes: Option<u32>,
        /// The first episodes, the latest first.
        episodes: Page<SimplifiedEpisode>,
    }
}

model! {
    /// A show, as in lists and in its episodes.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-multiple-shows)
    pub struct SimplifiedShow {
        /// The markets in which it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// The description, without HTML.
        description: Option<Text>,
        /// The description, possibly with HTML.
        html_description: Option<Text>,
        /// Whether it has explicit content; also `false` if that is not known.
        explicit: Option<bool>,
        /// Links of the show.
        external_urls: ExternalUrls,
        /// The Web API URL of the full show.
        href: Option<Text>,
        /// The id.
        id: Option<ShowId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether all of its episodes are hosted outside Spotify, if known.
        is_externally_hosted: Option<bool>,
        /// The spoken languages, as ISO 639 codes.
        languages: Vec<Text>,
        /// The type of its media: `audio`, `mixed`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// Always [`ObjectType::Show`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// The number of episodes.
        total_episodes: Option<u32>,
    }
}

model! {
    /// A show that the user has saved.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-saved-shows)
    pub struct SavedShow {
        /// When the user saved it.
        added_at: Option<Timestamp>,
        /// The show.
        show: SimplifiedShow,
    }
}

html::described_twice!(Show, SimplifiedShow);
