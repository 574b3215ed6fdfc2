//! Artists.

use super::json::model;
use super::{ExternalUrls, Followers, Image, ObjectType};
use crate::ids::{ArtistId, SpotifyUri};
use crate::text::Text;

model! {
    /// An artist.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artist)
    pub struct Artist, by(id: ArtistId) {
        /// Links of the artist.
        external_urls: ExternalUrls,
        /// The number of followers. Not sent to apps in Development Mode.
        followers: Option<Followers>,
        /// The genres; empty if Spotify has found none. Deprecated by Spotify.
        genres: Vec<Text>,
        /// The Web API URL of this object.
        href: Option<Text>,
        /// The id.
        id: ArtistId,
        /// Pictures in several sizes, the widest first.
        images: Vec<Image>,
        /// The name.
        name: Text,
        /// The popularity, from 0 to 100. Not sent to apps in Development Mode.
        popularity: Option<u32>,
        /// Always [`ObjectType::Artist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

model! {
    /// An artist, as in albums and tracks.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artist)
    pub struct SimplifiedArtist {
        /// Links of the artist.
        external_urls: ExternalUrls,
        /// The Web API URL of the full artist.
        href: Option<Text>,
        /// The id. Artists of local files have none.
        id: Option<ArtistId>,
        /// The name.
        name: Text,
        /// Always [`ObjectType::Artist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

/// Returns the names of `artists` in one line, as in players: `RaiNao, Bad Bunny`.
pub fn artist_names(artists: &[SimplifiedArtist]) -> String {
    let names: Vec<&str> = artists.iter().map(|artist| artist.name.as_str()).collect();
    names.join(", ")
}
