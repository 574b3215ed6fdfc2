//! Artists.

use super::{ExternalUrls, Extra, Followers, Image, Model, ObjectType};
use crate::ids::{ArtistId, SpotifyUri};
use crate::text::Text;

/// An artist.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artist)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Artist {
    /// Links of the artist.
    pub external_urls: ExternalUrls,
    /// The number of followers. Not sent to apps in Development Mode.
    pub followers: Option<Followers>,
    /// The genres; empty if Spotify has found none. Deprecated by Spotify.
    pub genres: Vec<Text>,
    /// The Web API URL of this object.
    pub href: Option<Text>,
    /// The id.
    #[model(required)]
    pub id: ArtistId,
    /// Pictures in several sizes, the widest first.
    pub images: Vec<Image>,
    /// The name.
    pub name: Text,
    /// The popularity, from 0 to 100. Not sent to apps in Development Mode.
    pub popularity: Option<u32>,
    /// Always [`ObjectType::Artist`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// An artist, as in albums and tracks.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-an-artist)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SimplifiedArtist {
    /// Links of the artist.
    pub external_urls: ExternalUrls,
    /// The Web API URL of the full artist.
    pub href: Option<Text>,
    /// The id. Artists of local files have none.
    pub id: Option<ArtistId>,
    /// The name.
    pub name: Text,
    /// Always [`ObjectType::Artist`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// Returns the names of `artists` in one line, as in players: `RaiNao, Bad Bunny`.
pub fn artist_names(artists: &[SimplifiedArtist]) -> String {
    let names: Vec<&str> = artists.iter().map(|artist| artist.name.as_str()).collect();
    names.join(", ")
}
