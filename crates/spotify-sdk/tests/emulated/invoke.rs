//! Every operation by its name, with arguments that are made of its schema.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use spotify_emulator::Quota;
use spotify_emulator::catalog::Catalog;
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::ids::ItemKind;
use spotify_sdk::operation::{OperationInfo, ParamInfo, all};
use spotify_sdk::schema::Schema;

use crate::examples::example;
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
                || (operation.name == "player.start_playback" && param.name == "uris")
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
            "insert_before" | "range_start" | "position" | "start_at" => 0.into(),
            _ => example(param.schema, &|schema| self.known(schema)),
        }
    }

    /// What the emulator knows.
    fn known(&self, schema: &Schema) -> Option<Value> {
        let catalog = Catalog::bundled();
        Some(match *schema {
            Schema::Boolean => true.into(),
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
            _ => return None,
        })
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
    let (_emulator, client) = start(Quota::Extended);
    let mut failed = BTreeSet::new();
    for operation in all() {
        for optional in [false, true] {
            if operation.name == "player.pause_playback" {
                client.player().start_playback().uris(tracks(3)).await.unwrap();
            }
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

#[tokio::test]
async fn all_pages_of_a_list_are_one_list_and_equal_to_those_of_the_typed_call() {
    let (_emulator, client) = start(Quota::Extended);
    let typed = client.tracks().get_saved().collect_all().await.unwrap();
    assert!(typed.len() > 50, "{} saved tracks", typed.len());
    let all = client.invoke("tracks.get_saved", json!({"all": true, "limit": 20})).await.unwrap();
    let id = |item: &Value| item["track"]["id"].as_str().map(str::to_owned);
    let ids: Vec<_> = all.as_array().unwrap().iter().map(id).collect();
    let expected: Vec<_> = typed.iter().map(|saved| saved.track.id.as_ref().map(ToString::to_string)).collect();
    assert_eq!(ids, expected);
    let rest = client.invoke("tracks.get_saved", json!({"all": true, "offset": 50})).await.unwrap();
    assert_eq!(rest.as_array().unwrap()[..], all.as_array().unwrap()[50..]);

    let page = client.invoke("tracks.get_saved", json!({"limit": 2})).await.unwrap();
    assert_eq!((page["items"].as_array().unwrap().len(), page["total"].as_u64().unwrap() as usize), (2, typed.len()));
    let found = client.invoke("search.search", json!({"q": "the", "types": "track,album", "all": true})).await.unwrap();
    let kinds: BTreeSet<&str> = found.as_array().unwrap().iter().filter_map(|item| item["type"].as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["album", "track"]));
    let artists = client.invoke("users.get_followed_artists", json!({"all": true, "limit": 1})).await.unwrap();
    assert_eq!(
        artists.as_array().unwrap().len(),
        client.users().get_followed_artists().collect_all().await.unwrap().len()
    );

    let error = client.invoke("albums.get", json!({"id": "1", "all": true})).await.unwrap_err();
    assert!(error.to_string().contains("no parameter `all`"), "{error}");
}

#[tokio::test]
async fn more_than_a_request_takes_is_sent_in_several_and_joined() {
    let (emulator, client) = start(Quota::Extended);
    let uris = tracks(95);
    let before = emulator.requests().len();
    assert_eq!(client.invoke("library.save_items", json!({"uris": uris})).await.unwrap(), Value::Null);
    assert_eq!(emulator.requests().len() - before, 3);
    let saved = client.invoke("library.check_contains", json!({"uris": uris})).await.unwrap();
    assert_eq!(saved, Value::Array(vec![true.into(); 95]));
    let playlist = client.playlists().create("Mine").await.unwrap();
    let added =
        client.invoke("playlists.add_items", json!({"id": playlist.id.as_str(), "uris": tracks(150)})).await.unwrap();
    assert_eq!(added, client.playlists().get(&playlist).await.unwrap().snapshot_id.unwrap().as_str());
}

#[cfg(feature = "blocking")]
#[test]
fn the_blocking_client_calls_operations_by_name_too() {
    use spotify_sdk::{SpotifyClient, auth::AccessToken};
    let emulator = spotify_emulator::Emulator::start().unwrap();
    let auth = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    let id = Catalog::bundled().albums[0].id.as_str();
    let invocation = client.invoke("albums.get", json!({"id": id}));
    assert_eq!(invocation.info().unwrap().name, "albums.get");
    let album = invocation.send().unwrap();
    assert_eq!(album["name"], Catalog::bundled().albums[0].name.as_str());
    assert!(client.invoke("albums.get_saved", json!({"all": true})).send().unwrap().is_array());
}
