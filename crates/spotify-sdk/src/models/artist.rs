//! Artists.

use compact_str::CompactString;

use super::json::model;
use super::{ExternalUrls, ObjectType};
use crate::ids::{ArtistId, SpotifyUri};

model! {
    /// An artist, as albums and tracks name them.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artist)
    pub struct SimplifiedArtist {
        /// Links of the artist.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole artist.
        href: Option<CompactString>,
        /// The id. Artists of local files have none.
        id: Option<ArtistId>,
        /// The name.
        name: CompactString,
        /// Always [`ObjectType::Artist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

/// The names of `artists` in one line, as players show them: `RaiNao, Bad Bunny`.
pub fn artist_names(artists: &[SimplifiedArtist]) -> String {
    let names: Vec<&str> = artists.iter().map(|artist| artist.name.as_str()).collect();
    names.join(", ")
}
