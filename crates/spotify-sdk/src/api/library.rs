//! The user's library, for items of every kind at once: albums, tracks, shows, episodes, audiobooks, and the artists,
//! users and playlists that the user follows.

use super::params::Several;
use crate::ids::SpotifyUri;

operations! {
    /// The user's library, for items of every kind at once. Made by `library` of a client.
    ///
    /// Items are given by URI, link or typed id; a bare id does not say what it is the id of.
    service Library, "library";

    /// Saves up to 40 items in the user's library, or follows them where they are artists, users or playlists.
    SaveItems = save_items(query uris: Several<SpotifyUri, 40>) {
        PUT "/me/library" -> (), reference "save-library-items";
        access Everyone; scopes [UserLibraryModify, UserFollowModify, PlaylistModifyPublic]; replay Safe;
    }

    /// Removes up to 40 items from the user's library, or unfollows them where they are artists, users or playlists.
    RemoveItems = remove_items(query uris: Several<SpotifyUri, 40>) {
        DELETE "/me/library" -> (), reference "remove-library-items";
        access Everyone; scopes [UserLibraryModify, UserFollowModify, PlaylistModifyPublic]; replay Safe;
    }

    /// Checks for up to 40 items whether they are in the user's library, in the order of the URIs.
    CheckContains = check_contains(query uris: Several<SpotifyUri, 40>) {
        GET "/me/library/contains" -> Vec<bool>, reference "check-library-contains";
        access Everyone; scopes [UserLibraryRead, UserFollowRead, PlaylistReadPrivate]; replay Safe;
    }
}
