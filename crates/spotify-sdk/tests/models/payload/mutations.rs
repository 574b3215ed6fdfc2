//! Every way to change one thing in a payload, with the path of what was changed.

use serde_json::Value;

fn paths(json: &Value, is_wanted: impl Fn(&Value) -> bool + Copy, of_fields_only: bool) -> Vec<String> {
    fn walk(json: &Value, path: &str, found: &mut Vec<String>, wanted: &dyn Fn(&Value) -> bool, of_fields_only: bool) {
        match json {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let path = format!("{path}/{key}");
                    if wanted(value) {
                        found.push(path.clone());
                    }
                    walk(value, &path, found, wanted, of_fields_only);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let path = format!("{path}/{index}");
                    if !of_fields_only && wanted(value) {
                        found.push(path.clone());
                    }
                    walk(value, &path, found, wanted, of_fields_only);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(json, "", &mut found, &is_wanted, of_fields_only);
    found
}

fn with(json: &Value, path: &str, value: Value) -> Value {
    let mut json = json.clone();
    *json.pointer_mut(path).unwrap() = value;
    json
}

pub fn without_each_field(json: &Value) -> Vec<(String, Value)> {
    let remove = |path: String| {
        let mut json = json.clone();
        let (parent, key) = path.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
        (path, json)
    };
    paths(json, |_| true, true).into_iter().map(remove).collect()
}

pub fn with_each_field_as(json: &Value, value: &Value) -> Vec<(String, Value)> {
    let change = |path: String| (path.clone(), with(json, &path, value.clone()));
    paths(json, |_| true, true).into_iter().map(change).collect()
}

pub fn with_each_string_as(json: &Value, word: &str) -> Vec<(String, Value)> {
    let change = |path: String| (path.clone(), with(json, &path, word.into()));
    paths(json, Value::is_string, false).into_iter().map(change).collect()
}

pub fn with_unknown_field(json: &Value) -> Vec<(String, Value)> {
    let mut at = paths(json, Value::is_object, false);
    at.push(String::new());
    let unknown = serde_json::json!({"nested": [1, 2.5, null, "text", {"deep": true}]});
    at.into_iter()
        .map(|path| {
            let mut json = json.clone();
            let object = json.pointer_mut(&path).unwrap().as_object_mut().unwrap();
            object.insert("a_field_of_tomorrow".to_owned(), unknown.clone());
            (path, json)
        })
        .collect()
}

pub fn with_integers_as_floats(json: &Value) -> Value {
    let mut json = json.clone();
    for path in paths(&json, Value::is_number, false) {
        let number = json.pointer_mut(&path).unwrap();
        *number = Value::from(number.as_f64().unwrap());
    }
    json
}
