//! The user's library, for items of every kind at once: albums, tracks, shows, episodes, audiobooks, and the artists,
//! users and playlists that the user follows.

use super::params::{Batch, Use};
use crate::ids::SpotifyUri;
use crate::invalid_input::InvalidInput;

operations! {
    /// The user's library, for items of every kind at once. Made by `library` of a client.
    ///
    /// Items are given by URI, link, typed id or model; a bare id does not say its kind. Local files cannot be saved, nor can
    /// collections, such as the Liked Songs as a whole. Any number of items is taken: Spotify takes 40 in a request, and more
    /// are sent in several requests, one after another. When one of these fails after others succeeded,
    /// [`Incomplete`](crate::Error::Incomplete) says which values are done.
    #[doc(alias = "LibraryService", alias = "collection")]
    service Library, "library";

    /// Saves items in the user's library, or follows them where they are artists, users or playlists.
    #[doc(
        alias = "save",
        alias = "like",
        alias = "follow",
        alias = "add",
        alias = "add_to_library",
        alias = "current_user_saved_tracks_add",
        alias = "user_follow_artists",
        alias = "current_user_follow_playlist",
    )]
    SaveItems = save_items(query uris: Batch<SpotifyUri, 40>) {
        PUT "/me/library" -> (), reference "save-library-items";
        quota Development; scopes [UserLibraryModify, UserFollowModify, PlaylistModifyPublic]; Idempotent;
        check |call| can_be_saved(&call.uris);
        chunked chunks_by!(uris);
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
        alias = "current_user_unfollow_playlist",
    )]
    RemoveItems = remove_items(query uris: Batch<SpotifyUri, 40>) {
        DELETE "/me/library" -> (), reference "remove-library-items";
        quota Development; scopes [UserLibraryModify, UserFollowModify, PlaylistModifyPublic]; Idempotent;
        check |call| can_be_saved(&call.uris);
        chunked chunks_by!(uris);
    }

    /// Checks for each item whether it is in the user's library, in the order of the URIs.
    #[doc(
        alias = "contains",
        alias = "is_saved",
        alias = "is_liked",
        alias = "is_following",
        alias = "current_user_saved_tracks_contains",
    )]
    CheckContains = check_contains(query uris: Batch<SpotifyUri, 40>) {
        GET "/me/library/contains" -> Vec<bool>, reference "check-library-contains";
        quota Development; scopes [UserLibraryRead, UserFollowRead, PlaylistReadPrivate]; Idempotent;
        check |call| can_be_saved(&call.uris);
        chunked chunks_by!(uris);
    }
}

fn can_be_saved(uris: &Result<Batch<SpotifyUri, 40>, InvalidInput>) -> Result<(), InvalidInput> {
    match uris {
        Ok(uris) => Use::Library.check("uris", uris.as_slice()),
        Err(_) => Ok(()),
    }
}
