//! Users.

use super::json::{model, text};
use super::{ExternalUrls, Followers, Image, Market, ObjectType};
use crate::ids::{SpotifyUri, UserId};
use crate::string_enum::string_enum;
use crate::text::Text;

model! {
    /// A user, as others see them.
    ///
    /// Playlists say less of their owner, and less still of who added an item: not even a name.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-users-profile)
    pub struct PublicUser {
        /// The name that is shown, where there is one.
        display_name: Option<Text>,
        /// Links of the user.
        external_urls: ExternalUrls,
        /// How many users follow them. Not sent to apps in Development Mode.
        followers: Option<Followers>,
        /// The address in the Web API with the user.
        href: Option<Text>,
        /// The id: a user name.
        id: Option<UserId>,
        /// Their picture in several sizes.
        images: Vec<Image>,
        /// Always [`ObjectType::User`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl PublicUser {
    /// The name that is shown, or else the id; empty where there is neither.
    pub fn name(&self) -> &str {
        match (&self.display_name, &self.id) {
            (Some(name), _) => name,
            (None, Some(id)) => id.as_str(),
            (None, None) => "",
        }
    }
}

string_enum! {
    /// What a user has subscribed to.
    pub enum Product {
        /// Spotify Premium, which commands to the player need.
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
    /// The user whose token the request was made with.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile)
    pub struct CurrentUser, by(id: UserId) {
        /// The permanent id of the account, the same for every app. Tell accounts apart by this one, not by `id`.
        account_id: Option<Text>,
        /// Their country. Sent with the scope `user-read-private` only. Not sent to apps in Development Mode.
        country: Option<Market>,
        /// The name that is shown, where there is one.
        display_name: Option<Text>,
        /// Their email address, which Spotify has not verified. Sent with the scope `user-read-email` only. Not sent to
        /// apps in Development Mode.
        email: Option<Text>,
        /// Their settings for explicit content. Sent with the scope `user-read-private` only. Not sent to apps in Development
        /// Mode.
        explicit_content: Option<ExplicitContent>,
        /// Links of the user.
        external_urls: ExternalUrls,
        /// How many users follow them. Not sent to apps in Development Mode.
        followers: Option<Followers>,
        /// The address in the Web API with the user.
        href: Option<Text>,
        /// The id: a user name.
        id: UserId,
        /// Their picture in several sizes.
        images: Vec<Image>,
        /// What they have subscribed to. Sent with the scope `user-read-private` only. Not sent to apps in Development Mode.
        product: Option<Product>,
        /// Always [`ObjectType::User`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl CurrentUser {
    /// The name that is shown, or else the id.
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(self.id.as_str())
    }
}

model! {
    /// A user's settings for explicit content.
    pub struct ExplicitContent {
        /// Whether it is not to be played.
        filter_enabled: bool,
        /// Whether the user cannot change that.
        filter_locked: bool,
    }
}
