//! [`Market`]: a country in which Spotify is available.

use std::any::type_name;
use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

use super::json::{Field, FromJson, Read, Scalar, Slot, as_text};
use crate::invalid_input::InvalidInput;
use crate::memory::{ALLOCATION, charge};
use crate::schema::{Described, Schema};

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

impl Field for Market {
    const REQUIRED: bool = true;

    fn absent() -> Self {
        Self::FROM_TOKEN
    }

    fn is_absent(&self) -> bool {
        *self == Self::FROM_TOKEN
    }
}

impl<'de> FromJson<'de> for Market {
    #[inline]
    fn put(&mut self, scalar: Scalar<'_>) -> bool {
        scalar.text().and_then(Self::from_code).map(|market| *self = market).is_some()
    }

    /// There are about 185 countries, and two such lists in every saved track, most of its bytes: they are read from the
    /// text where there is one, and the list is allocated once.
    fn read_list<D: Deserializer<'de>>(list: &mut Vec<Self>, deserializer: D) -> Result<Read, D::Error> {
        if !lends_text::<D>() {
            return deserializer.deserialize_any(Slot(list));
        }
        let text = <&RawValue>::deserialize(deserializer)?.get();
        match Self::list(text.as_bytes()) {
            Some(codes) => {
                charge(codes.capacity() * size_of::<Self>() + ALLOCATION)?;
                *list = codes;
                Ok(Read::Whole)
            }
            None => serde_json::Deserializer::from_str(text).deserialize_any(Slot(list)).map_err(D::Error::custom),
        }
    }
}

/// Returns whether a deserializer is `serde_json`'s over a text in memory, which a [`RawValue`] can borrow from. Any other
/// is asked for one value after the other.
fn lends_text<D>() -> bool {
    use serde_json::de::{Deserializer, SliceRead, StrRead};
    let name = type_name::<D>();
    name == type_name::<&mut Deserializer<StrRead<'_>>>() || name == type_name::<&mut Deserializer<SliceRead<'_>>>()
}

as_text!(Market);

impl Described for Market {
    const SCHEMA: &'static Schema = &Schema::Market;
}
