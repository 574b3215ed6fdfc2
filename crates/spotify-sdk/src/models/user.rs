//! Users.

use super::json::word;
use super::{ExternalUrls, Extra, Followers, Image, Market, Model, ObjectType};
use crate::ids::{SpotifyUri, UserId};
use crate::string_enum::string_enum;
use crate::text::Text;

/// The public profile of a user.
///
/// The owner of a playlist has fewer fields, and the user who added an item has even fewer: not even a name.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-profile)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PublicUser {
    /// The display name, if there is one.
    pub display_name: Option<Text>,
    /// Links of the user.
    pub external_urls: ExternalUrls,
    /// The number of followers. Not sent to apps in Development Mode.
    pub followers: Option<Followers>,
    /// The Web API URL of the user.
    pub href: Option<Text>,
    /// The id: a user name.
    pub id: Option<UserId>,
    /// The profile picture in several sizes.
    pub images: Vec<Image>,
    /// Always [`ObjectType::User`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl PublicUser {
    /// Returns the display name, or else the id; empty if there is neither.
    pub fn name(&self) -> &str {
        match (&self.display_name, &self.id) {
            (Some(name), _) => name,
            (None, Some(id)) => id.as_str(),
            (None, None) => "",
        }
    }
}

string_enum! {
    /// The subscription of a user.
    pub enum Product {
        /// Spotify Premium, which player commands require.
        Premium = "premium",
        /// Spotify with advertisements.
        Free = "free",
        /// The same as [`Product::Free`].
        Open = "open",
        _ => Unknown, ignore_case,
    }
}

word!(Product);

/// The user whose token the request was sent with.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct CurrentUser {
    /// The permanent id of the account, the same for every app. Use it to identify accounts, instead of `id`.
    pub account_id: Option<Text>,
    /// The country. Sent only with the scope `user-read-private`. Not sent to apps in Development Mode.
    pub country: Option<Market>,
    /// The display name, if there is one.
    pub display_name: Option<Text>,
    /// The email address, which Spotify has not verified. Sent only with the scope `user-read-email`. Not sent to
    /// apps in Development Mode.
    pub email: Option<Text>,
    /// The settings for explicit content. Sent only with the scope `user-read-private`. Not sent to apps in
    /// Development Mode.
    pub explicit_content: Option<ExplicitContent>,
    /// Links of the user.
    pub external_urls: ExternalUrls,
    /// The number of followers. Not sent to apps in Development Mode.
    pub followers: Option<Followers>,
    /// The Web API URL of the user.
    pub href: Option<Text>,
    /// The id: a user name.
    #[model(required)]
    pub id: UserId,
    /// The profile picture in several sizes.
    pub images: Vec<Image>,
    /// The subscription. Sent only with the scope `user-read-private`. Not sent to apps in Development Mode.
    pub product: Option<Product>,
    /// Always [`ObjectType::User`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl CurrentUser {
    /// Returns the display name, or else the id.
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(self.id.as_str())
    }
}

/// A user's settings for explicit content.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct ExplicitContent {
    /// Whether explicit content is blocked.
    pub filter_enabled: bool,
    /// Whether the user cannot change that setting.
    pub filter_locked: bool,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
