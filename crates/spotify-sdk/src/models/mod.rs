//! What Spotify answers with.
//!
//! The models are forgiving where Spotify is not consistent: fields come and go with the quota mode, the age of an
//! answer and the kind of item. Only what an object is meaningless without is required. Lists are empty when they are
//! missing, the name of a thing is an empty text then, and the rest is an `Option`. Nothing is lost on the way: fields and
//! words that this version does not know are kept, in `extra` and in `Unknown`, and an object that is serialized again
//! holds every value that it came with.
//!
//! ```
//! use spotify_sdk::models::SimplifiedTrack;
//!
//! let json = r#"{"name": "EoO", "duration_ms": 204000.0, "explicit": true, "mood": {"energy": 11}}"#;
//! let track: SimplifiedTrack = serde_json::from_str(json)?;
//! assert_eq!(track.duration_ms, Some(204_000));
//! assert_eq!(track.extra["mood"]["energy"], 11);
//! assert_eq!(serde_json::to_value(&track)?["mood"]["energy"], 11);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod album;
mod artist;
mod common;
mod date;
mod extra;
mod json;
mod market;
mod page;
mod track;

pub use album::{Album, AlbumGroup, AlbumType, SavedAlbum, SimplifiedAlbum};
pub use artist::{SimplifiedArtist, artist_names};
pub use common::{
    Copyright, CopyrightType, ExternalIds, ExternalUrls, Image, ObjectType, Restriction, RestrictionReason,
};
pub use date::{DatePrecision, ReleaseDate};
pub use extra::Extra;
pub use market::Market;
pub use page::Page;
pub use track::{LinkedFrom, SimplifiedTrack};

/// The text type of the models: it costs no allocation up to 24 bytes, and otherwise is used as a `String` is.
pub use compact_str::CompactString;
