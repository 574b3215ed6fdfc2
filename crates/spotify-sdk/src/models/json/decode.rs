//! Decoding from JSON: [`FromJson`] defines how a type is read from each kind of value.

use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::budget::reserve_one;
use super::counted::{COUNTS_ITSELF, CountedSeed, Digits, counted_map, counted_seq};
use crate::ids::{Id, SpotifyUri};
use crate::models::extra::Remainder;
use crate::text::Text;

/// How one JSON value was parsed into a slot of type `T`. Rare variants are boxed, so that the rest fits two registers.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// The value is a `T`, and is in the slot.
    Complete,
    /// The value is a `T`, and is in the slot, with a remainder that a `T` does not hold.
    Partial(Box<Remainder>),
    /// The value is `null`. The slot is unchanged.
    Null,
    /// The value is of another kind. The slot is unchanged.
    Mismatch(Box<Value>),
}

/// A type with a default for fields before they are read. Not `Default`, since ids have no default.
pub(crate) trait FieldDefault: Sized {
    /// Returns the value of a missing field, unless it is [required](super::Field::REQUIRED).
    fn field_default() -> Self;
}

/// A type that can be read from JSON. A value of a kind that a type does not expect is kept unchanged.
///
/// A value is read into its slot, which holds the default before: a track is a kilobyte, and would otherwise be copied
/// from one level of decoding to the next.
pub(crate) trait FromJson<'de>: FieldDefault {
    /// Reads one value of any kind.
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_any(FieldSlot(self))
    }

    /// Reads a list of `Self`, or any other value.
    fn read_list<D: Deserializer<'de>>(list: &mut Vec<Self>, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_any(FieldSlot(list))
    }

    fn put_bool(&mut self, value: bool) -> Parsed {
        mismatch(value)
    }

    fn put_u64(&mut self, value: u64) -> Parsed {
        mismatch(value)
    }

    fn put_i64(&mut self, value: i64) -> Parsed {
        mismatch(value)
    }

    fn put_f64(&mut self, value: f64) -> Parsed {
        mismatch(value)
    }

    fn put_str(&mut self, value: &str) -> Parsed {
        mismatch(value)
    }

    fn put_seq<A: SeqAccess<'de>>(&mut self, items: A) -> Result<Parsed, A::Error> {
        counted_seq(items).map(mismatch)
    }

    fn put_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Parsed, A::Error> {
        counted_map(entries).map(mismatch)
    }
}

/// Returns a value that its slot cannot hold.
pub(crate) fn mismatch(value: impl Into<Value>) -> Parsed {
    Parsed::Mismatch(Box::new(value.into()))
}

/// Reads a number that is represented as an object into a slot; see [`Digits`].
fn put_number<'de, T: FromJson<'de>, A: MapAccess<'de>>(slot: &mut T, entries: A) -> Result<Parsed, A::Error> {
    let value = counted_map(entries)?;
    Ok(match Digits::of(&value) {
        Some(Digits::U64(number)) => slot.put_u64(number),
        Some(Digits::I64(number)) => slot.put_i64(number),
        Some(Digits::F64(number)) => slot.put_f64(number),
        None => mismatch(value),
    })
}

/// Returns the result for a list with the elements that it cannot hold, and their positions.
fn complete_or_partial(others: Vec<(usize, Value)>) -> Parsed {
    if others.is_empty() { Parsed::Complete } else { Parsed::Partial(Box::new(Remainder::Elements(others))) }
}

/// Returns the result for a value that was parsed from the string `theirs`; keeps that spelling if the value would be
/// written differently.
pub(crate) fn with_spelling<T: fmt::Display>(value: &T, theirs: &str) -> Parsed {
    let ours = value.to_string();
    if ours == theirs {
        return Parsed::Complete;
    }
    let (ours, theirs) = (ours.into(), theirs.into());
    Parsed::Partial(Box::new(Remainder::Spelling { ours, theirs }))
}

/// A slot to read a value into: both the seed that reads a value of any kind, and the visitor that receives it.
pub(crate) struct FieldSlot<'a, T>(pub(crate) &'a mut T);

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for FieldSlot<'_, T> {
    type Value = Parsed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        self.0.read(deserializer)
    }
}

impl<'de, T: FromJson<'de>> Visitor<'de> for FieldSlot<'_, T> {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Parsed, E> {
        Ok(self.0.put_bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Parsed, E> {
        Ok(self.0.put_u64(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Parsed, E> {
        Ok(self.0.put_i64(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Parsed, E> {
        Ok(self.0.put_f64(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Parsed, E> {
        Ok(self.0.put_str(value))
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_none<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        self.0.read(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Parsed, A::Error> {
        self.0.put_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Parsed, A::Error> {
        self.0.put_map(entries)
    }
}

/// Reads a value that has to be a `T`, for serde's own traits.
pub(crate) fn require<'de, T: FromJson<'de>, D: Deserializer<'de>>(deserializer: D, name: &str) -> Result<T, D::Error> {
    let mut value = T::field_default();
    let parsed = match deserializer.deserialize_newtype_struct(COUNTS_ITSELF, FieldSlot(&mut value))? {
        Parsed::Complete | Parsed::Partial(_) => return Ok(value),
        Parsed::Null => "null",
        Parsed::Mismatch(value) => kind_of(&value),
    };
    Err(D::Error::custom(format_args!("expected {name}, got {parsed}")))
}

/// Returns the kind of a value, for errors.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// How a field of type `T` is read: by its own rules or, for items of a caller's type, by serde.
pub(crate) trait ReadAs<'de, T> {
    fn read<A: MapAccess<'de>>(slot: &mut T, entries: &mut A) -> Result<Parsed, A::Error>;
}

/// Reads by the type's own rules.
pub(crate) struct Native;

impl<'de, T: FromJson<'de>> ReadAs<'de, T> for Native {
    fn read<A: MapAccess<'de>>(slot: &mut T, entries: &mut A) -> Result<Parsed, A::Error> {
        entries.next_value_seed(FieldSlot(slot))
    }
}

/// A list of items of any type that serde can read, possibly with `null` entries.
pub(crate) struct Items;

impl<'de, T: Deserialize<'de>> ReadAs<'de, Vec<T>> for Items {
    fn read<A: MapAccess<'de>>(slot: &mut Vec<T>, entries: &mut A) -> Result<Parsed, A::Error> {
        entries.next_value_seed(ItemsSlot(slot))
    }
}

struct ItemsSlot<'a, T>(&'a mut Vec<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for ItemsSlot<'_, T> {
    type Value = Parsed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsSlot<'_, T> {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Parsed, A::Error> {
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(item) = items.next_element_seed(CountedSeed::<Option<T>>::new())? {
            match item {
                Some(item) => {
                    reserve_one(self.0)?;
                    self.0.push(item);
                }
                None => {
                    reserve_one(&mut others)?;
                    others.push((index, Value::Null));
                }
            }
            index += 1;
        }
        Ok(complete_or_partial(others))
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error> {
        let parsed = self.insert(T::field_default()).read(deserializer)?;
        if let Parsed::Null | Parsed::Mismatch(_) = parsed {
            *self = None;
        }
        Ok(parsed)
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error> {
        T::read_list(self, deserializer)
    }

    fn put_seq<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<Parsed, A::Error> {
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(parsed) = items.next_element_seed(NextSlot(self))? {
            let other = match parsed {
                Parsed::Complete | Parsed::Partial(_) => None,
                Parsed::Null => Some(Value::Null),
                Parsed::Mismatch(value) => Some(*value),
            };
            if let Some(other) = other {
                self.pop();
                reserve_one(&mut others)?;
                others.push((index, other));
            }
            index += 1;
        }
        Ok(complete_or_partial(others))
    }
}

/// A slot at the end of a list, created once it is certain that there is another element.
struct NextSlot<'a, T>(&'a mut Vec<T>);

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for NextSlot<'_, T> {
    type Value = Parsed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        let list = self.0;
        let at = list.len();
        reserve_one(list)?;
        list.push(T::field_default());
        list[at].read(deserializer)
    }
}

/// Stores a value in its slot.
macro_rules! parsed {
    ($slot:ident = $value:expr) => {{
        *$slot = $value;
        Parsed::Complete
    }};
}

impl FromJson<'_> for bool {
    fn put_bool(&mut self, value: bool) -> Parsed {
        parsed!(self = value)
    }
}

impl FromJson<'_> for Text {
    fn put_str(&mut self, value: &str) -> Parsed {
        parsed!(self = value.into())
    }
}

impl<K> FromJson<'_> for Id<K> {
    fn put_str(&mut self, value: &str) -> Parsed {
        parsed!(self = Self::from_spotify(value))
    }
}

impl FromJson<'_> for SpotifyUri {
    fn put_str(&mut self, value: &str) -> Parsed {
        parsed!(self = Self::from_spotify(value))
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl<'de> FromJson<'de> for $integer {
            fn put_u64(&mut self, value: u64) -> Parsed {
                match Self::try_from(value) {
                    Ok(value) => parsed!(self = value),
                    Err(_) => mismatch(value),
                }
            }

            fn put_i64(&mut self, value: i64) -> Parsed {
                match Self::try_from(value) {
                    Ok(value) => parsed!(self = value),
                    Err(_) => mismatch(value),
                }
            }

            fn put_f64(&mut self, value: f64) -> Parsed {
                // The cast saturates, so a value out of range does not convert back to itself.
                let whole = value as Self;
                if whole as f64 == value { parsed!(self = whole) } else { mismatch(value) }
            }

            fn put_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Parsed, A::Error> {
                put_number(self, entries)
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, i32);

impl<'de> FromJson<'de> for f64 {
    fn put_u64(&mut self, value: u64) -> Parsed {
        parsed!(self = value as Self)
    }

    fn put_i64(&mut self, value: i64) -> Parsed {
        parsed!(self = value as Self)
    }

    fn put_f64(&mut self, value: f64) -> Parsed {
        parsed!(self = value)
    }

    fn put_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Parsed, A::Error> {
        put_number(self, entries)
    }
}

impl FromJson<'_> for Timestamp {
    fn put_str(&mut self, value: &str) -> Parsed {
        match value.parse() {
            Ok(time) => {
                *self = time;
                if is_usual(value) { Parsed::Complete } else { with_spelling(self, value) }
            }
            Err(_) => mismatch(value),
        }
    }
}

/// Returns whether a time string is certainly spelled as it would be written: `2026-01-05T10:00:00Z`, without a leap
/// second.
fn is_usual(time: &str) -> bool {
    match time.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', tens, _, b'Z'] => *tens < b'6',
        _ => false,
    }
}
