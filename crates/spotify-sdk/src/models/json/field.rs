//! Fields of models: what they are when they are missing, and how one is read.

use std::fmt;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::Decoded;
use super::decode::{ReadAs, kind_of};
use crate::ids::{Id, SpotifyUri};
use crate::models::extra::Extra;

/// A type that a field of a model can have.
pub(crate) trait Field: Sized {
    /// Whether a value that is [`is_fallback`](Self::is_fallback) is better not written at all.
    const MISSING_IF_FALLBACK: bool = false;

    /// What the field is when it is missing, `null` or unreadable; `None` where the model is meaningless without it.
    fn fallback() -> Option<Self>;

    /// Whether the value is what [`fallback`](Self::fallback) gives.
    fn is_fallback(&self) -> bool;
}

/// The position of a field in its model, or the name of one that the model does not have.
pub(crate) enum Key {
    Known(usize),
    Unknown(CompactString),
}

/// Reads the name of a field.
pub(crate) struct KeySeed(pub(crate) fn(&str) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(self.0(name).map_or_else(|| Key::Unknown(name.into()), Key::Known))
    }
}

/// Reads the value of the field `key`, the `index`th of its model, into `slot`, and into `extra` what `slot` cannot hold.
pub(crate) fn read_field<'de, T: Field, R: ReadAs<'de, T>, A: MapAccess<'de>>(
    entries: &mut A,
    key: &'static str,
    slot: &mut Option<T>,
    index: usize,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    let value = match entries.next_value_seed(R::seed())? {
        Decoded::Is(value) => Some(value),
        Decoded::With(value, trace) => {
            extra.remember(index, trace);
            Some(value)
        }
        Decoded::Null => {
            extra.remember_null(index);
            T::fallback()
        }
        Decoded::Other(value) => {
            let fallback = T::fallback();
            if fallback.is_none() {
                return Err(A::Error::custom(format_args!("`{key}` is not what it has to be: {}", kind_of(&value))));
            }
            extra.insert(key, value);
            fallback
        }
    };
    match value {
        Some(_) => *slot = value,
        None => return Err(A::Error::custom(format_args!("`{key}` is null, but has to be there"))),
    }
    Ok(())
}

/// The value of a field after all of its object was read.
pub(crate) fn finish<T: Field, E: Error>(
    slot: Option<T>,
    key: &'static str,
    index: usize,
    extra: &mut Extra,
) -> Result<T, E> {
    if let Some(value) = slot {
        return Ok(value);
    }
    extra.remember_missing(index);
    T::fallback().ok_or_else(|| E::missing_field(key))
}

impl<T> Field for Option<T> {
    const MISSING_IF_FALLBACK: bool = true;

    fn fallback() -> Option<Self> {
        Some(None)
    }

    fn is_fallback(&self) -> bool {
        self.is_none()
    }
}

impl<T> Field for Vec<T> {
    fn fallback() -> Option<Self> {
        Some(Self::new())
    }

    fn is_fallback(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Field> Field for Box<T> {
    const MISSING_IF_FALLBACK: bool = T::MISSING_IF_FALLBACK;

    fn fallback() -> Option<Self> {
        T::fallback().map(Self::new)
    }

    fn is_fallback(&self) -> bool {
        (**self).is_fallback()
    }
}

impl Field for CompactString {
    fn fallback() -> Option<Self> {
        Some(Self::default())
    }

    fn is_fallback(&self) -> bool {
        self.is_empty()
    }
}

macro_rules! falls_back_to_default {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn fallback() -> Option<Self> {
                Some(Self::default())
            }

            fn is_fallback(&self) -> bool {
                *self == Self::default()
            }
        }
    )*};
}

falls_back_to_default!(bool, u32, u64);

macro_rules! has_to_be_there {
    ($([$($generic:ident)?] $type:ty),* $(,)?) => {$(
        impl$(<$generic>)? Field for $type {
            fn fallback() -> Option<Self> {
                None
            }

            fn is_fallback(&self) -> bool {
                false
            }
        }
    )*};
}

has_to_be_there!([K] Id<K>, [] SpotifyUri, [] Timestamp);
