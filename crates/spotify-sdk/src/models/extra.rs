//! [`Extra`]: the values of an object that no field holds.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde_json::Value;

use super::json::ALLOCATION;
use crate::text::Text;

/// The values of an object that no field holds: unknown fields, and values that a known field cannot hold, such as a
/// string where a number is expected. They are serialized again with the object, so that no value of a response is
/// lost.
///
/// It also remembers which fields were missing and which were `null`, so that an object is written as it was read. An
/// object of the usual form needs no allocation for this. Objects are compared by their values, however: a missing
/// field is equal to one that is `null`.
#[derive(Clone, Default)]
pub struct Extra {
    missing: u32,
    null: u32,
    more: Option<Box<More>>,
}

#[derive(Clone, Default, PartialEq)]
struct More {
    values: Values,
    remainders: Vec<(usize, Remainder)>,
}

/// Values by name. There are seldom more than a handful, for which a list takes a tenth of the room of a map.
#[derive(Clone, PartialEq)]
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

/// The part of a value that its field cannot hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Remainder {
    /// The original spelling of the value, valid as long as the field would be written as `ours`.
    Spelling { ours: Value, theirs: Value },
    /// The elements of a list that its field cannot hold, with their positions.
    Elements(Vec<(usize, Value)>),
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Extra {
    /// The maximum number of fields in a model, so that each has a bit.
    pub(crate) const FIELDS: usize = 32;

    /// The state of an object before any field is read.
    pub(crate) const fn all_missing() -> Self {
        Self { missing: u32::MAX, null: 0, more: None }
    }

    /// Returns the value of the unknown field `name`, or the value that the known field `name` cannot hold.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.more.as_ref()?.values.get(name)
    }

    /// Iterates over all values with the names of their fields, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.more.iter().flat_map(|more| more.values.iter())
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.more.as_ref().map_or(0, |more| more.values.len())
    }

    /// Returns whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether there is nothing to write.
    pub(crate) fn writes_nothing(&self) -> bool {
        self.null == 0 && self.more.is_none()
    }

    pub(crate) fn insert(&mut self, name: impl Into<Text>, value: Value) {
        self.more().values.insert(name.into(), value);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        self.more.as_mut()?.values.remove(name)
    }

    /// What one value more costs in memory, at most.
    pub(crate) fn value_cost(&self) -> usize {
        match &self.more {
            Some(more) => more.values.cost(),
            None => size_of::<More>() + ALLOCATION + Values::default().cost(),
        }
    }

    /// Returns the maximum memory that another remainder takes: the first allocates room for four.
    pub(crate) fn remainder_cost(&self) -> usize {
        size_of::<More>() + 4 * size_of::<(usize, Remainder)>() + size_of::<Remainder>() + 64
    }

    pub(crate) fn remember_present(&mut self, field: usize) {
        self.missing &= !(1 << field);
    }

    /// Discards what was remembered of a field.
    pub(crate) fn forget(&mut self, field: usize, name: &str) {
        self.null &= !(1 << field);
        if let Some(more) = &mut self.more {
            more.values.remove(name);
            more.remainders.retain(|(of, _)| *of != field);
        }
    }

    pub(crate) fn remember_null(&mut self, field: usize) {
        self.null |= 1 << field;
    }

    pub(crate) fn remember(&mut self, field: usize, remainder: Remainder) {
        self.more().remainders.push((field, remainder));
    }

    pub(crate) fn was_missing(&self, field: usize) -> bool {
        self.missing & (1 << field) != 0
    }

    /// Returns the first field in the bits of `fields` that was missing.
    pub(crate) fn first_missing(&self, fields: u32) -> Option<usize> {
        match self.missing & fields {
            0 => None,
            missing => Some(missing.trailing_zeros() as usize),
        }
    }

    pub(crate) fn was_null(&self, field: usize) -> bool {
        self.null & (1 << field) != 0
    }

    pub(crate) fn remainder(&self, field: usize) -> Option<&Remainder> {
        let remainders = &self.more.as_ref()?.remainders;
        remainders.iter().find(|(of, _)| *of == field).map(|(_, remainder)| remainder)
    }

    /// Returns the number of elements in the list `field` that it cannot hold.
    pub(crate) fn others(&self, field: usize) -> usize {
        match self.remainder(field) {
            Some(Remainder::Elements(others)) => others.len(),
            _ => 0,
        }
    }

    /// Writes the unknown fields. Those in `known` are already written.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, known: &[&str]) -> Result<(), M::Error> {
        for (name, value) in self.iter() {
            if !known.contains(&name) {
                map.serialize_entry(name, value)?;
            }
        }
        Ok(())
    }

    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
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
