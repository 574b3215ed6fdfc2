//! Values that are not made of others.

use jiff::Timestamp;

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
    #[inline]
    pub(crate) fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// By value: `640.0` is 640.
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

/// Implements fields of a type that is read from a scalar: whether it has to be there, its default, and how it is read.
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
    [] bool, false, false, |scalar| if let Scalar::Bool(value) = scalar { Some(value) } else { None };
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

/// Makes an open enumeration of strings a field of models, which is described by its strings.
macro_rules! word {
    ($($name:ident),*) => {$(
        $crate::models::json::scalar! {
            [] $name, true, Self::Unknown($crate::Text::from_static("")), |scalar| scalar.text().map(Self::from);
        }
        $crate::models::json::as_text!($name);

        impl $crate::schema::Described for $name {
            const SCHEMA: &'static $crate::schema::Schema =
                &$crate::schema::Schema::Words { words: Self::STRINGS, open: true };
        }
    )*};
}

/// Implements serde's traits for a scalar that is a string in JSON, which `Display` writes.
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

pub(crate) use {as_text, scalar, word};
