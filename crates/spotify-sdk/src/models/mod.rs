//! The objects in Spotify's responses.
//!
//! The models are lenient where Spotify is inconsistent: which fields an object has depends on the quota mode, the age
//! of the response and the kind of item. A field is required only if an object is meaningless without it. A missing
//! list is empty, a missing name is an empty string, and every other field is an `Option`. No value is lost: unknown
//! fields and unknown values of enumerations are kept, in `extra` and in `Unknown`, and an object that is serialized
//! again holds every value that was read. How Spotify spelled it is not kept: `null` or nothing, `640.0` or `640`. For Spotify's own
//! bytes, see [`send_raw`](crate::Call::send_raw). An item that cannot be read does not fail its [`List`].
//!
//! A field that Spotify sends by two names has one: [`Playlist::items`] and [`PlaylistItem::item`] are read from
//! either, and written as `items` and `item`.
//!
//! For tests, deserialize models from JSON, or create them with `Default` or `new`; see [the
//! guide](crate::guide::testing).
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
#[cfg(feature = "extended-quota")]
mod audio;
mod audiobook;
#[cfg(feature = "extended-quota")]
mod browse;
mod chapter;
mod common;
mod date;
mod episode;
mod extra;
mod html;
mod item;
#[doc(hidden)]
pub mod json;
mod list;
mod market;
mod page;
mod paged;
mod player;
mod playlist;
#[cfg(feature = "extended-quota")]
mod recommendation;
mod search;
mod show;
mod track;
pub(crate) mod unreadable;
mod user;

pub use crate::definition::UnreadableItem;
pub use album::{Album, AlbumGroup, AlbumType, SavedAlbum, SimplifiedAlbum};
pub use artist::{Artist, SimplifiedArtist, artist_names};
#[cfg(feature = "extended-quota")]
pub use audio::{
    AnalysisMeta, AnalysisSection, AnalysisSegment, AnalysisTrack, AudioAnalysis, AudioFeatures, TimeInterval,
};
pub use audiobook::{Audiobook, AudiobookAuthor, AudiobookNarrator, SavedAudiobook, SimplifiedAudiobook};
#[cfg(feature = "extended-quota")]
pub use browse::{Category, FeaturedPlaylists};
pub use chapter::{Chapter, SimplifiedChapter};
pub use common::{
    Copyright, CopyrightType, ExternalIds, ExternalUrls, Followers, Image, Images, ObjectType, Restriction,
    RestrictionReason,
};
pub use date::{DatePrecision, ReleaseDate};
pub use episode::{Episode, ResumePoint, SavedEpisode, SimplifiedEpisode};
pub use extra::Extra;
pub use item::{PlaybackItem, PlaylistItemContent};
pub use list::List;
pub use market::Market;
pub use page::{Cursor, CursorPage, Page};
pub use player::{
    ContextType, CurrentlyPlaying, CurrentlyPlayingType, DeviceType, Disallows, PlaybackActions, PlaybackContext,
    PlaybackQueue, PlaybackState, PlayerDevice, RecentlyPlayedItem, RepeatState,
};
pub use playlist::{Playlist, PlaylistItem, PlaylistItemsRef, SimplifiedPlaylist};
#[cfg(feature = "extended-quota")]
pub use recommendation::{RecommendationSeed, Recommendations, SeedType};
pub use search::{SearchItem, SearchResult};
pub use show::{SavedShow, Show, SimplifiedShow};
/// Derives a model: of a struct an object, of an enum one of several objects. The models of this module are made with it; a
/// program can make its own, for responses of its [operations](crate::operation).
///
/// The struct has `pub extra: Extra` for what its fields do not hold. A field is read by its own name or
/// `#[model(rename = "type")]`, and where there is none by `#[model(alias = "…")]`. Its type is a scalar of the models (`bool`,
/// an integer, `f64`, `String`, [`Text`](crate::Text), an id, `Timestamp`, …), another model, or an `Option`, a `Vec` or a
/// [`List`] of those. What is missing, `null` or of another kind is the type's default, unless the field is
/// `#[model(required)]`; ids and times are either required or an `Option`. A type parameter is the type of items of a `List`.
///
/// Derived are `Deserialize` and `Serialize`, [`Described`](crate::schema::Described), and `Default`, or `new` for a model with
/// required fields: it takes an id as text, or else the values.
///
/// An enum is chosen by the `type` of the object: the variant's name in lower case, or `#[model(rename = "…")]`. Each holds a
/// model in a `Box`; `Unknown(Box<Value>)` holds any other object.
///
/// ```edition2021
/// use spotify_sdk::models::{Extra, List, Model};
/// use spotify_sdk::serde_json;
///
/// /// A concert.
/// #[derive(Debug, Clone, PartialEq, Model)]
/// pub struct Concert {
///     /// The name of the place.
///     pub venue: String,
///     /// The kind of concert.
///     #[model(rename = "type")]
///     pub concert_type: Option<String>,
///     /// The number of seats, if known.
///     pub seats: Option<u32>,
///     /// Everything else.
///     pub extra: Extra,
/// }
///
/// let json = r#"[{"venue": "Strahov", "seats": 250000.0, "indoors": false}, "sold out"]"#;
/// let concerts: List<Concert> = serde_json::from_str(json)?;
/// assert_eq!((concerts[0].seats, &concerts[0].extra["indoors"]), (Some(250_000), &false.into()));
/// assert_eq!(concerts.unreadable().next().unwrap().reason, "expected Concert, got a string");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub use spotify_sdk_derive::Model;
pub use track::{LinkedFrom, SavedTrack, SimplifiedTrack, Track};
pub use user::{CurrentUser, ExplicitContent, Product, PublicUser};
