//! [`Extra`]: the values of an object that no field holds.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess};
use serde::ser::SerializeMap;
use serde_json::Value;

use crate::memory::{ALLOCATION, Counted, charge};
use crate::text::Text;

/// The values of an object that no field holds: unknown fields, and values that a known field cannot hold, such as a
/// string where a number is expected. Of a list, those are the elements that are `null` or of another kind, as a list.
/// They are serialized again with the object, so that no value of a response is lost.
#[derive(Clone, Default)]
pub struct Extra(Option<Box<Values>>);

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Extra {
    /// Returns the value of the unknown field `name`, or the value that the known field `name` cannot hold.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Iterates over all values with the names of their fields, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|values| values.iter())
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |values| values.len())
    }

    /// Returns whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn insert(&mut self, name: impl Into<Text>, value: Value) {
        self.0.get_or_insert_default().insert(name.into(), value);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.as_mut()?.remove(name)
    }

    /// Gives each of two values the name of the other.
    pub(crate) fn swap(&mut self, one: &str, other: &str) {
        let values = [(other, self.remove(one)), (one, self.remove(other))];
        values
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .for_each(|(name, value)| self.insert(name, value));
    }

    /// Inserts a value that was read, and charges its place.
    #[doc(hidden)]
    pub fn put<E: Error>(&mut self, name: impl Into<Text>, value: Value) -> Result<(), E> {
        charge(match &self.0 {
            Some(values) => values.cost(),
            None => size_of::<Values>() + ALLOCATION + Values::default().cost(),
        })?;
        self.insert(name, value);
        Ok(())
    }

    /// Reads the value of an unknown field.
    #[doc(hidden)]
    pub fn read<'de, A: MapAccess<'de>>(&mut self, name: Box<str>, entries: &mut A) -> Result<(), A::Error> {
        let value = entries.next_value_seed(Counted::of(PhantomData::<Value>))?;
        self.put(name, value)
    }

    /// Writes the values of all fields but those in `known`, which are already written.
    #[doc(hidden)]
    pub fn write<M: SerializeMap>(&self, map: &mut M, known: &[&str]) -> Result<(), M::Error> {
        let mut unknown = self.iter().filter(|(name, _)| !known.contains(name));
        unknown.try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl std::ops::Index<&str> for Extra {
    type Output = Value;

    /// Returns the value of the field `name`; [`Value::Null`] if there is none.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

/// Values by name. There are seldom more than a handful, for which a list takes a tenth of the room of a map.
#[derive(Clone)]
enum Values {
    /// At most [`FEW`](Self::FEW), in the order of their names.
    Few(Vec<(Text, Value)>),
    Many(BTreeMap<Text, Value>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Values {
    const FEW: usize = 8;

    fn len(&self) -> usize {
        match self {
            Self::Few(list) => list.len(),
            Self::Many(map) => map.len(),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Few(list) => list.iter().find(|(other, _)| other == name).map(|(_, value)| value),
            Self::Many(map) => map.get(name),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let (few, many) = match self {
            Self::Few(list) => (Some(list), None),
            Self::Many(map) => (None, Some(map)),
        };
        let few = few.into_iter().flatten().map(|(name, value)| (name, value));
        few.chain(many.into_iter().flatten()).map(|(name, value)| (name.as_str(), value))
    }

    fn insert(&mut self, name: Text, value: Value) {
        match self {
            Self::Few(list) => match list.binary_search_by(|(other, _)| other.cmp(&name)) {
                Ok(at) => list[at].1 = value,
                Err(at) if list.len() < Self::FEW => {
                    if list.len() == list.capacity() {
                        // A vector's own first step is room for four.
                        list.reserve_exact(list.len().max(1));
                    }
                    list.insert(at, (name, value));
                }
                Err(_) => {
                    let mut map: BTreeMap<_, _> = std::mem::take(list).into_iter().collect();
                    map.insert(name, value);
                    *self = Self::Many(map);
                }
            },
            Self::Many(map) => drop(map.insert(name, value)),
        }
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        match self {
            Self::Few(list) => {
                let at = list.iter().position(|(other, _)| other == name)?;
                Some(list.remove(at).1)
            }
            Self::Many(map) => map.remove(name),
        }
    }

    /// What one value more costs in memory, at most: a list grows to twice its room, and the first node of a B-tree has
    /// room for eleven.
    fn cost(&self) -> usize {
        let entry = size_of::<(Text, Value)>();
        match self {
            Self::Few(list) if list.len() < Self::FEW => match list.len() {
                0 => entry + ALLOCATION,
                len if len.is_power_of_two() => 2 * len * entry + ALLOCATION,
                _ => 0,
            },
            Self::Few(_) => 12 * entry + 128,
            Self::Many(_) => 3 * entry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_a_map_however_many_there_are() {
        for count in [0, 1, Values::FEW, Values::FEW + 1, 40] {
            let mut extra = Extra::default();
            let mut map = BTreeMap::new();
            for number in 0..count {
                // In no order, and every third one again.
                for name in [number * 7 % count, number / 3 * 3].map(|name| name.to_string()) {
                    extra.insert(name.as_str(), number.into());
                    map.insert(name, Value::from(number));
                }
            }
            assert!(extra.iter().eq(map.iter().map(|(name, value)| (name.as_str(), value))), "{count}");
            assert_eq!((extra.len(), extra.get("0")), (map.len(), map.get("0")));
            assert_eq!(extra.remove("0"), map.remove("0"));
            assert_eq!((extra.len(), extra.get("0")), (map.len(), None));
        }
    }
}
