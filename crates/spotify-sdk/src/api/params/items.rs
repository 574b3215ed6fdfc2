//! What requests do with items: where playback begins, what is removed from a playlist, the times at which tracks are saved,
//! and the cover of a playlist.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{EntryUri, refuse};
use crate::api::IntoParam;
use crate::api::into_param::Nullable;
use crate::definition::{Param, expected, text_from};
use crate::ids::{Id, IdKind, SpotifyUri, TrackId};
use crate::invalid_input::InvalidInput;
use crate::schema::{FieldInfo, Schema};

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
        match self {
            Self::Position(_) => Ok(self),
            Self::Uri(uri) => offset_at(uri),
        }
    }
}

fn offset_at(uri: impl IntoParam<EntryUri>) -> Result<PlaybackOffset, InvalidInput> {
    Ok(PlaybackOffset::Uri(uri.into_param()?.uri().clone()))
}

impl Nullable for PlaybackOffset {}

macro_rules! offset_by_uri {
    ($([$($generic:ident)?] $type:ty),*) => {$(
        impl$(<$generic: IdKind>)? IntoParam<PlaybackOffset> for $type {
            fn into_param(self) -> Result<PlaybackOffset, InvalidInput> {
                offset_at(self)
            }
        }
    )*};
}

offset_by_uri!([] &str, [] &&str, [] String, [] &String, [] SpotifyUri, [] &SpotifyUri, [K] Id<K>, [K] &Id<K>);

impl Param for PlaybackOffset {
    const SCHEMA: &'static Schema = &Schema::OneOf(&[<u32 as Param>::SCHEMA, <EntryUri as Param>::SCHEMA]);

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        match value {
            Value::String(uri) => uri.into_param(),
            Value::Number(_) => u32::from_json(value).map(Self::Position),
            _ => Err(expected("a position or a URI", value)),
        }
    }

    fn to_json(&self) -> Value {
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
    uri: EntryUri,
    positions: Option<Vec<u32>>,
}

impl ItemToRemove {
    fn at(uri: EntryUri, positions: Vec<u32>) -> Result<Self, InvalidInput> {
        if positions.is_empty() {
            return refuse("expected at least one position, got none");
        }
        Ok(Self { uri, positions: Some(positions) })
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
        ItemToRemove::at(IntoParam::<EntryUri>::into_param(self.0)?, positions)
    }
}

impl Param for ItemToRemove {
    const SCHEMA: &'static Schema = &Schema::OneOf(&[
        <EntryUri as Param>::SCHEMA,
        &Schema::Object(&[
            FieldInfo::new(["uri", "uri"], &[], true, <EntryUri as Param>::SCHEMA, "The item."),
            FieldInfo::new(
                ["positions", "positions"],
                &[],
                false,
                &Schema::List { items: <u32 as Param>::SCHEMA, min: 1, max: None, per_request: None },
                "Its positions, from 0. Default: all.",
            ),
        ]),
    ]);

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        let Value::Object(item) = value else { return text_from(value)?.into_param() };
        if let Some(other) = item.keys().find(|key| !matches!(key.as_str(), "uri" | "positions")) {
            return refuse(format!("expected `uri` and `positions`, got `{other}`"));
        }
        let uri = EntryUri::from_json(item.get("uri").unwrap_or(&Value::Null))?;
        match item.get("positions") {
            None | Some(Value::Null) => Ok(Self { uri, positions: None }),
            Some(Value::Array(positions)) => {
                Self::at(uri, positions.iter().map(u32::from_json).collect::<Result<_, _>>()?)
            }
            Some(other) => Err(expected("a list of positions", other)),
        }
    }

    fn to_json(&self) -> Value {
        let mut item = json!({ "uri": self.uri.to_json() });
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

impl Param for TimestampedId {
    const SCHEMA: &'static Schema = &Schema::Object(&[
        FieldInfo::new(["id", "id"], &[], true, <TrackId as Param>::SCHEMA, "The track."),
        FieldInfo::new(["added_at", "added_at"], &[], true, &Schema::Timestamp, "The time at which it is saved."),
    ]);

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        let Value::Object(saved) = value else { return Err(expected("an object", value)) };
        if let Some(other) = saved.keys().find(|key| !matches!(key.as_str(), "id" | "added_at")) {
            return refuse(format!("expected `id` and `added_at`, got `{other}`"));
        }
        let id = TrackId::from_json(saved.get("id").unwrap_or(&Value::Null))?;
        let added_at = text_from(saved.get("added_at").unwrap_or(&Value::Null))?;
        match added_at.parse() {
            Ok(added_at) => Ok(Self { id, added_at }),
            Err(_) => refuse(format!("expected a time such as `2026-11-30T12:00:00Z`, got `{added_at}`")),
        }
    }

    fn to_json(&self) -> Value {
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
}

impl Param for Jpeg {
    const SCHEMA: &'static Schema =
        &Schema::Base64 { media_type: "image/jpeg", start: "/9j/", max_bytes: Self::MAX_BASE64_LEN / 4 * 3 };

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        match BASE64_STANDARD.decode(text_from(value)?) {
            Ok(bytes) => bytes.into_param(),
            Err(_) => refuse("expected the bytes of a JPEG image in base64"),
        }
    }

    fn to_json(&self) -> Value {
        BASE64_STANDARD.encode(&self.0).into()
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
