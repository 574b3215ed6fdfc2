//! The models as data.

use serde_json::{Value, json};
use spotify_sdk::models::*;
use spotify_sdk::schema::{Described, ModelInfo, Schema};

use crate::payload::mutations;
use crate::payloads::payloads;

fn info<T: Described>() -> &'static ModelInfo {
    match T::SCHEMA {
        Schema::Model(info) => info,
        other => panic!("{other:?}"),
    }
}

/// What a schema says against a value. The schema itself has to be one of draft 2020-12.
fn complaint(schema: &Value, value: &Value) -> Option<String> {
    jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{error}"));
    let validator = jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("{error}"));
    validator.validate(value).err().map(|error| format!("{}: {error}", error.instance_path()))
}

#[test]
fn every_payload_is_what_the_schema_of_its_model_says() {
    for payload in payloads() {
        let complaint = complaint(&payload.schema.to_json(), &payload.json);
        assert!(complaint.is_none(), "{}: {}", payload.model, complaint.unwrap_or_default());
    }
}

#[test]
fn a_payload_with_a_field_of_another_kind_is_not() {
    for payload in payloads().into_iter().filter(|payload| payload.model.starts_with("Album of")) {
        let (_, json) = mutations::with_each_field_as(&payload.json, &json!({"odd": 1})).swap_remove(0);
        assert!(complaint(&payload.schema.to_json(), &json).is_some(), "{json}");
        let mut json = payload.json.clone();
        json.as_object_mut().unwrap().remove("id");
        assert!(complaint(&payload.schema.to_json(), &json).unwrap().contains("id"));
    }
}

#[test]
fn a_model_is_described_field_by_field() {
    let track = info::<Track>();
    assert_eq!((track.name, track.of, track.full_name().as_str()), ("Track", None, "Track"));
    assert!(track.doc.starts_with("A track.\n\nA playlist may contain files"), "{}", track.doc);
    let field = track.fields.iter().find(|field| field.wire_name == "type").unwrap();
    assert_eq!((field.name, field.required), ("object_type", false));
    assert_eq!(field.doc, "Always `ObjectType::Track`.");
    let Schema::Nullable(Schema::Words { words, open: true }) = field.schema else { panic!("{:?}", field.schema) };
    assert!(words.contains(&"audio_features"));
    assert!(track.fields.iter().all(|field| field.name != "extra" && !field.doc.is_empty()));

    let album = info::<Album>();
    let required: Vec<&str> = album.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    assert_eq!(required, ["id"]);
    let item = info::<PlaylistItem>().fields.iter().find(|field| field.name == "item").unwrap();
    assert_eq!(item.aliases, ["track"]);
    let Schema::Nullable(Schema::OneOf(models)) = item.schema else { panic!("{:?}", item.schema) };
    assert_eq!(*models, [Track::SCHEMA, Episode::SCHEMA]);
}

#[test]
fn a_page_is_described_with_its_items() {
    let page = info::<Page<SavedTrack>>();
    assert_eq!((page.name, page.full_name().as_str()), ("Page", "Page<SavedTrack>"));
    assert_eq!(page.of, Some(SavedTrack::SCHEMA));
    let items = page.fields.iter().find(|field| field.name == "items").unwrap();
    assert_eq!(*items.schema, Schema::list_of(SavedTrack::SCHEMA));
    let schema = page.schema();
    assert_eq!(schema["$ref"], "#/$defs/Page.SavedTrack");
    assert_eq!(schema["$defs"]["Page.SavedTrack"]["title"], "Page<SavedTrack>");
    assert!(schema["$defs"]["Track"]["properties"]["album"].is_object());
}
