//! Users.

use super::json::{model, text};
use super::{ExternalUrls, Followers, Image, Market, ObjectType};
use crate::ids::{SpotifyUri, UserId};
use crate::string_enum::string_enum;
use crate::text::Text;

model! {
    /// The public profile of a user.
    ///
    /// The owner of a playlist has fewer fields, and the user who added an item has even fewer: not even a name.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-profile)
    pub struct PublicUser {
        /// The display name, if there is one.
        display_name: Option<Text>,
        /// Links of the user.
        external_urls: ExternalUrls,
        /// The number of followers. Not sent to apps in Development Mode.
        followers: Option<Followers>,
        /// The Web API URL of the user.
        href: Option<Text>,
        /// The id: a user name.
        id: Option<UserId>,
        /// The profile picture in several sizes.
        images: Vec<Image>,
        /// Always [`ObjectType::User`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
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

text!(Product);

model! {
    /// The user whose token the request was sent with.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile)
    pub struct CurrentUser, by(id: UserId) {
        /// The permanent id of the account, the same for every app. Use it to identify accounts, instead of `id`.
        account_id: Option<Text>,
        /// The country. Sent only with the scope `user-read-private`. Not sent to apps in Development Mode.
        country: Option<Market>,
        /// The display name, if there is one.
        display_name: Option<Text>,
        /// The email address, which Spotify has not verified. Sent only with the scope `user-read-email`. Not sent to
        /// apps in Development Mode.
        email: Option<Text>,
        /// The settings for explicit content. Sent only with the scope `user-read-private`. Not sent to apps in
        /// Development Mode.
        explicit_content: Option<ExplicitContent>,
        /// Links of the user.
        external_urls: ExternalUrls,
        /// The number of followers. Not sent to apps in Development Mode.
        followers: Option<Followers>,
        /// The Web API URL of the user.
        href: Option<Text>,
        /// The id: a user name.
        id: UserId,
        /// The profile picture in several sizes.
        images: Vec<Image>,
        /// The subscription. Sent only with the scope `user-read-private`. Not sent to apps in Development Mode.
        product: Option<Product>,
        /// Always [`ObjectType::User`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl CurrentUser {
    /// Returns the display name, or else the id.
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(self.id.as_str())
    }
}

model! {
    /// A user's settings for explicit content.
    pub struct ExplicitContent {
        /// Whether explicit content is blocked.
        filter_enabled: bool,
        /// Whether the user cannot change that setting.
        filter_locked: bool,
    }
}
