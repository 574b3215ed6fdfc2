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
        /// How many users follow the artist. Not sent to apps in Development Mode.
        followers: Option<Followers>,
        /// The genres; empty where Spotify has not found any. Spotify has deprecated it.
        genres: Vec<Text>,
        /// The address of this object in the Web API.
        href: Option<Text>,
        /// The id.
        id: ArtistId,
        /// Pictures in several sizes, the widest first.
        images: Vec<Image>,
        /// The name.
        name: Text,
        /// How popular the artist is, from 0 to 100. Not sent to apps in Development Mode.
        popularity: Option<u32>,
        /// Always [`ObjectType::Artist`].
        object_type("type"): Option<ObjectType>,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

model! {
    /// An artist, as albums and tracks name them.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artist)
    pub struct SimplifiedArtist {
        /// Links of the artist.
        external_urls: ExternalUrls,
        /// The address in the Web API with the whole artist.
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

/// The names of `artists` in one line, as players show them: `RaiNao, Bad Bunny`.
pub fn artist_names(artists: &[SimplifiedArtist]) -> String {
    let names: Vec<&str> = artists.iter().map(|artist| artist.name.as_str()).collect();
    names.join(", ")
}
