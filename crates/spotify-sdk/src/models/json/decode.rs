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

    /// A list of `Self`.
    fn list_from_seq<A: SeqAccess<'de>>(mut items: A) -> Result<Decoded<Vec<Self>>, A::Error> {
        let mut list = Vec::new();
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(item) = items.next_element_seed(Visit::<Self>::new())? {
            match item {
                Decoded::Is(item) | Decoded::With(item, _) => list.push(item),
                Decoded::Null => others.push((index, Value::Null)),
                Decoded::Other(value) => others.push((index, value)),
            }
            index += 1;
        }
        Ok(with_others(list, others))
    }
}

/// A list, and the elements that it cannot hold with where they stood.
pub(crate) fn with_others<T>(list: Vec<T>, others: Vec<(usize, Value)>) -> Decoded<Vec<T>> {
    if others.is_empty() {
        Decoded::Is(list)
    } else {
        Decoded::With(list, Trace::Others(others))
    }
}

/// Reads one value of whatever kind.
pub(crate) struct Visit<T>(PhantomData<fn() -> T>);

impl<T> Visit<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for Visit<T> {
    type Value = Decoded<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decoded<T>, D::Error> {
        deserializer.deserialize_any(self)
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
    let found = match deserializer.deserialize_any(Visit::<T>::new())? {
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
    fn from_bool(value: bool) -> Decoded<Self> {
        T::from_bool(value).map(Some)
    }

    fn from_u64(value: u64) -> Decoded<Self> {
        T::from_u64(value).map(Some)
    }

    fn from_i64(value: i64) -> Decoded<Self> {
        T::from_i64(value).map(Some)
    }

    fn from_f64(value: f64) -> Decoded<Self> {
        T::from_f64(value).map(Some)
    }

    fn from_str(value: &str) -> Decoded<Self> {
        T::from_str(value).map(Some)
    }

    fn from_seq<A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::from_seq(items)?.map(Some))
    }

    fn from_map<A: MapAccess<'de>>(entries: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::from_map(entries)?.map(Some))
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Vec<T> {
    fn from_seq<A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        T::list_from_seq(items)
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Box<T> {
    fn from_map<A: MapAccess<'de>>(entries: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::from_map(entries)?.map(Box::new))
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
            Ok(time) if time.to_string() == value => Decoded::Is(time),
            Ok(time) => Decoded::With(
                time,
                Trace::Spelling {
                    ours: time.to_string().into(),
                    theirs: value.into(),
                },
            ),
            Err(_) => Decoded::Other(value.into()),
        }
    }
}
