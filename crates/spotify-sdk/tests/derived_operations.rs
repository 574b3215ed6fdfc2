//! Operations that programs derive themselves: they have what the SDK's own have.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Script, Step};
use spotify_sdk::api::params::{Batch, Limit};
use spotify_sdk::error::InvalidInput;
use spotify_sdk::ids::TrackId;
use spotify_sdk::models::{Page, SimplifiedTrack};
use spotify_sdk::operation::{Idempotency, Operation, Paging, Place, Quota, Scope};
use spotify_sdk::schema::Schema;
use spotify_sdk::serde_json::{Value, json};
use spotify_sdk::{AsyncSpotifyClient, Error};

/// Gets the tracks of a mix.
///
/// It takes [`GetMixTracks`] and a [link](https://example.com).
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/mixes/{mix_id}/tracks" -> Page<SimplifiedTrack>,
    as = "mixes.get_tracks", scopes = [UserLibraryRead], fixed("v" = "2"), paged = offset, up_to = 3,
    call_methods = MixTracksCall,
)]
struct GetMixTracks {
    /// The mix.
    #[segment("mix_id")]
    mix: String,
    /// The mood. Default: calm.
    #[query(default = "calm")]
    mood: Option<String>,
    /// The maximum number of items of a page.
    #[query]
    limit: Option<Limit<2>>,
    /// The index of the first item.
    #[query]
    offset: Option<u32>,
}

/// Adds tracks to a mix.
#[derive(Debug, Clone, Operation)]
#[operation(PUT "/mixes/{mix}/tracks" -> Vec<bool>, as = "mixes.add", idempotency = Self::repeats, check = Self::check)]
struct AddToMix {
    /// The mix.
    #[segment]
    mix: String,
    /// The tracks.
    #[body("tracks", batch)]
    ids: Batch<TrackId, 2>,
    /// Whether the same track may be added twice.
    #[body]
    twice: Option<bool>,
}

impl AddToMix {
    fn repeats(&self) -> Idempotency {
        if self.twice == Some(true) { Idempotency::NotIdempotent } else { Idempotency::Idempotent }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        if self.mix == "full" { Err(InvalidInput::new("mix", "it is full")) } else { Ok(()) }
    }
}

fn page(first: u32, count: u32) -> Step {
    let items = (first..first + count).map(|number| format!(r#"{{"name":"{number}"}}"#)).collect::<Vec<_>>().join(",");
    let next = if first + count < 3 { r#""https://api.spotify.com/v1/next""# } else { "null" };
    let page = format!(r#"{{"href":"x","items":[{items}],"limit":2,"offset":{first},"total":3,"next":{next}}}"#);
    Step::Respond(200, vec![], page.leak())
}

fn targets(script: &Script) -> Vec<String> {
    let requests = script.requests();
    requests.iter().map(|request| request.uri().path_and_query().unwrap().as_str().replacen("/v1", "", 1)).collect()
}

#[tokio::test]
async fn its_pages_are_read_to_the_end_that_it_names() {
    let script = Script::new([page(0, 2), page(2, 1)]);
    let tracks = script.client().call(GetMixTracks::new("a b")).mood("wild").collect_all().await.unwrap();
    assert_eq!(tracks.iter().map(|track| track.name.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    assert_eq!(
        targets(&script),
        ["/mixes/a%20b/tracks?v=2&mood=wild&limit=2&offset=0", "/mixes/a%20b/tracks?v=2&mood=wild&limit=1&offset=2"]
    );
}

#[tokio::test]
async fn what_is_not_set_is_its_default_or_nothing() {
    let script = Script::new([page(0, 2), page(0, 2)]);
    let client = script.client();
    client.call(GetMixTracks::new("1")).maybe_limit(None::<u8>).maybe_mood(Some("low")).await.unwrap();
    client.call(GetMixTracks::new("1").unwrap().limit(1).unwrap()).await.unwrap();
    assert_eq!(targets(&script), ["/mixes/1/tracks?v=2&mood=low", "/mixes/1/tracks?v=2&mood=calm&limit=1"]);
}

#[tokio::test]
async fn the_first_refusal_is_the_error_of_the_call() {
    let script = Script::new([]);
    let client = script.client();
    assert_eq!(GetMixTracks::new("1").unwrap().limit(3).unwrap_err().parameter, "limit");
    let call = client.call(GetMixTracks::new("1")).limit(3).offset(-1).mood("low");
    assert_eq!(call.operation().unwrap_err().parameter, "limit");
    assert!(matches!(call.clone().await, Err(Error::InvalidInput(error)) if error.parameter == "limit"));
    let mut items = call.stream();
    assert!(matches!(items.next().await, Some(Err(Error::InvalidInput(error))) if error.parameter == "limit"));
    assert!(items.next().await.is_none());
    let error = client.call(AddToMix::new("full", ["1"])).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid mix: it is full");
    assert_eq!(script.count(), 0);
}

#[tokio::test]
async fn more_values_than_a_request_takes_go_in_several() {
    let answer = |body| Step::Respond(200, vec![], body);
    let script = Script::new([answer("[true,false]"), answer("[true]")]);
    let added = script.client().call(AddToMix::new("1", ["a", "b", "c"])).await.unwrap();
    assert_eq!(added, [true, false, true]);
    let bodies: Vec<Value> =
        script.requests().iter().map(|request| spotify_sdk::serde_json::from_slice(request.body()).unwrap()).collect();
    assert_eq!(bodies, [json!({"tracks": ["a", "b"]}), json!({"tracks": ["c"]})]);
    assert_eq!(AddToMix::new("1", ["a"]).unwrap().idempotency(), Idempotency::Idempotent);
    assert_eq!(AddToMix::new("1", ["a"]).unwrap().twice(true).unwrap().idempotency(), Idempotency::NotIdempotent);
}

#[test]
fn its_metadata_is_one_value() {
    let info = GetMixTracks::INFO;
    assert_eq!((info.name, info.path), ("mixes.get_tracks", "/mixes/{mix_id}/tracks"));
    assert_eq!((info.quota, info.idempotency), (Quota::Development, Idempotency::Idempotent));
    assert_eq!((info.scopes, info.paging), (&[Scope::UserLibraryRead][..], Some(Paging::Offset)));
    assert_eq!(info.doc, "Gets the tracks of a mix.\n\nIt takes `GetMixTracks` and a [link](https://example.com).");
    let output = info.output_schema();
    assert_eq!(output["$ref"], "#/$defs/Page.SimplifiedTrack");
    assert!(output["$defs"]["SimplifiedTrack"]["properties"]["name"].is_object(), "{output}");
    let mood = info.param("mood").unwrap();
    assert_eq!((mood.place, mood.required, mood.default), (Place::Query, false, Some("calm")));
    let mix = info.param("mix").unwrap();
    assert_eq!((mix.wire_name, mix.place, mix.required, mix.doc), ("mix_id", Place::Path, true, "The mix."));
    assert_eq!(info.param("limit").unwrap().schema, &Schema::Integer { min: 1, max: 2 });
    let tracks = AddToMix::INFO.param("ids").unwrap();
    assert!(matches!(tracks.schema, Schema::List { min: 1, max: None, per_request: Some(2), .. }));
    assert_eq!(AddToMix::INFO.idempotency, Idempotency::NotIdempotent);
}

#[tokio::test]
async fn it_is_called_with_json_as_those_of_the_sdk_are() {
    async fn invoke(client: &AsyncSpotifyClient, arguments: Value) -> spotify_sdk::Result<Value> {
        client.invoke_operation(GetMixTracks::INFO, arguments).await
    }
    let script = Script::new([page(0, 2), page(2, 1)]);
    let client = script.client();
    let items = invoke(&client, json!({"mix": "1", "all": true})).await.unwrap();
    assert_eq!(items, json!([{"name": "0"}, {"name": "1"}, {"name": "2"}]));
    let error = invoke(&client, json!({"mix": "1", "limit": 3})).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid limit: expected 1 to 2, got 3");
    let error = invoke(&client, json!({"mix_id": "1"})).await.unwrap_err();
    assert!(error.to_string().contains("no parameter `mix_id`"), "{error}");
}
