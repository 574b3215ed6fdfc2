//! [`Market`]: a country in which Spotify is available.

use std::fmt;
use std::str::FromStr;

use serde::de::SeqAccess;
use serde::ser::Serializer;
use serde_json::Value;

use super::json::{Decoded, Field, FromJson, ToJson, Visit, require, serde_traits, with_others};
use crate::error::InvalidInput;

/// A country in which Spotify is available, by its ISO 3166-1 alpha-2 code; as a parameter also [`Market::FROM_TOKEN`].
///
/// Two bytes long: a page of saved tracks holds thousands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Market([u8; 2]);

impl Market {
    /// The country of the user whose token the request is made with.
    pub const FROM_TOKEN: Self = Self(*b"\0\0");

    /// The two letters, or `from_token`.
    pub fn as_str(&self) -> &str {
        // Made of ASCII letters only.
        if *self == Self::FROM_TOKEN {
            FROM_TOKEN
        } else {
            str::from_utf8(&self.0).unwrap_or_default()
        }
    }

    fn read(code: &str) -> Option<Self> {
        match *code.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => Some(Self([first, second])),
            _ if code == FROM_TOKEN => Some(Self::FROM_TOKEN),
            _ => None,
        }
    }
}

const FROM_TOKEN: &str = "from_token";

impl FromStr for Market {
    type Err = InvalidInput;

    /// Reads a code in either case, or `from_token`.
    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::read(text)
            .or_else(|| Self::read(&text.to_ascii_uppercase()))
            .ok_or_else(|| {
                InvalidInput::new(
                    "market",
                    format!("expected a country code such as `SE`, or `from_token`, got `{text}`"),
                )
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
    fn from_str(code: &str) -> Decoded<Self> {
        Self::read(code).map_or_else(|| Decoded::Other(code.into()), Decoded::Is)
    }

    /// There are some 185 countries, and two such lists on every saved track: they are gathered on the stack, and the
    /// list is allocated once, as long as it is.
    fn list_from_seq<A: SeqAccess<'de>>(mut codes: A) -> Result<Decoded<Vec<Self>>, A::Error> {
        let mut gathered = [Self::FROM_TOKEN; 256];
        let mut count = 0;
        let mut list = Vec::new();
        let mut others = Vec::new();
        let mut index = 0;
        while let Some(code) = codes.next_element_seed(Visit::<Self>::new())? {
            match code {
                Decoded::Is(market) | Decoded::With(market, _) => {
                    if count == gathered.len() {
                        list.extend_from_slice(&gathered);
                        count = 0;
                    }
                    gathered[count] = market;
                    count += 1;
                }
                Decoded::Null => others.push((index, Value::Null)),
                Decoded::Other(value) => others.push((index, value)),
            }
            index += 1;
        }
        list.extend_from_slice(&gathered[..count]);
        Ok(with_others(list, others))
    }
}

impl ToJson for Market {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Field for Market {
    fn fallback() -> Option<Self> {
        None
    }

    fn is_fallback(&self) -> bool {
        false
    }
}

serde_traits!(Market);
