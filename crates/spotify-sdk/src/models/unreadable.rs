//! [`UnreadableItem`]: an item of a list that cannot be read; and how a model tells a list what it has read of one.
//! Between the two stands the deserializer, which carries nothing but messages.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::Value;

use crate::definition::UnreadableItem;
use crate::memory::{Counted, OURS, charge, charged, counted, give_back};
use crate::text::brief;

thread_local! {
    /// The number of lists that are read, one within the other.
    static LISTS: Cell<u32> = const { Cell::new(0) };
    /// The values of the latest model in one of them that could not be read.
    static FAILED: Cell<Option<Value>> = const { Cell::new(None) };
    static REDACT: RefCell<Option<Redact>> = const { RefCell::new(None) };
}

type Redact = Box<dyn Fn(&str) -> String>;

/// Fails, and keeps the values that were read if a list asks for them.
pub(super) fn fail<T, E: Error>(
    why: impl fmt::Display,
    json: impl FnOnce() -> serde_json::Result<Value>,
) -> Result<T, E> {
    if LISTS.get() > 0 {
        FAILED.set(Some(json().map_err(E::custom)?));
    }
    Err(E::custom(why))
}

/// Has everything that is said of items that cannot be read on this thread cleared of secrets, until it is dropped.
pub(crate) struct Redaction(Option<Redact>);

impl Redaction {
    pub(crate) fn by(redact: impl Fn(&str) -> String + 'static) -> Self {
        Self(REDACT.replace(Some(Box::new(redact))))
    }
}

impl Drop for Redaction {
    fn drop(&mut self) {
        REDACT.replace(self.0.take());
    }
}

/// Returns the item at `index`, with the reason why it cannot be read.
fn unreadable(index: usize, json: Value, reason: &str) -> UnreadableItem {
    REDACT.with_borrow(|redact| match redact {
        Some(redact) => UnreadableItem::new(index, json, reason, redact),
        None => UnreadableItem::new(index, json, reason, &str::to_owned),
    })
}

/// Counts a list that is read, until it is dropped, also by a panic of a type of the caller's.
struct WithinList;

impl WithinList {
    fn enter() -> Self {
        LISTS.set(LISTS.get() + 1);
        Self
    }
}

impl Drop for WithinList {
    fn drop(&mut self) {
        LISTS.set(LISTS.get() - 1);
    }
}

/// Reads an item of a list: a model, or any type of the caller's.
///
/// # Errors
/// That of the deserializer, if what follows the item cannot be read either.
pub(super) fn read_item<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    index: usize,
    deserializer: D,
) -> Result<Result<T, UnreadableItem>, D::Error> {
    let mut whole = None;
    FAILED.take();
    let within = WithinList::enter();
    let item = T::deserialize(ItemDeserializer { deserializer, whole: &mut whole });
    drop(within);
    match (item, whole.or_else(|| FAILED.take())) {
        (Ok(item), _) => Ok(Ok(item)),
        (Err(error), Some(json)) => Ok(Err(unreadable(index, json, &brief(error)))),
        (Err(error), None) => Err(error),
    }
}

/// Models ask for [`OURS`], and are read in place. For any other type the item is read into a [`Value`] first, from
/// which it can be had again.
struct ItemDeserializer<'a, D> {
    deserializer: D,
    whole: &'a mut Option<Value>,
}

impl<'de, D: Deserializer<'de>> ItemDeserializer<'_, D> {
    fn whole<T>(self, read: impl FnOnce(Counted<Value>) -> serde_json::Result<T>) -> Result<T, D::Error> {
        let (value, bytes) = charged(|| counted::<Value, D>(self.deserializer));
        let value = self.whole.insert(value?).clone();
        charge(bytes.max(0) as usize)?;
        let read = read(Counted::of(value)).map_err(|error| D::Error::custom(brief(error)));
        give_back(if read.is_ok() { 2 * bytes } else { bytes });
        read
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ItemDeserializer<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.whole(|value| value.deserialize_any(visitor))
    }

    serde::forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier ignored_any
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.whole(|value| value.deserialize_struct(name, fields, visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.whole(|value| value.deserialize_enum(name, variants, visitor))
    }

    // The item is not `null`.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        match name {
            OURS => self.deserializer.deserialize_newtype_struct(name, visitor),
            _ => self.whole(|value| value.deserialize_newtype_struct(name, visitor)),
        }
    }
}
