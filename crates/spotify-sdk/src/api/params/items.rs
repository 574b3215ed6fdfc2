//! What requests do with items: where playback begins, what is removed from a playlist, the times at which tracks are saved,
//! and the cover of a playlist.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{BodyValue, refuse};
use crate::api::IntoParam;
use crate::api::into_param::Nullable;
use crate::ids::{Id, IdKind, SpotifyUri, TrackId};
use crate::invalid_input::InvalidInput;

/// Where to begin in a context or among URIs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlaybackOffset {
    /// At the item with this index, from 0.
    Position(u32),
    /// At the item with this URI.
    Uri(SpotifyUri),
}

impl IntoParam<PlaybackOffset> for PlaybackOffset {
    fn into_param(self) -> Result<PlaybackOffset, InvalidInput> {
        Ok(self)
    }
}

impl Nullable for PlaybackOffset {}

macro_rules! offset_by_uri {
    ($([$($generic:ident)?] $type:ty),*) => {$(
        impl$(<$generic: IdKind>)? IntoParam<PlaybackOffset> for $type {
            fn into_param(self) -> Result<PlaybackOffset, InvalidInput> {
                IntoParam::<SpotifyUri>::into_param(self).map(PlaybackOffset::Uri)
            }
        }
    )*};
}

offset_by_uri!([] &str, [] &&str, [] String, [] &String, [] SpotifyUri, [] &SpotifyUri, [K] Id<K>, [K] &Id<K>);

impl PlaybackOffset {
    /// The item that it names, where it names one.
    pub(crate) fn uri(&self) -> Option<&SpotifyUri> {
        match self {
            Self::Position(_) => None,
            Self::Uri(uri) => Some(uri),
        }
    }
}

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
/// Given as a URI, a link, a typed id or a model, or as one of these with positions: `(uri, [0, 3])`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemToRemove {
    uri: SpotifyUri,
    positions: Option<Vec<u32>>,
}

impl ItemToRemove {
    pub(crate) fn uri(&self) -> &SpotifyUri {
        &self.uri
    }

    /// Whether it names positions, which mean something else once the playlist has changed.
    pub(crate) fn has_positions(&self) -> bool {
        self.positions.is_some()
    }
}

macro_rules! removed_by_uri {
    ($([$($generic:ident)?] $type:ty),*) => {$(
        impl$(<$generic: IdKind>)? IntoParam<ItemToRemove> for $type {
            fn into_param(self) -> Result<ItemToRemove, InvalidInput> {
                Ok(ItemToRemove { uri: self.into_param()?, positions: None })
            }
        }
    )*};
}

removed_by_uri!([] &str, [] &&str, [] String, [] &String, [] SpotifyUri, [] &SpotifyUri, [K] Id<K>, [K] &Id<K>);

impl Nullable for ItemToRemove {}

impl IntoParam<ItemToRemove> for ItemToRemove {
    fn into_param(self) -> Result<ItemToRemove, InvalidInput> {
        Ok(self)
    }
}

impl<U: IntoParam<SpotifyUri>, P: IntoIterator<Item: IntoParam<u32>>> IntoParam<ItemToRemove> for (U, P) {
    fn into_param(self) -> Result<ItemToRemove, InvalidInput> {
        let positions: Vec<u32> = self.1.into_iter().map(IntoParam::into_param).collect::<Result<_, _>>()?;
        if positions.is_empty() {
            return refuse("expected at least one position, got none");
        }
        Ok(ItemToRemove { uri: self.0.into_param()?, positions: Some(positions) })
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

/// A track and the time at which it is saved, by which the user's library is sorted: `(id, timestamp)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimestampedId {
    id: TrackId,
    added_at: Timestamp,
}

#[cfg(feature = "extended-quota")]
impl TimestampedId {
    pub(crate) fn id(&self) -> &TrackId {
        &self.id
    }
}

impl IntoParam<TimestampedId> for &TimestampedId {
    fn into_param(self) -> Result<TimestampedId, InvalidInput> {
        Ok(self.clone())
    }
}

impl<U: IntoParam<TrackId>> IntoParam<TimestampedId> for (U, Timestamp) {
    fn into_param(self) -> Result<TimestampedId, InvalidInput> {
        Ok(TimestampedId { id: self.0.into_param()?, added_at: self.1 })
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
    const MAX_BASE64_LEN: usize = 256 * 1024;

    fn new(bytes: Bytes) -> Result<Self, InvalidInput> {
        if !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return refuse("expected the bytes of a JPEG image, which begin with FF D8 FF");
        }
        let encoded = bytes.len().div_ceil(3) * 4;
        if encoded > Self::MAX_BASE64_LEN {
            return refuse(format!(
                "expected at most {} bytes, which are {} in base64, got {}",
                Self::MAX_BASE64_LEN / 4 * 3,
                Self::MAX_BASE64_LEN,
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
        impl IntoParam<Jpeg> for $bytes {
            fn into_param(self) -> Result<Jpeg, InvalidInput> {
                Jpeg::new(Bytes::from(self))
            }
        }
    )*};
}

jpeg_from!(Bytes, Vec<u8>);

impl IntoParam<Jpeg> for &[u8] {
    fn into_param(self) -> Result<Jpeg, InvalidInput> {
        Jpeg::new(Bytes::copy_from_slice(self))
    }
}

impl IntoParam<Jpeg> for &Vec<u8> {
    fn into_param(self) -> Result<Jpeg, InvalidInput> {
        self.as_slice().into_param()
    }
}
