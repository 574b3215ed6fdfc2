//! Artists, and what they have made.

use super::params::{Choices, IncludeGroup, Market, QuotaLimit};
use crate::ids::ArtistId;
use crate::models::{Artist, Page, SimplifiedAlbum};

#[cfg(feature = "extended-quota")]
pub use extended::{GetArtistTopTracks, GetRelatedArtists, GetSeveralArtists};

operations! {
    /// Artists, and what they have made. Made by `artists` of a client.
    #[doc(alias = "ArtistService")]
    service Artists, "artists";

    /// Gets an artist.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such artist.
    #[doc(alias = "artist")]
    GetArtist = get(path id: ArtistId) {
        GET "/artists/{id}" -> Artist, reference "get-an-artist";
        quota Development; scopes []; Idempotent;
    }

    /// Gets the albums of an artist, a page at a time: up to 10, and with extended quota up to 50.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such artist.
    #[doc(alias = "albums", alias = "artist_albums", alias = "discography")]
    GetArtistAlbums = get_albums(path id: ArtistId) {
        GET "/artists/{id}/albums" -> Page<SimplifiedAlbum>, reference "get-an-artists-albums";
        quota Development; scopes []; Idempotent;
        query { include_groups: Choices<IncludeGroup>, market: Market, limit: QuotaLimit<10, 50>, offset: u32 }
        paged offset;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Artists;
    use crate::api::params::{Batch, Market};
    use crate::ids::ArtistId;
    use crate::models::{Artist, List, Track};

    operations! {
        extend Artists, "artists";

        /// Gets artists by their ids, 50 with each request, in the order of the ids; `None` where there is no such artist.
        #[doc(alias = "list", alias = "artists")]
        GetSeveralArtists = get_several(query ids: Batch<ArtistId, 50>) {
            GET "/artists" -> Vec<Option<Artist>>, in "artists", reference "get-multiple-artists";
            quota Extended; scopes []; Idempotent;
            replaced_by "artists.get";
            chunked chunks_by!(ids);
        }

        /// Gets the tracks of an artist that are played most, up to 10.
        #[doc(alias = "top_tracks", alias = "artist_top_tracks")]
        GetArtistTopTracks = get_top_tracks(path id: ArtistId) {
            GET "/artists/{id}/top-tracks" -> List<Track>, in "tracks", reference "get-an-artists-top-tracks";
            quota Extended; scopes []; Idempotent;
            query { market: Market }
        }

        /// Gets up to 20 artists whom those listen to who listen to this one.
        #[doc(alias = "artist_related_artists", alias = "similar")]
        GetRelatedArtists = get_related(path id: ArtistId) {
            GET "/artists/{id}/related-artists" -> List<Artist>, in "artists", reference "get-an-artists-related-artists";
            quota Extended; scopes []; Idempotent;
        }
    }
}
