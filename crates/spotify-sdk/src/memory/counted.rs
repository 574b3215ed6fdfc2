//! [`Counted`]: charges the memory of any type, including the caller's types, to the [budget](super).
//!
//! It sees what serde sees: that a list has another element, and how large an element is. Containers are charged by the
//! worst case of those in the standard library and in `serde_json`. Strings are not charged: together they are not
//! longer than the body.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
use serde_json::{Number, Value};

use super::{ALLOCATION, charge};
use crate::text::brief;

/// The name of a newtype by which models request to be read uncounted: they charge for themselves.
pub(crate) const OURS: &str = "$spotify_sdk::Model";

/// Reads a `T` from `deserializer`, counted.
pub(crate) fn counted<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(Counted::of(deserializer))
}

/// Reads a list of any values, unchanged.
pub(crate) fn counted_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Value, A::Error> {
    Value::deserialize(SeqAccessDeserializer::new(Counted::of(items)))
}

/// Reads an object of any values, unchanged.
pub(crate) fn counted_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Value, A::Error> {
    Value::deserialize(MapAccessDeserializer::new(Counted::of(entries)))
}

/// A part of serde's protocol, with everything that passes through it counted.
pub(crate) struct Counted<P> {
    inner: P,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The next element or entry is the first of its container.
    First,
    Later,
    /// The keys of the object are names of fields, for which no container is allocated.
    Fields,
    /// The object is a number: with its Cargo feature `arbitrary_precision`, which any crate of a program can enable,
    /// `serde_json` represents some numbers as objects.
    Number,
    /// These bytes were announced.
    Charge(usize),
}

impl<P> Counted<P> {
    pub(crate) fn of(inner: P) -> Self {
        Self { inner, state: State::First }
    }

    /// Returns the maximum room that another `T` takes in the container. The first leaf of a B-tree has room for eleven,
    /// later ones are at least half full; vectors and hash tables double, and keep the old allocation until the new one
    /// is filled.
    fn room<T>(&self) -> usize {
        match self.state {
            State::First => 11 * size_of::<T>() + 2 * ALLOCATION,
            State::Fields => 0,
            _ => 4 * size_of::<T>() + ALLOCATION,
        }
    }

    /// Moves on to the next element.
    fn step(&mut self) {
        if self.state == State::First {
            self.state = State::Later;
        }
    }
}

/// The error of a visitor that refuses a value, which serde quotes in it at any length: its first bytes.
#[derive(Debug)]
struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(brief(message))
    }
}

macro_rules! deserialize {
    ($($method:ident($($argument:ident: $type:ty),*) $state:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($argument,)* Counted { inner: visitor, state: State::$state })
        }
    )*};
}

macro_rules! as_any {
    ($($method:ident($($argument:ident: $type:ty),*) $state:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, $(_: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.deserialize_any(Counted { inner: visitor, state: State::$state })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Counted<D> {
    type Error = D::Error;

    deserialize! {
        deserialize_any() First
        deserialize_option() First
        deserialize_i128() First
        deserialize_u128() First
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) First
    }

    serde::forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }

    // Given the expected type, `serde_json` quotes a string of another type in its error at any length.
    as_any! {
        deserialize_i8() Number deserialize_i16() Number deserialize_i32() Number deserialize_i64() Number
        deserialize_u8() Number deserialize_u16() Number deserialize_u32() Number deserialize_u64() Number
        deserialize_f32() Number deserialize_f64() Number
        deserialize_struct(name: &'static str, fields: &'static [&'static str]) Fields
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        if name == OURS {
            return self.inner.deserialize_newtype_struct(name, visitor);
        }
        self.inner.deserialize_newtype_struct(name, Counted::of(visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_ignored_any(visitor)
    }
}

macro_rules! visit {
    ($($method:ident($type:ty);)*) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method::<Refusal>(value).map_err(E::custom)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Counted<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit! {
        visit_bool(bool);
        visit_i64(i64);
        visit_i128(i128);
        visit_u64(u64);
        visit_u128(u128);
        visit_f64(f64);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Counted::of(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Counted::of(deserializer))
    }

    // A container may be boxed.
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        charge(size_of::<V::Value>() + ALLOCATION)?;
        self.inner.visit_seq(Counted::of(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        if self.state == State::Number {
            return match Number::deserialize(MapAccessDeserializer::new(entries)).map(|number| number.as_f64()) {
                Ok(Some(number)) => self.inner.visit_f64(number),
                _ => Err(A::Error::invalid_type(Unexpected::Map, &self.inner)),
            };
        }
        charge(size_of::<V::Value>() + ALLOCATION)?;
        self.inner.visit_map(Counted { inner: entries, state: self.state })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variants: A) -> Result<V::Value, A::Error> {
        charge(size_of::<V::Value>() + ALLOCATION)?;
        self.inner.visit_enum(Counted::of(variants))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Counted<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        if let State::Charge(bytes) = self.state {
            charge(bytes)?;
        }
        self.inner.deserialize(Counted::of(deserializer))
    }
}

// No size hint is given: room that is reserved in advance would not be charged.
impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Counted<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let seed = Counted { inner: seed, state: State::Charge(self.room::<S::Value>()) };
        self.step();
        self.inner.next_element_seed(seed)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Counted<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let key = self.inner.next_key_seed(seed)?;
        charge(if key.is_some() { self.room::<S::Value>() } else { 0 })?;
        Ok(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = Counted { inner: seed, state: State::Charge(self.room::<S::Value>()) };
        self.step();
        self.inner.next_value_seed(seed)
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Counted<A> {
    type Error = A::Error;
    type Variant = Counted<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        self.inner
            .variant_seed(Counted { inner: seed, state: State::Charge(0) })
            .map(|(value, variant)| (value, Counted::of(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Counted<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let state = State::Charge(size_of::<S::Value>() + ALLOCATION);
        self.inner.newtype_variant_seed(Counted { inner: seed, state })
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.inner.tuple_variant(len, Counted::of(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.inner.struct_variant(fields, Counted { inner: visitor, state: State::Fields })
    }
}
