//! Values that are read from their JSON text, where that is faster than to visit them value by value.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::Parsed;

/// A type that can be read from JSON text, and from any deserializer.
pub(crate) trait FromText<'de>: Sized {
    /// Reads the text of one JSON value.
    fn read_str(&mut self, text: &str) -> serde_json::Result<Parsed>;

    /// Reads a value from a deserializer that does not provide the text.
    fn read_any<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error>;
}

/// Reads one value, from its text if the deserializer is `serde_json`'s.
pub(crate) fn read_text<'de, T: FromText<'de>, D: Deserializer<'de>>(
    slot: &mut T,
    deserializer: D,
) -> Result<Parsed, D::Error> {
    deserializer.deserialize_newtype_struct(RAW_VALUE, TextSlot(slot))
}

/// The name by which `serde_json::value::RawValue` identifies itself. For this name, `serde_json` provides the text of
/// a value, borrowed if possible, which `RawValue` itself does either always or never. Any other deserializer takes it
/// for the name of a newtype and provides the value.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

struct TextSlot<'a, T>(&'a mut T);

impl<'de, T: FromText<'de>> Visitor<'de> for TextSlot<'_, T> {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Parsed, A::Error> {
        let _: Option<Name> = entries.next_key()?;
        entries.next_value_seed(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        self.0.read_any(deserializer)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Parsed, E> {
        self.0.read_str(text).map_err(E::custom)
    }
}

impl<'de, T: FromText<'de>> DeserializeSeed<'de> for TextSlot<'_, T> {
    type Value = Parsed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_str(self)
    }
}

/// The key under which the text is provided, which carries no information.
struct Name;

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyName;

        impl Visitor<'_> for AnyName {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E>(self, _: &str) -> Result<Name, E> {
                Ok(Name)
            }
        }

        deserializer.deserialize_identifier(AnyName)
    }
}
