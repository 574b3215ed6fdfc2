//! The types of the parameters: each knows what it takes, and says so before anything is sent.

use std::fmt;
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use compact_str::CompactString;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Input;
use crate::error::InvalidInput;
use crate::ids::{Id, IdKind, SpotifyUri, TrackId};
pub use crate::models::Market;
use crate::operation::RequestBuilder;

/// How a parameter is written into a JSON body.
pub(crate) trait BodyValue {
    fn to_value(&self) -> Value;
}

/// How a parameter is written into the query.
pub(crate) trait QueryValue {
    fn add_to(&self, request: &mut RequestBuilder, name: &str);
}

impl<T: fmt::Display> QueryValue for T {
    fn add_to(&self, request: &mut RequestBuilder, name: &str) {
        request.query(name, self);
    }
}

pub(crate) fn refuse<T>(message: impl Into<Box<str>>) -> Result<T, InvalidInput> {
    // The operation puts the name of its parameter in.
    Err(InvalidInput::new("value", message))
}

/// Inputs that are taken as they are.
macro_rules! taken_as_they_are {
    ($($type:ty),*) => {$(
        impl Input<$type> for $type {
            fn into_value(self) -> Result<$type, InvalidInput> {
                Ok(self)
            }
        }

        impl BodyValue for $type {
            fn to_value(&self) -> Value {
                json!(self)
            }
        }
    )*};
}

taken_as_they_are!(u32, u64, bool);

/// How many items a page may hold: 1 to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Limit<const MAX: u32>(u32);

impl<const MAX: u32> Input<Limit<MAX>> for u32 {
    fn into_value(self) -> Result<Limit<MAX>, InvalidInput> {
        within(self, 1..=MAX).map(Limit)
    }
}

/// As [`Limit`], where Spotify gives more to apps with extended quota: 1 to `DEVELOPMENT`, and with the Cargo feature
/// `extended-quota` 1 to `EXTENDED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotaLimit<const DEVELOPMENT: u32, const EXTENDED: u32>(u32);

impl<const DEVELOPMENT: u32, const EXTENDED: u32> Input<QuotaLimit<DEVELOPMENT, EXTENDED>> for u32 {
    fn into_value(self) -> Result<QuotaLimit<DEVELOPMENT, EXTENDED>, InvalidInput> {
        let most = if cfg!(feature = "extended-quota") { EXTENDED } else { DEVELOPMENT };
        within(self, 1..=most).map(QuotaLimit)
    }
}

/// A whole number of percent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Percent(u32);

impl Input<Percent> for u32 {
    fn into_value(self) -> Result<Percent, InvalidInput> {
        within(self, 0..=100).map(Percent)
    }
}

fn within(number: u32, bounds: RangeInclusive<u32>) -> Result<u32, InvalidInput> {
    if bounds.contains(&number) {
        Ok(number)
    } else {
        refuse(format!("expected {} to {}, got {number}", bounds.start(), bounds.end()))
    }
}

macro_rules! numbers {
    ($($type:ident $(<$(const $generic:ident),*>)?;)*) => {$(
        impl $(<$(const $generic: u32),*>)? $type $(<$($generic),*>)? {
            /// The number.
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl $(<$(const $generic: u32),*>)? fmt::Display for $type $(<$($generic),*>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numbers! {
    Limit<const MAX>;
    QuotaLimit<const DEVELOPMENT, const EXTENDED>;
    Percent;
}

/// `MIN` to `MAX` values, for parameters that take several: ids, URIs, items.
///
/// Anything that can be iterated over and gives what one value takes: arrays, slices, vectors, iterators.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Several<T, const MAX: usize, const MIN: usize = 1>(Vec<T>);

impl<T, const MAX: usize, const MIN: usize> Several<T, MAX, MIN> {
    /// The values.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<I, T, const MAX: usize, const MIN: usize> Input<Several<T, MAX, MIN>> for I
where
    I: IntoIterator,
    I::Item: Input<T>,
{
    fn into_value(self) -> Result<Several<T, MAX, MIN>, InvalidInput> {
        let values: Vec<T> = self.into_iter().map(Input::into_value).collect::<Result<_, _>>()?;
        if (MIN..=MAX).contains(&values.len()) {
            Ok(Several(values))
        } else {
            refuse(format!("expected {MIN} to {MAX} of them, got {}", values.len()))
        }
    }
}

impl<T: fmt::Display, const MAX: usize, const MIN: usize> fmt::Display for Several<T, MAX, MIN> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            write!(f, "{}{value}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl<T: BodyValue, const MAX: usize, const MIN: usize> BodyValue for Several<T, MAX, MIN> {
    fn to_value(&self) -> Value {
        self.0.iter().map(BodyValue::to_value).collect()
    }
}

impl<K: IdKind> BodyValue for Id<K> {
    fn to_value(&self) -> Value {
        self.as_str().into()
    }
}

impl BodyValue for SpotifyUri {
    fn to_value(&self) -> Value {
        self.to_string().into()
    }
}

/// A text of the caller's that must not be empty: a device id, a snapshot id, a locale, a category.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(CompactString);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl BodyValue for Text {
    fn to_value(&self) -> Value {
        self.0.as_str().into()
    }
}

/// A device, where Spotify takes a list of them, but no more than one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OneDevice(Text);

impl<T: Input<Text>> Input<OneDevice> for T {
    fn into_value(self) -> Result<OneDevice, InvalidInput> {
        self.into_value().map(OneDevice)
    }
}

impl BodyValue for OneDevice {
    fn to_value(&self) -> Value {
        json!([self.0.to_value()])
    }
}

/// A text of the caller's that may be empty: a description.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FreeText(CompactString);

impl BodyValue for FreeText {
    fn to_value(&self) -> Value {
        self.0.as_str().into()
    }
}

/// Inputs that are read from text of any type.
macro_rules! from_texts {
    ($($target:ty: $read:expr;)*) => {$(
        from_texts!(@each $target: $read; &str, &&str, String, &String, CompactString, &CompactString);
    )*};
    (@each $target:ty: $read:expr; $($text:ty),*) => {$(
        impl Input<$target> for $text {
            fn into_value(self) -> Result<$target, InvalidInput> {
                let read: fn(&str) -> Result<$target, InvalidInput> = $read;
                read(self.as_ref())
            }
        }
    )*};
}

from_texts! {
    Text: |text| if text.trim().is_empty() { refuse("expected a text, got an empty one") } else { Ok(Text(text.into())) };
    FreeText: |text| Ok(FreeText(text.into()));
    Market: str::parse;
    SpotifyUri: str::parse;
}

impl Input<Market> for Market {
    fn into_value(self) -> Result<Market, InvalidInput> {
        Ok(self)
    }
}

impl Input<SpotifyUri> for SpotifyUri {
    fn into_value(self) -> Result<SpotifyUri, InvalidInput> {
        Ok(self)
    }
}

impl Input<SpotifyUri> for &SpotifyUri {
    fn into_value(self) -> Result<SpotifyUri, InvalidInput> {
        Ok(self.clone())
    }
}

impl<K: IdKind> Input<SpotifyUri> for Id<K> {
    fn into_value(self) -> Result<SpotifyUri, InvalidInput> {
        (&self).into_value()
    }
}

impl<K: IdKind> Input<SpotifyUri> for &Id<K> {
    fn into_value(self) -> Result<SpotifyUri, InvalidInput> {
        // One that came from Spotify was never checked.
        Ok(Id::<K>::new(self)?.uri())
    }
}

/// A moment, for paging through what was played: [`Timestamp`], or milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixMillis(u64);

impl Input<UnixMillis> for u64 {
    fn into_value(self) -> Result<UnixMillis, InvalidInput> {
        Ok(UnixMillis(self))
    }
}

impl Input<UnixMillis> for Timestamp {
    fn into_value(self) -> Result<UnixMillis, InvalidInput> {
        match u64::try_from(self.as_millisecond()) {
            Ok(millis) => Ok(UnixMillis(millis)),
            Err(_) => refuse(format!("expected a time after 1970, got {self}")),
        }
    }
}

/// A cursor is given as the text that an answer held.
impl Input<UnixMillis> for &str {
    fn into_value(self) -> Result<UnixMillis, InvalidInput> {
        match self.parse() {
            Ok(millis) => Ok(UnixMillis(millis)),
            Err(_) => refuse(format!("expected milliseconds since 1970, got `{self}`")),
        }
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Enumerations of words that requests take.
macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Spotify's word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidInput;

            fn from_str(text: &str) -> Result<Self, InvalidInput> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => refuse(format!(concat!("expected one of", $(" `", $word, "`",)* ", got `{}`"), text)),
                }
            }
        }

        impl Input<$name> for $name {
            fn into_value(self) -> Result<$name, InvalidInput> {
                Ok(self)
            }
        }

        impl Input<$name> for &$name {
            fn into_value(self) -> Result<$name, InvalidInput> {
                Ok(*self)
            }
        }

        impl Input<$name> for &str {
            fn into_value(self) -> Result<$name, InvalidInput> {
                self.parse()
            }
        }

        impl Input<Choices<$name>> for $name {
            fn into_value(self) -> Result<Choices<$name>, InvalidInput> {
                Ok(Choices(vec![self]))
            }
        }
    )*};
}

/// One or more words of an enumeration: one alone, or an array, a slice, a vector of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choices<T>(Vec<T>);

impl<T: fmt::Display> fmt::Display for Choices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, choice) in self.0.iter().enumerate() {
            write!(f, "{}{choice}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl<T> Choices<T> {
    fn new(choices: Vec<T>) -> Result<Self, InvalidInput> {
        if choices.is_empty() { refuse("expected at least one, got none") } else { Ok(Self(choices)) }
    }
}

impl<T, U: Input<T>, const N: usize> Input<Choices<T>> for [U; N] {
    fn into_value(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.into_iter().map(Input::into_value).collect::<Result<_, _>>()?)
    }
}

impl<T, U: Input<T>> Input<Choices<T>> for Vec<U> {
    fn into_value(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.into_iter().map(Input::into_value).collect::<Result<_, _>>()?)
    }
}

impl<T: Clone> Input<Choices<T>> for &[T] {
    fn into_value(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.to_vec())
    }
}

choices! {
    /// Over which time the affinity of a user to artists and tracks is counted.
    TimeRange {
        /// About the last four weeks.
        ShortTerm = "short_term",
        /// About the last six months.
        MediumTerm = "medium_term",
        /// About the last year.
        LongTerm = "long_term",
    }

    /// Which albums of an artist to give, by what the artist has to do with them.
    IncludeGroup {
        /// Albums of theirs.
        Album = "album",
        /// Singles of theirs.
        Single = "single",
        /// Albums of others on which they appear.
        AppearsOn = "appears_on",
        /// Compilations of theirs.
        Compilation = "compilation",
    }

    /// A kind of item that the app knows.
    AdditionalType {
        /// Tracks.
        Track = "track",
        /// Episodes.
        Episode = "episode",
    }

    /// What to repeat.
    RepeatState {
        /// The track.
        Track = "track",
        /// The context: the album, the playlist, ….
        Context = "context",
        /// Nothing.
        Off = "off",
    }

    /// What to search for.
    SearchType {
        /// Albums.
        Album = "album",
        /// Artists.
        Artist = "artist",
        /// Playlists.
        Playlist = "playlist",
        /// Tracks.
        Track = "track",
        /// Shows.
        Show = "show",
        /// Episodes.
        Episode = "episode",
        /// Audiobooks.
        Audiobook = "audiobook",
    }

    /// What is hosted elsewhere and can be played all the same.
    IncludeExternal {
        /// Audio.
        Audio = "audio",
    }
}

/// What a player repeats can be given to another as it came.
impl Input<RepeatState> for &crate::models::RepeatState {
    fn into_value(self) -> Result<RepeatState, InvalidInput> {
        self.as_str().parse()
    }
}

impl Input<RepeatState> for crate::models::RepeatState {
    fn into_value(self) -> Result<RepeatState, InvalidInput> {
        (&self).into_value()
    }
}

/// Where to begin in a context or among URIs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlaybackOffset {
    /// At the item with this index, from 0.
    Position(u32),
    /// At the item with this URI.
    Uri(SpotifyUri),
}

impl Input<PlaybackOffset> for PlaybackOffset {
    fn into_value(self) -> Result<PlaybackOffset, InvalidInput> {
        Ok(self)
    }
}

impl Input<PlaybackOffset> for u32 {
    fn into_value(self) -> Result<PlaybackOffset, InvalidInput> {
        Ok(PlaybackOffset::Position(self))
    }
}

macro_rules! offset_by_uri {
    ($([$($generic:ident)?] $type:ty),*) => {$(
        impl$(<$generic: IdKind>)? Input<PlaybackOffset> for $type {
            fn into_value(self) -> Result<PlaybackOffset, InvalidInput> {
                Input::<SpotifyUri>::into_value(self).map(PlaybackOffset::Uri)
            }
        }
    )*};
}

offset_by_uri!([] &str, [] String, [] &String, [] SpotifyUri, [] &SpotifyUri, [K] Id<K>, [K] &Id<K>);

impl BodyValue for PlaybackOffset {
    fn to_value(&self) -> Value {
        match self {
            Self::Position(position) => json!({ "position": position }),
            Self::Uri(uri) => json!({ "uri": uri.to_string() }),
        }
    }
}

/// An item to remove from a playlist: all of its occurrences, or those at given positions.
///
/// Made from a URI, a link or a typed id, or from one of these with positions: `(uri, [0, 3])`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemToRemove {
    uri: SpotifyUri,
    positions: Option<Vec<u32>>,
}

impl ItemToRemove {
    /// Whether it names positions, which mean something else once the playlist has changed.
    pub(crate) fn has_positions(&self) -> bool {
        self.positions.is_some()
    }
}

macro_rules! removed_by_uri {
    ($([$($generic:ident)?] $type:ty),*) => {$(
        impl$(<$generic: IdKind>)? Input<ItemToRemove> for $type {
            fn into_value(self) -> Result<ItemToRemove, InvalidInput> {
                Ok(ItemToRemove { uri: self.into_value()?, positions: None })
            }
        }
    )*};
}

removed_by_uri!([] &str, [] &&str, [] String, [] &String, [] SpotifyUri, [] &SpotifyUri, [K] Id<K>, [K] &Id<K>);

impl Input<ItemToRemove> for ItemToRemove {
    fn into_value(self) -> Result<ItemToRemove, InvalidInput> {
        Ok(self)
    }
}

impl<U: Input<SpotifyUri>, P: IntoIterator<Item = u32>> Input<ItemToRemove> for (U, P) {
    fn into_value(self) -> Result<ItemToRemove, InvalidInput> {
        let positions: Vec<u32> = self.1.into_iter().collect();
        if positions.is_empty() {
            return refuse("expected at least one position, got none");
        }
        Ok(ItemToRemove { uri: self.0.into_value()?, positions: Some(positions) })
    }
}

impl BodyValue for ItemToRemove {
    fn to_value(&self) -> Value {
        let mut item = json!({ "uri": self.uri.to_string() });
        if let Some(positions) = &self.positions {
            item["positions"] = json!(positions);
        }
        item
    }
}

/// A track to save as of a given time, by which the user's library is sorted: `(id, timestamp)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimestampedId {
    id: TrackId,
    added_at: Timestamp,
}

impl<U: Input<TrackId>> Input<TimestampedId> for (U, Timestamp) {
    fn into_value(self) -> Result<TimestampedId, InvalidInput> {
        Ok(TimestampedId { id: self.0.into_value()?, added_at: self.1 })
    }
}

impl BodyValue for TimestampedId {
    fn to_value(&self) -> Value {
        // Spotify takes whole seconds.
        json!({ "id": self.id.as_str(), "added_at": self.added_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string() })
    }
}

/// The bytes of a JPEG image, at most 256 KB of them in base64: 192 KiB as they are.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Jpeg(Bytes);

impl Jpeg {
    const MOST_IN_BASE64: usize = 256 * 1024;

    fn new(bytes: Bytes) -> Result<Self, InvalidInput> {
        if !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return refuse("expected the bytes of a JPEG image, which begin with FF D8 FF");
        }
        let encoded = bytes.len().div_ceil(3) * 4;
        if encoded > Self::MOST_IN_BASE64 {
            return refuse(format!(
                "expected at most {} bytes, which are {} in base64, got {}",
                Self::MOST_IN_BASE64 / 4 * 3,
                Self::MOST_IN_BASE64,
                bytes.len()
            ));
        }
        Ok(Self(bytes))
    }

    /// As Spotify takes it.
    pub(crate) fn base64(&self) -> String {
        BASE64_STANDARD.encode(&self.0)
    }
}

impl fmt::Debug for Jpeg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jpeg({} bytes)", self.0.len())
    }
}

macro_rules! jpeg_from {
    ($($bytes:ty),*) => {$(
        impl Input<Jpeg> for $bytes {
            fn into_value(self) -> Result<Jpeg, InvalidInput> {
                Jpeg::new(Bytes::from(self))
            }
        }
    )*};
}

jpeg_from!(Bytes, Vec<u8>);

impl Input<Jpeg> for &[u8] {
    fn into_value(self) -> Result<Jpeg, InvalidInput> {
        Jpeg::new(Bytes::copy_from_slice(self))
    }
}

impl Input<Jpeg> for &Vec<u8> {
    fn into_value(self) -> Result<Jpeg, InvalidInput> {
        self.as_slice().into_value()
    }
}
