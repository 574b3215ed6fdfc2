//! Spotify's own choices: categories, and playlists for them.

use super::json::model;
use super::{Image, Page, SimplifiedPlaylist};
use crate::text::Text;

model! {
    /// A category of playlists, as Spotify's apps show it. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-category)
    pub struct Category {
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The icon in several sizes.
        icons: Vec<Image>,
        /// The id: a word such as `equal`, or a text like other ids.
        id: Text,
        /// The name, in the language that was asked for.
        name: Text,
    }
}

model! {
    /// Playlists that Spotify features, or those of a category. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-featured-playlists)
    pub struct FeaturedPlaylists {
        /// What Spotify says of them, in the language that was asked for.
        message: Option<Text>,
        /// The playlists.
        playlists: Page<SimplifiedPlaylist>,
    }
}
