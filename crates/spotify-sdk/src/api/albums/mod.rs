//! Albums: what is in Spotify's catalog, and what users have saved of it.

use super::params::{Limit, Market};
use crate::definition::Operation;
use crate::ids::AlbumId;
use crate::models::{Album, Page, SavedAlbum, SimplifiedTrack};

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Albums: what is in Spotify's catalog, and what users have saved of it. Made by `albums` of a client.
    #[doc(alias = "AlbumService")]
    Albums {
        GetAlbum, GetAlbumTracks, GetSavedAlbums,
    }
    extended {
        GetSeveralAlbums, SaveAlbums, RemoveSavedAlbums, CheckSavedAlbums, GetNewReleases,
    }
}

/// Gets an album, with the first 50 of its tracks.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such album.
#[doc(alias = "album")]
#[derive(Debug, Clone, Operation)]
#[operation(GET "/albums/{id}" -> Album, as = Albums::get, reference = "get-an-album", reads = [Catalog])]
pub struct GetAlbum {
    /// The album.
    #[segment]
    id: AlbumId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Gets the tracks of an album, a page of up to 50 at a time.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such album.
#[doc(alias = "tracks", alias = "album_tracks", alias = "album_track")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/albums/{id}/tracks" -> Page<SimplifiedTrack>,
    as = Albums::get_tracks, reference = "get-an-albums-tracks", paged = offset,
    reads = [Catalog],
)]
pub struct GetAlbumTracks {
    /// The album.
    #[segment]
    id: AlbumId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Gets the albums that the user has saved, the latest first, a page of up to 50 at a time.
#[doc(alias = "saved", alias = "current_user_saved_albums")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/albums" -> Page<SavedAlbum>,
    as = Albums::get_saved, reference = "get-users-saved-albums", scopes = [UserLibraryRead], paged = offset,
    reads = [Library],
)]
pub struct GetSavedAlbums {
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}
