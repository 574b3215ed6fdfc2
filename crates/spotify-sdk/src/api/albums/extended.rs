//! Operations for apps with extended quota.

use crate::api::Albums;
use crate::api::params::{Batch, Limit, Market};
use crate::definition::Operation;
use crate::ids::AlbumId;
use crate::models::{Album, Page, SimplifiedAlbum};

/// Gets albums by their ids, 20 with each request, in the order of the ids; `None` where there is no such album.
#[doc(alias = "list", alias = "albums")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/albums" -> Vec<Option<Album>>,
    as = Albums::get_several, reference = "get-multiple-albums", quota = Extended, wrapped = "albums",
    replaced_by = "albums.get_many",
    reads = [Catalog],
)]
pub struct GetSeveralAlbums {
    /// The albums: any number, 20 with each request.
    #[query(batch)]
    ids: Batch<AlbumId, 20>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Saves albums, 50 with each request, in the user's library.
#[doc(alias = "add", alias = "current_user_saved_albums_add")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/albums" -> (),
    as = Albums::save, reference = "save-albums-user", quota = Extended, scopes = [UserLibraryModify], idempotent,
    replaced_by = "library.save_items",
    changes = [Library],
)]
pub struct SaveAlbums {
    /// The albums: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AlbumId, 50>,
}

/// Removes albums, 50 with each request, from the user's library.
#[doc(alias = "delete", alias = "current_user_saved_albums_delete")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/albums" -> (),
    as = Albums::remove, reference = "remove-albums-user", quota = Extended, scopes = [UserLibraryModify],
    idempotent, replaced_by = "library.remove_items",
    changes = [Library],
)]
pub struct RemoveSavedAlbums {
    /// The albums: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AlbumId, 50>,
}

/// Checks for albums, 50 with each request, whether the user has saved them, in the order of the ids.
#[doc(alias = "contains", alias = "current_user_saved_albums_contains")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/albums/contains" -> Vec<bool>,
    as = Albums::check_saved, reference = "check-users-saved-albums", quota = Extended, scopes = [UserLibraryRead],
    replaced_by = "library.check_contains",
    reads = [Library],
)]
pub struct CheckSavedAlbums {
    /// The albums: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<AlbumId, 50>,
}

/// Gets the new albums that Spotify features, a page of up to 50 at a time.
#[doc(alias = "new_releases")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/browse/new-releases" -> Page<SimplifiedAlbum>,
    as = Albums::get_new_releases, reference = "get-new-releases", quota = Extended, wrapped = "albums",
    paged = offset,
    reads = [Catalog],
)]
pub struct GetNewReleases {
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}
