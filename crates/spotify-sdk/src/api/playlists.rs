//! Playlists, their items and their covers.

use super::params::{AdditionalType, Choices, FreeText, ItemToRemove, Jpeg, Limit, Market, QuotaLimit, Several, Text};
use crate::error::InvalidInput;
use crate::ids::{PlaylistId, SpotifyUri};
use crate::models::{Image, List, Page, Playlist, PlaylistItem, SimplifiedPlaylist};
use crate::operation::Replay;

#[cfg(feature = "extended-quota")]
pub use extended::{
    AddPlaylistTracks, CreatePlaylistForUser, GetPlaylistTracks, GetUserPlaylists, RemovePlaylistTracks,
    ReorderPlaylistTracks, ReplacePlaylistTracks,
};

operations! {
    /// Playlists, their items and their covers. Made by `playlists` of a client.
    ///
    /// A playlist holds up to 10,000 items. Each change makes a new version of it, with a snapshot id of its own.
    service Playlists, "playlists";

    /// Gets a playlist, with the first 100 of its items. Apps in Development Mode get the items of those playlists alone
    /// that the user owns or works on with others.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such playlist; for apps without extended access
    /// also when it is one of Spotify's own.
    GetPlaylist = get(path id as "playlist_id": PlaylistId) {
        GET "/playlists/{playlist_id}" -> Playlist, reference "get-playlist";
        access Everyone; scopes []; replay Safe;
        query { market: Market, fields: Text, additional_types: Choices<AdditionalType> }
    }

    /// Gets the items of a playlist, a page at a time: up to 50, and with extended quota up to 100.
    ///
    /// Fails with [`Forbidden`](crate::Error::Forbidden) for apps in Development Mode when the user neither owns the
    /// playlist nor works on it with others.
    GetPlaylistItems = get_items(path id as "playlist_id": PlaylistId) {
        GET "/playlists/{playlist_id}/items" -> Page<PlaylistItem>, reference "get-playlists-items";
        access Everyone; scopes [PlaylistReadPrivate]; replay Safe;
        query {
            market: Market, fields: Text, limit: QuotaLimit<50, 100>, offset: u32,
            additional_types: Choices<AdditionalType>,
        }
        paged offset;
    }

    /// Gets the playlists that the current user owns or follows, a page of up to 50 at a time.
    GetCurrentUserPlaylists = get_for_current_user() {
        GET "/me/playlists" -> Page<SimplifiedPlaylist>, reference "get-a-list-of-current-users-playlists";
        access Everyone; scopes [PlaylistReadPrivate]; replay Safe;
        query { limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Makes an empty playlist for the current user. A collaborative one cannot be public.
    CreatePlaylist = create(body name: Text) {
        POST "/me/playlists" -> Playlist, reference "create-playlist";
        access Everyone; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Unsafe;
        body { public: bool, collaborative: bool, description: FreeText }
        check |call| collaborative_is_private(call.collaborative.as_ref(), call.public.as_ref());
    }

    /// Changes the name, the description and who may see and change a playlist: what is not set stays.
    ChangePlaylistDetails = change_details(path id as "playlist_id": PlaylistId) {
        PUT "/playlists/{playlist_id}" -> (), reference "change-playlist-details";
        access Everyone; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Safe;
        body { name: Text, public: bool, collaborative: bool, description: FreeText }
        check |call| {
            let Self { name, public, collaborative, description, .. } = call;
            if name.is_none() && public.is_none() && collaborative.is_none() && description.is_none() {
                let what = "expected `name`, `public`, `collaborative` or `description`, got none of them";
                return Err(InvalidInput::new("details", what));
            }
            if let (Some(Ok(true)), Some(Ok(true))) = (collaborative, public) {
                return Err(InvalidInput::new("collaborative", CONTRADICTION));
            }
            Ok(())
        };
    }

    /// Moves the items from `range_start` on before the item at `insert_before`, all positions counted from 0. Gives the
    /// new snapshot id.
    ReorderPlaylistItems = reorder_items(
        path id as "playlist_id": PlaylistId, body range_start: u32, body insert_before: u32,
    ) {
        PUT "/playlists/{playlist_id}/items" -> String, in "snapshot_id", reference "reorder-or-replace-playlists-items";
        access Everyone; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Unsafe;
        body { range_length: u32, snapshot_id: Text }
        check |call| at_least_one(call.range_length.as_ref());
    }

    /// Replaces all items of a playlist by up to 100 others; by none, to empty it. Gives the new snapshot id.
    ReplacePlaylistItems = replace_items(
        path id as "playlist_id": PlaylistId, body uris: Several<SpotifyUri, 100, 0>,
    ) {
        PUT "/playlists/{playlist_id}/items" -> String, in "snapshot_id", reference "reorder-or-replace-playlists-items";
        access Everyone; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Safe;
    }

    /// Adds up to 100 items to a playlist, at the end or at `position`. Gives the new snapshot id.
    AddPlaylistItems = add_items(path id as "playlist_id": PlaylistId, body uris: Several<SpotifyUri, 100>) {
        POST "/playlists/{playlist_id}/items" -> String, in "snapshot_id", reference "add-items-to-playlist";
        access Everyone; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Unsafe;
        body { position: u32 }
    }

    /// Removes up to 100 items from a playlist: all occurrences of each, or those at given positions,
    /// `(uri, [0, 3])`. Gives the new snapshot id.
    ///
    /// With positions it is sent again only where it certainly was not done, since they mean others afterwards.
    RemovePlaylistItems = remove_items(
        path id as "playlist_id": PlaylistId, body items: Several<ItemToRemove, 100>,
    ) {
        DELETE "/playlists/{playlist_id}/items" -> String, in "snapshot_id", reference "remove-items-playlist";
        access Everyone; scopes [PlaylistModifyPublic, PlaylistModifyPrivate];
        replay Safe by |call| replay_of_removal(call.items.as_ref());
        body { snapshot_id: Text }
    }

    /// Gets the cover of a playlist, in one size or several.
    GetPlaylistCoverImage = get_cover_image(path id as "playlist_id": PlaylistId) {
        GET "/playlists/{playlist_id}/images" -> List<Image>, reference "get-playlist-cover";
        access Everyone; scopes []; replay Safe;
    }

    /// Sets the cover of a playlist: the bytes of a JPEG image, at most 256 KB of them in base64.
    UploadPlaylistCoverImage = upload_cover_image(path id as "playlist_id": PlaylistId, jpeg image: Jpeg) {
        PUT "/playlists/{playlist_id}/images" -> (), reference "upload-custom-playlist-cover";
        access Everyone; scopes [UgcImageUpload, PlaylistModifyPublic, PlaylistModifyPrivate]; replay Safe;
    }
}

const CONTRADICTION: &str = "a collaborative playlist cannot be public: set `public(false)`";

/// Spotify makes new playlists public unless it is told otherwise.
fn collaborative_is_private(
    collaborative: Option<&Result<bool, InvalidInput>>,
    public: Option<&Result<bool, InvalidInput>>,
) -> Result<(), InvalidInput> {
    match (collaborative, public) {
        (Some(Ok(true)), None | Some(Ok(true))) => Err(InvalidInput::new("collaborative", CONTRADICTION)),
        _ => Ok(()),
    }
}

fn at_least_one(range_length: Option<&Result<u32, InvalidInput>>) -> Result<(), InvalidInput> {
    match range_length {
        Some(Ok(0)) => Err(InvalidInput::new("range_length", "expected at least 1, got 0")),
        _ => Ok(()),
    }
}

fn replay_of_removal(items: Result<&Several<ItemToRemove, 100>, &InvalidInput>) -> Replay {
    match items {
        Ok(items) if items.as_slice().iter().any(ItemToRemove::has_positions) => Replay::Unsafe,
        _ => Replay::Safe,
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use super::{at_least_one, collaborative_is_private, replay_of_removal};
    use crate::api::Playlists;
    use crate::api::params::{AdditionalType, Choices, FreeText, ItemToRemove, Limit, Market, Several, Text};
    use crate::ids::{PlaylistId, SpotifyUri, UserId};
    use crate::models::{Page, Playlist, PlaylistItem, SimplifiedPlaylist};

    operations! {
        extend Playlists, "playlists";

        /// Gets the items of a playlist, a page of up to 100 at a time.
        GetPlaylistTracks = get_tracks(path id as "playlist_id": PlaylistId) {
            GET "/playlists/{playlist_id}/tracks" -> Page<PlaylistItem>, reference "get-playlists-tracks";
            access ExtendedQuota; scopes [PlaylistReadPrivate]; replay Safe;
            replaced_by "playlists.get_items";
            query {
                market: Market, fields: Text, limit: Limit<100>, offset: u32,
                additional_types: Choices<AdditionalType>,
            }
            paged offset;
        }

        /// Moves the items from `range_start` on before the item at `insert_before`, all positions counted from 0. Gives
        /// the new snapshot id.
        ReorderPlaylistTracks = reorder_tracks(
            path id as "playlist_id": PlaylistId, body range_start: u32, body insert_before: u32,
        ) {
            PUT "/playlists/{playlist_id}/tracks" -> String, in "snapshot_id",
                reference "reorder-or-replace-playlists-tracks";
            access ExtendedQuota; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Unsafe;
            replaced_by "playlists.reorder_items";
            body { range_length: u32, snapshot_id: Text }
            check |call| at_least_one(call.range_length.as_ref());
        }

        /// Replaces all items of a playlist by up to 100 others; by none, to empty it. Gives the new snapshot id.
        ReplacePlaylistTracks = replace_tracks(
            path id as "playlist_id": PlaylistId, body uris: Several<SpotifyUri, 100, 0>,
        ) {
            PUT "/playlists/{playlist_id}/tracks" -> String, in "snapshot_id",
                reference "reorder-or-replace-playlists-tracks";
            access ExtendedQuota; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Safe;
            replaced_by "playlists.replace_items";
        }

        /// Adds up to 100 items to a playlist, at the end or at `position`. Gives the new snapshot id.
        AddPlaylistTracks = add_tracks(path id as "playlist_id": PlaylistId, body uris: Several<SpotifyUri, 100>) {
            POST "/playlists/{playlist_id}/tracks" -> String, in "snapshot_id", reference "add-tracks-to-playlist";
            access ExtendedQuota; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Unsafe;
            replaced_by "playlists.add_items";
            body { position: u32 }
        }

        /// Removes up to 100 items from a playlist: all occurrences of each, or those at given positions,
        /// `(uri, [0, 3])`. Gives the new snapshot id.
        ///
        /// With positions it is sent again only where it certainly was not done, since they mean others afterwards.
        RemovePlaylistTracks = remove_tracks(
            path id as "playlist_id": PlaylistId, body tracks: Several<ItemToRemove, 100>,
        ) {
            DELETE "/playlists/{playlist_id}/tracks" -> String, in "snapshot_id", reference "remove-tracks-playlist";
            access ExtendedQuota; scopes [PlaylistModifyPublic, PlaylistModifyPrivate];
            replay Safe by |call| replay_of_removal(call.tracks.as_ref());
            replaced_by "playlists.remove_items";
            body { snapshot_id: Text }
        }

        /// Gets the playlists that a user owns or follows, a page of up to 50 at a time.
        GetUserPlaylists = get_for_user(path id as "user_id": UserId) {
            GET "/users/{user_id}/playlists" -> Page<SimplifiedPlaylist>, reference "get-list-users-playlists";
            access ExtendedQuota; scopes [PlaylistReadPrivate, PlaylistReadCollaborative]; replay Safe;
            query { limit: Limit<50>, offset: u32 }
            paged offset;
        }

        /// Makes an empty playlist for the user named, who has to be the current one. A collaborative one cannot be
        /// public.
        CreatePlaylistForUser = create_for_user(path id as "user_id": UserId, body name: Text) {
            POST "/users/{user_id}/playlists" -> Playlist, reference "create-playlist-for-user";
            access ExtendedQuota; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; replay Unsafe;
            replaced_by "playlists.create";
            body { public: bool, collaborative: bool, description: FreeText }
            check |call| collaborative_is_private(call.collaborative.as_ref(), call.public.as_ref());
        }
    }
}
