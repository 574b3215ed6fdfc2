//! Payloads to read models from, and every way in which they may come out different.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

pub mod mutations;

/// A payload, and the model that it is one of.
pub struct Payload {
    pub model: &'static str,
    pub json: Value,
    /// The paths of fields without which there is no object; `*` stands for any index.
    essential: &'static [&'static str],
    round_trip: fn(&Value) -> Result<Value, serde_json::Error>,
    debug: fn(&Value) -> String,
}

impl Payload {
    pub fn of<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        model: &'static str,
        text: &str,
        essential: &'static [&'static str],
    ) -> Self {
        let json = serde_json::from_str(text).unwrap();
        let debug = |json: &Value| format!("{:?}", T::deserialize(json).unwrap());
        Self { model, json, essential, round_trip: round_trip::<T>, debug }
    }

    /// The model reads `json`, and writes it as it was.
    pub fn assert_kept(&self, json: &Value) {
        match (self.round_trip)(json) {
            Ok(again) => assert!(same(&again, json), "{}: {json:#} became {again:#}", self.model),
            Err(error) => panic!("{}: {error} in {json:#}", self.model),
        }
    }

    /// As [`assert_kept`](Self::assert_kept), unless what is missing or null at `path` is essential: then it is an error.
    pub fn assert_kept_or_refused_if_essential(&self, path: &str, json: &Value) {
        if self.is_essential(path) {
            assert!((self.round_trip)(json).is_err(), "{}: {path} is not essential", self.model);
        } else {
            self.assert_kept(json);
        }
    }

    /// As [`assert_kept`](Self::assert_kept), unless what is at `path` is essential: then it may be an error instead.
    pub fn assert_kept_unless_essential(&self, path: &str, json: &Value) {
        if !self.is_essential(path) {
            self.assert_kept(json);
        } else if let Ok(again) = (self.round_trip)(json) {
            assert!(same(&again, json), "{}: {json:#} became {again:#}", self.model);
        }
    }

    /// Whether some of it has no field of its own in the model.
    pub fn has_fields_aside(&self) -> bool {
        (self.debug)(&self.json).split("extra: {").skip(1).any(|extra| !extra.starts_with('}'))
    }

    fn is_essential(&self, path: &str) -> bool {
        self.essential.iter().any(|pattern| matches(pattern, path))
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern.split('/').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
        && parts.next().is_none()
}

/// Reads `json`, writes it, and reads that again, which has to give the same.
pub fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    json: &Value,
) -> Result<Value, serde_json::Error> {
    let read: T = serde_json::from_str(&json.to_string())?;
    let again = serde_json::to_value(&read)?;
    let reread: T = serde_json::from_value(again.clone())?;
    assert_eq!(reread, read);
    Ok(again)
}

/// Whether two values are the same, numbers as numbers: JSON does not tell 640 from 640.0.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
