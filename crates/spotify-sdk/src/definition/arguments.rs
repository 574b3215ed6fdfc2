//! [`Arguments`]: the parameters of an operation as JSON, by their names.

use serde_json::{Map, Value};

use super::{OperationInfo, Param};
use crate::invalid_input::InvalidInput;

/// The arguments of an operation. Each is taken out by its parameter.
#[derive(Debug, Clone, Default)]
pub struct Arguments(Map<String, Value>);

impl Arguments {
    /// The fields of a JSON object; `null` stands for none at all.
    ///
    /// # Errors
    /// [`InvalidInput`] for any other value.
    pub fn new(arguments: Value) -> Result<Self, InvalidInput> {
        match arguments {
            Value::Object(fields) => Ok(Self(fields)),
            Value::Null => Ok(Self::default()),
            other => Err(InvalidInput::new("arguments", format!("expected an object, got {}", kind_of(&other)))),
        }
    }

    /// Takes the argument `name`, which has to be there.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is missing, `null`, or not what the parameter takes.
    pub fn required<T: Param>(&mut self, name: &'static str) -> Result<T, InvalidInput> {
        self.optional(name)?.ok_or_else(|| InvalidInput::new(name, "expected a value, got none"))
    }

    /// Takes the argument `name`, if it is there and not `null`.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is not what the parameter takes.
    pub fn optional<T: Param>(&mut self, name: &'static str) -> Result<Option<T>, InvalidInput> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::from_json(&value).map(Some).map_err(|error| error.of(name)),
        }
    }

    /// Fails if there is an argument for which `operation` has no parameter.
    pub(crate) fn check_names(&self, operation: &OperationInfo) -> Result<(), InvalidInput> {
        let Some(name) = self.0.keys().find(|name| operation.param(name).is_none()) else { return Ok(()) };
        let known: Vec<&str> = operation.params.iter().map(|param| param.name).collect();
        let takes = if known.is_empty() { "none".to_owned() } else { format!("`{}`", known.join("`, `")) };
        let why = format!("`{}` has no parameter `{name}`: it takes {takes}", operation.name);
        Err(InvalidInput::new("arguments", why))
    }
}

/// Returns what kind of JSON value this is, for errors.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
