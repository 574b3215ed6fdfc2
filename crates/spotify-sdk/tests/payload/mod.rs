//! Payloads to read models from, and every way in which they may come out different.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

pub mod mutations;

/// A payload, and the model that it is one of.
pub struct Payload {
    pub model: &'static str,
    pub json: Value,
    /// The paths of fields without which there is no object; `*` stands for any index.
    essential: &'static [&'static str],
    round_trip: fn(&Value) -> Result<Value, serde_json::Error>,
}

impl Payload {
    pub fn of<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        model: &'static str,
        text: &str,
        essential: &'static [&'static str],
    ) -> Self {
        Self {
            model,
            json: serde_json::from_str(text).unwrap(),
            essential,
            round_trip: round_trip::<T>,
        }
    }

    /// The model reads `json`, and writes it as it was.
    pub fn assert_kept(&self, json: &Value) {
        match (self.round_trip)(json) {
            Ok(again) => assert!(same(&again, json), "{}: {json:#} became {again:#}", self.model),
            Err(error) => panic!("{}: {error} in {json:#}", self.model),
        }
    }

    /// As [`assert_kept`](Self::assert_kept), unless what is at `path` is essential: then it may be an error instead.
    pub fn assert_kept_unless_essential(&self, path: &str, json: &Value) {
        let essential = self.essential.iter().any(|pattern| matches(pattern, path));
        if !essential {
            self.assert_kept(json);
        } else if let Ok(again) = (self.round_trip)(json) {
            assert!(same(&again, json), "{}: {json:#} became {again:#}", self.model);
        }
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern
        .split('/')
        .all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
        && parts.next().is_none()
}

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
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
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

/// Any JSON object with some of these keys.
pub fn any_object(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9f64..1e9).prop_map(Value::from),
        (0u32..1000).prop_map(|number| Value::from(f64::from(number))),
        "[ -~]{0,12}".prop_map(Value::from),
        proptest::sample::select(vec![
            "track",
            "SE",
            "market",
            "spotify:track:1",
            "2020-01-01T00:00:00.000Z"
        ])
        .prop_map(Value::from),
    ];
    let value = scalar.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(proptest::sample::select(keys), inner, 0..4).prop_map(object),
        ]
    });
    proptest::collection::btree_map(proptest::sample::select(keys), value, 0..10).prop_map(object)
}

fn object(entries: std::collections::BTreeMap<&'static str, Value>) -> Value {
    entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect::<Map<_, _>>()
        .into()
}
