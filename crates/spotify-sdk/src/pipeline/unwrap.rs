//! Reads responses that wrap one value, `{"albums": [...]}`, as that value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::memory::Counted;

/// Reads the field `name` of a JSON object. A missing or `null` field is read as empty, as in models: no object, no
/// items, an empty string. So a write that was executed is not reported as failed because its response lacks a snapshot
/// id.
pub(super) fn read<'de, T: DeserializeOwned, R: serde_json::de::Read<'de>>(
    deserializer: &mut serde_json::Deserializer<R>,
    name: &'static str,
) -> serde_json::Result<T> {
    Unwrap { name, value: PhantomData }.deserialize(Counted::of(deserializer))
}

/// Like [`read`], for a body that is optional: an unreadable one is read as empty.
pub(super) fn read_or_empty<T: DeserializeOwned>(body: &[u8], name: &'static str) -> serde_json::Result<T> {
    read(&mut serde_json::Deserializer::from_slice(body), name).or_else(|error| empty().ok_or(error))
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
                value = entries.next_value::<OrNull<T>>()?.0;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        value.or_else(empty).ok_or_else(|| A::Error::missing_field(self.name))
    }
}

/// A value, or `None` for a `null`.
struct OrNull<T>(Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for OrNull<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Self)
    }
}

/// Returns the empty value of a type, by what it can be deserialized from.
fn empty<T: DeserializeOwned>() -> Option<T> {
    ["null", "{}", "[]", "\"\""].iter().find_map(|json| serde_json::from_str(json).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_str<T: DeserializeOwned>(body: &str, name: &'static str) -> serde_json::Result<T> {
        let mut deserializer = serde_json::Deserializer::from_str(body);
        let value = read(&mut deserializer, name)?;
        deserializer.end()?;
        Ok(value)
    }

    #[test]
    fn the_field_is_read_wherever_it_stands_and_whatever_stands_beside_it() {
        let body = r#"{"href": "x", "albums": [1, null, 3], "more": {"albums": 5}}"#;
        assert_eq!(from_str::<Vec<Option<u8>>>(body, "albums").unwrap(), [Some(1), None, Some(3)]);
    }

    #[test]
    fn what_is_missing_or_null_is_empty() {
        for body in ["{}", r#"{"albums": null}"#] {
            assert!(from_str::<Vec<u8>>(body, "albums").unwrap().is_empty());
            assert_eq!(from_str::<String>(body, "albums").unwrap(), "");
            assert_eq!(from_str::<Option<u8>>(body, "albums").unwrap(), None);
        }
        assert!(from_str::<u8>("{}", "albums").unwrap_err().to_string().contains("albums"));
    }

    #[test]
    fn what_only_confirms_a_change_is_empty_where_it_cannot_be_read() {
        let of = |body: &[u8]| read_or_empty::<String>(body, "snapshot_id").unwrap();
        assert_eq!(of(br#"{"snapshot_id": "abc"}"#), "abc");
        for body in [
            &b""[..],
            b"null",
            b"oPClBVDzidwlAlSqmFF",
            b"<html>",
            br#"{"snapshot_id": 5}"#,
            b"{\"snapshot_id\": \"\xff",
        ] {
            assert_eq!(of(body), "");
        }
    }

    #[test]
    fn what_is_no_wrapper_is_an_error() {
        for body in ["[]", "null", "", "<html>", r#"{"albums": []} x"#, r#"{"albums": 5}"#] {
            assert!(from_str::<Vec<u8>>(body, "albums").is_err());
        }
    }
}
