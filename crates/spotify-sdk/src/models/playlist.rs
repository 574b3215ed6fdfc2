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
        /// Whether its owner lets others change it.
        collaborative: Option<bool>,
        /// What it is about, where that was said, as Spotify sends it: HTML, with escapes such as `&#x27;` and links. For people,
        /// see [`description_text`](Self::description_text).
        description: Option<Text>,
        /// Links of the playlist.
        external_urls: ExternalUrls,
        /// How many users follow it.
        followers: Option<Followers>,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id.
        id: PlaylistId,
        /// The cover in up to three sizes, the widest first. Its links expire within a day.
        images: Vec<Image>,
        /// The name.
        name: Text,
        /// Its owner.
        owner: PublicUser,
        /// Whether it is on its owner's profile; `None` where that does not apply.
        public: Option<bool>,
        /// The version, which requests that change the playlist can name.
        snapshot_id: Option<Text>,
        /// The first items, which Spotify sends as `items`, as `tracks`, or as both. Apps in Development Mode get them of
        /// playlists that the user owns or collaborates on.
        items("items" or "tracks"): Option<Page<PlaylistItem>>,
        /// Always [`ObjectType::Playlist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl Playlist {
    /// Whether the user with the id `user` is its owner.
    pub fn is_owned_by(&self, user: impl AsRef<str>) -> bool {
        is_owned_by(&self.owner, user.as_ref())
    }
}

model! {
    /// A playlist, as lists name it.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists)
    pub struct SimplifiedPlaylist {
        /// Whether its owner lets others change it.
        collaborative: Option<bool>,
        /// What it is about, where that was said, as Spotify sends it: HTML, with escapes such as `&#x27;` and links. For people,
        /// see [`description_text`](Self::description_text).
        description: Option<Text>,
        /// Links of the playlist.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole playlist.
        href: Option<Text>,
        /// The id.
        id: Option<PlaylistId>,
        /// The cover in up to three sizes, the widest first. Its links expire within a day.
        images: Vec<Image>,
        /// The name.
        name: Text,
        /// Its owner.
        owner: PublicUser,
        /// Whether it is on its owner's profile; `None` where that does not apply.
        public: Option<bool>,
        /// The version, which requests that change the playlist can name.
        snapshot_id: Option<Text>,
        /// How many items it has, and where they are. Spotify sends it as `items`, as `tracks`, or as both.
        items("items" or "tracks"): Option<PlaylistItemsRef>,
        /// Always [`ObjectType::Playlist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

impl SimplifiedPlaylist {
    /// Whether the user with the id `user` is its owner.
    pub fn is_owned_by(&self, user: impl AsRef<str>) -> bool {
        is_owned_by(&self.owner, user.as_ref())
    }
}

fn is_owned_by(owner: &PublicUser, user: &str) -> bool {
    owner.id.as_ref().is_some_and(|id| id.as_str() == user)
}

model! {
    /// How many items a playlist has, and where they are.
    pub struct PlaylistItemsRef {
        /// The address in the Web API with the items.
        href: Option<Text>,
        /// How many there are.
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
        /// Who added it; `None` in some very old playlists. Spotify says little more of them than the id.
        added_by: Option<PublicUser>,
        /// Whether it is a file on the user's own device.
        is_local: bool,
        /// What it holds, which Spotify sends as `item`, as `track`, or as both; `None` where that is no longer there.
        item("item" or "track"): Option<PlaylistItemContent>,
    }
}

html::described_in_html!(Playlist, SimplifiedPlaylist);
