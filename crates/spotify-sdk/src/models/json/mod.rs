//! How models are read from and written to JSON: what the code that `#[derive(Model)]` writes calls. A value is read into its
//! slot, since a track is a kilobyte, and would otherwise be copied from one level to the next. What a slot cannot hold is given
//! back, and kept in [`Extra`](super::Extra).

mod field;
mod object;
mod scalar;

pub use field::{Field, FromJson, Read, Slot, deserialize};
pub use object::{First, NextKey, lacking, read_field, read_first, read_other, settle_alias, value_of, write_field};
pub use scalar::Scalar;
pub(crate) use scalar::{as_text, scalar, word};

pub use crate::schema::{AnySchema, Described, FieldInfo, ModelInfo, Schema, SchemaOf};
pub use {serde, serde_json};
