//! The user's library, for items of every kind at once: albums, tracks, shows, episodes, audiobooks, and the artists,
//! users and playlists that the user follows.

use super::params::{Batch, LibraryUri};
use crate::definition::Operation;

service! {
    /// The user's library, for items of every kind at once. Made by `library` of a client.
    ///
    /// Items are given by URI, link, typed id or model; a bare id does not say its kind. Local files cannot be saved, nor can
    /// collections, such as the Liked Songs as a whole. Any number of items is taken: Spotify takes 40 in a request, and more
    /// are sent in several requests, one after another. When one of these fails after others succeeded,
    /// [`Incomplete`](crate::Error::Incomplete) says which values are done.
    #[doc(alias = "LibraryService", alias = "collection")]
    Library {
        SaveItems, RemoveItems, CheckContains,
    }
}

/// Saves items in the user's library, or follows them where they are artists, users or playlists.
#[doc(
    alias = "save",
    alias = "like",
    alias = "follow",
    alias = "add",
    alias = "add_to_library",
    alias = "current_user_saved_tracks_add",
    alias = "user_follow_artists",
    alias = "current_user_follow_playlist"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/library" -> (),
    as = Library::save_items, reference = "save-library-items",
    scopes = [UserLibraryModify, UserFollowModify, PlaylistModifyPublic], idempotent,
    changes = [Library, Following, Playlists],
)]
pub struct SaveItems {
    /// The items: any number, 40 with each request.
    #[query(batch)]
    uris: Batch<LibraryUri, 40>,
}

/// Removes items from the user's library, or unfollows them where they are artists, users or playlists.
#[doc(
    alias = "remove",
    alias = "unlike",
    alias = "unfollow",
    alias = "delete",
    alias = "unsave",
    alias = "current_user_saved_tracks_delete",
    alias = "user_unfollow_artists",
    alias = "current_user_unfollow_playlist"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/library" -> (),
    as = Library::remove_items, reference = "remove-library-items",
    scopes = [UserLibraryModify, UserFollowModify, PlaylistModifyPublic], idempotent,
    changes = [Library, Following, Playlists],
)]
pub struct RemoveItems {
    /// The items: any number, 40 with each request.
    #[query(batch)]
    uris: Batch<LibraryUri, 40>,
}

/// Checks for each item whether it is in the user's library, in the order of the URIs.
#[doc(
    alias = "contains",
    alias = "is_saved",
    alias = "is_liked",
    alias = "is_following",
    alias = "current_user_saved_tracks_contains"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/library/contains" -> Vec<bool>,
    as = Library::check_contains, reference = "check-library-contains",
    scopes = [UserLibraryRead, UserFollowRead, PlaylistReadPrivate],
    reads = [Library, Following, Playlists],
)]
pub struct CheckContains {
    /// The items: any number, 40 with each request.
    #[query(batch)]
    uris: Batch<LibraryUri, 40>,
}
