//! [`Schema`] as JSON Schema, draft 2020-12.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{FieldInfo, ModelInfo, Schema};
use crate::ids::ItemKind;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The models that a schema refers to, by their names in references: `Page_SavedTrack`.
#[derive(Default)]
pub(crate) struct Definitions(BTreeMap<String, Value>);

/// Returns a schema as a document of its own.
pub(super) fn document(schema: &Schema) -> Value {
    let mut definitions = Definitions::default();
    let body = definitions.schema(schema);
    definitions.document(body)
}

impl Definitions {
    /// Returns `body` as a document, with the models that it refers to.
    pub(crate) fn document(self, body: Value) -> Value {
        let mut document = Map::from_iter([("$schema".to_owned(), DRAFT.into())]);
        if let Value::Object(body) = body {
            document.extend(body);
        }
        if !self.0.is_empty() {
            document.insert("$defs".to_owned(), Value::Object(self.0.into_iter().collect()));
        }
        Value::Object(document)
    }

    pub(crate) fn schema(&mut self, schema: &Schema) -> Value {
        match *schema {
            Schema::Any => json!({}),
            Schema::Boolean => json!({ "type": "boolean" }),
            Schema::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Schema::Number { min, max } => {
                let mut number = json!({ "type": "number" });
                for (bound, value) in [("minimum", min), ("maximum", max)] {
                    if value.is_finite() {
                        number[bound] = value.into();
                    }
                }
                number
            }
            Schema::Text { min_chars, max_chars } => {
                let mut text = json!({ "type": "string" });
                if min_chars > 0 {
                    text["minLength"] = min_chars.into();
                }
                if let Some(max_chars) = max_chars {
                    text["maxLength"] = max_chars.into();
                }
                text
            }
            Schema::Words { words, open: false } => json!({ "type": "string", "enum": words }),
            Schema::Words { words, open: true } => json!({ "type": "string", "examples": words }),
            Schema::Base64 { media_type, max_bytes } => json!({
                "type": "string",
                "contentEncoding": "base64",
                "contentMediaType": media_type,
                "maxLength": max_bytes.div_ceil(3) * 4,
            }),
            Schema::Market => json!({ "type": "string", "pattern": "^([A-Z]{2}|from_token)$", "examples": ["SE"] }),
            Schema::Date => json!({ "type": "string", "examples": ["1981", "1981-12", "1981-12-15"] }),
            Schema::Timestamp => json!({ "type": "string", "format": "date-time" }),
            Schema::Id(kind) => id(kind),
            Schema::Uri(kinds) => uri(kinds),
            Schema::List { items, min, max, per_request: _ } => {
                let mut list = json!({ "type": "array", "items": self.schema(items) });
                if min > 0 {
                    list["minItems"] = min.into();
                }
                if let Some(max) = max {
                    list["maxItems"] = max.into();
                }
                list
            }
            Schema::WordList { words } => {
                let word = json!({ "type": "string", "enum": words });
                let list = json!({ "type": "array", "items": word, "minItems": 1 });
                let any = words.join("|");
                let text = json!({ "type": "string", "pattern": format!("^({any})(,({any}))*$"), "examples": [words.join(",")] });
                json!({ "anyOf": [list, text] })
            }
            Schema::Object(fields) => self.object(fields, false),
            Schema::Map(values) => json!({ "type": "object", "additionalProperties": self.schema(values) }),
            Schema::OneOf(schemas) => {
                let schemas: Vec<Value> = schemas.iter().map(|schema| self.schema(schema)).collect();
                json!({ "anyOf": schemas })
            }
            Schema::Model(model) => self.model(model),
            Schema::Nullable(inner) => match self.schema(inner) {
                Value::Object(any) if any.is_empty() => json!({}),
                inner => json!({ "anyOf": [inner, { "type": "null" }] }),
            },
        }
    }

    fn model(&mut self, model: &ModelInfo) -> Value {
        let title = model.full_name();
        // Brackets are not allowed in a reference.
        let name = title.replace('<', "_").replace('>', "");
        if !self.0.contains_key(&name) {
            let mut object = self.object(model.fields, true);
            object["title"] = title.into();
            object["description"] = model.doc.into();
            self.0.insert(name.clone(), object);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Returns the schema of an object with these fields. Of an `open` one, others may come; and `null` is the same as no field,
    /// or no element of a list.
    pub(crate) fn object(&mut self, fields: &[FieldInfo], open: bool) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in fields {
            let mut schema = match *field.schema {
                Schema::List { items, .. } if open => {
                    json!({ "type": "array", "items": self.schema(&Schema::Nullable(items)) })
                }
                _ => self.schema(field.schema),
            };
            if open && !field.required && !matches!(field.schema, Schema::Nullable(_) | Schema::Any) {
                schema = json!({ "anyOf": [schema, { "type": "null" }] });
            }
            if !field.doc.is_empty() {
                schema["description"] = field.doc.into();
            }
            // Beside a value by the field's own name, anything may stand by another.
            for alias in field.aliases {
                properties.insert((*alias).to_owned(), json!({ "description": field.doc }));
            }
            properties.insert(field.wire_name.to_owned(), schema);
            if field.required {
                required.push(field.wire_name);
            }
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        if !open {
            object["additionalProperties"] = false.into();
        }
        object
    }
}

fn id(kind: ItemKind) -> Value {
    match kind {
        ItemKind::User => json!({ "type": "string", "minLength": 1, "title": "The id of a user" }),
        kind => json!({ "type": "string", "minLength": 1, "title": format!("The id of an item of the kind `{kind}`") }),
    }
}

fn uri(kinds: &[ItemKind]) -> Value {
    let mut uri = json!({ "type": "string", "minLength": 1, "title": "A Spotify URI" });
    if !kinds.is_empty() {
        let of: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        uri["title"] = format!("A Spotify URI of one of the kinds `{}`", of.join("`, `")).into();
    }
    uri
}
