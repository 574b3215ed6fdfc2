//! Artists, and what they have made.

use super::params::{Choices, IncludeGroup, Market, QuotaLimit};
use crate::definition::Operation;
use crate::ids::ArtistId;
use crate::models::{Artist, Page, SimplifiedAlbum};

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Artists, and what they have made. Made by `artists` of a client.
    #[doc(alias = "ArtistService")]
    Artists {
        GetArtist, GetArtistAlbums,
    }
    extended {
        GetSeveralArtists, GetArtistTopTracks, GetRelatedArtists,
    }
}

/// Gets an artist.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such artist.
#[doc(alias = "artist")]
#[derive(Debug, Clone, Operation)]
#[operation(GET "/artists/{id}" -> Artist, as = Artists::get, reference = "get-an-artist", reads = [Catalog])]
pub struct GetArtist {
    /// The artist.
    #[segment]
    id: ArtistId,
}

/// Gets the albums of an artist, a page at a time: up to 10, and with extended quota up to 50.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such artist.
#[doc(alias = "albums", alias = "artist_albums", alias = "discography")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/artists/{id}/albums" -> Page<SimplifiedAlbum>,
    as = Artists::get_albums, reference = "get-an-artists-albums", paged = offset,
    reads = [Catalog],
)]
pub struct GetArtistAlbums {
    /// The artist.
    #[segment]
    id: ArtistId,
    /// The albums to return, by the part that the artist has in them. Default: all.
    #[query]
    include_groups: Option<Choices<IncludeGroup>>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The maximum number of items of a page, from 1 to 10, and with extended quota to 50. Default: Spotify's,
    /// which is 5; for whole lists, the maximum for the client's [`quota`](crate::ClientBuilder::quota).
    #[query]
    limit: Option<QuotaLimit<10, 50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}
