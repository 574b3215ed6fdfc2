//! Values that parameters take, made of their schemas.

#![allow(unreachable_pub)]

use serde_json::{Value, json};
use spotify_sdk::schema::{FieldInfo, Schema};

/// A value of a schema. `known` may say a better one for a schema, also for those within it.
pub fn example(schema: &Schema, known: &dyn Fn(&Schema) -> Option<Value>) -> Value {
    if let Some(value) = known(schema) {
        return value;
    }
    match *schema {
        Schema::Boolean => false.into(),
        Schema::Integer { min, max } => min.max(1).min(i64::try_from(max).unwrap_or(i64::MAX)).into(),
        Schema::Number { min, max } => (min.max(0.0) / 2.0 + max.min(1.0) / 2.0).into(),
        Schema::Text { .. } => "some text".into(),
        Schema::Words { words, .. } | Schema::WordList { words } => words[0].into(),
        Schema::Base64 { .. } => "/9j/4AAQ".into(),
        Schema::Market => "SE".into(),
        Schema::Timestamp => "2026-11-30T12:00:00Z".into(),
        Schema::Id(_) => "4aawyAB9vmqN3uQ7FjRGTy".into(),
        Schema::Uri(types) => format!("spotify:{}:4aawyAB9vmqN3uQ7FjRGTy", types[0]).into(),
        Schema::List { items, .. } => json!([example(items, known)]),
        Schema::OneOf(schemas) => example(schemas[0], known),
        Schema::Object(fields) => {
            let required = |field: &&FieldInfo| field.required || fields.iter().all(|field| !field.required);
            let fields = fields.iter().filter(required);
            Value::Object(fields.map(|field| (field.wire_name.to_owned(), example(field.schema, known))).collect())
        }
        ref other => panic!("no parameter is {other:?}"),
    }
}
