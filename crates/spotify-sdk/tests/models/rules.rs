//! What holds of every model, shown on every payload.

use serde_json::{Value, json};
use spotify_sdk::models::{Album, Image, Page, PlaylistItem, SavedAlbum, SimplifiedTrack};

use crate::payload::{holds, mutations};
use crate::payloads::payloads;

#[test]
fn every_payload_is_written_again_as_it_came() {
    for payload in payloads() {
        payload.assert_kept(&payload.json);
    }
}

#[test]
fn no_field_but_the_essential_has_to_be_there() {
    for payload in payloads() {
        for (path, json) in mutations::without_each_field(&payload.json) {
            payload.assert_kept_or_refused_if_essential(&path, &json);
        }
    }
}

#[test]
fn any_field_but_the_essential_may_be_null() {
    for payload in payloads() {
        for (path, json) in mutations::with_each_field_as(&payload.json, &Value::Null) {
            payload.assert_kept_or_refused_if_essential(&path, &json);
        }
    }
}

#[test]
fn a_field_of_another_kind_than_expected_is_kept_aside() {
    for odd in [
        json!(true),
        json!(-7),
        json!(63.5),
        json!(1e300),
        json!("odd"),
        json!([]),
        json!({}),
        json!([null, 1, {"a": "b"}]),
    ] {
        for payload in payloads() {
            for (path, json) in mutations::with_each_field_as(&payload.json, &odd) {
                payload.assert_kept_unless_essential(&path, &json);
            }
        }
    }
}

#[test]
fn unknown_fields_are_kept_at_every_level() {
    for payload in payloads() {
        for (_, json) in mutations::with_unknown_field(&payload.json) {
            payload.assert_kept(&json);
        }
    }
}

#[test]
fn an_unknown_word_in_an_enumeration_is_kept() {
    for payload in payloads() {
        for (path, json) in mutations::with_each_string_as(&payload.json, "a word of tomorrow") {
            payload.assert_kept_unless_essential(&path, &json);
        }
    }
}

#[test]
fn whole_numbers_may_come_as_floats() {
    for payload in payloads() {
        payload.assert_kept(&mutations::with_integers_as_floats(&payload.json));
    }
    let image: Image = serde_json::from_value(json!({"url": "x", "height": 640.0, "width": 33920.0})).unwrap();
    assert_eq!((image.height, image.width), (Some(640), Some(33920)));
}

#[test]
fn every_field_of_every_payload_has_a_place_in_its_model() {
    for payload in payloads() {
        // These hold more than their model: whole objects that are read as less, and a playlist's entry of an odd shape.
        let holds_more = ["Simplified", "PublicUser of user_current", "Page<PlaylistItem>"]
            .iter()
            .any(|model| payload.model.starts_with(model));
        assert_eq!(payload.has_fields_aside(), holds_more, "{}", payload.model);
    }
}

#[test]
fn every_model_reads_an_empty_object_unless_something_is_essential() {
    assert_eq!(serde_json::from_str::<SimplifiedTrack>("{}").unwrap(), SimplifiedTrack::default());
    let error = |json: &str| serde_json::from_str::<Album>(json).unwrap_err().to_string();
    for json in ["{}", r#"{"id": null}"#, r#"{"id": 7}"#] {
        assert!(error(json).contains("missing or unusable field `id`"), "{json}");
    }
    assert!(error("[]").contains("expected Album, got a list"));
    let error = serde_json::from_str::<SavedAlbum>(r#"{"album": {"name": "x"}}"#).unwrap_err().to_string();
    assert!(error.contains("field `album.id`"), "{error}");
}

#[test]
fn of_a_field_that_comes_twice_the_last_holds_alone() {
    let json = r#"{"id": "1", "images": [{"url": "a"}, null], "images": [{"url": "b"}], "label": "x", "label": null,
        "popularity": "high", "popularity": 5, "external_urls": {"spotify": "a"}, "external_urls": {}}"#;
    let album: Album = serde_json::from_str(json).unwrap();
    assert_eq!(album.images.iter().map(|image| image.url.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(album.label, None);
    assert_eq!(album.external_urls.spotify, None);
    assert_eq!(album.popularity, Some(5));
    assert!(album.extra.is_empty());
}

#[test]
fn deep_nesting_is_an_error_and_not_a_panic() {
    let deep = format!(r#"{{"id": "1", "new": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<Album>(&deep).is_err());
    let deep = format!(r#"{{"item": {{"type": "track", "new": {}{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<PlaylistItem>(&deep).is_err());
}

#[test]
fn what_is_compared_is_the_value() {
    assert!(holds(&json!({"a": [640.0]}), &json!({"a": [640]})));
    assert!(!holds(&json!({"a": [640.5]}), &json!({"a": [640]})));
    assert!(holds(&json!({"b": ""}), &json!({"a": null})));
    assert!(!holds(&json!({"b": "x"}), &json!({"a": null})) && !holds(&json!({}), &json!({"a": 1})));
    assert!(!holds(&json!([1]), &json!([1, null])) && holds(&json!([1, null]), &json!([null, 1])));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_decoding_panic(text in ".{0,200}") {
        let _ = serde_json::from_str::<Album>(&text);
        let _ = serde_json::from_str::<Page<SavedAlbum>>(&text);
    }
}
