//! Operations for apps with extended quota.

use crate::api::Artists;
use crate::api::params::{Batch, Market};
use crate::definition::Operation;
use crate::ids::ArtistId;
use crate::models::{Artist, List, Track};

/// Gets artists by their ids, 50 with each request, in the order of the ids; `None` where there is no such artist.
#[doc(alias = "list", alias = "artists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/artists" -> Vec<Option<Artist>>,
    as = Artists::get_several, reference = "get-multiple-artists", quota = Extended, wrapped = "artists",
    replaced_by = "artists.get_many",
    reads = [Catalog],
)]
pub struct GetSeveralArtists {
    /// The artists: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ArtistId, 50>,
}

/// Gets the tracks of an artist that are played most, up to 10.
#[doc(alias = "top_tracks", alias = "artist_top_tracks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/artists/{id}/top-tracks" -> List<Track>,
    as = Artists::get_top_tracks, reference = "get-an-artists-top-tracks", quota = Extended, wrapped = "tracks",
    reads = [Catalog],
)]
pub struct GetArtistTopTracks {
    /// The artist.
    #[segment]
    id: ArtistId,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}

/// Gets up to 20 artists whom those listen to who listen to this one.
#[doc(alias = "artist_related_artists", alias = "similar")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/artists/{id}/related-artists" -> List<Artist>,
    as = Artists::get_related, reference = "get-an-artists-related-artists", quota = Extended, wrapped = "artists",
    reads = [Catalog],
)]
pub struct GetRelatedArtists {
    /// The artist.
    #[segment]
    id: ArtistId,
}
