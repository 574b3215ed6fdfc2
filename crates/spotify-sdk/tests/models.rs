//! The rules of the models: decoding survives what Spotify sends, and nothing of it is lost.

#![allow(clippy::unwrap_used)]

mod payload;

use payload::{Payload, mutations, same};
use serde_json::{Value, json};
use spotify_sdk::models::{
    Album, AlbumType, CopyrightType, Image, Market, ObjectType, Page, RestrictionReason, SavedAlbum, SimplifiedAlbum,
    SimplifiedTrack,
};

/// What the tests below run over: each payload, as each model that it is a payload of.
fn payloads() -> Vec<Payload> {
    let extended = include_str!("payloads/album_extended.json");
    let development = include_str!("payloads/album_development.json");
    vec![
        Payload::of::<Album>("Album", extended, &["/id"]),
        Payload::of::<Album>("Album", development, &["/id"]),
        Payload::of::<SimplifiedAlbum>("SimplifiedAlbum", extended, &[]),
        Payload::of::<Page<SavedAlbum>>(
            "Page<SavedAlbum>",
            include_str!("payloads/saved_albums.json"),
            &["/items/*/album", "/items/*/album/id"],
        ),
    ]
}

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
            payload.assert_kept_unless_essential(&path, &json);
        }
    }
}

#[test]
fn any_field_but_the_essential_may_be_null() {
    for payload in payloads() {
        for (path, json) in mutations::with_each_field_as(&payload.json, &Value::Null) {
            payload.assert_kept_unless_essential(&path, &json);
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
                // Items of a page are the caller's type, for which serde itself decides.
                if !path.contains("/items") {
                    payload.assert_kept_unless_essential(&path, &json);
                }
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
fn every_model_reads_an_empty_object_unless_something_is_essential() {
    let track: SimplifiedTrack = serde_json::from_str("{}").unwrap();
    assert_eq!(serde_json::to_value(&track).unwrap(), json!({}));
    assert!(
        serde_json::from_str::<Album>("{}")
            .unwrap_err()
            .to_string()
            .contains("missing field `id`")
    );
    assert!(
        serde_json::from_str::<Album>(r#"{"id": null}"#)
            .unwrap_err()
            .to_string()
            .contains("`id` is null")
    );
    assert!(
        serde_json::from_str::<Album>(r#"{"id": 7}"#)
            .unwrap_err()
            .to_string()
            .contains("`id`")
    );
    assert!(
        serde_json::from_str::<Album>("[]")
            .unwrap_err()
            .to_string()
            .contains("expected Album, got a list")
    );
}

#[test]
fn fields_have_the_values_that_came() {
    let album: Album = serde_json::from_str(include_str!("payloads/album_extended.json")).unwrap();
    assert_eq!(album.id, "4aawyAB9vmqN3uQ7FjRGTy");
    assert_eq!(album.name, "Global Warming");
    assert_eq!(album.album_type, Some(AlbumType::Album));
    assert_eq!(album.object_type, Some(ObjectType::Album));
    assert_eq!(album.artist_names(), "Pitbull");
    assert_eq!(album.available_markets, ["AR", "AU", "AT", "BE", "SE"]);
    assert_eq!(album.copyrights[0].copyright_type, Some(CopyrightType::Performance));
    assert_eq!(album.external_ids.upc.as_deref(), Some("886443671584"));
    assert_eq!(
        album.images.iter().map(|image| image.height).collect::<Vec<_>>(),
        [Some(640), None, None]
    );
    assert_eq!(album.release_date.unwrap().year(), Some(2012));
    assert_eq!(album.restrictions.unwrap().reason, Some(RestrictionReason::Market));
    assert_eq!(album.uri.unwrap().id(), Some("4aawyAB9vmqN3uQ7FjRGTy"));
    assert_eq!(
        (
            album.tracks.total,
            album.tracks.items.len(),
            album.tracks.absent_items()
        ),
        (18, 1, 1)
    );
    let track = &album.tracks.items[0];
    assert_eq!(track.duration().unwrap().as_millis(), 85_400);
    assert_eq!(
        track.linked_from.as_ref().unwrap().id.as_ref().unwrap(),
        "6kLCHFM39wkFjOuyPGLGeQ"
    );
    assert!(track.extra.is_empty());
}

#[test]
fn a_word_of_tomorrow_is_readable_and_kept() {
    let album: SimplifiedAlbum =
        serde_json::from_str(r#"{"album_type": "ep", "available_markets": ["SE", "X1", "DE"]}"#).unwrap();
    assert_eq!(album.album_type.as_ref().unwrap().as_str(), "ep");
    assert_eq!(album.available_markets, ["SE", "DE"]);
    assert_eq!(
        serde_json::to_value(&album).unwrap(),
        json!({"album_type": "ep", "available_markets": ["SE", "X1", "DE"]})
    );
}

#[test]
fn a_value_that_the_program_changes_is_written_changed() {
    let mut album: SimplifiedAlbum =
        serde_json::from_str(r#"{"name": null, "total_tracks": "many", "images": null}"#).unwrap();
    album.name = "Changed".into();
    album.total_tracks = Some(3);
    assert_eq!(
        serde_json::to_value(&album).unwrap(),
        json!({"name": "Changed", "total_tracks": 3, "images": null})
    );

    let mut saved: SavedAlbum =
        serde_json::from_str(r#"{"added_at": "2016-12-13T20:44:04.000Z", "album": {"id": "1"}}"#).unwrap();
    saved.added_at = Some("2020-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(
        serde_json::to_value(&saved).unwrap()["added_at"],
        "2020-01-01T00:00:00Z"
    );
}

#[test]
fn markets_of_a_whole_world_are_kept_in_order() {
    let codes: Vec<String> = (b'A'..=b'Z')
        .flat_map(|a| (b'A'..=b'Z').map(move |b| [a, b]))
        .map(|c| String::from_utf8(c.to_vec()).unwrap())
        .collect();
    let json = json!({ "available_markets": codes });
    let album: SimplifiedAlbum = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(album.available_markets.len(), 676);
    assert_eq!(serde_json::to_value(&album).unwrap(), json);
    assert_eq!(size_of::<Market>(), 2);
}

#[test]
fn deep_nesting_is_an_error_and_not_a_panic() {
    let deep = format!(
        r#"{{"id": "1", "new": {}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(serde_json::from_str::<Album>(&deep).is_err());
}

#[test]
fn comparing_numbers_ignores_how_they_are_written() {
    assert!(same(&json!({"a": [640.0]}), &json!({"a": [640]})));
    assert!(!same(&json!({"a": [640.5]}), &json!({"a": [640]})));
    assert!(!same(&json!({"a": null}), &json!({})));
}

proptest::proptest! {
    #[test]
    fn any_json_object_survives_being_read_as_a_track(json in payload::any_object(&[
        "name", "artists", "id", "uri", "explicit", "duration_ms", "available_markets", "external_urls", "type",
        "linked_from", "restrictions", "is_local", "track_number", "new",
    ])) {
        let track: SimplifiedTrack = serde_json::from_value(json.clone()).unwrap();
        let again = serde_json::to_value(&track).unwrap();
        proptest::prop_assert!(same(&again, &json), "{json} became {again}");
        let text: SimplifiedTrack = serde_json::from_str(&json.to_string()).unwrap();
        proptest::prop_assert_eq!(text, track);
    }

    #[test]
    fn no_text_makes_decoding_panic(text in ".{0,200}") {
        let _ = serde_json::from_str::<Album>(&text);
        let _ = serde_json::from_str::<Page<SavedAlbum>>(&text);
    }
}
