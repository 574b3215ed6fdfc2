//! Spotify's own selections: categories, and playlists for them.

use super::json::model;
use super::{Image, Page, SimplifiedPlaylist};
use crate::text::Text;

model! {
    /// A category of playlists, as in Spotify's apps. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-category)
    pub struct Category {
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The icon in several sizes.
        icons: Vec<Image>,
        /// The id: a word such as `equal`, or a string like other ids.
        id: Text,
        /// The name, in the requested language.
        name: Text,
    }
}

model! {
    /// Playlists that Spotify features, or those of a category. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-featured-playlists)
    pub struct FeaturedPlaylists {
        /// Spotify's message about the playlists, in the requested language.
        message: Option<Text>,
        /// The playlists.
        playlists: Page<SimplifiedPlaylist>,
    }
}
