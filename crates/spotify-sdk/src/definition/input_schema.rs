//! The arguments of an operation as JSON Schema.

use serde_json::{Map, Value, json};

use super::{OperationInfo, ParamInfo};
use crate::schema::{Definitions, Schema};

/// The argument that asks for all pages.
pub(crate) const ALL: &str = "all";

impl OperationInfo {
    /// Returns the JSON Schema, draft 2020-12, of the arguments that [`invoke`](crate::AsyncSpotifyClient::invoke) takes for
    /// this operation: an object with a property for each parameter, by its name in the SDK. An operation whose response is a
    /// page of a list has the property `all` besides.
    pub fn input_schema(&self) -> Value {
        let mut definitions = Definitions::default();
        let mut properties = Map::new();
        for param in self.params {
            properties.insert(param.name.to_owned(), property(param, &mut definitions));
        }
        if self.paging.is_some() {
            let doc = "Whether to return the items of the whole list, from the first page asked for on, as one list.";
            properties.insert(ALL.to_owned(), json!({ "type": "boolean", "default": false, "description": doc }));
        }
        let required: Vec<&str> = self.params.iter().filter(|param| param.required).map(|param| param.name).collect();
        let mut object = json!({
            "title": self.name,
            "description": self.doc,
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        definitions.document(object)
    }

    /// Returns the JSON Schema, draft 2020-12, of the output.
    pub fn output_schema(&self) -> Value {
        self.output.to_json()
    }
}

fn property(param: &ParamInfo, definitions: &mut Definitions) -> Value {
    let mut property = definitions.schema(param.schema);
    let mut doc = param.doc.to_owned();
    if let Schema::List { per_request: Some(per_request), .. } = param.schema {
        property["x-per-request"] = (*per_request).into();
    }
    if let Some(default) = param.default {
        property["default"] = default.into();
    }
    if let Some(title) = property.get("title").and_then(Value::as_str) {
        doc = format!("{doc} {title}.");
    }
    property["description"] = doc.into();
    property
}
