//! Fields of models: their defaults, and how they are read.

use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::budget::{ALLOCATION, charge};
use super::counted::CountedSeed;
use super::decode::{FieldDefault, Parsed, ReadAs, kind_of};
use crate::ids::{Id, SpotifyUri};
use crate::models::extra::Extra;
use crate::text::Text;

/// Added to the position of a field, it denotes the field's other name.
pub(crate) const ALIAS: usize = Extra::FIELDS;

/// A type that a field of a model can have.
pub(crate) trait Field: FieldDefault {
    /// Whether a value that is [`is_fallback`](Self::is_fallback) is omitted when it is written.
    const MISSING_IF_FALLBACK: bool = false;

    /// Whether the model is meaningless without the field. Any other field has its default if it is missing, `null` or
    /// of another kind.
    const REQUIRED: bool = false;

    /// Returns whether the value is the default, and the field not required.
    fn is_fallback(&self) -> bool;
}

/// The position of a field in its model, or the name of an unknown field.
pub(crate) enum Key {
    Known(usize),
    Unknown(Box<str>),
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

/// Reads the value of the field `key`, the `index`th of its model, into its slot, and what the slot cannot hold into
/// `extra`.
pub(crate) fn read_field<'de, T: Field, R: ReadAs<'de, T>, A: MapAccess<'de>>(
    entries: &mut A,
    key: &'static str,
    slot: &mut T,
    index: usize,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    if !extra.was_missing(index) {
        // The key occurs more than once in the object.
        *slot = T::field_default();
        extra.forget(index, key);
    }
    extra.remember_present(index);
    match R::read(slot, entries)? {
        Parsed::Complete => {}
        Parsed::Partial(remainder) => {
            charge(extra.remainder_cost())?;
            extra.remember(index, *remainder);
        }
        Parsed::Null if T::REQUIRED => {
            return Err(A::Error::custom(format_args!("`{key}` is null, but has to be there")));
        }
        Parsed::Null => extra.remember_null(index),
        Parsed::Mismatch(value) if T::REQUIRED => {
            return Err(A::Error::custom(format_args!("`{key}` is not what it has to be: {}", kind_of(&value))));
        }
        Parsed::Mismatch(value) => {
            charge(extra.value_cost() + size_of_val(&*value) + ALLOCATION)?;
            extra.insert(key, *value);
        }
    }
    Ok(())
}

/// Like [`read_field`], by the field's own name, for a field that Spotify sends by one of two names or by both: a value
/// that was read by the other name, `alias`, stays unless there is a value here. A value that the field cannot hold is
/// kept by the unused name.
pub(crate) fn read_either<'de, T: Field, R: ReadAs<'de, T>, A: MapAccess<'de>>(
    entries: &mut A,
    [key, alias]: [&'static str; 2],
    slot: &mut T,
    index: usize,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    if extra.was_missing(index) && !slot.is_fallback() {
        let mut value = T::field_default();
        read_field::<T, R, A>(entries, key, &mut value, index, extra)?;
        if !value.is_fallback() {
            *slot = value;
        } else if let Some(other) = extra.remove(key) {
            extra.insert(alias, other);
        }
        return Ok(());
    }
    extra.forget(index, key);
    read_field::<T, R, A>(entries, key, slot, index, extra)
}

/// Reads the value of the field by its other name. It is used if there is none by the field's own name.
pub(crate) fn read_alias<'de, T: Field, R: ReadAs<'de, T>, A: MapAccess<'de>>(
    entries: &mut A,
    [key, alias]: [&'static str; 2],
    slot: &mut T,
    index: usize,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    let mut value = T::field_default();
    match R::read(&mut value, entries)? {
        Parsed::Complete | Parsed::Partial(_) if !slot.is_fallback() => {}
        parsed @ (Parsed::Complete | Parsed::Partial(_)) => {
            if let Some(other) = extra.remove(key) {
                extra.insert(alias, other);
            }
            if let Parsed::Partial(remainder) = parsed {
                charge(extra.remainder_cost())?;
                extra.remember(index, *remainder);
            }
            *slot = value;
        }
        Parsed::Null if extra.was_missing(index) && slot.is_fallback() => extra.remember_null(index),
        Parsed::Null => {}
        Parsed::Mismatch(value) => {
            charge(extra.value_cost() + size_of_val(&*value) + ALLOCATION)?;
            extra.insert(alias, *value);
        }
    }
    Ok(())
}

/// Reads the value of an unknown field.
pub(crate) fn read_unknown<'de, A: MapAccess<'de>>(
    entries: &mut A,
    name: Box<str>,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    charge(extra.value_cost())?;
    extra.insert(name, entries.next_value_seed(CountedSeed::new())?);
    Ok(())
}

impl<T> FieldDefault for Option<T> {
    fn field_default() -> Self {
        None
    }
}

impl<T> Field for Option<T> {
    const MISSING_IF_FALLBACK: bool = true;

    fn is_fallback(&self) -> bool {
        self.is_none()
    }
}

impl<T> FieldDefault for Vec<T> {
    fn field_default() -> Self {
        Self::new()
    }
}

impl<T> Field for Vec<T> {
    fn is_fallback(&self) -> bool {
        self.is_empty()
    }
}

macro_rules! field_defaults {
    ($([$($generic:ident)?] $type:ty = $default:expr),* $(,)?) => {$(
        impl$(<$generic>)? FieldDefault for $type {
            fn field_default() -> Self {
                $default
            }
        }
    )*};
}

field_defaults!(
    [] bool = false,
    [] u8 = 0,
    [] u16 = 0,
    [] u32 = 0,
    [] u64 = 0,
    [] i32 = 0,
    [] f64 = 0.0,
    [] Text = Text::from_static(""),
    [K] Id<K> = Self::from_spotify(Text::from_static("")),
    [] SpotifyUri = Self::from_spotify(""),
    [] Timestamp = Self::UNIX_EPOCH,
);

macro_rules! may_be_missing {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn is_fallback(&self) -> bool {
                *self == Self::field_default()
            }
        }
    )*};
}

may_be_missing!(bool, u32, u64, Text);

macro_rules! has_to_be_there {
    ($([$($generic:ident)?] $type:ty),* $(,)?) => {$(
        impl$(<$generic>)? Field for $type {
            const REQUIRED: bool = true;

            fn is_fallback(&self) -> bool {
                false
            }
        }
    )*};
}

has_to_be_there!([K] Id<K>, [] SpotifyUri, [] Timestamp);
