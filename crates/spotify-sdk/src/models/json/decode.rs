//! From JSON: [`FromJson`] says what a type makes of each kind of value.

use std::fmt;
use std::marker::PhantomData;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::ids::{Id, SpotifyUri};
use crate::models::extra::Trace;

/// What one JSON value turned out to be, for a field of the type `T`.
#[derive(Debug)]
pub(crate) enum Decoded<T> {
    /// It is a `T`.
    Is(T),
    /// It is a `T`, and something that a `T` does not hold.
    With(T, Trace),
    /// It is `null`.
    Null,
    /// It is something else.
    Other(Value),
}

impl<T> Decoded<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Decoded<U> {
        match self {
            Self::Is(value) => Decoded::Is(change(value)),
            Self::With(value, trace) => Decoded::With(change(value), trace),
            Self::Null => Decoded::Null,
            Self::Other(value) => Decoded::Other(value),
        }
    }
}

/// A type that a JSON value can turn into. Every kind of value that a type does not expect is kept as it is.
pub(crate) trait FromJson<'de>: Sized {
    /// Reads one value of whatever kind.
    fn decode<D: Deserializer<'de>>(deserializer: D) -> Result<Decoded<Self>, D::Error> {
        deserializer.deserialize_any(Visit::<Self>::new())
    }

    /// Reads a list of `Self`, or whatever else it is.
    fn decode_list<D: Deserializer<'de>>(deserializer: D) -> Result<Decoded<Vec<Self>>, D::Error> {
        deserializer.deserialize_any(Visit::<Vec<Self>>::new())
    }

    fn from_bool(value: bool) -> Decoded<Self> {
        Decoded::Other(value.into())
    }

    fn from_u64(value: u64) -> Decoded<Self> {
        Decoded::Other(value.into())
    }

    fn from_i64(value: i64) -> Decoded<Self> {
        Decoded::Other(value.into())
    }

    fn from_f64(value: f64) -> Decoded<Self> {
        Decoded::Other(value.into())
    }

    fn from_str(value: &str) -> Decoded<Self> {
        Decoded::Other(value.into())
    }

    fn from_seq<A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        collect_seq(items).map(Decoded::Other)
    }

    fn from_map<A: MapAccess<'de>>(entries: A) -> Result<Decoded<Self>, A::Error> {
        collect_map(entries).map(Decoded::Other)
    }
}

/// A list, and the elements that it cannot hold with where they stood.
fn with_others<T>(list: Vec<T>, others: Vec<(usize, Value)>) -> Decoded<Vec<T>> {
    if others.is_empty() { Decoded::Is(list) } else { Decoded::With(list, Trace::Others(others)) }
}

/// A value that was read from the text `theirs`, and how that was spelled, where the value itself would be written otherwise.
pub(crate) fn with_spelling<T: fmt::Display>(value: T, theirs: &str) -> Decoded<T> {
    let ours = value.to_string();
    if ours == theirs {
        return Decoded::Is(value);
    }
    let (ours, theirs) = (ours.into(), theirs.into());
    Decoded::With(value, Trace::Spelling { ours, theirs })
}

/// As a seed, reads one value of whatever kind; as a visitor, is told of which kind it is.
pub(crate) struct Visit<T>(PhantomData<fn() -> T>);

impl<T> Visit<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for Visit<T> {
    type Value = Decoded<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decoded<T>, D::Error> {
        T::decode(deserializer)
    }
}

impl<'de, T: FromJson<'de>> Visitor<'de> for Visit<T> {
    type Value = Decoded<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Decoded<T>, E> {
        Ok(T::from_bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Decoded<T>, E> {
        Ok(T::from_u64(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Decoded<T>, E> {
        Ok(T::from_i64(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Decoded<T>, E> {
        Ok(T::from_f64(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Decoded<T>, E> {
        Ok(T::from_str(value))
    }

    fn visit_unit<E>(self) -> Result<Decoded<T>, E> {
        Ok(Decoded::Null)
    }

    fn visit_none<E>(self) -> Result<Decoded<T>, E> {
        Ok(Decoded::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decoded<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Decoded<T>, A::Error> {
        T::from_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Decoded<T>, A::Error> {
        T::from_map(entries)
    }
}

/// Reads a value that has to be a `T`, for serde's own traits.
pub(crate) fn require<'de, T: FromJson<'de>, D: Deserializer<'de>>(deserializer: D, name: &str) -> Result<T, D::Error> {
    let found = match T::decode(deserializer)? {
        Decoded::Is(value) | Decoded::With(value, _) => return Ok(value),
        Decoded::Null => "null",
        Decoded::Other(value) => kind_of(&value),
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

fn collect_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Value, A::Error> {
    let mut list = Vec::new();
    while let Some(item) = items.next_element()? {
        list.push(item);
    }
    Ok(Value::Array(list))
}

fn collect_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Value, A::Error> {
    let mut map = Map::new();
    while let Some((key, value)) = entries.next_entry()? {
        map.insert(key, value);
    }
    Ok(Value::Object(map))
}

/// How a field of the type `T` is read: by its own rules, or for items of a type of the caller's, by serde.
pub(crate) trait ReadAs<'de, T> {
    type Seed: DeserializeSeed<'de, Value = Decoded<T>>;

    fn seed() -> Self::Seed;
}

/// By the type's own rules.
pub(crate) struct Native;

impl<'de, T: FromJson<'de>> ReadAs<'de, T> for Native {
    type Seed = Visit<T>;

    fn seed() -> Visit<T> {
        Visit::new()
    }
}

/// A list of items of any type that serde can read, between which `null` may stand.
pub(crate) struct Items;

impl<'de, T: Deserialize<'de>> ReadAs<'de, Vec<T>> for Items {
    type Seed = VisitItems<T>;

    fn seed() -> VisitItems<T> {
        VisitItems(PhantomData)
    }
}

pub(crate) struct VisitItems<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for VisitItems<T> {
    type Value = Decoded<Vec<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for VisitItems<T> {
    type Value = Decoded<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Decoded::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(item) = items.next_element::<Option<T>>()? {
            match item {
                Some(item) => list.push(item),
                None => others.push((index, Value::Null)),
            }
            index += 1;
        }
        Ok(with_others(list, others))
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Option<T> {
    fn decode<D: Deserializer<'de>>(deserializer: D) -> Result<Decoded<Self>, D::Error> {
        Ok(T::decode(deserializer)?.map(Some))
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Vec<T> {
    fn decode<D: Deserializer<'de>>(deserializer: D) -> Result<Decoded<Self>, D::Error> {
        T::decode_list(deserializer)
    }

    fn from_seq<A: SeqAccess<'de>>(mut items: A) -> Result<Decoded<Self>, A::Error> {
        let mut list = Vec::new();
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(item) = items.next_element_seed(Visit::<T>::new())? {
            match item {
                Decoded::Is(item) | Decoded::With(item, _) => {
                    // Most lists hold one artist, or two: a vector's own first step is room for four.
                    if list.len() == list.capacity() {
                        list.reserve_exact(list.len().max(1));
                    }
                    list.push(item);
                }
                Decoded::Null => others.push((index, Value::Null)),
                Decoded::Other(value) => others.push((index, value)),
            }
            index += 1;
        }
        Ok(with_others(list, others))
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Box<T> {
    fn decode<D: Deserializer<'de>>(deserializer: D) -> Result<Decoded<Self>, D::Error> {
        Ok(T::decode(deserializer)?.map(Box::new))
    }
}

impl FromJson<'_> for bool {
    fn from_bool(value: bool) -> Decoded<Self> {
        Decoded::Is(value)
    }
}

impl FromJson<'_> for CompactString {
    fn from_str(value: &str) -> Decoded<Self> {
        Decoded::Is(value.into())
    }
}

impl<K> FromJson<'_> for Id<K> {
    fn from_str(value: &str) -> Decoded<Self> {
        Decoded::Is(Self::from_spotify(value))
    }
}

impl FromJson<'_> for SpotifyUri {
    fn from_str(value: &str) -> Decoded<Self> {
        Decoded::Is(Self::from_spotify(value))
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl FromJson<'_> for $integer {
            fn from_u64(value: u64) -> Decoded<Self> {
                Self::try_from(value).map_or_else(|_| Decoded::Other(value.into()), Decoded::Is)
            }

            fn from_i64(value: i64) -> Decoded<Self> {
                Self::try_from(value).map_or_else(|_| Decoded::Other(value.into()), Decoded::Is)
            }

            fn from_f64(value: f64) -> Decoded<Self> {
                // The cast saturates, and so what does not fit does not come back as it was.
                let whole = value as Self;
                if whole as f64 == value { Decoded::Is(whole) } else { Decoded::Other(value.into()) }
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, i32);

impl FromJson<'_> for f64 {
    fn from_u64(value: u64) -> Decoded<Self> {
        Decoded::Is(value as f64)
    }

    fn from_i64(value: i64) -> Decoded<Self> {
        Decoded::Is(value as f64)
    }

    fn from_f64(value: f64) -> Decoded<Self> {
        Decoded::Is(value)
    }
}

impl FromJson<'_> for Timestamp {
    fn from_str(value: &str) -> Decoded<Self> {
        match value.parse::<Timestamp>() {
            Ok(time) => with_spelling(time, value),
            Err(_) => Decoded::Other(value.into()),
        }
    }
}
