//! [`Market`]: a country in which Spotify is available.

use std::fmt;
use std::str::FromStr;

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::json::{
    ALLOCATION, Field, FieldDefault, FieldSlot, FromJson, FromText, Parsed, ToJson, charge, mismatch, read_text,
    require, serde_traits,
};
use crate::invalid_input::InvalidInput;

/// A country in which Spotify is available, by its ISO 3166-1 alpha-2 code; as a parameter also [`Market::FROM_TOKEN`].
///
/// Its size is two bytes: a page of saved tracks holds thousands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Market([u8; 2]);

impl Market {
    /// The country of the user whose token the request is sent with.
    pub const FROM_TOKEN: Self = Self(*b"\0\0");

    /// Returns the two letters, or `from_token`.
    pub fn as_str(&self) -> &str {
        // The bytes are ASCII letters.
        if *self == Self::FROM_TOKEN { FROM_TOKEN } else { str::from_utf8(&self.0).unwrap_or_default() }
    }

    fn from_code(code: &str) -> Option<Self> {
        match *code.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => Some(Self([first, second])),
            _ if code == FROM_TOKEN => Some(Self::FROM_TOKEN),
            _ => None,
        }
    }
}

impl Market {
    /// Reads a JSON list of only codes, without white space, as Spotify sends it; returns `None` for anything else.
    fn list(json: &[u8]) -> Option<Vec<Self>> {
        let codes = json.strip_prefix(b"[")?.strip_suffix(b"]")?;
        if codes.is_empty() {
            return Some(Vec::new());
        }
        // Each code takes five bytes, `"SE",`, the last one four.
        let (chunks, last) = codes.as_chunks::<5>();
        let last: [u8; 4] = last.try_into().ok()?;
        let is_code = |[open, first, second, close]: [u8; 4]| {
            (open == b'"') & first.is_ascii_uppercase() & second.is_ascii_uppercase() & (close == b'"')
        };
        // Without early exits, the loops are vectorized.
        let each = |chunk: &[u8; 5]| is_code([chunk[0], chunk[1], chunk[2], chunk[3]]) & (chunk[4] == b',');
        if !(chunks.iter().fold(true, |all, chunk| all & each(chunk)) & is_code(last)) {
            return None;
        }
        let mut list = Vec::with_capacity(chunks.len() + 1);
        list.extend(chunks.iter().map(|chunk| Self([chunk[1], chunk[2]])));
        list.push(Self([last[1], last[2]]));
        Some(list)
    }
}

const FROM_TOKEN: &str = "from_token";

impl FromStr for Market {
    type Err = InvalidInput;

    /// Parses a code in either case, or `from_token`.
    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::from_code(text).or_else(|| Self::from_code(&text.to_ascii_uppercase())).ok_or_else(|| {
            InvalidInput::new("market", format!("expected a country code such as `SE`, or `from_token`, got `{text}`"))
        })
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<str> for Market {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Market {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<'de> FromJson<'de> for Market {
    fn put_str(&mut self, code: &str) -> Parsed {
        match Self::from_code(code) {
            Some(market) => {
                *self = market;
                Parsed::Complete
            }
            None => mismatch(code),
        }
    }

    /// There are about 185 countries, and two such lists in every saved track, most of its bytes: they are read from
    /// the text, and the list is allocated once.
    fn read_list<D: Deserializer<'de>>(list: &mut Vec<Self>, deserializer: D) -> Result<Parsed, D::Error> {
        read_text(list, deserializer)
    }
}

impl<'de> FromText<'de> for Vec<Market> {
    fn read_str(&mut self, text: &str) -> serde_json::Result<Parsed> {
        match Market::list(text.as_bytes()) {
            Some(list) => {
                charge::<serde_json::Error>(list.capacity() * size_of::<Market>() + ALLOCATION)?;
                *self = list;
                Ok(Parsed::Complete)
            }
            None => self.read_any(&mut serde_json::Deserializer::from_str(text)),
        }
    }

    fn read_any<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_any(FieldSlot(self))
    }
}

impl ToJson for Market {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl FieldDefault for Market {
    fn field_default() -> Self {
        Self::FROM_TOKEN
    }
}

impl Field for Market {
    const REQUIRED: bool = true;

    fn is_fallback(&self) -> bool {
        false
    }
}

serde_traits!(Market);
