//! Recommendations.

use super::Track;
use super::json::{model, text};
use crate::string_enum::string_enum;
use crate::text::Text;

model! {
    /// Tracks that Spotify recommends. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recommendations)
    pub struct Recommendations {
        /// How Spotify used each seed.
        seeds: Vec<RecommendationSeed>,
        /// The tracks.
        tracks: Vec<Track>,
    }
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

text!(SeedType);

model! {
    /// A seed of recommendations, and the number of tracks that it yielded. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recommendations)
    pub struct RecommendationSeed {
        /// The number of tracks after the requested bounds were applied.
        after_filtering_size("afterFilteringSize"): Option<u32>,
        /// The number of tracks that can be played in the market.
        after_relinking_size("afterRelinkingSize"): Option<u32>,
        /// The Web API URL of the artist or the track; `None` for genres.
        href: Option<Text>,
        /// The seed as requested: the id of an artist or a track, or the name of a genre.
        id: Text,
        /// The number of tracks available for this seed.
        initial_pool_size("initialPoolSize"): Option<u32>,
        /// The type.
        seed_type("type"): Option<SeedType>,
    }
}
