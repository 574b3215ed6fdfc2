//! [`Schema`] as JSON Schema, draft 2020-12.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{FieldInfo, ModelInfo, Schema};
use crate::ids::ItemKind;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The models that a schema refers to, by their names: `Page.Track`.
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
            Schema::Base64 { media_type, start, max_bytes } => json!({
                "type": "string",
                "pattern": format!("^{start}({BASE64}{{4}})*({BASE64}{{2}}==|{BASE64}{{3}}=)?$"),
                "contentEncoding": "base64",
                "contentMediaType": media_type,
                "maxLength": max_bytes.div_ceil(3) * 4,
            }),
            Schema::Market => json!({ "type": "string", "pattern": "^([A-Za-z]{2}|from_token)$", "examples": ["SE"] }),
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
        // A reference is a URI, in which `<` cannot stand.
        let name = model.full_name().replace('<', ".").replace('>', "");
        if !self.0.contains_key(&name) {
            let mut object = self.object(model.fields, true);
            object["title"] = model.full_name().into();
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

/// The characters of base64.
const BASE64: &str = "[0-9A-Za-z+/]";

/// The characters of ids, those of users apart.
const ID: &str = "[0-9A-Za-z_-]+";
const LINK: &str = "https://open\\.spotify\\.com/";

fn id(kind: ItemKind) -> Value {
    let id = match kind {
        // Names that users gave themselves.
        ItemKind::User => "(?!\\s|spotify:|https?:)[^\\x00-\\x1f\\x7f]+",
        _ => ID,
    };
    json!({
        "type": "string",
        "pattern": format!("^({id}|spotify:{kind}:{id}|{LINK}{kind}/{id}(\\?.*)?)$"),
        "title": format!("The id of an item of the kind `{kind}`, its URI or its link"),
    })
}

fn uri(types: &[&str]) -> Value {
    if types.is_empty() {
        return json!({ "type": "string", "pattern": "^spotify:", "title": "A Spotify URI" });
    }
    let of_items: Vec<&str> = types.iter().copied().filter(|kind| !matches!(*kind, "local" | "collection")).collect();
    let of_items = of_items.join("|");
    let mut patterns = vec![format!("spotify:({of_items}):{ID}|{LINK}({of_items})/{ID}(\\?.*)?")];
    if types.contains(&"local") {
        patterns.push("spotify:local:.*".to_owned());
    }
    if types.contains(&"collection") {
        patterns.push("spotify:collection(:your-episodes)?".to_owned());
    }
    json!({
        "type": "string",
        "pattern": format!("^({})$", patterns.join("|")),
        "title": format!("A Spotify URI, or a link, of one of the types `{}`", types.join("`, `")),
    })
}
