//! Albums: what is in Spotify's catalog, and what users have saved of it.

use super::params::{Limit, Market};
use crate::ids::AlbumId;
use crate::models::{Album, Page, SavedAlbum, SimplifiedTrack};

#[cfg(feature = "extended-quota")]
pub use extended::{CheckSavedAlbums, GetNewReleases, GetSeveralAlbums, RemoveSavedAlbums, SaveAlbums};

operations! {
    /// Albums: what is in Spotify's catalog, and what users have saved of it. Made by `albums` of a client.
    #[doc(alias = "AlbumService")]
    service Albums, "albums";

    /// Gets an album, with the first 50 of its tracks.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such album.
    #[doc(alias = "album")]
    GetAlbum = get(path id: AlbumId) {
        GET "/albums/{id}" -> Album, reference "get-an-album";
        quota Development; scopes []; Idempotent;
        query { market: Market }
    }

    /// Gets the tracks of an album, a page of up to 50 at a time.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such album.
    #[doc(alias = "tracks", alias = "album_tracks", alias = "album_track")]
    GetAlbumTracks = get_tracks(path id: AlbumId) {
        GET "/albums/{id}/tracks" -> Page<SimplifiedTrack>, reference "get-an-albums-tracks";
        quota Development; scopes []; Idempotent;
        query { market: Market, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the albums that the user has saved, the latest first, a page of up to 50 at a time.
    #[doc(alias = "saved", alias = "current_user_saved_albums")]
    GetSavedAlbums = get_saved() {
        GET "/me/albums" -> Page<SavedAlbum>, reference "get-users-saved-albums";
        quota Development; scopes [UserLibraryRead]; Idempotent;
        query { limit: Limit<50>, offset: u32, market: Market }
        paged offset;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Albums;
    use crate::api::params::{Batch, Limit, Market};
    use crate::ids::AlbumId;
    use crate::models::{Album, Page, SimplifiedAlbum};

    operations! {
        extend Albums, "albums";

        /// Gets albums by their ids, 20 with each request, in the order of the ids; `None` where there is no such album.
        #[doc(alias = "list", alias = "albums")]
        GetSeveralAlbums = get_several(query ids: Batch<AlbumId, 20>) {
            GET "/albums" -> Vec<Option<Album>>, in "albums", reference "get-multiple-albums";
            quota Extended; scopes []; Idempotent;
            replaced_by "albums.get";
            query { market: Market }
            chunked chunks_by!(ids);
        }

        /// Saves albums, 50 with each request, in the user's library.
        #[doc(alias = "add", alias = "current_user_saved_albums_add")]
        SaveAlbums = save(query ids: Batch<AlbumId, 50>) {
            PUT "/me/albums" -> (), reference "save-albums-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.save_items";
            chunked chunks_by!(ids);
        }

        /// Removes albums, 50 with each request, from the user's library.
        #[doc(alias = "delete", alias = "current_user_saved_albums_delete")]
        RemoveSavedAlbums = remove(query ids: Batch<AlbumId, 50>) {
            DELETE "/me/albums" -> (), reference "remove-albums-user";
            quota Extended; scopes [UserLibraryModify]; Idempotent;
            replaced_by "library.remove_items";
            chunked chunks_by!(ids);
        }

        /// Checks for albums, 50 with each request, whether the user has saved them, in the order of the ids.
        #[doc(alias = "contains", alias = "current_user_saved_albums_contains")]
        CheckSavedAlbums = check_saved(query ids: Batch<AlbumId, 50>) {
            GET "/me/albums/contains" -> Vec<bool>, reference "check-users-saved-albums";
            quota Extended; scopes [UserLibraryRead]; Idempotent;
            replaced_by "library.check_contains";
            chunked chunks_by!(ids);
        }

        /// Gets the new albums that Spotify features, a page of up to 50 at a time.
        #[doc(alias = "new_releases")]
        GetNewReleases = get_new_releases() {
            GET "/browse/new-releases" -> Page<SimplifiedAlbum>, in "albums", reference "get-new-releases";
            quota Extended; scopes []; Idempotent;
            query { limit: Limit<50>, offset: u32 }
            paged offset;
        }
    }
}
