//! [`List`]: a response that is a bare list.

use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::extra::Remainder;
use super::json::{AsJson, FromJson, Parsed, ToJson};
use super::{Artist, Image, Market, PlayerDevice, Track};
use crate::text::Text;

/// A response that is a bare list. It dereferences to a slice, and converts into a `Vec`.
///
/// Elements that are `null` or of another kind are left out, counted by [`absent_items`](Self::absent_items), and
/// written again with the list.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    items: Vec<T>,
    others: Vec<(usize, Value)>,
}

impl<T> List<T> {
    /// Converts the list into a vector.
    pub fn into_vec(self) -> Vec<T> {
        self.items
    }

    /// Returns the number of elements of the response that are left out.
    pub fn absent_items(&self) -> usize {
        self.others.len()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), others: Vec::new() }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Self {
        list.items
    }
}

fn decode<'de, T: FromJson<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<List<T>, D::Error> {
    let mut items = Vec::new();
    let others = match T::read_list(&mut items, deserializer)? {
        Parsed::Partial(remainder) => match *remainder {
            Remainder::Elements(others) => others,
            Remainder::Spelling { .. } => Vec::new(),
        },
        // As everywhere, a missing list is empty.
        Parsed::Complete | Parsed::Null => Vec::new(),
        Parsed::Mismatch(_) => return Err(D::Error::custom("expected a list")),
    };
    Ok(List { items, others })
}

fn encode<T: ToJson, S: Serializer>(list: &List<T>, serializer: S) -> Result<S::Ok, S::Error> {
    if list.others.is_empty() {
        return serializer.collect_seq(list.items.iter().map(AsJson));
    }
    let mut items = list.items.iter().map(|item| serde_json::to_value(AsJson(item))).collect::<Result<Vec<_>, _>>();
    if let Ok(items) = &mut items {
        for (index, other) in &list.others {
            items.insert((*index).min(items.len()), other.clone());
        }
    }
    items.map_err(serde::ser::Error::custom)?.serialize(serializer)
}

macro_rules! lists_of {
    ($($item:ty),*) => {$(
        impl<'de> Deserialize<'de> for List<$item> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                decode(deserializer)
            }
        }

        impl Serialize for List<$item> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                encode(self, serializer)
            }
        }
    )*};
}

lists_of!(Artist, Image, Market, PlayerDevice, Text, Track);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_item_is_left_out_and_written_again() {
        let json = r#"["SE",null,"DE","NORDICS",5]"#;
        let markets: List<Market> = serde_json::from_str(json).unwrap();
        assert_eq!(markets[..], ["SE", "DE"]);
        assert_eq!(markets.absent_items(), 3);
        assert_eq!(serde_json::to_string(&markets).unwrap(), json);
        assert_eq!(markets.into_vec().len(), 2);
        assert!(serde_json::from_str::<List<Market>>("null").unwrap().is_empty());
        assert!(serde_json::from_str::<List<Market>>("{}").is_err());
    }
}
