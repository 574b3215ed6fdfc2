//! From JSON: [`FromJson`] says what a type makes of each kind of value.

use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::budget::reserve_one;
use super::counted::{COUNTS_ITSELF, CountedSeed, Digits, counted_map, counted_seq};
use crate::ids::{Id, SpotifyUri};
use crate::models::extra::Trace;
use crate::text::Text;

/// What one JSON value turned out to be, for a place of the type `T`. What is rare is boxed: the rest fits two registers.
#[derive(Debug)]
pub(crate) enum Found {
    /// A `T`, which is in its place now.
    It,
    /// A `T`, and something that a `T` does not hold.
    With(Box<Trace>),
    /// `null`. The place is as it was.
    Null,
    /// Something else. The place is as it was.
    Other(Box<Value>),
}

/// A type of which there is a value to read into.
pub(crate) trait Blank: Sized {
    /// That value. It is what a field is when it is missing, unless it [has to be there](super::Field::REQUIRED).
    fn blank() -> Self;
}

/// A type that a JSON value can turn into. Every kind of value that a type does not expect is kept as it is.
///
/// A value is read into its place, which is blank before: a track is a kilobyte, and would otherwise be copied from each
/// level of the reading to the next.
pub(crate) trait FromJson<'de>: Blank {
    /// Reads one value of whatever kind.
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(Place(self))
    }

    /// Reads a list of `Self`, or whatever else it is.
    fn read_list<D: Deserializer<'de>>(list: &mut Vec<Self>, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(Place(list))
    }

    fn put_bool(&mut self, value: bool) -> Found {
        other(value)
    }

    fn put_u64(&mut self, value: u64) -> Found {
        other(value)
    }

    fn put_i64(&mut self, value: i64) -> Found {
        other(value)
    }

    fn put_f64(&mut self, value: f64) -> Found {
        other(value)
    }

    fn put_str(&mut self, value: &str) -> Found {
        other(value)
    }

    fn put_seq<A: SeqAccess<'de>>(&mut self, items: A) -> Result<Found, A::Error> {
        counted_seq(items).map(other)
    }

    fn put_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Found, A::Error> {
        counted_map(entries).map(other)
    }
}

/// A value that its place cannot hold.
pub(crate) fn other(value: impl Into<Value>) -> Found {
    Found::Other(Box::new(value.into()))
}

/// Reads a number that comes as an object into a place for one; see [`Digits`].
fn put_number<'de, T: FromJson<'de>, A: MapAccess<'de>>(place: &mut T, entries: A) -> Result<Found, A::Error> {
    let value = counted_map(entries)?;
    Ok(match Digits::of(&value) {
        Some(Digits::U64(number)) => place.put_u64(number),
        Some(Digits::I64(number)) => place.put_i64(number),
        Some(Digits::F64(number)) => place.put_f64(number),
        None => other(value),
    })
}

/// A list, and the elements that it cannot hold with where they stood.
fn with_others(others: Vec<(usize, Value)>) -> Found {
    if others.is_empty() { Found::It } else { Found::With(Box::new(Trace::Others(others))) }
}

/// A value that was read from the text `theirs`, and how that was spelled, where the value itself would be written otherwise.
pub(crate) fn with_spelling<T: fmt::Display>(value: &T, theirs: &str) -> Found {
    let ours = value.to_string();
    if ours == theirs {
        return Found::It;
    }
    let (ours, theirs) = (ours.into(), theirs.into());
    Found::With(Box::new(Trace::Spelling { ours, theirs }))
}

/// As a seed, reads one value of whatever kind into its place; as a visitor, is told of which kind it is.
pub(crate) struct Place<'a, T>(pub(crate) &'a mut T);

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for Place<'_, T> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        self.0.read(deserializer)
    }
}

impl<'de, T: FromJson<'de>> Visitor<'de> for Place<'_, T> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Found, E> {
        Ok(self.0.put_bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Found, E> {
        Ok(self.0.put_u64(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Found, E> {
        Ok(self.0.put_i64(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Found, E> {
        Ok(self.0.put_f64(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Found, E> {
        Ok(self.0.put_str(value))
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Null)
    }

    fn visit_none<E>(self) -> Result<Found, E> {
        Ok(Found::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        self.0.read(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Found, A::Error> {
        self.0.put_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Found, A::Error> {
        self.0.put_map(entries)
    }
}

/// Reads a value that has to be a `T`, for serde's own traits.
pub(crate) fn require<'de, T: FromJson<'de>, D: Deserializer<'de>>(deserializer: D, name: &str) -> Result<T, D::Error> {
    let mut value = T::blank();
    let found = match deserializer.deserialize_newtype_struct(COUNTS_ITSELF, Place(&mut value))? {
        Found::It | Found::With(_) => return Ok(value),
        Found::Null => "null",
        Found::Other(value) => kind_of(&value),
    };
    Err(D::Error::custom(format_args!("expected {name}, got {found}")))
}

/// What kind of value it is, for errors.
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

/// How a field of the type `T` is read: by its own rules, or for items of a type of the caller's, by serde.
pub(crate) trait ReadAs<'de, T> {
    fn read<A: MapAccess<'de>>(place: &mut T, entries: &mut A) -> Result<Found, A::Error>;
}

/// By the type's own rules.
pub(crate) struct Native;

impl<'de, T: FromJson<'de>> ReadAs<'de, T> for Native {
    fn read<A: MapAccess<'de>>(place: &mut T, entries: &mut A) -> Result<Found, A::Error> {
        entries.next_value_seed(Place(place))
    }
}

/// A list of items of any type that serde can read, between which `null` may stand.
pub(crate) struct Items;

impl<'de, T: Deserialize<'de>> ReadAs<'de, Vec<T>> for Items {
    fn read<A: MapAccess<'de>>(place: &mut Vec<T>, entries: &mut A) -> Result<Found, A::Error> {
        entries.next_value_seed(PlaceOfItems(place))
    }
}

struct PlaceOfItems<'a, T>(&'a mut Vec<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for PlaceOfItems<'_, T> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for PlaceOfItems<'_, T> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Found, A::Error> {
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
        Ok(with_others(others))
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Found, D::Error> {
        let found = self.insert(T::blank()).read(deserializer)?;
        if let Found::Null | Found::Other(_) = found {
            *self = None;
        }
        Ok(found)
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Found, D::Error> {
        T::read_list(self, deserializer)
    }

    fn put_seq<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<Found, A::Error> {
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(found) = items.next_element_seed(NextPlace(self))? {
            let other = match found {
                Found::It | Found::With(_) => None,
                Found::Null => Some(Value::Null),
                Found::Other(value) => Some(*value),
            };
            if let Some(other) = other {
                self.pop();
                reserve_one(&mut others)?;
                others.push((index, other));
            }
            index += 1;
        }
        Ok(with_others(others))
    }
}

/// A place at the end of a list, made once it is certain that there is an element more.
struct NextPlace<'a, T>(&'a mut Vec<T>);

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for NextPlace<'_, T> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        let list = self.0;
        let at = list.len();
        reserve_one(list)?;
        list.push(T::blank());
        list[at].read(deserializer)
    }
}

/// Puts a value in its place.
macro_rules! found {
    ($place:ident = $value:expr) => {{
        *$place = $value;
        Found::It
    }};
}

impl FromJson<'_> for bool {
    fn put_bool(&mut self, value: bool) -> Found {
        found!(self = value)
    }
}

impl FromJson<'_> for Text {
    fn put_str(&mut self, value: &str) -> Found {
        found!(self = value.into())
    }
}

impl<K> FromJson<'_> for Id<K> {
    fn put_str(&mut self, value: &str) -> Found {
        found!(self = Self::from_spotify(value))
    }
}

impl FromJson<'_> for SpotifyUri {
    fn put_str(&mut self, value: &str) -> Found {
        found!(self = Self::from_spotify(value))
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl<'de> FromJson<'de> for $integer {
            fn put_u64(&mut self, value: u64) -> Found {
                match Self::try_from(value) {
                    Ok(value) => found!(self = value),
                    Err(_) => other(value),
                }
            }

            fn put_i64(&mut self, value: i64) -> Found {
                match Self::try_from(value) {
                    Ok(value) => found!(self = value),
                    Err(_) => other(value),
                }
            }

            fn put_f64(&mut self, value: f64) -> Found {
                // The cast saturates, and so what does not fit does not come back as it was.
                let whole = value as Self;
                if whole as f64 == value { found!(self = whole) } else { other(value) }
            }

            fn put_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Found, A::Error> {
                put_number(self, entries)
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, i32);

impl<'de> FromJson<'de> for f64 {
    fn put_u64(&mut self, value: u64) -> Found {
        found!(self = value as Self)
    }

    fn put_i64(&mut self, value: i64) -> Found {
        found!(self = value as Self)
    }

    fn put_f64(&mut self, value: f64) -> Found {
        found!(self = value)
    }

    fn put_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Found, A::Error> {
        put_number(self, entries)
    }
}

impl FromJson<'_> for Timestamp {
    fn put_str(&mut self, value: &str) -> Found {
        match value.parse() {
            Ok(time) => {
                *self = time;
                if is_usual(value) { Found::It } else { with_spelling(self, value) }
            }
            Err(_) => other(value),
        }
    }
}

/// Whether a text that is a time is certainly spelled as it would be written: `2026-01-05T10:00:00Z`, and no leap second.
fn is_usual(time: &str) -> bool {
    match time.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', tens, _, b'Z'] => *tens < b'6',
        _ => false,
    }
}
