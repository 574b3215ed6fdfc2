//! Playlists, their items and their covers.

use super::params::{
    AdditionalType, Batch, Choices, Description, ItemToRemove, Jpeg, Limit, Market, NonEmptyText, QuotaLimit, Use,
};
use crate::definition::{Chunk, Idempotency, Operation};
use crate::ids::{PlaylistId, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::models::{Image, List, Page, Playlist, PlaylistItem, SimplifiedPlaylist};

#[cfg(feature = "extended-quota")]
pub use extended::{
    AddPlaylistTracks, CreatePlaylistForUser, GetPlaylistTracks, GetUserPlaylists, RemovePlaylistTracks,
    ReorderPlaylistTracks, ReplacePlaylistTracks,
};

operations! {
    /// Playlists, their items and their covers. Made by `playlists` of a client.
    ///
    /// A playlist holds up to 10,000 items. Each change makes a new version of it, with a snapshot id of its own.
    ///
    /// Adding, removing and replacing take any number of items. Spotify takes 100 in a request, and more are sent in several,
    /// one after another. When one of these fails after others succeeded, [`Incomplete`](crate::Error::Incomplete) says
    /// which values are done. Local files can be moved and removed, but not added. A snapshot id is empty where Spotify has
    /// made the change, but its response had none.
    #[doc(alias = "PlaylistService")]
    service Playlists, "playlists";

    /// Gets a playlist, with the first 100 of its items. Apps in Development Mode get the items of those playlists alone
    /// that the user owns or works on with others.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such playlist; for apps without extended access
    /// also when it is one of Spotify's own.
    #[doc(alias = "playlist")]
    GetPlaylist = get(path id as "playlist_id": PlaylistId) {
        GET "/playlists/{playlist_id}" -> Playlist, reference "get-playlist";
        quota Development; scopes []; Idempotent;
        query { market: Market, fields: NonEmptyText, additional_types: Choices<AdditionalType> }
        unless_set { additional_types = "track,episode" }
    }

    /// Gets the items of a playlist, a page at a time: up to 50, and with extended quota up to 100.
    ///
    /// Entries that are `null` altogether are left out.
    ///
    /// Fails with [`Forbidden`](crate::Error::Forbidden) for apps in Development Mode when the user neither owns the
    /// playlist nor works on it with others.
    #[doc(alias = "items", alias = "tracks", alias = "playlist_items", alias = "playlist_tracks")]
    GetPlaylistItems = get_items(path id as "playlist_id": PlaylistId) {
        GET "/playlists/{playlist_id}/items" -> Page<PlaylistItem>, reference "get-playlists-items";
        quota Development; scopes [PlaylistReadPrivate]; Idempotent;
        query {
            market: Market, fields: NonEmptyText, limit: QuotaLimit<50, 100>, offset: u32,
            additional_types: Choices<AdditionalType>,
        }
        unless_set { additional_types = "track,episode" }
        paged offset;
    }

    /// Gets the playlists that the current user owns or follows, a page of up to 50 at a time.
    #[doc(alias = "list", alias = "mine", alias = "current_user_playlists")]
    GetCurrentUserPlaylists = get_for_current_user() {
        GET "/me/playlists" -> Page<SimplifiedPlaylist>, reference "get-a-list-of-current-users-playlists";
        quota Development; scopes [PlaylistReadPrivate]; Idempotent;
        query { limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Creates an empty playlist for the current user. A collaborative one cannot be public.
    #[doc(alias = "new", alias = "user_playlist_create")]
    CreatePlaylist = create(body name: NonEmptyText) {
        POST "/me/playlists" -> Playlist, reference "create-playlist";
        quota Development; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; NotIdempotent;
        body { public: bool, collaborative: bool, description: Description }
        check |call| collaborative_is_private(call.collaborative.as_ref(), call.public.as_ref());
    }

    /// Changes the name, the description and who may see and change a playlist: what is not set stays.
    #[doc(
        alias = "rename",
        alias = "update",
        alias = "edit",
        alias = "playlist_change_details",
        alias = "playlist_change_detail",
    )]
    ChangePlaylistDetails = change_details(path id as "playlist_id": PlaylistId) {
        PUT "/playlists/{playlist_id}" -> (), reference "change-playlist-details";
        quota Development; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; Idempotent;
        body { name: NonEmptyText, public: bool, collaborative: bool, description: Description }
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

    /// Moves the items from `range_start` on before the item at `insert_before`, all positions counted from 0. Returns the
    /// new snapshot id.
    #[doc(alias = "move_items", alias = "playlist_reorder_items", alias = "reorder_or_replace_items")]
    ReorderPlaylistItems = reorder_items(
        path id as "playlist_id": PlaylistId, body range_start: u32, body insert_before: u32,
    ) {
        PUT "/playlists/{playlist_id}/items" -> String, confirmed in "snapshot_id", reference "reorder-or-replace-playlists-items";
        quota Development; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; NotIdempotent;
        body { range_length: u32, snapshot_id: NonEmptyText }
        check |call| at_least_one(call.range_length.as_ref());
    }

    /// Replaces all items of a playlist by others; by none, to empty it. Returns the new snapshot id.
    ///
    /// The first request replaces them all by the first 100, and the others are added behind. When one of those fails, the
    /// rest is added with [`add_items`](Playlists::add_items): replacing again would remove what was done.
    #[doc(alias = "set_items", alias = "playlist_replace_items", alias = "reorder_or_replace_items")]
    ReplacePlaylistItems = replace_items(
        path id as "playlist_id": PlaylistId, body uris: Batch<SpotifyUri, 100, 0>,
    ) {
        PUT "/playlists/{playlist_id}/items" -> String, confirmed in "snapshot_id", reference "reorder-or-replace-playlists-items";
        quota Development; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; Idempotent;
        check |call| can_be_added(&call.uris);
        chunked |call| match (&call.id, &call.uris) {
            (Ok(id), Ok(uris)) => replace_and_add(
                uris,
                |part| Self { uris: Ok(part), ..call.clone() },
                |others| AddPlaylistItems::new(id, others),
            ),
            _ => Ok(Vec::new()),
        };
    }

    /// Adds items to a playlist, at the end or at `position`. Returns the new snapshot id.
    #[doc(alias = "add", alias = "add_tracks", alias = "playlist_add_items")]
    AddPlaylistItems = add_items(path id as "playlist_id": PlaylistId, body uris: Batch<SpotifyUri, 100>) {
        POST "/playlists/{playlist_id}/items" -> String, confirmed in "snapshot_id", reference "add-items-to-playlist";
        quota Development; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; NotIdempotent;
        body { position: u32 }
        check |call| can_be_added(&call.uris);
        chunked |call| match &call.uris {
            Ok(uris) => uris.chunks(|index, part| {
                Self { uris: Ok(part), position: moved_on(&call.position, index), ..call.clone() }
            }),
            Err(_) => Ok(Vec::new()),
        };
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
        alias = "playlist_remove_specific_occurrences_of_items",
    )]
    RemovePlaylistItems = remove_items(
        path id as "playlist_id": PlaylistId, body items: Batch<ItemToRemove, 100>,
    ) {
        DELETE "/playlists/{playlist_id}/items" -> String, confirmed in "snapshot_id", reference "remove-items-playlist";
        quota Development; scopes [PlaylistModifyPublic, PlaylistModifyPrivate];
        Idempotent by |call| idempotency_of_removal(call.items.as_ref());
        body { snapshot_id: NonEmptyText }
        check |call| can_be_removed("items", &call.items);
        chunked |call| match &call.items {
            Ok(items) => {
                positions_keep_their_meaning(items, call.snapshot_id.is_some())?;
                items.chunks(|_, part| Self { items: Ok(part), ..call.clone() })
            }
            Err(_) => Ok(Vec::new()),
        };
    }

    /// Gets the cover of a playlist, in one size or several.
    #[doc(alias = "cover", alias = "image", alias = "playlist_cover_image")]
    GetPlaylistCoverImage = get_cover_image(path id as "playlist_id": PlaylistId) {
        GET "/playlists/{playlist_id}/images" -> List<Image>, reference "get-playlist-cover";
        quota Development; scopes []; Idempotent;
    }

    /// Sets the cover of a playlist: the bytes of a JPEG image, at most 256 KB of them in base64.
    #[doc(alias = "set_cover", alias = "playlist_upload_cover_image")]
    UploadPlaylistCoverImage = upload_cover_image(path id as "playlist_id": PlaylistId, jpeg image: Jpeg) {
        PUT "/playlists/{playlist_id}/images" -> (), reference "upload-custom-playlist-cover";
        quota Development; scopes [UgcImageUpload, PlaylistModifyPublic, PlaylistModifyPrivate]; Idempotent;
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

fn can_be_added<const MIN: usize>(
    uris: &Result<Batch<SpotifyUri, 100, MIN>, InvalidInput>,
) -> Result<(), InvalidInput> {
    match uris {
        Ok(uris) => Use::Listen.check("uris", uris.as_slice()),
        Err(_) => Ok(()),
    }
}

fn can_be_removed(
    parameter: &'static str,
    items: &Result<Batch<ItemToRemove, 100>, InvalidInput>,
) -> Result<(), InvalidInput> {
    match items {
        Ok(items) => Use::Entry.check(parameter, items.as_slice().iter().map(ItemToRemove::uri)),
        Err(_) => Ok(()),
    }
}

fn idempotency_of_removal(items: Result<&Batch<ItemToRemove, 100>, &InvalidInput>) -> Idempotency {
    match items {
        Ok(items) if items.as_slice().iter().any(ItemToRemove::has_positions) => Idempotency::NotIdempotent,
        _ => Idempotency::Idempotent,
    }
}

/// Each request makes a new version, in which the positions of those that follow would mean other items.
fn positions_keep_their_meaning(items: &Batch<ItemToRemove, 100>, has_snapshot: bool) -> Result<(), InvalidInput> {
    let items = items.as_slice();
    if items.len() > 100 && !has_snapshot && items.iter().any(ItemToRemove::has_positions) {
        let why = "expected `snapshot_id` with more than 100 items by position: they take several requests, and positions \
                   change with each";
        return Err(InvalidInput::new("items", why));
    }
    Ok(())
}

/// Where the values go that come after the first `index`.
fn moved_on(position: &Option<Result<u32, InvalidInput>>, index: usize) -> Option<Result<u32, InvalidInput>> {
    let by = u32::try_from(index).unwrap_or(u32::MAX);
    position.clone().map(|position| position.map(|position| position.saturating_add(by)))
}

/// Replaces everything by the first values, and adds the others behind them.
fn replace_and_add<Replace: Operation, Add: Operation>(
    uris: &Batch<SpotifyUri, 100, 0>,
    replace: impl Fn(Batch<SpotifyUri, 100, 0>) -> Replace,
    add: impl Fn(&[SpotifyUri]) -> Add,
) -> Result<Vec<Chunk>, InvalidInput> {
    let (first, others) = uris.split_first();
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let count = first.as_slice().len();
    let mut chunks = vec![Chunk::new(&replace(first), count)?];
    for part in others.chunks(100) {
        chunks.push(Chunk::new(&add(part), part.len())?);
    }
    Ok(chunks)
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use super::{
        at_least_one, can_be_added, can_be_removed, collaborative_is_private, idempotency_of_removal, moved_on,
        positions_keep_their_meaning, replace_and_add,
    };
    use crate::api::Playlists;
    use crate::api::params::{AdditionalType, Batch, Choices, Description, ItemToRemove, Limit, Market, NonEmptyText};
    use crate::ids::{PlaylistId, SpotifyUri, UserId};
    use crate::models::{Page, Playlist, PlaylistItem, SimplifiedPlaylist};

    operations! {
        extend Playlists, "playlists";

        /// Gets the items of a playlist, a page of up to 100 at a time.
        #[doc(alias = "tracks", alias = "playlist_tracks")]
        GetPlaylistTracks = get_tracks(path id as "playlist_id": PlaylistId) {
            GET "/playlists/{playlist_id}/tracks" -> Page<PlaylistItem>, reference "get-playlists-tracks";
            quota Extended; scopes [PlaylistReadPrivate]; Idempotent;
            replaced_by "playlists.get_items";
            query {
                market: Market, fields: NonEmptyText, limit: Limit<100>, offset: u32,
                additional_types: Choices<AdditionalType>,
            }
            unless_set { additional_types = "track,episode" }
            paged offset;
        }

        /// Moves the items from `range_start` on before the item at `insert_before`, all positions counted from 0. Returns
        /// the new snapshot id.
        ReorderPlaylistTracks = reorder_tracks(
            path id as "playlist_id": PlaylistId, body range_start: u32, body insert_before: u32,
        ) {
            PUT "/playlists/{playlist_id}/tracks" -> String, confirmed in "snapshot_id",
                reference "reorder-or-replace-playlists-tracks";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; NotIdempotent;
            replaced_by "playlists.reorder_items";
            body { range_length: u32, snapshot_id: NonEmptyText }
            check |call| at_least_one(call.range_length.as_ref());
        }

        /// Replaces all items of a playlist by others; by none, to empty it. Returns the new snapshot id.
        ///
        /// The first request replaces them all by the first 100, and the others are added behind. When one of those fails,
        /// the rest is added with [`add_tracks`](Playlists::add_tracks): replacing again would remove what was done.
        ReplacePlaylistTracks = replace_tracks(
            path id as "playlist_id": PlaylistId, body uris: Batch<SpotifyUri, 100, 0>,
        ) {
            PUT "/playlists/{playlist_id}/tracks" -> String, confirmed in "snapshot_id",
                reference "reorder-or-replace-playlists-tracks";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; Idempotent;
            replaced_by "playlists.replace_items";
            check |call| can_be_added(&call.uris);
            chunked |call| match (&call.id, &call.uris) {
                (Ok(id), Ok(uris)) => replace_and_add(
                    uris,
                    |part| Self { uris: Ok(part), ..call.clone() },
                    |others| AddPlaylistTracks::new(id, others),
                ),
                _ => Ok(Vec::new()),
            };
        }

        /// Adds items to a playlist, at the end or at `position`. Returns the new snapshot id.
        AddPlaylistTracks = add_tracks(path id as "playlist_id": PlaylistId, body uris: Batch<SpotifyUri, 100>) {
            POST "/playlists/{playlist_id}/tracks" -> String, confirmed in "snapshot_id", reference "add-tracks-to-playlist";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; NotIdempotent;
            replaced_by "playlists.add_items";
            body { position: u32 }
            check |call| can_be_added(&call.uris);
            chunked |call| match &call.uris {
                Ok(uris) => uris.chunks(|index, part| {
                    Self { uris: Ok(part), position: moved_on(&call.position, index), ..call.clone() }
                }),
                Err(_) => Ok(Vec::new()),
            };
        }

        /// Removes items from a playlist: all occurrences of each, or those at given positions, `(uri, [0, 3])`. Returns the
        /// new snapshot id.
        ///
        /// With positions it is sent again only where it certainly was not executed, since positions mean other items
        /// afterwards; and more than 100 such items need `snapshot_id`, the version to which the positions belong.
        RemovePlaylistTracks = remove_tracks(
            path id as "playlist_id": PlaylistId, body tracks: Batch<ItemToRemove, 100>,
        ) {
            DELETE "/playlists/{playlist_id}/tracks" -> String, confirmed in "snapshot_id", reference "remove-tracks-playlist";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate];
            Idempotent by |call| idempotency_of_removal(call.tracks.as_ref());
            replaced_by "playlists.remove_items";
            body { snapshot_id: NonEmptyText }
            check |call| can_be_removed("tracks", &call.tracks);
            chunked |call| match &call.tracks {
                Ok(tracks) => {
                    positions_keep_their_meaning(tracks, call.snapshot_id.is_some())?;
                    tracks.chunks(|_, part| Self { tracks: Ok(part), ..call.clone() })
                }
                Err(_) => Ok(Vec::new()),
            };
        }

        /// Gets the playlists that a user owns or follows, a page of up to 50 at a time.
        #[doc(alias = "user_playlists")]
        GetUserPlaylists = get_for_user(path id as "user_id": UserId) {
            GET "/users/{user_id}/playlists" -> Page<SimplifiedPlaylist>, reference "get-list-users-playlists";
            quota Extended; scopes [PlaylistReadPrivate, PlaylistReadCollaborative]; Idempotent;
            query { limit: Limit<50>, offset: u32 }
            paged offset;
        }

        /// Creates an empty playlist for the user named, who has to be the current one. A collaborative one cannot be
        /// public.
        #[doc(alias = "user_playlist_create")]
        CreatePlaylistForUser = create_for_user(path id as "user_id": UserId, body name: NonEmptyText) {
            POST "/users/{user_id}/playlists" -> Playlist, reference "create-playlist-for-user";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; NotIdempotent;
            replaced_by "playlists.create";
            body { public: bool, collaborative: bool, description: Description }
            check |call| collaborative_is_private(call.collaborative.as_ref(), call.public.as_ref());
        }
    }
}
