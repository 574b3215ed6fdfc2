//! Values that are not made of others.

use jiff::Timestamp;
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::ids::{Id, SpotifyUri};
use crate::models::ReleaseDate;
use crate::text::Text;

/// A JSON value that is not made of others, and not `null`.
#[derive(Debug, Clone, Copy)]
pub enum Scalar<'a> {
    Bool(bool),
    U64(u64),
    I64(i64),
    F64(f64),
    Text(&'a str),
}

impl<'a> Scalar<'a> {
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::String(text) => Some(Self::Text(text)),
            Value::Number(number) => {
                let whole = number.as_u64().map(Self::U64).or_else(|| number.as_i64().map(Self::I64));
                whole.or_else(|| number.as_f64().map(Self::F64))
            }
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn bool(self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(value) } else { None }
    }

    /// By value: `640.0` is 640.
    #[inline]
    fn integer<T: TryFrom<i128>>(self) -> Option<T> {
        let number = match self {
            Self::U64(number) => number.into(),
            Self::I64(number) => number.into(),
            // The cast saturates, so a value out of range does not convert back to itself.
            Self::F64(number) if (number as i128) as f64 == number => number as i128,
            _ => return None,
        };
        number.try_into().ok()
    }

    fn number(self) -> Option<f64> {
        match self {
            Self::U64(number) => Some(number as f64),
            Self::I64(number) => Some(number as f64),
            Self::F64(number) => Some(number),
            Self::Bool(_) | Self::Text(_) => None,
        }
    }
}

impl From<Scalar<'_>> for Value {
    fn from(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Bool(value) => value.into(),
            Scalar::U64(number) => number.into(),
            Scalar::I64(number) => number.into(),
            Scalar::F64(number) => number.into(),
            Scalar::Text(text) => text.into(),
        }
    }
}

/// Implements fields of a type that is read from a scalar: its default, and how it is read. A `required` one is a field
/// that has to be there.
macro_rules! scalar {
    ($([$($generic:ident)?] $type:ty, $required:literal, $absent:expr, |$scalar:ident| $read:expr;)*) => {$(
        impl $(<$generic>)? $crate::models::json::Field for $type {
            const REQUIRED: bool = $required;

            fn absent() -> Self {
                $absent
            }

            fn is_absent(&self) -> bool {
                *self == $absent
            }
        }

        impl $(<$generic>)? $crate::models::json::FromJson<'_> for $type {
            #[inline]
            fn put(&mut self, $scalar: $crate::models::json::Scalar<'_>) -> bool {
                let read = || -> Option<Self> { $read };
                read().map(|value| *self = value).is_some()
            }
        }
    )*};
}

scalar! {
    [] bool, false, false, |scalar| scalar.bool();
    [] u8, false, 0, |scalar| scalar.integer();
    [] u16, false, 0, |scalar| scalar.integer();
    [] u32, false, 0, |scalar| scalar.integer();
    [] u64, false, 0, |scalar| scalar.integer();
    [] i32, false, 0, |scalar| scalar.integer();
    [] i64, false, 0, |scalar| scalar.integer();
    [] f64, false, 0.0, |scalar| scalar.number();
    [] String, false, String::new(), |scalar| scalar.text().map(Self::from);
    [] Text, false, Text::from_static(""), |scalar| scalar.text().map(Self::from);
    [] ReleaseDate, false, Self::from(""), |scalar| scalar.text().map(Self::from);
    [] SpotifyUri, true, Self::from_spotify(""), |scalar| scalar.text().map(Self::from_spotify);
    [] Timestamp, true, Self::MIN, |scalar| scalar.text()?.parse().ok();
    [K] Id<K>, true, Self::from_spotify(Text::from_static("")), |scalar| scalar.text().map(Self::from_spotify);
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for SpotifyUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Implements serde's traits for a scalar that `Display` writes.
macro_rules! as_text {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::models::json::deserialize(deserializer, stringify!($name))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

pub(crate) use {as_text, scalar};
