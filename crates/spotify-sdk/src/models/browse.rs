//! Spotify's own selections: categories, and playlists for them.

use super::{Extra, Image, Model, Page, SimplifiedPlaylist};
use crate::text::Text;

/// A category of playlists, as in Spotify's apps. Not sent to apps in Development Mode.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-category)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Category {
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The icon in several sizes.
    pub icons: Vec<Image>,
    /// The id: a word such as `equal`, or a string like other ids.
    pub id: Text,
    /// The name, in the requested language.
    pub name: Text,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// Playlists that Spotify features, or those of a category. Not sent to apps in Development Mode.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-featured-playlists)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct FeaturedPlaylists {
    /// Spotify's message about the playlists, in the requested language.
    pub message: Option<Text>,
    /// The playlists.
    pub playlists: Page<SimplifiedPlaylist>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
