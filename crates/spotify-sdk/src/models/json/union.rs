//! Values that are one of several objects, by their `type`, never by which one happens to fit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::budget::{ALLOCATION, charge};
use super::counted::{CountedSeed, counted};
use super::decode::mismatch;
use super::{FromJson, Parsed};

/// Reads the text of one value. An object is passed to `choose` with its `type`, which may be anywhere in it: searching
/// the text is faster than building a tree first.
pub(crate) fn union_from_text<T>(
    slot: &mut T,
    text: &str,
    choose: fn(&str, &str) -> serde_json::Result<Option<T>>,
) -> serde_json::Result<Parsed> {
    if text == "null" {
        return Ok(Parsed::Null);
    }
    if text.starts_with('{')
        && let Some(object_type) = serde_json::from_str::<TypeOf>(text)?.0
        && let Some(value) = choose(&object_type, text)?
    {
        *slot = value;
        return Ok(Parsed::Complete);
    }
    counted(&mut serde_json::Deserializer::from_str(text)).map(|value: Value| mismatch(value))
}

/// Reads `text` as the object of its type.
pub(crate) fn decode_member<'de, T: FromJson<'de>>(text: &'de str) -> serde_json::Result<Option<Box<T>>> {
    charge::<serde_json::Error>(size_of::<T>() + ALLOCATION)?;
    let mut member = Box::new(T::field_default());
    match member.read(&mut serde_json::Deserializer::from_str(text))? {
        Parsed::Complete | Parsed::Partial(_) => Ok(Some(member)),
        Parsed::Null | Parsed::Mismatch(_) => Ok(None),
    }
}

/// The `type` of an object, if it is a string.
struct TypeOf(Option<String>);

impl<'de> Deserialize<'de> for TypeOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FindType;

        impl<'de> Visitor<'de> for FindType {
            type Value = TypeOf;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<TypeOf, A::Error> {
                let mut found = None;
                while let Some(IsType(is_type)) = entries.next_key()? {
                    if is_type {
                        found = match entries.next_value_seed(CountedSeed::new())? {
                            Value::String(text) => Some(text),
                            _ => None,
                        };
                    } else {
                        entries.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(TypeOf(found))
            }
        }

        deserializer.deserialize_map(FindType)
    }
}

/// Whether a key is `type`, determined without storing the key.
struct IsType(bool);

impl<'de> Deserialize<'de> for IsType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Compare;

        impl Visitor<'_> for Compare {
            type Value = IsType;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_str<E>(self, name: &str) -> Result<IsType, E> {
                Ok(IsType(name == "type"))
            }
        }

        deserializer.deserialize_str(Compare)
    }
}
