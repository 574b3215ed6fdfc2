//! Playlists.

use jiff::Timestamp;

use super::html;
use super::{ExternalUrls, Extra, Followers, Image, Model, ObjectType, Page, PlaylistItemContent, PublicUser};
use crate::ids::{PlaylistId, SpotifyUri};
use crate::text::Text;

/// A playlist.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-playlist)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Playlist {
    /// Whether its owner allows other users to change it.
    pub collaborative: Option<bool>,
    /// The description, if any, as Spotify sends it: HTML, with escapes such as `&#x27;` and links. For plain text,
    /// see [`description_text`](Self::description_text).
    pub description: Option<Text>,
    /// Links of the playlist.
    pub external_urls: ExternalUrls,
    /// The number of followers.
    pub followers: Option<Followers>,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id.
    #[model(required)]
    pub id: PlaylistId,
    /// The cover in up to three sizes, the widest first. Its links expire within a day.
    pub images: Vec<Image>,
    /// The name.
    pub name: Text,
    /// The owner.
    pub owner: PublicUser,
    /// Whether it is on its owner's profile; `None` if that does not apply.
    pub public: Option<bool>,
    /// The version, for requests that change the playlist.
    pub snapshot_id: Option<Text>,
    /// The first items, which Spotify sends as `items`, as `tracks`, or as both. Apps in Development Mode receive
    /// them only for playlists that the user owns or collaborates on.
    #[model(alias = "tracks")]
    pub items: Option<Page<PlaylistItem>>,
    /// Always [`ObjectType::Playlist`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl Playlist {
    /// Returns whether the user with the id `user` is the owner.
    pub fn is_owned_by(&self, user: impl AsRef<str>) -> bool {
        is_owned_by(&self.owner, user.as_ref())
    }
}

/// A playlist, as in lists.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedPlaylist {
    /// Whether its owner allows other users to change it.
    pub collaborative: Option<bool>,
    /// The description, if any, as Spotify sends it: HTML, with escapes such as `&#x27;` and links. For plain text,
    /// see [`description_text`](Self::description_text).
    pub description: Option<Text>,
    /// Links of the playlist.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full playlist.
    pub href: Option<Text>,
    /// The id.
    pub id: Option<PlaylistId>,
    /// The cover in up to three sizes, the widest first. Its links expire within a day.
    pub images: Vec<Image>,
    /// The name.
    pub name: Text,
    /// The owner.
    pub owner: PublicUser,
    /// Whether it is on its owner's profile; `None` if that does not apply.
    pub public: Option<bool>,
    /// The version, for requests that change the playlist.
    pub snapshot_id: Option<Text>,
    /// The number of items, and their URL. Spotify sends it as `items`, as `tracks`, or as both.
    #[model(alias = "tracks")]
    pub items: Option<PlaylistItemsRef>,
    /// Always [`ObjectType::Playlist`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
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

/// The number of items in a playlist, and their URL.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlaylistItemsRef {
    /// The Web API URL of the items.
    pub href: Option<Text>,
    /// The number of items.
    pub total: u32,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// An entry of a playlist.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-playlists-items)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlaylistItem {
    /// When it was added; `None` in some very old playlists.
    pub added_at: Option<Timestamp>,
    /// The user who added it; `None` in some very old playlists. Spotify sends little more than the id.
    pub added_by: Option<PublicUser>,
    /// Whether it is a file on the user's own device.
    pub is_local: bool,
    /// The content, which Spotify sends as `item`, as `track`, or as both; `None` if it is no longer available.
    #[model(alias = "track")]
    pub item: Option<PlaylistItemContent>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

html::described_in_html!(Playlist, SimplifiedPlaylist);
