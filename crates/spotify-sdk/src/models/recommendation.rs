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
        /// What Spotify made of each seed.
        seeds: Vec<RecommendationSeed>,
        /// The tracks.
        tracks: Vec<Track>,
    }
}

string_enum! {
    /// What a seed is.
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
    /// A seed of recommendations, and how many tracks it gave. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recommendations)
    pub struct RecommendationSeed {
        /// How many tracks were left by the bounds that were asked for.
        after_filtering_size("afterFilteringSize"): Option<u32>,
        /// How many tracks were left that can be played in the market.
        after_relinking_size("afterRelinkingSize"): Option<u32>,
        /// The address in the Web API with the artist or the track; `None` for genres.
        href: Option<Text>,
        /// The seed as it was asked for: the id of an artist or a track, or the name of a genre.
        id: Text,
        /// How many tracks there were for this seed.
        initial_pool_size("initialPoolSize"): Option<u32>,
        /// What it is.
        seed_type("type"): Option<SeedType>,
    }
}
