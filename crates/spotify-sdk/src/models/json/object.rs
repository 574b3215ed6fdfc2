//! Objects: how the fields of a model are read and written, and unions, which are one of several models by their `type`.

use std::fmt;
use std::io::{self, Write};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap};
use serde_json::Value;

use super::field::{Field, FromJson, Read, Slot};
use crate::memory::{ALLOCATION, charge, charged, counted, give_back};
use crate::models::Extra;

/// Reads the name of the next field: its position in the model, or the name of an unknown one.
pub struct NextKey(pub fn(&str) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for NextKey {
    type Value = Result<usize, Box<str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NextKey {
    type Value = Result<usize, Box<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0)(name).ok_or_else(|| name.into()))
    }
}

/// Reads the value of the field `name` into its slot, and what the slot cannot hold into `extra`. If the field occurs
/// more than once in the object, the last one counts.
pub fn read_field<'de, T: FromJson<'de>, A: MapAccess<'de>>(
    entries: &mut A,
    name: &'static str,
    slot: &mut T,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    if !slot.is_absent() || !extra.is_empty() {
        *slot = T::absent();
        extra.remove(name);
    }
    match entries.next_value_seed(Slot(slot))? {
        Read::Whole | Read::Null => Ok(()),
        Read::Part(value) | Read::Other(value) => extra.put(name, *value),
    }
}

/// Puts a field that was read by its other name, `alias`, into its place, unless there is a value by its own `name`.
pub fn settle_alias<T: Field>(slot: &mut T, aliased: T, [name, alias]: [&'static str; 2], extra: &mut Extra) {
    if slot.is_absent() && !aliased.is_absent() {
        *slot = aliased;
        // What was left of either value is kept by the name of the other, which is not written.
        extra.swap(name, alias);
    }
}

/// Returns the path of what the required field `name` lacks.
pub fn lacking<T: Field>(name: &str, value: &T) -> Option<String> {
    let path = value.lacking()?;
    Some(if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") })
}

/// Writes the field `name`. A value that it cannot hold is written in its place, unless the field was changed since.
pub fn write_field<T: Field + Serialize, M: SerializeMap>(
    map: &mut M,
    name: &'static str,
    value: &T,
    extra: &Extra,
) -> Result<(), M::Error> {
    match extra.get(name) {
        None if T::LEFT_OUT && value.is_absent() => Ok(()),
        None => map.serialize_entry(name, value),
        Some(other) if value.is_absent() => map.serialize_entry(name, other),
        // The elements of a list that it cannot hold.
        Some(Value::Array(others)) => match serde_json::to_value(value).map_err(M::Error::custom)? {
            Value::Array(list) => map.serialize_entry(name, &[list.as_slice(), others].concat()),
            value => map.serialize_entry(name, &value),
        },
        Some(_) => map.serialize_entry(name, value),
    }
}

/// Returns the values of a model as JSON.
pub fn value_of(model: impl Serialize) -> serde_json::Result<Value> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, &model)?;
    charge::<serde_json::Error>(length.0)?;
    let mut text = Vec::with_capacity(length.0);
    serde_json::to_writer(&mut text, &model)?;
    drop(model);
    let value = counted(&mut serde_json::Deserializer::from_slice(&text));
    give_back(length.0 as i64);
    value
}

struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The first model of a union, or the values of another object and the bytes that were charged for them.
pub type First<T> = Result<Box<T>, (Value, i64)>;

/// Reads an object as the first model of a union, which it mostly is; or returns its values, if its type is not `word`.
/// The type may be anywhere in it: to go on is faster than to search it.
pub fn read_first<'de, T: FromJson<'de> + Serialize, A: MapAccess<'de>>(
    entries: A,
    word: &str,
) -> Result<First<T>, A::Error> {
    let mut seen = vec![false; T::NAMES.len()];
    let (model, bytes) = charged(|| {
        charge(size_of::<T>() + ALLOCATION)?;
        let mut model = Box::new(T::absent());
        model.read_fields(entries, &mut seen).map(|_| model)
    });
    let model = model?;
    if model.object_type() == Some(word) && model.lacking().is_none() {
        return Ok(Ok(model));
    }
    let (value, written) = charged(|| value_of(model));
    let mut value = value.map_err(A::Error::custom)?;
    if let Value::Object(fields) = &mut value {
        let unseen = T::NAMES.iter().zip(seen).filter(|(_, seen)| !seen);
        unseen.for_each(|(name, _)| drop(fields.remove(*name)));
    }
    // The defaults of what is missing were charged, too.
    let (value, kept) = charged(|| counted(value));
    give_back(bytes + written);
    Ok(Err((value.map_err(A::Error::custom)?, kept)))
}

/// Reads the values of an object, for which `kept` bytes were charged, as another model of a union, unless it lacks something.
pub fn read_other<T: for<'de> FromJson<'de>, E: Error>(value: Value, kept: i64) -> Result<Result<Box<T>, Value>, E> {
    charge(size_of::<T>() + ALLOCATION)?;
    let mut model = Box::new(T::absent());
    Slot(&mut *model).deserialize(value).map_err(E::custom)?;
    if model.lacking().is_some() {
        return model.into_value().map(Err).map_err(E::custom);
    }
    give_back(kept);
    Ok(Ok(model))
}
