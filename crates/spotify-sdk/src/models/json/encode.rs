//! Encoding to JSON: [`ToJson`] writes a value, [`write_field`] a field of a model with what [`Extra`] remembers of it.

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{Field, Items, Native};
use crate::ids::{Id, SpotifyUri};
use crate::models::extra::{Extra, Remainder};
use crate::text::Text;

/// A type that can be written as JSON.
pub(crate) trait ToJson {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value that serde can serialize.
pub(crate) struct AsJson<'a, T>(pub(crate) &'a T);

impl<T: ToJson> Serialize for AsJson<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_json(serializer)
    }
}

/// How a field of type `T` is written: the counterpart of [`ReadAs`](super::ReadAs).
pub(crate) trait WriteAs<T> {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<T: ToJson> WriteAs<T> for Native {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.to_json(serializer)
    }
}

impl<T: Serialize> WriteAs<Vec<T>> for Items {
    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

struct WrittenAs<'a, T, W>(&'a T, std::marker::PhantomData<W>);

impl<T, W: WriteAs<T>> Serialize for WrittenAs<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        W::write(self.0, serializer)
    }
}

/// Writes the field `key`, the `index`th of its model, as it was read: omitted if it was missing, `null` if it was
/// `null`, and with everything that the field could not hold. A field that was changed since is written with its new
/// value.
pub(crate) fn write_field<T: Field, W: WriteAs<T>, M: SerializeMap>(
    map: &mut M,
    key: &'static str,
    value: &T,
    index: usize,
    extra: &Extra,
) -> Result<(), M::Error> {
    if value.is_fallback() {
        if extra.was_null(index) {
            return map.serialize_entry(key, &Value::Null);
        }
        if let Some(other) = extra.get(key) {
            return map.serialize_entry(key, other);
        }
        if extra.was_missing(index) || T::MISSING_IF_FALLBACK {
            return Ok(());
        }
    }
    let written = WrittenAs::<T, W>(value, std::marker::PhantomData);
    match extra.remainder(index) {
        None => map.serialize_entry(key, &written),
        Some(remainder) => {
            // Rare enough for a detour through a tree.
            let value = serde_json::to_value(&written).map_err(serde::ser::Error::custom)?;
            map.serialize_entry(key, &with_remainder(value, remainder))
        }
    }
}

fn with_remainder(value: Value, remainder: &Remainder) -> Value {
    match (value, remainder) {
        (value, Remainder::Spelling { ours, theirs }) => {
            if value == *ours {
                theirs.clone()
            } else {
                value
            }
        }
        (Value::Array(mut items), Remainder::Elements(others)) => {
            for (index, other) in others {
                items.insert((*index).min(items.len()), other.clone());
            }
            Value::Array(items)
        }
        (value, Remainder::Elements(_)) => value,
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.to_json(serializer),
            None => serializer.serialize_unit(),
        }
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AsJson))
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).to_json(serializer)
    }
}

impl ToJson for Text {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<K> ToJson for Id<K> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl ToJson for SpotifyUri {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl ToJson for Timestamp {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! as_serde_does {
    ($($type:ty),*) => {$(
        impl ToJson for $type {
            fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

as_serde_does!(bool, u8, u16, u32, u64, i32, f64);
