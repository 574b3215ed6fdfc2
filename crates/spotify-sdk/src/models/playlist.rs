//! Playlists.

use jiff::Timestamp;

use super::html;
use super::json::model;
use super::{ExternalUrls, Followers, Image, ObjectType, Page, PlaylistItemContent, PublicUser};
use crate::ids::{PlaylistId, SpotifyUri};
use crate::text::Text;

model! {
    /// A playlist.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-playlist)
    pub struct Playlist, by(id: PlaylistId) {
        /// Whether its owner allows other users to change it.
        collaborative: Option<bool>,
        /// The description, if any, as Spotify sends it: HTML, with escapes such as `&#x27;` and links. For plain text,
        /// see [`description_text`](Self::description_text).
        description: Option<Text>,
        /// Links of the playlist.
        external_urls: ExternalUrls,
        /// The number of followers.
        followers: Option<Followers>,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id.
        id: PlaylistId,
        /// The cover in up to three sizes, the widest first. Its links expire within a day.
        images: Vec<Image>,
        /// The name.
        name: Text,
        /// The owner.
        owner: PublicUser,
        /// Whether it is on its owner's profile; `None` if that does not apply.
        public: Option<bool>,
        /// The version, for requests that change the playlist.
        snapshot_id: Option<Text>,
        /// The first items, which Spotify sends as `items`, as `tracks`, or as both. Apps in Development Mode receive
        /// them only for playlists that the user owns or collaborates on.
        items("items" or "tracks"): Option<Page<PlaylistItem>>,
        /// Always [`ObjectType::Playlist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl Playlist {
    /// Returns whether the user with the id `user` is the owner.
    pub fn is_owned_by(&self, user: impl AsRef<str>) -> bool {
        is_owned_by(&self.owner, user.as_ref())
    }
}

model! {
    /// A playlist, as in lists.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists)
    pub struct SimplifiedPlaylist {
        /// Whether its owner allows other users to change it.
        collaborative: Option<bool>,
        /// The description, if any, as Spotify sends it: HTML, with escapes such as `&#x27;` and links. For plain text,
        /// see [`description_text`](Self::description_text).
        description: Option<Text>,
        /// Links of the playlist.
        external_urls: ExternalUrls,
        /// The Web API URL of the full playlist.
        href: Option<Text>,
        /// The id.
        id: Option<PlaylistId>,
        /// The cover in up to three sizes, the widest first. Its links expire within a day.
        images: Vec<Image>,
        /// The name.
        name: Text,
        /// The owner.
        owner: PublicUser,
        /// Whether it is on its owner's profile; `None` if that does not apply.
        public: Option<bool>,
        /// The version, for requests that change the playlist.
        snapshot_id: Option<Text>,
        /// The number of items, and their URL. Spotify sends it as `items`, as `tracks`, or as both.
        items("items" or "tracks"): Option<PlaylistItemsRef>,
        /// Always [`ObjectType::Playlist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl SimplifiedPlaylist {
    /// Returns whether the user with the id `user` is the owner.
    pub fn is_owned_by(&self, user: impl AsRef<str>) -> bool {
        is_owned_by(&self.owner, user.as_ref())
    }
}

fn is_owned_by(owner: &PublicUser, user: &str) -> bool {
    owner.id.as_ref().is_some_and(|id| id.as_str() == user)
}

model! {
    /// The number of items in a playlist, and their URL.
    pub struct PlaylistItemsRef {
        /// The Web API URL of the items.
        href: Option<Text>,
        /// The number of items.
        total: u32,
    }
}

model! {
    /// An entry of a playlist.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-playlists-items)
    pub struct PlaylistItem {
        /// When it was added; `None` in some very old playlists.
        added_at: Option<Timestamp>,
        /// The user who added it; `None` in some very old playlists. Spotify sends little more than the id.
        added_by: Option<PublicUser>,
        /// Whether it is a file on the user's own device.
        is_local: bool,
        /// The content, which Spotify sends as `item`, as `track`, or as both; `None` if it is no longer available.
        item("item" or "track"): Option<PlaylistItemContent>,
    }
}

html::described_in_html!(Playlist, SimplifiedPlaylist);
