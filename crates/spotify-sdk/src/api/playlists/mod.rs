//! Playlists, their items and their covers.

use super::params::{
    AdditionalType, Batch, Choices, Count, Description, ItemToRemove, Jpeg, Limit, Market, NonEmptyText, PlayableUri,
    QuotaLimit,
};
use crate::definition::{BatchRequest, Idempotency, Operation};
use crate::ids::PlaylistId;
use crate::invalid_input::InvalidInput;
use crate::models::{Image, List, Page, Playlist, PlaylistItem, SimplifiedPlaylist};

#[cfg(feature = "extended-quota")]
mod extended;
mod rules;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Playlists, their items and their covers. Made by `playlists` of a client.
    ///
    /// A playlist holds up to 10,000 items. Each change makes a new version of it, with a snapshot id of its own.
    ///
    /// Adding, removing and replacing take any number of items. Spotify takes 100 in a request, and more are sent in several,
    /// one after another. When one of these fails after others succeeded, [`Incomplete`](crate::Error::Incomplete) says
    /// which values are done. Local files can be moved and removed, but not added. A snapshot id is empty where Spotify has
    /// made the change, but its response had none.
    #[doc(alias = "PlaylistService")]
    Playlists {
        GetPlaylist, GetPlaylistItems, GetCurrentUserPlaylists, CreatePlaylist, ChangePlaylistDetails, ReorderPlaylistItems, ReplacePlaylistItems, AddPlaylistItems, RemovePlaylistItems, GetPlaylistCoverImage, UploadPlaylistCoverImage,
    }
    extended {
        GetPlaylistTracks, ReorderPlaylistTracks, ReplacePlaylistTracks, AddPlaylistTracks, RemovePlaylistTracks, GetUserPlaylists, CreatePlaylistForUser,
    }
}

/// Gets a playlist, with the first 100 of its items. Apps in Development Mode get the items of those playlists alone
/// that the user owns or works on with others.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such playlist; for apps without extended access
/// also when it is one of Spotify's own.
#[doc(alias = "playlist")]
#[derive(Debug, Clone, Operation)]
#[operation(GET "/playlists/{playlist_id}" -> Playlist, as = Playlists::get, reference = "get-playlist", reads = [Playlist])]
pub struct GetPlaylist {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The fields of the response, in Spotify's notation: `name,owner(id)`. The entries of a playlist have their track or
    /// episode as `item` in Development Mode and as `track` in other apps, and a filter that names the wrong one leaves empty
    /// entries, as if the items were withdrawn. Naming both works for every app:
    /// `items(item(name,uri),track(name,uri))`. A response that lacks a field that the model requires is read with
    /// `send_as`. Default: all fields.
    #[query]
    fields: Option<NonEmptyText>,
    /// The kinds of item that the app supports. Without `episode`, Spotify leaves episodes out, or sends them as tracks.
    /// Default: tracks and episodes.
    #[query(default = "track,episode")]
    additional_types: Option<Choices<AdditionalType>>,
}

/// Gets the items of a playlist, a page at a time: up to 50, and with extended quota up to 100.
///
/// Entries that are `null` altogether are left out.
///
/// Fails with [`Forbidden`](crate::Error::Forbidden) for apps in Development Mode when the user neither owns the
/// playlist nor works on it with others.
#[doc(alias = "items", alias = "tracks", alias = "playlist_items", alias = "playlist_tracks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/playlists/{playlist_id}/items" -> Page<PlaylistItem>,
    as = Playlists::get_items, reference = "get-playlists-items", scopes = [PlaylistReadPrivate], paged = offset,
    reads = [Playlist],
)]
pub struct GetPlaylistItems {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The fields of the response, in Spotify's notation: `name,owner(id)`. The entries of a playlist have their track or
    /// episode as `item` in Development Mode and as `track` in other apps, and a filter that names the wrong one leaves empty
    /// entries, as if the items were withdrawn. Naming both works for every app:
    /// `items(item(name,uri),track(name,uri))`. A response that lacks a field that the model requires is read with
    /// `send_as`. Default: all fields.
    #[query]
    fields: Option<NonEmptyText>,
    /// The maximum number of items of a page, from 1 to 50, and with extended quota to 100. Default: Spotify's,
    /// which is 20; for whole lists, the maximum for the client's [`quota`](crate::ClientBuilder::quota).
    #[query]
    limit: Option<QuotaLimit<50, 100>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
    /// The kinds of item that the app supports. Without `episode`, Spotify leaves episodes out, or sends them as tracks.
    /// Default: tracks and episodes.
    #[query(default = "track,episode")]
    additional_types: Option<Choices<AdditionalType>>,
}

/// Gets the playlists that the current user owns or follows, a page of up to 50 at a time.
#[doc(alias = "list", alias = "mine", alias = "current_user_playlists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/playlists" -> Page<SimplifiedPlaylist>,
    as = Playlists::get_for_current_user, reference = "get-a-list-of-current-users-playlists",
    scopes = [PlaylistReadPrivate], paged = offset,
    reads = [Playlists],
)]
pub struct GetCurrentUserPlaylists {
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Creates an empty playlist for the current user. A collaborative one cannot be public.
#[doc(alias = "new", alias = "user_playlist_create")]
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/me/playlists" -> Playlist,
    as = Playlists::create, reference = "create-playlist", scopes = [PlaylistModifyPublic, PlaylistModifyPrivate],
    check = Self::check,
    changes = [Playlists, Following],
)]
pub struct CreatePlaylist {
    /// The name.
    #[body]
    name: NonEmptyText,
    /// Whether the playlist is on the user's profile. Default: `true`.
    #[body]
    public: Option<bool>,
    /// Whether other users may change the playlist. A collaborative playlist cannot be public. Default: `false`.
    #[body]
    collaborative: Option<bool>,
    /// The description, as Spotify's apps and the Web API show it: one line of at most 300 characters. Default: none.
    #[body]
    description: Option<Description>,
}

impl CreatePlaylist {
    fn check(&self) -> Result<(), InvalidInput> {
        rules::check_new(self.collaborative, self.public)
    }
}

/// Changes the name, the description and who may see and change a playlist: what is not set stays.
#[doc(
    alias = "rename",
    alias = "update",
    alias = "edit",
    alias = "playlist_change_details",
    alias = "playlist_change_detail"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}" -> (),
    as = Playlists::change_details, reference = "change-playlist-details",
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, check = Self::check,
    changes = [Playlist, Playlists],
)]
pub struct ChangePlaylistDetails {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The name. Default: as it is.
    #[body]
    name: Option<NonEmptyText>,
    /// Whether the playlist is on the user's profile. Default: as it is.
    #[body]
    public: Option<bool>,
    /// Whether other users may change the playlist. A collaborative playlist cannot be public. Default: as it is.
    #[body]
    collaborative: Option<bool>,
    /// The description: one line of at most 300 characters. Default: as it is.
    #[body]
    description: Option<Description>,
}

impl ChangePlaylistDetails {
    fn check(&self) -> Result<(), InvalidInput> {
        let Self { id: _, name, public, collaborative, description } = self;
        if name.is_none() && public.is_none() && collaborative.is_none() && description.is_none() {
            let what = "expected `name`, `public`, `collaborative` or `description`, got none of them";
            return Err(InvalidInput::new("details", what));
        }
        rules::check_change(*collaborative, *public)
    }
}

/// Moves the items from `range_start` on before the item at `insert_before`, all positions counted from 0. Returns the
/// new snapshot id.
#[doc(alias = "move_items", alias = "playlist_reorder_items", alias = "reorder_or_replace_items")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}/items" -> String,
    as = Playlists::reorder_items, reference = "reorder-or-replace-playlists-items",
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], not_idempotent, confirmed = "snapshot_id",
    changes = [Playlist, Playlists],
)]
pub struct ReorderPlaylistItems {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The position of the first item to move, from 0.
    #[body]
    range_start: u32,
    /// The position before which the items are inserted, from 0.
    #[body]
    insert_before: u32,
    /// The number of items to move. Default: 1.
    #[body]
    range_length: Option<Count>,
    /// The version of the playlist that the change refers to. Default: the latest.
    #[body]
    snapshot_id: Option<NonEmptyText>,
}

/// Replaces all items of a playlist by others; by none, to empty it. Returns the new snapshot id.
///
/// The first request replaces them all by the first 100, and the others are added behind. When one of those fails, the
/// rest is added with [`add_items`](Playlists::add_items): replacing again would remove what was done.
#[doc(alias = "set_items", alias = "playlist_replace_items", alias = "reorder_or_replace_items")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}/items" -> String,
    as = Playlists::replace_items, reference = "reorder-or-replace-playlists-items",
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, confirmed = "snapshot_id",
    batches = Self::divide,
    changes = [Playlist, Playlists],
)]
pub struct ReplacePlaylistItems {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The tracks and episodes that the playlist then holds: any number, 100 with each request.
    #[body]
    uris: Batch<PlayableUri, 100, 0>,
}

impl ReplacePlaylistItems {
    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        let replace = |uris| Self { uris, ..self.clone() };
        let add = |uris| AddPlaylistItems { id: self.id.clone(), uris, position: None };
        rules::replace_and_add(&self.uris, replace, add)
    }
}

/// Adds items to a playlist, at the end or at `position`. Returns the new snapshot id.
#[doc(alias = "add", alias = "add_tracks", alias = "playlist_add_items")]
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/playlists/{playlist_id}/items" -> String,
    as = Playlists::add_items, reference = "add-items-to-playlist",
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], confirmed = "snapshot_id", batches = Self::divide,
    changes = [Playlist, Playlists],
)]
pub struct AddPlaylistItems {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The tracks and episodes to add: any number, 100 with each request.
    #[body]
    uris: Batch<PlayableUri, 100>,
    /// Where to insert the items, from 0. Default: at the end.
    #[body]
    position: Option<u32>,
}

impl AddPlaylistItems {
    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        self.uris.requests(|index, uris| Self { uris, position: rules::moved_on(self.position, index), ..self.clone() })
    }
}

/// Removes items from a playlist: all occurrences of each, or those at given positions, `(uri, [0, 3])`. Returns the
/// new snapshot id.
///
/// With positions it is sent again only where it certainly was not executed, since positions mean other items
/// afterwards; and more than 100 such items need `snapshot_id`, the version to which the positions belong.
#[doc(
    alias = "delete_items",
    alias = "remove_tracks",
    alias = "playlist_remove_all_occurrences_of_items",
    alias = "playlist_remove_specific_occurrences_of_items"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/playlists/{playlist_id}/items" -> String,
    as = Playlists::remove_items, reference = "remove-items-playlist",
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, idempotency = Self::idempotency_of,
    confirmed = "snapshot_id", batches = Self::divide,
    changes = [Playlist, Playlists],
)]
pub struct RemovePlaylistItems {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The items to remove: any number, 100 with each request.
    #[body]
    items: Batch<ItemToRemove, 100>,
    /// The version of the playlist to which positions belong. Default: the latest.
    #[body]
    snapshot_id: Option<NonEmptyText>,
}

impl RemovePlaylistItems {
    fn idempotency_of(&self) -> Idempotency {
        rules::idempotency_of_removal(self.items.as_slice())
    }

    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        rules::check_positions(&self.items, self.snapshot_id.is_some())?;
        self.items.requests(|_, items| Self { items, ..self.clone() })
    }
}

/// Gets the cover of a playlist, in one size or several.
#[doc(alias = "cover", alias = "image", alias = "playlist_cover_image")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/playlists/{playlist_id}/images" -> List<Image>,
    as = Playlists::get_cover_image, reference = "get-playlist-cover",
    reads = [Playlist],
)]
pub struct GetPlaylistCoverImage {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
}

/// Sets the cover of a playlist: the bytes of a JPEG image, at most 256 KB of them in base64.
#[doc(alias = "set_cover", alias = "playlist_upload_cover_image")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}/images" -> (),
    as = Playlists::upload_cover_image, reference = "upload-custom-playlist-cover",
    scopes = [UgcImageUpload, PlaylistModifyPublic, PlaylistModifyPrivate], idempotent,
    changes = [Playlist, Playlists],
)]
pub struct UploadPlaylistCoverImage {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The bytes of a JPEG image, at most 192 KiB.
    #[content("image/jpeg")]
    image: Jpeg,
}
