//! Recommendations.

use super::json::word;
use super::{Extra, Model, Track};
use crate::string_enum::string_enum;
use crate::text::Text;

/// Tracks that Spotify recommends. Not sent to apps in Development Mode.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recommendations)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Recommendations {
    /// How Spotify used each seed.
    pub seeds: Vec<RecommendationSeed>,
    /// The tracks.
    pub tracks: Vec<Track>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

string_enum! {
    /// The type of a seed.
    pub enum SeedType {
        /// An artist.
        Artist = "artist",
        /// A track.
        Track = "track",
        /// A genre.
        Genre = "genre",
        _ => Unknown, ignore_case,
    }
}

word!(SeedType);

/// A seed of recommendations, and the number of tracks that it yielded. Not sent to apps in Development Mode.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recommendations)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct RecommendationSeed {
    /// The number of tracks after the requested bounds were applied.
    #[model(rename = "afterFilteringSize")]
    pub after_filtering_size: Option<u32>,
    /// The number of tracks that can be played in the market.
    #[model(rename = "afterRelinkingSize")]
    pub after_relinking_size: Option<u32>,
    /// The Web API URL of the artist or the track; `None` for genres.
    pub href: Option<Text>,
    /// The seed as requested: the id of an artist or a track, or the name of a genre.
    pub id: Text,
    /// The number of tracks available for this seed.
    #[model(rename = "initialPoolSize")]
    pub initial_pool_size: Option<u32>,
    /// The type.
    #[model(rename = "type")]
    pub seed_type: Option<SeedType>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
