//! The schemas of the operations: what they say is what is taken.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Script;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::operation::{OperationInfo, ParamInfo, Place, all};
use spotify_sdk::schema::Schema;
use spotify_sdk::serde_json::{self, Map, Value, json};
use spotify_sdk::{AsyncSpotifyClient, Error};

/// A value of a schema.
fn example(schema: &Schema) -> Value {
    common::examples::example(schema, &|_| None)
}

/// Values of every kind, and at the bounds that parameters have.
fn candidates(param: &ParamInfo) -> Vec<Value> {
    let mut candidates = vec![
        json!(true),
        json!("true"),
        json!(""),
        json!("x y"),
        json!("short_term"),
        json!("track"),
        json!("track,episode"),
        json!("track,nothing"),
        json!(["track"]),
        json!(["album", "nothing"]),
        json!("SE"),
        json!("Sweden"),
        json!("from_token"),
        json!(common::ALBUM),
        json!("spotify:track:4aawyAB9vmqN3uQ7FjRGTy"),
        json!("spotify:album:4aawyAB9vmqN3uQ7FjRGTy"),
        json!("spotify:local:a:b:c:1"),
        json!("spotify:collection"),
        json!("https://open.spotify.com/track/4aawyAB9vmqN3uQ7FjRGTy?si=1"),
        json!("https://example.com/track/4aawyAB9vmqN3uQ7FjRGTy"),
        json!("2026-11-30T12:00:00Z"),
        json!([]),
        json!({}),
        json!([1, 2]),
        json!([null]),
        json!({"a": 1}),
        json!({"min_energy": 0.5}),
        json!({"min_energy": 2}),
        json!({"target_key": 1.5}),
        json!({"uri": "spotify:track:4aawyAB9vmqN3uQ7FjRGTy", "positions": [0, 3]}),
        json!([{"uri": "spotify:track:4aawyAB9vmqN3uQ7FjRGTy", "positions": []}]),
        json!([{"uri": "spotify:track:4aawyAB9vmqN3uQ7FjRGTy", "position": 1}]),
        json!([{"id": "4aawyAB9vmqN3uQ7FjRGTy", "added_at": "2026-11-30T12:00:00Z"}]),
        json!([{"id": "4aawyAB9vmqN3uQ7FjRGTy"}]),
        json!("x".repeat(300)),
        json!("x".repeat(301)),
        json!(1.5),
        json!(20.0),
        json!(1e300),
    ];
    let numbers =
        [-1, 0, 1, 10, 11, 50, 51, 100, 101, 800, 801, i64::from(u32::MAX), i64::from(u32::MAX) + 1, i64::MAX];
    candidates.extend(numbers.map(Value::from));
    if let Schema::List { items, max, per_request, .. } = param.schema {
        let most = max.or(*per_request).unwrap_or(0);
        candidates.extend([most, most + 1].map(|count| Value::Array(vec![example(items); count])));
    }
    candidates
}

/// Why an operation refuses what each parameter alone would take.
const TOGETHER: [&str; 7] = ["uris", "start_at", "before", "details", "collaborative", "seeds", "offset"];

fn required(operation: &OperationInfo) -> Map<String, Value> {
    let mut arguments: Map<String, Value> = operation
        .params
        .iter()
        .filter(|param| param.required)
        .map(|param| (param.name.to_owned(), example(param.schema)))
        .collect();
    match operation.name {
        "playlists.change_details" => drop(arguments.insert("name".to_owned(), json!("New"))),
        "tracks.get_recommendations" => drop(arguments.insert("seed_genres".to_owned(), json!(["jazz"]))),
        _ => {}
    }
    arguments
}

/// The parameter that was refused, and why; nothing where a request was sent.
async fn refusal(
    client: &AsyncSpotifyClient,
    operation: &OperationInfo,
    arguments: &Value,
) -> Option<(String, String)> {
    match client.invoke(operation.name, arguments.clone()).await {
        Err(Error::InvalidInput(error)) => Some((error.parameter.to_owned(), error.message.to_string())),
        _ => None,
    }
}

#[tokio::test]
async fn what_the_schema_of_a_parameter_allows_is_sent_and_nothing_else() {
    let script = Script::new([]);
    let client = script.client();
    let (mut sent, mut refused, mut faults) = (0, 0, Vec::new());
    for operation in all() {
        let validator = jsonschema::validator_for(&operation.input_schema()).unwrap();
        for param in operation.params {
            for candidate in candidates(param) {
                let mut arguments = required(operation);
                arguments.insert(param.name.to_owned(), candidate);
                let arguments = Value::Object(arguments);
                let before = script.count();
                let refusal = refusal(&client, operation, &arguments).await;
                let what = format!("{}: {arguments}: {refusal:?}", operation.name);
                let is_allowed = validator.is_valid(&arguments);
                let fault = match &refusal {
                    None if script.count() == before => Some("nothing was sent"),
                    None if !is_allowed => Some("sent, although the schema does not allow it"),
                    None => None,
                    Some(_) if script.count() > before => Some("sent and refused"),
                    Some((parameter, _)) if TOGETHER.contains(&parameter.as_str()) => None,
                    Some((parameter, _)) if parameter != param.name => Some("another parameter is named"),
                    Some(_) if is_allowed => Some("refused, although the schema allows it"),
                    Some(_) => None,
                };
                faults.extend(fault.map(|fault| format!("{fault}: {what}")));
                if refusal.is_none() {
                    sent += 1;
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults: {:#?}", faults.len(), &faults[..faults.len().min(40)]);
    assert!(sent > 300 && refused > 1500, "{sent} sent, {refused} refused");
}

/// Whether a request has the parameter where its metadata says.
fn has(request: &spotify_sdk::http::Request<Bytes>, param: &ParamInfo) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    match (param.place, param.schema) {
        (Place::Path, _) => {
            request.uri().path().split('/').any(|segment| segment == common::ALBUM || segment == "some%20text")
        }
        (Place::Query, Schema::Object(fields)) => fields.iter().any(|field| query.contains(field.wire_name)),
        (Place::Query, _) => query.split('&').any(|pair| pair.split('=').next() == Some(param.wire_name)),
        (Place::Body, _) => body.get(param.wire_name).is_some(),
        (Place::Content(media_type), _) => request.headers()["content-type"] == media_type,
        (other, _) => panic!("no place {other:?}"),
    }
}

#[tokio::test]
async fn each_parameter_goes_where_its_metadata_says() {
    let script = Script::new([]);
    let client = script.client();
    for operation in all() {
        for param in operation.params {
            let mut arguments = required(operation);
            arguments.insert(param.name.to_owned(), example(param.schema));
            if param.name == "start_at" {
                arguments.insert("context_uri".to_owned(), json!("spotify:album:1"));
            }
            let before = script.count();
            let _ = client.invoke(operation.name, Value::Object(arguments)).await;
            assert_eq!(script.count(), before + 1, "{}: {}", operation.name, param.name);
            let request = script.requests().pop().unwrap();
            assert!(has(&request, param), "{}: {}: {} {:?}", operation.name, param.name, request.uri(), request.body());
            for (name, value) in operation.fixed {
                assert!(request.uri().query().unwrap().contains(&format!("{name}={value}")), "{}", request.uri());
            }
        }
    }
}

#[tokio::test]
async fn a_parameter_that_is_missing_or_that_there_is_not_is_named() {
    let script = Script::new([]);
    let client = script.client();
    for operation in all() {
        for param in operation.params.iter().filter(|param| param.required) {
            let mut arguments = required(operation);
            arguments.remove(param.name);
            let (parameter, why) = refusal(&client, operation, &Value::Object(arguments)).await.unwrap();
            assert_eq!((parameter.as_str(), why.as_str()), (param.name, "expected a value, got none"));
        }
        let mut arguments = required(operation);
        arguments.insert("markt".to_owned(), json!("SE"));
        let (parameter, why) = refusal(&client, operation, &Value::Object(arguments)).await.unwrap();
        assert_eq!(parameter, "arguments");
        assert!(why.contains("no parameter `markt`") && why.contains(operation.name), "{why}");
    }
    for arguments in [json!([]), json!("x"), json!(5)] {
        let error = client.invoke("albums.get", arguments).await.unwrap_err();
        assert!(error.to_string().contains("expected an object"), "{error}");
    }
    let error = client.invoke("albums.got", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("got `albums.got`"), "{error}");
    assert_eq!(script.count(), 0);
}

#[test]
fn every_parameter_and_every_operation_is_documented() {
    for operation in all() {
        assert!(operation.doc.ends_with(['.', '!', '?']), "{}: {}", operation.name, operation.doc);
        for param in operation.params {
            assert!(param.doc.ends_with('.'), "{}: {}: {}", operation.name, param.name, param.doc);
            assert!(!param.doc.contains("]("), "{}: {}: a link that leads nowhere", operation.name, param.name);
            if !param.required {
                assert!(
                    param.doc.contains("efault") || param.doc.contains("together"),
                    "{}: {}: no default",
                    operation.name,
                    param.name
                );
            }
        }
    }
}

/// A person who changes an operation sees here what changes for those who call it by its name.
#[cfg(feature = "extended-quota")]
#[test]
fn the_schemas_of_all_operations_are_those_that_are_written_down() {
    let mut schemas = std::collections::BTreeMap::new();
    for operation in all() {
        let (input, output) = (operation.input_schema(), operation.output_schema());
        for schema in [&input, &output] {
            jsonschema::meta::validate(schema).unwrap();
            let _ = jsonschema::validator_for(schema).unwrap();
        }
        schemas.insert(operation.name, input);
    }
    let text = serde_json::to_string_pretty(&schemas).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/facts/schemas.json");
    if std::env::var_os("UPDATE_DOCUMENTATION").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "run this test with UPDATE_DOCUMENTATION=1, and read what has changed");
}
