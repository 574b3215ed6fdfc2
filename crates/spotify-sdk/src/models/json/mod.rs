//! How models are read from and written to JSON: the rules of all models.
//!
//! - Only fields without which an object is meaningless are required. A list that is missing or `null` is empty; every
//!   other field that may be missing is an `Option`, except strings and a few flags and counts, which are empty,
//!   `false` or 0.
//! - Nothing is lost. Values that a field cannot hold, and unknown fields, are kept in [`Extra`](super::Extra), and
//!   written again.
//! - Numbers are compared by value: `640.0` is 640.
//!
//! [`model!`] defines a struct by these rules, [`text!`] a type that is a string, such as an enumeration of
//! [`string_enum!`](crate::string_enum), and [`union!`] a value that is one of several models.

mod budget;
mod counted;
mod decode;
mod define;
mod encode;
mod field;
mod raw;
mod union;

pub(crate) use budget::{ALLOCATION, MemoryLimit, charge};
pub(crate) use counted::{Brief, Counted, MAX_MESSAGE, brief, counted};
pub(crate) use decode::{FieldDefault, FieldSlot, FromJson, Items, Native, Parsed, mismatch, require, with_spelling};
pub(crate) use define::{model, serde_traits, text, union};
pub(crate) use encode::{AsJson, ToJson, write_field};
pub(crate) use field::{ALIAS, Field, Key, KeySeed, read_alias, read_either, read_field, read_unknown};
pub(crate) use raw::{FromText, read_text};
pub(crate) use union::{decode_member, union_from_text};
