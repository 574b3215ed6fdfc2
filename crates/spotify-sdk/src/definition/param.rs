//! [`Param`]: what the type of a parameter has to know.

use serde_json::Value;

use super::RequestBuilder;
use super::arguments::kind_of;
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;
use crate::text::Text;

/// The type of a parameter of an operation: what its values are, how they are written into requests, and how they are read
/// from JSON arguments.
///
/// The SDK's are in [`api::params`](crate::api::params) and [`ids`](crate::ids); `bool`, `u32`, `String` and [`Text`] are
/// such types too. A value that exists is valid: what is given for a parameter is checked by
/// [`IntoParam`](crate::api::IntoParam).
pub trait Param: Sized {
    /// What the values are.
    const SCHEMA: &'static Schema;

    /// Reads a value from a JSON argument.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is none. The operation puts the name of its parameter in.
    fn from_json(value: &Value) -> Result<Self, InvalidInput>;

    /// Returns the value as a field of a JSON body has it.
    fn to_json(&self) -> Value;

    /// Adds the value to the query. Default: as in a body, lists with commas between their values.
    fn add_to_query(&self, request: &mut RequestBuilder, name: &'static str) {
        request.query(name, text_of(self.to_json()));
    }

    /// Returns the value as a segment of the path, or as a whole body. Default: as in the query.
    fn to_text(&self) -> String {
        text_of(self.to_json())
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Array(values) => values.into_iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Returns the error for an argument of another kind than `expected`.
pub(crate) fn expected(expected: &str, value: &Value) -> InvalidInput {
    InvalidInput::new("value", format!("expected {expected}, got {}", kind_of(value)))
}

/// Returns the string of an argument that has to be one.
pub(crate) fn text_from(value: &Value) -> Result<&str, InvalidInput> {
    value.as_str().ok_or_else(|| expected("a string", value))
}

impl Param for bool {
    const SCHEMA: &'static Schema = &Schema::Boolean;

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        value.as_bool().ok_or_else(|| expected("a boolean", value))
    }

    fn to_json(&self) -> Value {
        (*self).into()
    }
}

macro_rules! free_text {
    ($($type:ty),*) => {$(
        impl Param for $type {
            const SCHEMA: &'static Schema = &Schema::TEXT;

            fn from_json(value: &Value) -> Result<Self, InvalidInput> {
                text_from(value).map(Self::from)
            }

            fn to_json(&self) -> Value {
                self.as_str().into()
            }
        }
    )*};
}

free_text!(String, Text);
