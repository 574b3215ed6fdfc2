//! [`Text`], the short string of models and ids, and text that is safe to print.

mod brief;
mod printable;
mod thousands;

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

use compact_str::CompactString;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

pub(crate) use brief::{MAX_MESSAGE, brief};
pub(crate) use printable::{kept, printable, shown_address};
pub(crate) use thousands::Thousands;

/// An immutable string without an allocation up to 24 bytes: the type of the strings in models.
///
/// It dereferences to `str`, compares with `&str` and `String`, and converts into a `String` with `into()`. It hashes
/// like `str`, so that a map with `Text` keys can be queried with a `&str`.
///
/// ```
/// use spotify_sdk::Text;
///
/// let name = Text::from("EoO");
/// assert_eq!(name, "EoO");
/// assert_eq!(name.to_uppercase(), "EOO");
/// let owned: String = name.into();
/// # assert_eq!(owned, "EoO");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(CompactString);

impl Text {
    /// Creates a text from a literal, without an allocation at any length.
    pub const fn from_static(text: &'static str) -> Self {
        Self(CompactString::const_new(text))
    }

    /// Returns the text as a slice.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other)
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        Self(text.into())
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self(text.into())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.into()
    }
}

impl FromStr for Text {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

macro_rules! compares_with {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for Text {
            fn eq(&self, other: &$other) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }

        impl PartialEq<Text> for $other {
            fn eq(&self, other: &Text) -> bool {
                other == self
            }
        }
    )*};
}

compares_with!(str, &str, String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(text.into())
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Text, E> {
                Ok(text.into())
            }
        }

        // A string that the deserializer lends is copied once, into the text itself.
        deserializer.deserialize_str(TextVisitor)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[test]
    fn a_text_is_used_as_a_str_is() {
        let text = Text::from("Küche");
        let (borrowed, owned) = ("Küche", "Küche".to_owned());
        assert!([text == borrowed, borrowed == text, text == *borrowed, *borrowed == text].iter().all(|same| *same));
        assert!([text == owned, owned == text].iter().all(|same| *same));
        assert_eq!(text.chars().count(), 5);
        assert_eq!(format!("{text:?} [{text:>7}]"), format!("{:?} [{:>7}]", "Küche", "Küche"));
        assert_eq!(Text::default(), "");
        assert_eq!("a".parse(), Ok(Text::from_static("a")));
    }

    #[test]
    fn collections_of_texts_can_be_asked_with_a_str() {
        assert!(HashSet::from([Text::from("a")]).contains("a"));
        assert_eq!(BTreeSet::from(["b", "a", "Ä"].map(Text::from)).get("b"), Some(&Text::from("b")));
    }

    #[test]
    fn a_text_is_a_json_string() {
        for json in ["\"a\"", "\"a\\nb\"", "\"a text longer than what fits into it\""] {
            let text: Text = serde_json::from_str(json).unwrap();
            assert_eq!(text, serde_json::from_str::<String>(json).unwrap());
            assert_eq!(serde_json::from_reader::<_, Text>(json.as_bytes()).unwrap(), text);
            assert_eq!(serde_json::to_string(&text).unwrap(), json);
        }
        assert!(serde_json::from_str::<Text>("1").is_err());
    }
}
