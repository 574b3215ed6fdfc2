//! What can be given for a parameter besides text: models, options, numbers of every type, lengths of time, lists as text.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::Script;
use spotify_sdk::api::{AdditionalType, SearchType, TimeRange};
use spotify_sdk::ids::{AlbumId, SpotifyUri, TrackId};
use spotify_sdk::jiff::SignedDuration;
use spotify_sdk::models::{
    Album, Artist, Audiobook, Chapter, CurrentUser, Episode, PlaybackItem, PlayerDevice, Playlist, PlaylistItem,
    PublicUser, Show, SimplifiedAlbum, SimplifiedArtist, SimplifiedPlaylist, SimplifiedTrack, Track,
};
use spotify_sdk::operation::Operation;
use spotify_sdk::serde_json::{Value, from_slice, from_value, json};
use spotify_sdk::{AsyncSpotifyClient, Call, Error};

const BASE: &str = "https://api.spotify.com/v1";

/// Path, query and body of a call.
async fn sent<Op: Operation>(script: &Script, call: Call<AsyncSpotifyClient, Op>) -> (String, Value) {
    let (before, name) = (script.count(), call.operation().unwrap().info().name);
    match call.send().await.map(drop) {
        Ok(()) | Err(Error::Decode(_)) => {}
        Err(error) => panic!("{name}: {error}"),
    }
    assert_eq!(script.count(), before + 1, "{name}");
    let request = script.requests().pop().unwrap();
    let body = if request.body().is_empty() { Value::Null } else { from_slice(request.body()).unwrap() };
    (request.uri().to_string().replacen(BASE, "", 1), body)
}

async fn target<Op: Operation>(script: &Script, call: Call<AsyncSpotifyClient, Op>) -> String {
    sent(script, call).await.0
}

/// The error of a call of which nothing is sent.
async fn refused<Op: Operation>(call: Call<AsyncSpotifyClient, Op>) -> String {
    match call.send().await.map(drop) {
        Err(Error::InvalidInput(error)) => error.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

fn model<T: serde::de::DeserializeOwned>(kind: &str, id: &str) -> T {
    let uri = format!("spotify:{kind}:{id}");
    from_value(json!({"id": id, "uri": uri, "type": kind, "name": "Some Name", "display_name": "Some Name"})).unwrap()
}

#[tokio::test]
async fn a_model_is_given_where_its_id_or_its_uri_goes() {
    let script = Script::new([]);
    let c = script.client();
    let (album, artist): (Album, Artist) = (model("album", "1"), model("artist", "2"));
    let (track, simplified): (Track, SimplifiedTrack) = (model("track", "3"), model("track", "4"));
    assert_eq!(target(&script, c.albums().get(&album)).await, "/albums/1");
    assert_eq!(target(&script, c.albums().get(&model::<SimplifiedAlbum>("album", "1"))).await, "/albums/1");
    assert_eq!(target(&script, c.artists().get_albums(&artist)).await, "/artists/2/albums");
    assert_eq!(target(&script, c.artists().get(&model::<SimplifiedArtist>("artist", "2"))).await, "/artists/2");
    assert_eq!(target(&script, c.tracks().get(&track)).await, "/tracks/3");
    assert_eq!(target(&script, c.tracks().get(&simplified)).await, "/tracks/4");
    assert_eq!(target(&script, c.episodes().get(&model::<Episode>("episode", "5"))).await, "/episodes/5");
    assert_eq!(target(&script, c.shows().get(&model::<Show>("show", "6"))).await, "/shows/6");
    assert_eq!(target(&script, c.audiobooks().get(&model::<Audiobook>("show", "7"))).await, "/audiobooks/7");
    assert_eq!(target(&script, c.chapters().get(&model::<Chapter>("episode", "8"))).await, "/chapters/8");
    let (playlist, listed): (Playlist, SimplifiedPlaylist) = (model("playlist", "9"), model("playlist", "9"));
    assert_eq!(target(&script, c.playlists().get_cover_image(&listed)).await, "/playlists/9/images");
    let (path, body) = sent(&script, c.playlists().add_items(&playlist, &vec![track.clone(), track.clone()])).await;
    assert_eq!((path.as_str(), body), ("/playlists/9/items", json!({"uris": ["spotify:track:3", "spotify:track:3"]})));
    let (_, body) = sent(&script, c.playlists().remove_items(&playlist, [&simplified])).await;
    assert_eq!(body, json!({"items": [{"uri": "spotify:track:4"}]}));
    let (_, body) = sent(&script, c.playlists().remove_items(&playlist, [(&track, [0])])).await;
    assert_eq!(body, json!({"items": [{"uri": "spotify:track:3", "positions": [0]}]}));
    let (_, body) = sent(&script, c.player().start_playback().context_uri(&album).start_at(&track)).await;
    assert_eq!(body, json!({"context_uri": "spotify:album:1", "offset": {"uri": "spotify:track:3"}}));
    let user: PublicUser = model("user", "u");
    assert_eq!(target(&script, c.library().save_items([&user])).await, "/me/library?uris=spotify%3Auser%3Au");
    let me: CurrentUser = model("user", "u");
    assert_eq!(target(&script, c.library().save_items([&me])).await, "/me/library?uris=spotify%3Auser%3Au");
}

#[tokio::test]
async fn an_entry_of_a_playlist_is_given_as_what_it_holds() {
    let script = Script::new([]);
    let c = script.client();
    let item = json!({"type": "track", "id": "3", "uri": "spotify:track:3", "name": "Some Name"});
    let entry: PlaylistItem = from_value(json!({"item": item})).unwrap();
    let gone: PlaylistItem = from_value(json!({"item": null})).unwrap();
    let playing: PlaybackItem = from_value(item).unwrap();
    let expected = "/me/player/queue?uri=spotify%3Atrack%3A3";
    assert_eq!(target(&script, c.player().add_to_queue(&entry)).await, expected);
    assert_eq!(target(&script, c.player().add_to_queue(&playing)).await, expected);
    assert_eq!(target(&script, c.tracks().get(&entry)).await, "/tracks/3");
    assert!(refused(c.episodes().get(&entry)).await.starts_with("invalid id: expected an episode id"));
    let error = refused(c.playlists().remove_items("9", [&entry, &gone])).await;
    assert!(error.starts_with("invalid items: the entry of the playlist has no item"), "{error}");
}

#[tokio::test]
async fn a_model_without_what_it_would_be_named_by_is_refused_with_its_name() {
    let script = Script::new([]);
    let c = script.client();
    let track: SimplifiedTrack = from_value(json!({"name": "Demo"})).unwrap();
    assert_eq!(refused(c.tracks().get(&track)).await, "invalid id: the track `Demo` has no id");
    assert_eq!(refused(c.player().add_to_queue(&track)).await, "invalid uri: the track `Demo` has no URI");
    assert_eq!(refused(c.library().save_items([&track])).await, "invalid uris: the track `Demo` has no URI");
    let device: PlayerDevice = from_value(json!({"name": "Kitchen"})).unwrap();
    let error = refused(c.player().transfer_playback(&device)).await;
    assert_eq!(error, "invalid device_id: the device `Kitchen` has no id");
    // One is named by the other where that is there.
    let track: Track = from_value(json!({"name": "Demo", "uri": "spotify:track:3"})).unwrap();
    assert_eq!(target(&script, c.tracks().get(&track)).await, "/tracks/3");
    let track: Track = from_value(json!({"name": "Demo", "id": "3"})).unwrap();
    let expected = "/me/player/queue?uri=spotify%3Atrack%3A3";
    assert_eq!(target(&script, c.player().add_to_queue(&track)).await, expected);
    let local: Track = from_value(json!({"name": "Demo", "uri": "spotify:local:::Demo:61"})).unwrap();
    assert!(refused(c.tracks().get(&local)).await.contains("the local file"));
}

#[tokio::test]
async fn an_option_is_given_as_models_have_it_and_none_is_refused() {
    let script = Script::new([]);
    let c = script.client();
    let uri: Option<SpotifyUri> = Some("spotify:track:3".parse().unwrap());
    let id: Option<TrackId> = Some("3".parse().unwrap());
    let expected = "/me/player/queue?uri=spotify%3Atrack%3A3";
    assert_eq!(target(&script, c.player().add_to_queue(uri.as_ref())).await, expected);
    assert_eq!(target(&script, c.player().add_to_queue(&uri)).await, expected);
    assert_eq!(target(&script, c.player().add_to_queue(&id)).await, expected);
    assert_eq!(target(&script, c.player().add_to_queue(id.clone())).await, expected);
    assert_eq!(target(&script, c.player().add_to_queue(id.as_ref())).await, expected);
    assert_eq!(target(&script, c.tracks().get(uri.as_ref())).await, "/tracks/3");
    assert_eq!(target(&script, c.tracks().get(Some("3"))).await, "/tracks/3");
    let (_, body) = sent(&script, c.playlists().remove_items("9", [&uri])).await;
    assert_eq!(body, json!({"items": [{"uri": "spotify:track:3"}]}));
    let none: Option<AlbumId> = None;
    assert_eq!(refused(c.albums().get(none)).await, "invalid id: expected a value, got `None`");
}

#[tokio::test]
async fn a_device_is_given_as_text_or_as_it_came() {
    let script = Script::new([]);
    let c = script.client();
    let device: PlayerDevice = from_value(json!({"id": "d", "name": "Kitchen"})).unwrap();
    for call in [
        c.player().transfer_playback(&device),
        c.player().transfer_playback(&device.id),
        c.player().transfer_playback(device.id.clone()),
        c.player().transfer_playback(device.id.as_deref()),
        c.player().transfer_playback(Some("d".to_owned())),
    ] {
        assert_eq!(sent(&script, call).await.1, json!({"device_ids": ["d"]}));
    }
    let expected = "/me/player/pause?device_id=d";
    assert_eq!(target(&script, c.player().pause_playback().device_id(&device)).await, expected);
    assert_eq!(target(&script, c.player().pause_playback().maybe_device_id(Some(&device))).await, expected);
}

#[tokio::test]
async fn numbers_are_given_in_every_type() {
    let script = Script::new([]);
    let c = script.client();
    let items = [1, 2, 3];
    let expected = "/me/tracks?limit=3&offset=7";
    assert_eq!(target(&script, c.tracks().get_saved().limit(items.len()).offset(7_u64)).await, expected);
    assert_eq!(target(&script, c.tracks().get_saved().limit(3_i64).offset(7_u8)).await, expected);
    assert_eq!(target(&script, c.tracks().get_saved().limit(3).offset(7_i32)).await, expected);
    let error = refused(c.tracks().get_saved().limit(-1)).await;
    assert_eq!(error, "invalid limit: expected 1 to 50, got -1");
    let error = refused(c.tracks().get_saved().offset(5_000_000_000_u64)).await;
    assert_eq!(error, "invalid offset: expected 0 to 4294967295, got 5000000000");
    assert_eq!(refused(c.player().set_volume(-5)).await, "invalid volume_percent: expected 0 to 100, got -5");
    let error = refused(c.player().start_playback().context_uri("spotify:album:1").start_at(-1)).await;
    assert_eq!(error, "invalid start_at: expected 0 to 4294967295, got -1");
}

#[tokio::test]
async fn a_length_of_time_is_given_as_one() {
    let script = Script::new([]);
    let c = script.client();
    let expected = "/me/player/seek?position_ms=61500";
    assert_eq!(target(&script, c.player().seek(Duration::from_millis(61_500))).await, expected);
    assert_eq!(target(&script, c.player().seek(SignedDuration::from_millis(61_500))).await, expected);
    assert_eq!(target(&script, c.player().seek(61_500)).await, expected);
    let (_, body) = sent(&script, c.player().start_playback().position_ms(Duration::from_secs(1))).await;
    assert_eq!(body, json!({"position_ms": 1000}));
    let error = refused(c.player().seek(SignedDuration::from_secs(-1))).await;
    assert_eq!(error, "invalid position_ms: expected 0 to 18446744073709551615, got -1000");
}

#[tokio::test]
async fn several_words_are_given_as_one_text() {
    let script = Script::new([]);
    let c = script.client();
    let expected = "/search?q=x&type=album%2Ctrack";
    let types = [SearchType::Album, SearchType::Track];
    assert_eq!(target(&script, c.search().search("x", "album,track")).await, expected);
    assert_eq!(target(&script, c.search().search("x", "album, track".to_owned())).await, expected);
    assert_eq!(target(&script, c.search().search("x", types)).await, expected);
    assert_eq!(target(&script, c.search().search("x", types.as_slice())).await, expected);
    assert_eq!(target(&script, c.search().search("x", vec!["album", "track"])).await, expected);
    assert_eq!(target(&script, c.search().search("x", &["album".to_owned(), "track".to_owned()])).await, expected);
    let call = c.artists().get_albums("2").include_groups("single,appears_on");
    assert_eq!(target(&script, call).await, "/artists/2/albums?include_groups=single%2Cappears_on");
    let call = c.player().get_playback_state().additional_types("episode");
    assert_eq!(target(&script, call).await, "/me/player?additional_types=episode");
    let error = refused(c.search().search("x", "album,,track")).await;
    assert!(error.starts_with("invalid types: expected one of `album`, ") && error.ends_with("got ``"), "{error}");
}

#[tokio::test]
async fn an_optional_parameter_is_set_where_there_is_a_value() {
    let script = Script::new([]);
    let c = script.client();
    let some = c.users().get_top_tracks().maybe_time_range(Some(TimeRange::ShortTerm)).maybe_limit(Some(5));
    assert_eq!(target(&script, some).await, "/me/top/tracks?time_range=short_term&limit=5");
    let none = c.users().get_top_tracks().maybe_time_range(None::<TimeRange>).maybe_limit(None::<u32>);
    assert_eq!(target(&script, none).await, "/me/top/tracks");
    // What was set before stays.
    let types = Some([AdditionalType::Track]);
    let call = c.playlists().get_items("9").market("SE").maybe_market(None::<&str>).maybe_additional_types(types);
    assert_eq!(target(&script, call).await, "/playlists/9/items?market=SE&additional_types=track");
    assert_eq!(
        refused(c.users().get_top_tracks().maybe_limit(Some(51))).await,
        "invalid limit: expected 1 to 50, got 51"
    );
}
