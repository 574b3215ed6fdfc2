//! Fields of models: their defaults, and how they are read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Scalar;
use crate::definition::kind_of;
use crate::memory::{OURS, counted_map, counted_seq, reserve_one};
use crate::models::unreadable::fail;

/// What became of a value that was read into a slot. Rare variants are boxed, so that the rest fits two registers.
pub enum Read {
    /// It is in the slot.
    Whole,
    /// It is in the slot, but for a list of elements.
    Part(Box<Value>),
    /// It was `null`, and the slot is unchanged.
    Null,
    /// It is of another kind, and the slot is unchanged.
    Other(Box<Value>),
}

/// A type that a field of a model can have.
pub trait Field: Sized {
    /// Whether the model is meaningless without the field.
    const REQUIRED: bool = false;
    /// Whether the field is left out when it is written while it [is absent](Self::is_absent).
    const LEFT_OUT: bool = Self::REQUIRED;

    /// Returns the value of a field that is missing, `null` or of another kind.
    fn absent() -> Self;

    /// Returns whether this is that value.
    fn is_absent(&self) -> bool;

    /// Returns the path of what is required within the field and lacking; empty for the field itself.
    fn lacking(&self) -> Option<String> {
        (Self::REQUIRED && self.is_absent()).then(String::new)
    }
}

/// A field that can be read from JSON. What it does not expect is given back.
pub trait FromJson<'de>: Field {
    /// Reads a value of any kind.
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(Slot(self))
    }

    /// Reads a list of this type, or another value.
    fn read_list<D: Deserializer<'de>>(list: &mut Vec<Self>, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(Slot(list))
    }

    /// Puts a scalar into the slot; returns `false` if it is of another kind.
    fn put(&mut self, _: Scalar<'_>) -> bool {
        false
    }

    /// Reads a list.
    fn read_seq<A: SeqAccess<'de>>(&mut self, items: A) -> Result<Read, A::Error> {
        counted_seq(items).map(|value| Read::Other(Box::new(value)))
    }

    /// Reads an object. With `serde_json`'s feature `arbitrary_precision`, some numbers look like one.
    fn read_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Read, A::Error> {
        let value = counted_map(entries)?;
        let is_put = value.as_f64().is_some_and(|number| self.put(Scalar::F64(number)));
        Ok(if is_put { Read::Whole } else { Read::Other(Box::new(value)) })
    }

    /// The names of the fields of a model.
    const NAMES: &'static [&'static str] = &[];

    /// Reads an object, and notes which fields it has, by their positions.
    fn read_fields<A: MapAccess<'de>>(&mut self, entries: A, _: &mut [bool]) -> Result<Read, A::Error> {
        self.read_map(entries)
    }

    /// Returns the values of a model that lacks something, as JSON.
    fn into_value(self) -> serde_json::Result<Value> {
        Ok(Value::Null)
    }

    /// Returns the `type` of an object.
    fn object_type(&self) -> Option<&str> {
        None
    }
}

/// A slot to read a value into: both the seed that reads a value of any kind, and the visitor that receives it.
pub struct Slot<'a, T>(pub &'a mut T);

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for Slot<'_, T> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        self.0.read(deserializer)
    }
}

macro_rules! visit_scalars {
    ($($method:ident($type:ty) $scalar:ident)*) => {$(
        fn $method<E>(self, value: $type) -> Result<Read, E> {
            let is_put = self.0.put(Scalar::$scalar(value));
            Ok(if is_put { Read::Whole } else { Read::Other(Box::new(value.into())) })
        }
    )*};
}

impl<'de, T: FromJson<'de>> Visitor<'de> for Slot<'_, T> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    visit_scalars! { visit_bool(bool) Bool visit_u64(u64) U64 visit_i64(i64) I64 visit_f64(f64) F64 visit_str(&str) Text }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_none<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Read, A::Error> {
        self.0.read_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Read, A::Error> {
        self.0.read_map(entries)
    }
}

/// A slot at the end of a list, created once it is certain that there is another element.
struct NextSlot<'a, T>(&'a mut Vec<T>);

impl<'de, T: FromJson<'de>> DeserializeSeed<'de> for NextSlot<'_, T> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        let at = self.0.len();
        reserve_one(self.0)?;
        self.0.push(T::absent());
        Slot(&mut self.0[at]).deserialize(deserializer)
    }
}

macro_rules! field {
    ($($type:ident $is_absent:ident $left_out:literal)*) => {$(
        impl<T> Field for $type<T> {
            const LEFT_OUT: bool = $left_out;

            fn absent() -> Self {
                Self::default()
            }

            fn is_absent(&self) -> bool {
                self.$is_absent()
            }
        }
    )*};
}

field! { Option is_none true Vec is_empty false }

impl<'de, T: FromJson<'de>> FromJson<'de> for Option<T> {
    #[inline]
    fn put(&mut self, scalar: Scalar<'_>) -> bool {
        let is_put = self.insert(T::absent()).put(scalar);
        self.take_if(|_| !is_put);
        is_put
    }

    fn read_seq<A: SeqAccess<'de>>(&mut self, items: A) -> Result<Read, A::Error> {
        let read = self.insert(T::absent()).read_seq(items)?;
        self.take_if(|_| matches!(read, Read::Other(_)));
        Ok(read)
    }

    fn read_map<A: MapAccess<'de>>(&mut self, entries: A) -> Result<Read, A::Error> {
        let read = self.insert(T::absent()).read_map(entries)?;
        match self.take_if(|value| matches!(read, Read::Other(_)) || value.lacking().is_some()) {
            Some(value) if matches!(read, Read::Whole) => {
                value.into_value().map(|value| Read::Other(Box::new(value))).map_err(A::Error::custom)
            }
            _ => Ok(read),
        }
    }
}

impl<'de, T: FromJson<'de>> FromJson<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Read, D::Error> {
        T::read_list(self, deserializer)
    }

    fn read_seq<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<Read, A::Error> {
        let mut others = Vec::new();
        while let (at, Some(read)) = (self.len(), items.next_element_seed(NextSlot(self))?) {
            let other = match read {
                Read::Null => Value::Null,
                Read::Other(value) => *value,
                Read::Whole | Read::Part(_) => match self.pop_if(|last| last.lacking().is_some()) {
                    None => continue,
                    Some(last) => last.into_value().map_err(A::Error::custom)?,
                },
            };
            self.truncate(at);
            reserve_one(&mut others)?;
            others.push(other);
        }
        Ok(if others.is_empty() { Read::Whole } else { Read::Part(Box::new(others.into())) })
    }
}

/// Reads a value that has to be a `T`, for serde's own trait. The error says what the value is instead, or lacks.
pub fn deserialize<'de, T: FromJson<'de>, D: Deserializer<'de>>(deserializer: D, name: &str) -> Result<T, D::Error> {
    let mut value = T::absent();
    let other = match deserializer.deserialize_newtype_struct(OURS, Slot(&mut value))? {
        Read::Whole | Read::Part(_) => match value.lacking() {
            None => return Ok(value),
            Some(path) => return fail(format_args!("missing or unusable field `{path}`"), || value.into_value()),
        },
        Read::Null => Value::Null,
        Read::Other(other) => *other,
    };
    fail(format_args!("expected {name}, got {}", kind_of(&other)), || Ok(other))
}
