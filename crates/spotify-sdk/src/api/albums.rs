//! Albums: what is in Spotify's catalog, and what users have saved of it.

use super::{Limit, Market};
use crate::ids::AlbumId;
use crate::models::{Album, Page, SavedAlbum, SimplifiedTrack};

operations! {
    /// Albums: what is in Spotify's catalog, and what users have saved of it. Made by `albums` of a client.
    service Albums, "albums";

    /// Gets an album, with the first 50 of its tracks.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such album.
    GetAlbum = get(id: AlbumId) {
        GET "/albums/{id}" -> Album, reference "get-an-album";
        access Everyone; scopes []; replay Safe;
        query { market: Market }
    }

    /// Gets the tracks of an album, a page of up to 50 at a time.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such album.
    GetAlbumTracks = get_tracks(id: AlbumId) {
        GET "/albums/{id}/tracks" -> Page<SimplifiedTrack>, reference "get-an-albums-tracks";
        access Everyone; scopes []; replay Safe;
        query { market: Market, limit: Limit<50>, offset: u32 }
    }

    /// Gets the albums that the user has saved, the latest first, a page of up to 50 at a time.
    GetSavedAlbums = get_saved() {
        GET "/me/albums" -> Page<SavedAlbum>, reference "get-users-saved-albums";
        access Everyone; scopes [UserLibraryRead]; replay Safe;
        query { limit: Limit<50>, offset: u32, market: Market }
    }
}
