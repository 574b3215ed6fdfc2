//! Models and items of a program's own.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use spotify_sdk::ids::{ArtistId, TrackId};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::models::*;
use spotify_sdk::schema::{Described, Schema};

/// A concert of an [`Artist`].
#[derive(Debug, Clone, PartialEq, Model)]
struct Concert {
    /// The artist.
    #[model(required)]
    pub id: ArtistId,
    #[model(rename = "startsAt")]
    pub starts_at: Option<Timestamp>,
    #[model(alias = "place")]
    pub venue: Option<Venue>,
    pub set_list: Vec<String>,
    pub guests: List<SimplifiedArtist>,
    pub r#type: Option<String>,
    pub extra: Extra,
}

/// Where a concert is.
#[derive(Debug, Clone, PartialEq, Model)]
struct Venue {
    pub name: String,
    pub seats: u64,
    pub extra: Extra,
}

/// A festival, which has no required field but two.
#[derive(Debug, Clone, PartialEq, Model)]
struct Festival {
    #[model(required)]
    pub begins: Timestamp,
    #[model(required)]
    pub opening: Concert,
    pub extra: Extra,
}

#[derive(Debug, Clone, PartialEq, Model)]
enum Event {
    Concert(Box<Concert>),
    #[model(rename = "open_air")]
    Festival(Box<Festival>),
    Unknown(Box<Value>),
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Chart<T> {
    pub entries: List<T>,
    pub total: u32,
    pub extra: Extra,
}

#[test]
fn a_model_of_a_program_is_read_by_the_rules_of_all_models() {
    let json = json!({
        "id": "1", "startsAt": "2026-01-05T10:00:00Z", "place": {"name": "Strahov", "seats": 250000.0},
        "set_list": ["a", null, 7, "b"], "guests": [{"name": "RaiNao"}, 5], "type": "concert", "sold_out": true,
    });
    let concert: Concert = serde_json::from_value(json).unwrap();
    let venue = concert.venue.as_ref().unwrap();
    assert_eq!((venue.name.as_str(), venue.seats), ("Strahov", 250_000));
    assert_eq!(
        (concert.set_list.as_slice(), &concert.extra["set_list"]),
        (&["a".into(), "b".into()][..], &json!([null, 7]))
    );
    assert_eq!((concert.guests.len(), concert.guests.entries()), (1, 2));
    assert_eq!((&concert.extra["sold_out"], concert.r#type.as_deref()), (&json!(true), Some("concert")));
    let again = serde_json::to_value(&concert).unwrap();
    assert_eq!((&again["venue"]["seats"], &again["set_list"]), (&json!(250_000), &json!(["a", "b", null, 7])));
    assert_eq!((&again["guests"][1], again.get("place")), (&json!(5), None));
    assert_eq!(serde_json::from_value::<Concert>(again).unwrap(), concert);

    assert_eq!(Concert::new("spotify:artist:1").unwrap().id, "1");
    assert!(Concert::new("spotify:album:1").is_err());
    assert_eq!(Venue::default().seats, 0);
}

#[test]
fn what_a_model_requires_is_named_with_its_path() {
    let error = |json: Value| serde_json::from_value::<Festival>(json).unwrap_err().to_string();
    assert!(error(json!({"opening": {"id": "1"}})).contains("field `begins`"));
    assert!(error(json!({"begins": "2026-01-05T10:00:00Z", "opening": {"id": null}})).contains("field `opening.id`"));
    let begins: Timestamp = "2026-01-05T10:00:00Z".parse().unwrap();
    let festival = Festival::new(begins, Concert::new("1").unwrap());
    assert_eq!(serde_json::from_value::<Festival>(serde_json::to_value(&festival).unwrap()).unwrap(), festival);
}

#[test]
fn a_union_of_a_program_is_chosen_by_the_type_and_never_fails() {
    let concert: Event = serde_json::from_value(json!({"id": "1", "type": "concert"})).unwrap();
    assert_eq!(concert, Concert { r#type: Some("concert".into()), ..Concert::new("1").unwrap() }.into());
    let open_air = json!({"begins": "2026-01-05T10:00:00Z", "opening": {"id": "1"}, "type": "open_air"});
    let Event::Festival(festival) = serde_json::from_value(open_air).unwrap() else { panic!() };
    assert_eq!(festival.opening.id, "1");
    // Not what its type says, of another type, and of none.
    for odd in [
        json!({"type": "concert", "venue": {}}),
        json!({"type": "open_air"}),
        json!({"type": 7, "set_list": []}),
        json!({}),
    ] {
        let Event::Unknown(object) = serde_json::from_value(odd.clone()).unwrap() else { panic!("{odd}") };
        assert!(crate::payload::holds(&object, &odd), "{object}");
    }
    assert!(serde_json::from_value::<Event>(json!(7)).is_err());
}

#[test]
fn a_model_of_a_program_is_described() {
    let Schema::Model(info) = Concert::SCHEMA else { panic!() };
    assert_eq!((info.name, info.doc), ("Concert", "A concert of an `Artist`."));
    let names: Vec<&str> = info.fields.iter().map(|field| field.wire_name).collect();
    assert_eq!(names, ["id", "startsAt", "venue", "set_list", "guests", "type"]);
    let Schema::Model(chart) = Chart::<Concert>::SCHEMA else { panic!() };
    assert_eq!(chart.full_name(), "Chart<Concert>");
}

/// Any type that serde can deserialize, as an item.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Play {
    track_id: String,
    count: u8,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(u64),
    Play(Play),
}

#[test]
fn one_item_of_any_type_that_cannot_be_read_does_not_fail_its_page() {
    let json = json!({"total": 5, "entries": [{"trackId": "1", "count": 2}, {"trackId": "2", "count": 256}, null, 7,
        {"trackId": "3", "count": 4}]});
    for chart in [serde_json::from_value::<Chart<Play>>(json.clone()), serde_json::from_str(&json.to_string())] {
        let chart = chart.unwrap();
        assert_eq!(chart.entries.iter().map(|play| play.count).collect::<Vec<_>>(), [2, 4]);
        let unreadable: Vec<_> = chart.entries.unreadable().map(|item| (item.index, &item.json)).collect();
        assert_eq!(unreadable, [(1, &json["entries"][1]), (3, &json!(7))]);
        assert!(chart.entries.unreadable().next().unwrap().reason.contains("256"));
        assert_eq!(serde_json::to_value(&chart).unwrap(), json, "as it came, in its order");
    }
    let either: List<Either> = serde_json::from_value(json["entries"].clone()).unwrap();
    assert_eq!((either.len(), either.absent_items(), either.unreadable().count()), (3, 1, 1));
    let lists: List<Vec<u8>> = serde_json::from_str("[[1], [1, 300], [], {}]").unwrap();
    assert_eq!((&lists[..], lists.entries()), (&[vec![1], vec![]][..], 4));
    let options: List<Option<Album>> = serde_json::from_str(r#"[{"id": "1"}, {}, null]"#).unwrap();
    assert_eq!((options.len(), options.unreadable().count(), options.absent_items()), (1, 1, 1));
}

#[test]
fn what_is_no_json_fails_the_list() {
    for json in [r#"[{"id": "1"}, {"id": ]"#, r#"[{"id": "1"}"#, r#"[{"id": "1"} {"id": "2"}]"#] {
        assert!(serde_json::from_str::<List<Album>>(json).is_err(), "{json}");
        assert!(serde_json::from_str::<List<Play>>(json).is_err(), "{json}");
    }
}

/// A type that serde reads by way of its own buffer.
#[derive(Debug, Deserialize)]
struct Flattened {
    position: u32,
    #[serde(flatten)]
    entry: PlaylistItem,
}

#[test]
fn models_are_read_from_any_deserializer() {
    let json = r#"{"position": 3, "track": {"type": "track", "name": "T", "available_markets": ["SE", "DE"]}}"#;
    let flattened: Flattened = serde_json::from_str(json).unwrap();
    let track = flattened.entry.item.as_ref().unwrap().as_track().unwrap();
    assert_eq!((flattened.position, track.name.as_str()), (3, "T"));
    assert_eq!(track.available_markets, ["SE", "DE"]);
    let read: PlaylistItem = serde_json::from_reader(json.as_bytes()).unwrap();
    assert_eq!(read.item, flattened.entry.item);
    let id: TrackId = "1".parse().unwrap();
    assert_eq!(serde_json::to_value(&id).unwrap(), "1");
}
