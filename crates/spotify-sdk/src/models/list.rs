//! [`List`]: a list of items, and what stands in the place of some of them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::json::{Field, FromJson, Read, Slot};
use super::unreadable::read_item;
use crate::definition::UnreadableItem;
use crate::memory::{ALLOCATION, OURS, charge, reserve_one};
use crate::schema::{Described, Schema};

/// A list of items, of any type that serde can deserialize. It dereferences to a slice, and converts into a `Vec`.
///
/// An item that cannot be read does not fail its list. It is left out, and so is `null`, which Spotify sends for what is
/// no longer available; [`unreadable`](Self::unreadable) and [`absent_items`](Self::absent_items) say what was left out,
/// and both are written again with the list, in their places.
///
/// ```
/// use spotify_sdk::models::{List, SavedAlbum};
///
/// let saved: List<SavedAlbum> = serde_json::from_str(r#"[{"album": {"id": "1"}}, {"album": {"name": "no id"}}, null]"#)?;
/// assert_eq!((saved.len(), saved.absent_items(), saved.entries()), (1, 1, 3));
/// let unreadable = saved.unreadable().next().unwrap();
/// assert_eq!((unreadable.index, &unreadable.json["album"]["name"]), (1, &"no id".into()));
/// assert_eq!(unreadable.reason, "missing or unusable field `album.id`");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    items: Vec<T>,
    others: Vec<UnreadableItem>,
}

impl<T> List<T> {
    /// Converts the list into a vector of the items that could be read.
    pub fn into_vec(self) -> Vec<T> {
        self.items
    }

    /// Returns the items that could not be read, in their order.
    pub fn unreadable(&self) -> impl Iterator<Item = &UnreadableItem> {
        self.others.iter().filter(|item| !item.is_null())
    }

    /// Returns the number of `null` entries.
    pub fn absent_items(&self) -> usize {
        self.others.iter().filter(|item| item.is_null()).count()
    }

    /// Returns the length of the list that Spotify sent: of the items, of those that could not be read, and of `null`.
    pub fn entries(&self) -> usize {
        self.items.len() + self.others.len()
    }

    /// Returns the items, with each that could not be read in its place.
    pub fn into_entries(self) -> Vec<Result<T, UnreadableItem>> {
        self.into_places().into_iter().filter_map(Result::transpose).collect()
    }

    /// Returns the whole list that Spotify sent: the items, those that could not be read, and `None` for `null`.
    pub(crate) fn into_places(self) -> Vec<Result<Option<T>, UnreadableItem>> {
        let mut others = self.others.into_iter().peekable();
        let mut entries = Vec::with_capacity(self.items.len() + others.len());
        let mut items = self.items.into_iter();
        for index in 0.. {
            let entry = match others.next_if(|other| other.index == index || items.len() == 0) {
                Some(other) if other.is_null() => Ok(None),
                Some(other) => Err(other),
                None => match items.next() {
                    Some(item) => Ok(Some(item)),
                    None => break,
                },
            };
            entries.push(entry);
        }
        entries
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

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
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

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, others: Vec::new() }
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<T: Described> Described for List<T> {
    const SCHEMA: &'static Schema = &Schema::list_of(T::SCHEMA);
}

impl<T> Field for List<T> {
    fn absent() -> Self {
        Self::default()
    }

    fn is_absent(&self) -> bool {
        self.items.is_empty() && self.others.is_empty()
    }
}

impl<'de, T: Deserialize<'de>> FromJson<'de> for List<T> {
    fn read_seq<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<Read, A::Error> {
        for index in 0.. {
            match items.next_element_seed(NextItem { index, item: PhantomData })? {
                Some(Ok(item)) => {
                    reserve_one(&mut self.items)?;
                    self.items.push(item);
                }
                Some(Err(other)) => {
                    reserve_one(&mut self.others)?;
                    charge(other.text_len() + 2 * ALLOCATION)?;
                    self.others.push(other);
                }
                None => break,
            }
        }
        Ok(Read::Whole)
    }
}

/// Reads the item at `index`.
struct NextItem<T> {
    index: usize,
    item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for NextItem<T> {
    type Value = Result<T, UnreadableItem>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for NextItem<T> {
    type Value = Result<T, UnreadableItem>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item of a list")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Err(UnreadableItem::null(self.index)))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        read_item(self.index, deserializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    /// As everywhere, a missing list is empty.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut list = Self::default();
        match deserializer.deserialize_newtype_struct(OURS, Slot(&mut list))? {
            Read::Whole | Read::Part(_) | Read::Null => Ok(list),
            Read::Other(_) => Err(D::Error::custom("expected a list")),
        }
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.entries()))?;
        let mut others = self.others.iter().peekable();
        let mut items = self.items.iter();
        for index in 0..self.entries() {
            match others.next_if(|other| other.index == index || items.len() == 0) {
                Some(other) => list.serialize_element(&other.json)?,
                None => items.next().map_or(Ok(()), |item| list.serialize_element(item))?,
            }
        }
        list.end()
    }
}
