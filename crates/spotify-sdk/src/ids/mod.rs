//! Typed ids, URIs and links.
//!
//! Every item of Spotify's has an id, a URI and a link: `4aawyAB9vmqN3uQ7FjRGTy`,
//! `spotify:album:4aawyAB9vmqN3uQ7FjRGTy` and `https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy`. All three are
//! accepted wherever this SDK takes an id, and an id of the wrong kind is refused before anything is sent. Of links, the
//! pages of an item, `/artist/…/discography/all`, and embedded players, `/embed/…`, name the item, and what follows `?` or
//! `#` is no part of it.
//!
//! ```
//! use spotify_sdk::ids::{AlbumId, TrackId};
//!
//! let album: AlbumId = "https://open.spotify.com/intl-pt/album/4aawyAB9vmqN3uQ7FjRGTy?si=1".parse()?;
//! assert_eq!(album, "4aawyAB9vmqN3uQ7FjRGTy");
//! assert_eq!(album.uri().to_string(), "spotify:album:4aawyAB9vmqN3uQ7FjRGTy");
//! assert!("spotify:album:4aawyAB9vmqN3uQ7FjRGTy".parse::<TrackId>().is_err());
//! # Ok::<(), spotify_sdk::error::InvalidInput>(())
//! ```
//!
//! See [Spotify URIs and IDs](https://developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids).

mod id;
mod kind;
mod parse;
mod uri;

pub use id::{AlbumId, ArtistId, AudiobookId, ChapterId, EpisodeId, Id, PlaylistId, ShowId, TrackId, UserId};
pub use kind::{IdKind, ItemKind, marker};
pub(crate) use parse::SHORT_LINK_HOSTS;
pub use uri::SpotifyUri;
