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
        /// Where it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the show.
        external_urls: ExternalUrls,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id.
        id: ShowId,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether all of its episodes come from outside Spotify, where that is known.
        is_externally_hosted: Option<bool>,
        /// The languages that are spoken, by their ISO 639 codes.
        languages: Vec<Text>,
        /// Of what kind its media are: `audio`, `mixed`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// Always [`ObjectType::Show`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// How many episodes it has.
        total_episodes: Option<u32>,
        /// The first episodes, the latest first.
        episodes: Page<SimplifiedEpisode>,
    }
}

model! {
    /// A show, as lists and its episodes name it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-multiple-shows)
    pub struct SimplifiedShow {
        /// Where it can be played. Not sent to apps in Development Mode.
        available_markets: Vec<Market>,
        /// The copyright statements.
        copyrights: Vec<Copyright>,
        /// What it is about, without HTML.
        description: Option<Text>,
        /// What it is about, which may hold HTML.
        html_description: Option<Text>,
        /// Whether it has explicit content; `false` also where that is not known.
        explicit: Option<bool>,
        /// Links of the show.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole show.
        href: Option<Text>,
        /// The id.
        id: Option<ShowId>,
        /// The cover in several sizes, the widest first.
        images: Vec<Image>,
        /// Whether all of its episodes come from outside Spotify, where that is known.
        is_externally_hosted: Option<bool>,
        /// The languages that are spoken, by their ISO 639 codes.
        languages: Vec<Text>,
        /// Of what kind its media are: `audio`, `mixed`, ….
        media_type: Option<Text>,
        /// The name.
        name: Text,
        /// The publisher. Not sent to apps in Development Mode.
        publisher: Option<Text>,
        /// Always [`ObjectType::Show`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
        /// How many episodes it has.
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
