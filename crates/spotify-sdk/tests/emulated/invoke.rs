//! Every operation by its name, with arguments that are made of its schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};
use spotify_sdk::ids::ItemKind;
use spotify_sdk::operation::{OperationInfo, ParamInfo, all};
use spotify_sdk::schema::{FieldInfo, Schema};
use spotify_sdk::AsyncSpotifyClient;

use crate::support::*;

/// Makes arguments that the emulator knows.
struct Arguments {
    playlist: String,
    device: String,
    user: String,
}

impl Arguments {
    /// The required parameters, and with `optional` as many of the others as go together.
    fn of(&self, operation: &OperationInfo, optional: bool) -> Value {
        let apart = ["after", "before", "context_uri", "timestamped_ids", "public", "snapshot_id", "tuning", "fields"];
        let wanted = |param: &&ParamInfo| {
            param.required
                || (optional && !apart.contains(&param.name))
                || (operation.name == "playlists.change_details" && param.name == "name")
                || (operation.name == "tracks.get_recommendations" && param.name == "seed_tracks")
        };
        let params = operation.params.iter().filter(wanted);
        Value::Object(params.map(|param| (param.name.to_owned(), self.value(operation, param))).collect())
    }

    fn value(&self, operation: &OperationInfo, param: &ParamInfo) -> Value {
        match param.name {
            "device_id" => self.device.as_str().into(),
            "id" if operation.path.contains("{category_id}") => "jazz".into(),
            "locale" => "sv_SE".into(),
            "seed_genres" => json!(["jazz"]),
            "collaborative" => false.into(),
            "insert_before" | "range_start" | "position" => 0.into(),
            _ => self.of_schema(param.schema),
        }
    }

    fn of_schema(&self, schema: &Schema) -> Value {
        let catalog = Catalog::bundled();
        match *schema {
            Schema::Boolean => true.into(),
            Schema::Integer { min, max } => min.max(1).min(i64::try_from(max).unwrap_or(i64::MAX)).into(),
            Schema::Number { min, .. } => min.into(),
            Schema::Text { .. } => "some text".into(),
            Schema::Words { words, .. } => words[0].into(),
            Schema::WordList { words } => json!([words[0]]),
            Schema::Base64 { .. } => "/9j/4AAQ".into(),
            Schema::Market => "SE".into(),
            Schema::Timestamp => "2026-11-30T12:00:00Z".into(),
            Schema::Id(kind) => match kind {
                ItemKind::Album => catalog.albums[0].id.as_str().into(),
                ItemKind::Artist => catalog.artists[0].id.as_str().into(),
                ItemKind::Audiobook => catalog.audiobooks[0].id.as_str().into(),
                ItemKind::Chapter => catalog.audiobooks[0].chapters[0].id.as_str().into(),
                ItemKind::Episode => catalog.shows[0].episodes[0].id.as_str().into(),
                ItemKind::Playlist => self.playlist.as_str().into(),
                ItemKind::Show => catalog.shows[0].id.as_str().into(),
                ItemKind::Track => tracks(1)[0].rsplit(':').next().unwrap().into(),
                _ => self.user.as_str().into(),
            },
            Schema::Uri(types) if types.contains(&"track") => tracks(1)[0].as_str().into(),
            Schema::Uri(_) => format!("spotify:album:{}", catalog.albums[0].id.as_str()).into(),
            Schema::List { items, .. } => json!([self.of_schema(items)]),
            Schema::OneOf(schemas) => self.of_schema(schemas[0]),
            Schema::Object(fields) => Value::Object(fields.iter().map(|field| self.field(field)).collect::<Map<_, _>>()),
            ref other => panic!("no value for {other:?}"),
        }
    }

    fn field(&self, field: &FieldInfo) -> (String, Value) {
        (field.wire_name.to_owned(), self.of_schema(field.schema))
    }
}

async fn arguments(client: &AsyncSpotifyClient) -> Arguments {
    let playlist = client.playlists().create("Mine").await.unwrap();
    client.playlists().add_items(&playlist, tracks(3)).await.unwrap();
    let devices = client.player().get_devices().await.unwrap();
    let device = devices.iter().find(|device| device.supports_volume == Some(true)).unwrap();
    let user = client.users().get_current_profile().await.unwrap();
    Arguments {
        playlist: playlist.id.to_string(),
        device: device.id.as_ref().unwrap().to_string(),
        user: user.id.to_string(),
    }
}

#[tokio::test]
async fn every_operation_is_done_with_arguments_that_its_schema_allows() {
    let emulator = Emulator::builder().quota(Quota::Extended).start().unwrap();
    let client = client(&emulator, emulator.valid_token());
    let mut failed = BTreeSet::new();
    for operation in all() {
        for optional in [false, true] {
            let arguments = arguments(&client).await.of(operation, optional);
            let schema = jsonschema::validator_for(&operation.input_schema()).unwrap();
            assert!(schema.is_valid(&arguments), "{}: {arguments}", operation.name);
            if let Err(error) = client.invoke(operation.name, arguments.clone()).await {
                failed.insert(format!("{}: {error}: {arguments}", operation.name));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
