//! [`Counted`]: a deserializer that charges the memory of any type, including the caller's types, to the [budget].
//!
//! It sees what serde sees: that a list has another element, and how large an element is. Containers are charged by the
//! worst case of those in the standard library and in `serde_json`. Strings are not charged: together they are not
//! longer than the body.

use std::fmt::{self, Write};
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
use serde_json::Value;

use super::budget::{ALLOCATION, charge};

/// The name of a newtype by which types with rules of their own request to be read uncounted: they charge for
/// themselves.
pub(super) const COUNTS_ITSELF: &str = "$spotify_sdk::CountsItself";

/// The maximum length in bytes of a custom error message that is kept: serde quotes unexpected input at any length.
pub(crate) const MAX_MESSAGE: usize = 1024;

/// Reads a `T` from `deserializer`, counted.
pub(crate) fn counted<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(Counted(deserializer)).map_err(Brief::into_inner)
}

/// Reads a list of any values, unchanged.
pub(super) fn counted_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Value, A::Error> {
    Value::deserialize(SeqAccessDeserializer::new(Elements::of(items))).map_err(Brief::into_inner)
}

/// Reads an object of any values, unchanged.
pub(super) fn counted_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Value, A::Error> {
    Value::deserialize(MapAccessDeserializer::new(Entries::of(entries))).map_err(Brief::into_inner)
}

/// A seed that reads a `T`.
pub(crate) struct CountedSeed<T>(PhantomData<T>);

impl<T> CountedSeed<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for CountedSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        counted(deserializer)
    }
}

/// A deserializer that counts everything.
pub(crate) struct Counted<D>(pub(crate) D);

/// The same for the key of an entry, which may be a number in quotes: the type that reads it has to say what it
/// expects.
struct CountedKey<D>(D);

/// An error with a bounded message.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Brief<E>(E);

impl<E> Brief<E> {
    pub(crate) fn into_inner(self) -> E {
        self.0
    }
}

impl<E: Error> fmt::Display for Brief<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<E: Error> std::error::Error for Brief<E> {}

impl<E: Error> Error for Brief<E> {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(E::custom(brief(message)))
    }
}

/// Returns the first bytes of a message.
pub(crate) fn brief(message: impl fmt::Display) -> String {
    let mut head = Head(String::new());
    // An error means that the limit was reached.
    let _ = write!(head, "{message}");
    head.0
}

/// The first bytes of a string.
struct Head(String);

impl Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_MESSAGE - self.0.len();
        let end = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        self.0.push_str(&text[..end]);
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($argument,)* CountedVisitor { visitor, expected: Expected::Anything }).map_err(Brief)
        }
    )*};
}

/// The expected type does not change how JSON is read, but it changes the error for another type: `serde_json` quotes
/// the whole string, at any length, while the visitor's own error is brief.
macro_rules! as_any {
    ($expected:expr; $($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            $(let _ = $argument;)*
            self.0.deserialize_any(CountedVisitor { visitor, expected: $expected }).map_err(Brief)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Counted<D> {
    type Error = Brief<D::Error>;

    as_any! { Expected::Anything;
        deserialize_any();
        deserialize_bool();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_identifier();
    }

    as_any! { Expected::Number;
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_f32();
        deserialize_f64();
    }

    forward! {
        deserialize_i128();
        deserialize_u128();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_any(CountedVisitor { visitor, expected: Expected::Fields }).map_err(Brief)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if name == COUNTS_ITSELF {
            return self.0.deserialize_newtype_struct(name, visitor).map_err(Brief);
        }
        self.0.deserialize_newtype_struct(name, CountedVisitor { visitor, expected: Expected::Anything }).map_err(Brief)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        // Nothing of it is kept.
        self.0.deserialize_ignored_any(visitor).map_err(Brief)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for CountedKey<D> {
    type Error = Brief<D::Error>;

    forward! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }
}

struct CountedVisitor<V> {
    visitor: V,
    expected: Expected,
}

/// How an object is expected to be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Anything,
    /// Its keys are field names, for which no container is allocated.
    Fields,
    /// It can only be a number; see [`Digits`].
    Number,
}

/// A number that is represented as an object. With its Cargo feature `arbitrary_precision`, which any crate of a
/// program can enable, `serde_json` passes numbers with a point or an exponent like this to a visitor that accepts any
/// value.
pub(super) enum Digits {
    U64(u64),
    I64(i64),
    F64(f64),
}

impl Digits {
    pub(super) fn of(value: &Value) -> Option<Self> {
        let Value::Number(number) = value else { return None };
        let whole = number.as_u64().map(Self::U64).or_else(|| number.as_i64().map(Self::I64));
        whole.or_else(|| number.as_f64().map(Self::F64))
    }
}

/// Charges a value that may be boxed.
fn charge_one<T, E: Error>() -> Result<(), E> {
    charge(size_of::<T>() + ALLOCATION)
}

macro_rules! visit {
    ($($method:ident($type:ty);)*) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.visitor.$method::<Brief<E>>(value).map_err(Brief::into_inner)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for CountedVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    visit! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none::<Brief<E>>().map_err(Brief::into_inner)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit::<Brief<E>>().map_err(Brief::into_inner)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Counted(deserializer)).map_err(Brief::into_inner)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Counted(deserializer)).map_err(Brief::into_inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        charge_one::<V::Value, A::Error>()?;
        self.visitor.visit_seq(Elements::of(items)).map_err(Brief::into_inner)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        charge_one::<V::Value, A::Error>()?;
        if self.expected == Expected::Number {
            return match Digits::of(&counted_map(entries)?) {
                Some(Digits::U64(number)) => self.visitor.visit_u64(number),
                Some(Digits::I64(number)) => self.visitor.visit_i64(number),
                Some(Digits::F64(number)) => self.visitor.visit_f64(number),
                None => Err(A::Error::invalid_type(Unexpected::Map, &self.visitor)),
            };
        }
        let entries = Entries { is_struct: self.expected == Expected::Fields, ..Entries::of(entries) };
        self.visitor.visit_map(entries).map_err(Brief::into_inner)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variants: A) -> Result<V::Value, A::Error> {
        charge_one::<V::Value, A::Error>()?;
        self.visitor.visit_enum(Counted(variants)).map_err(Brief::into_inner)
    }
}

/// Returns the maximum room that another `T` takes in a container. The first leaf of a B-tree has room for eleven,
/// later ones are at least half full; vectors and hash tables double, and keep the old allocation until the new one is
/// filled.
const fn room<T>(is_first: bool) -> usize {
    if is_first { 11 * size_of::<T>() + 2 * ALLOCATION } else { 4 * size_of::<T>() + ALLOCATION }
}

/// The elements of a list.
struct Elements<A> {
    items: A,
    is_first: bool,
}

impl<A> Elements<A> {
    fn of(items: A) -> Self {
        Self { items, is_first: true }
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<A> {
    type Error = Brief<A::Error>;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        let seed = Charged { seed, bytes: room::<S::Value>(self.is_first) };
        self.is_first = false;
        self.items.next_element_seed(seed).map_err(Brief)
    }

    fn size_hint(&self) -> Option<usize> {
        // No room is reserved in advance: it would not be charged.
        None
    }
}

/// The entries of an object.
struct Entries<A> {
    entries: A,
    is_struct: bool,
    is_first: bool,
}

impl<A> Entries<A> {
    fn of(entries: A) -> Self {
        Self { entries, is_struct: false, is_first: true }
    }

    fn room<T>(&self) -> usize {
        if self.is_struct { 0 } else { room::<T>(self.is_first) }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<A> {
    type Error = Brief<A::Error>;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        let seed = ChargedKey { seed, bytes: self.room::<S::Value>() };
        self.entries.next_key_seed(seed).map_err(Brief)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Self::Error> {
        let seed = Charged { seed, bytes: self.room::<S::Value>() };
        self.is_first = false;
        self.entries.next_value_seed(seed).map_err(Brief)
    }
}

/// A seed that is charged once it is certain that there is a value for it.
struct Charged<S> {
    seed: S,
    bytes: usize,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Charged<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        charge(self.bytes)?;
        self.seed.deserialize(Counted(deserializer)).map_err(Brief::into_inner)
    }
}

/// The same for the key of an entry.
struct ChargedKey<S> {
    seed: S,
    bytes: usize,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for ChargedKey<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        charge(self.bytes)?;
        self.seed.deserialize(CountedKey(deserializer)).map_err(Brief::into_inner)
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Counted<A> {
    type Error = Brief<A::Error>;
    type Variant = Counted<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), Self::Error> {
        let (value, variant) = self.0.variant_seed(ChargedKey { seed, bytes: 0 }).map_err(Brief)?;
        Ok((value, Counted(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Counted<A> {
    type Error = Brief<A::Error>;

    fn unit_variant(self) -> Result<(), Self::Error> {
        self.0.unit_variant().map_err(Brief)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Self::Error> {
        self.0.newtype_variant_seed(Charged { seed, bytes: size_of::<S::Value>() + ALLOCATION }).map_err(Brief)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Self::Error> {
        self.0.tuple_variant(len, CountedVisitor { visitor, expected: Expected::Anything }).map_err(Brief)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.struct_variant(fields, CountedVisitor { visitor, expected: Expected::Fields }).map_err(Brief)
    }
}
