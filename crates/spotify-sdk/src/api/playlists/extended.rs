//! Operations for apps with extended quota.

use super::rules;
use crate::api::Playlists;
use crate::api::params::{
    AdditionalType, Batch, Choices, Count, Description, ItemToRemove, Limit, Market, NonEmptyText, PlayableUri,
};
use crate::definition::{BatchRequest, Idempotency, Operation};
use crate::ids::{PlaylistId, UserId};
use crate::invalid_input::InvalidInput;
use crate::models::{Page, Playlist, PlaylistItem, SimplifiedPlaylist};

/// Gets the items of a playlist, a page of up to 100 at a time.
#[doc(alias = "tracks", alias = "playlist_tracks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/playlists/{playlist_id}/tracks" -> Page<PlaylistItem>,
    as = Playlists::get_tracks, reference = "get-playlists-tracks", quota = Extended,
    scopes = [PlaylistReadPrivate], replaced_by = "playlists.get_items", paged = offset,
    reads = [Playlist],
)]
pub struct GetPlaylistTracks {
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
    /// The maximum number of items of a page, from 1 to 100. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<100>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
    /// The kinds of item that the app supports. Without `episode`, Spotify leaves episodes out, or sends them as tracks.
    /// Default: tracks and episodes.
    #[query(default = "track,episode")]
    additional_types: Option<Choices<AdditionalType>>,
}

/// Moves the items from `range_start` on before the item at `insert_before`, all positions counted from 0. Returns
/// the new snapshot id.
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}/tracks" -> String,
    as = Playlists::reorder_tracks, reference = "reorder-or-replace-playlists-tracks", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], not_idempotent, confirmed = "snapshot_id",
    replaced_by = "playlists.reorder_items",
    changes = [Playlist, Playlists],
)]
pub struct ReorderPlaylistTracks {
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
/// The first request replaces them all by the first 100, and the others are added behind. When one of those fails,
/// the rest is added with [`add_tracks`](Playlists::add_tracks): replacing again would remove what was done.
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}/tracks" -> String,
    as = Playlists::replace_tracks, reference = "reorder-or-replace-playlists-tracks", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, confirmed = "snapshot_id",
    replaced_by = "playlists.replace_items", batches = Self::divide,
    changes = [Playlist, Playlists],
)]
pub struct ReplacePlaylistTracks {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The tracks and episodes that the playlist then holds: any number, 100 with each request.
    #[body]
    uris: Batch<PlayableUri, 100, 0>,
}

impl ReplacePlaylistTracks {
    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        let replace = |uris| Self { uris, ..self.clone() };
        let add = |uris| AddPlaylistTracks { id: self.id.clone(), uris, position: None };
        rules::replace_and_add(&self.uris, replace, add)
    }
}

/// Adds items to a playlist, at the end or at `position`. Returns the new snapshot id.
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/playlists/{playlist_id}/tracks" -> String,
    as = Playlists::add_tracks, reference = "add-tracks-to-playlist", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], confirmed = "snapshot_id",
    replaced_by = "playlists.add_items", batches = Self::divide,
    changes = [Playlist, Playlists],
)]
pub struct AddPlaylistTracks {
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

impl AddPlaylistTracks {
    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        self.uris.requests(|index, uris| Self { uris, position: rules::moved_on(self.position, index), ..self.clone() })
    }
}

/// Removes items from a playlist: all occurrences of each, or those at given positions, `(uri, [0, 3])`. Returns the
/// new snapshot id.
///
/// With positions it is sent again only where it certainly was not executed, since positions mean other items
/// afterwards; and more than 100 such items need `snapshot_id`, the version to which the positions belong.
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/playlists/{playlist_id}/tracks" -> String,
    as = Playlists::remove_tracks, reference = "remove-tracks-playlist", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, idempotency = Self::idempotency_of,
    confirmed = "snapshot_id", replaced_by = "playlists.remove_items", batches = Self::divide,
    changes = [Playlist, Playlists],
)]
pub struct RemovePlaylistTracks {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The items to remove: any number, 100 with each request.
    #[body]
    tracks: Batch<ItemToRemove, 100>,
    /// The version of the playlist to which positions belong. Default: the latest.
    #[body]
    snapshot_id: Option<NonEmptyText>,
}

impl RemovePlaylistTracks {
    fn idempotency_of(&self) -> Idempotency {
        rules::idempotency_of_removal(self.tracks.as_slice())
    }

    fn divide(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        rules::check_positions(&self.tracks, self.snapshot_id.is_some())?;
        self.tracks.requests(|_, tracks| Self { tracks, ..self.clone() })
    }
}

/// Gets the playlists that a user owns or follows, a page of up to 50 at a time.
#[doc(alias = "user_playlists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/users/{user_id}/playlists" -> Page<SimplifiedPlaylist>,
    as = Playlists::get_for_user, reference = "get-list-users-playlists", quota = Extended,
    scopes = [PlaylistReadPrivate, PlaylistReadCollaborative], paged = offset,
    reads = [Playlists],
)]
pub struct GetUserPlaylists {
    /// The user.
    #[segment("user_id")]
    id: UserId,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Creates an empty playlist for the user named, who has to be the current one. A collaborative one cannot be
/// public.
#[doc(alias = "user_playlist_create")]
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/users/{user_id}/playlists" -> Playlist,
    as = Playlists::create_for_user, reference = "create-playlist-for-user", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], replaced_by = "playlists.create", check = Self::check,
    changes = [Playlists, Following],
)]
pub struct CreatePlaylistForUser {
    /// The user.
    #[segment("user_id")]
    id: UserId,
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

impl CreatePlaylistForUser {
    fn check(&self) -> Result<(), InvalidInput> {
        rules::check_new(self.collaborative, self.public)
    }
}
