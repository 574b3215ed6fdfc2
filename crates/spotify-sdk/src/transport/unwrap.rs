//! Answers that are one value in a wrapper, `{"albums": [...]}`, read as that value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// Reads the field `name` of the JSON object in `body`.
pub(super) fn from_slice<T: DeserializeOwned>(body: &[u8], name: &'static str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = Unwrap { name, value: PhantomData }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

struct Unwrap<T> {
    name: &'static str,
    value: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Unwrap<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Unwrap<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the field `{}`", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
        let mut value = None;
        while let Some(key) = entries.next_key::<String>()? {
            if key == self.name {
                value = Some(entries.next_value()?);
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        value.ok_or_else(|| A::Error::missing_field(self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_read_wherever_it_stands_and_whatever_stands_beside_it() {
        let body = br#"{"href": "x", "albums": [1, null, 3], "more": {"albums": 5}}"#;
        assert_eq!(from_slice::<Vec<Option<u8>>>(body, "albums").unwrap(), [Some(1), None, Some(3)]);
    }

    #[test]
    fn a_wrapper_without_the_field_is_an_error_that_names_it() {
        for body in [&b"{}"[..], b"[]", b"null", b"", br#"{"albums": []} x"#] {
            assert!(from_slice::<Vec<u8>>(body, "albums").is_err());
        }
        assert!(from_slice::<Vec<u8>>(b"{}", "albums").unwrap_err().to_string().contains("albums"));
    }
}
