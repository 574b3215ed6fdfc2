//! What people paste and what models hold, as the requests that come of it: ids, URIs, links, collections, local files, and
//! the descriptions of playlists.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use spotify_emulator::{Emulator, Fault, FaultRule, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::ids::{PlaylistId, SpotifyUri, TrackId, UserId};
use spotify_sdk::models::PlaylistItem;
use spotify_sdk::serde_json::{Value, from_slice, json};
use spotify_sdk::{AsyncSpotifyClient, Error, Result};

const PLAYLIST: &str = "3cEYpjA9oz9GiPac4AsH4n";
const LOCAL: [&str; 3] =
    ["spotify:local:::Untitled:61", "spotify:local:Die+%C3%84rzte::Demo+1:213", "spotify:local:日本:?#:a%2Fb:0"];
const COLLECTIONS: [&str; 4] = [
    "spotify:collection",
    "spotify:collection:your-episodes",
    "spotify:user:NAME:collection",
    "spotify:user:j%C3%B6rg:collection:your-episodes",
];

fn start() -> (Emulator, AsyncSpotifyClient) {
    let emulator = Emulator::builder().quota(Quota::Extended).start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).max_retries(0).build().unwrap();
    (emulator, client)
}

/// What the last request was sent with.
fn last_body(emulator: &Emulator) -> Value {
    from_slice(&emulator.requests().last().unwrap().body).unwrap()
}

/// The error of a call of which nothing was sent.
fn refused<T>(emulator: &Emulator, result: Result<T>) -> String {
    assert!(emulator.take_requests().is_empty());
    match result.map(drop) {
        Err(Error::InvalidInput(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_form_that_people_paste_asks_for_the_same_playlist() {
    let (emulator, client) = start();
    for form in [
        "{}",
        "{}?si=x",
        "{}#x",
        " {} ",
        "spotify:playlist:{}?si=x",
        "spotify:user:someone:playlist:{}#x",
        "https://open.spotify.com/playlist/{}",
        "https://open.spotify.com/playlist/{}?si=x#y",
        "http://play.spotify.com/intl-de/embed/playlist/{}/",
        "https://open.spotify.com/embed-podcast/playlist/{}/more/pages?x=1",
        "https://api.spotify.com/v1/playlists/{}/items?offset=100",
    ] {
        let _ = client.playlists().get_items(form.replace("{}", PLAYLIST)).await;
        let sent = emulator.take_requests().pop().unwrap();
        assert_eq!(sent.path, format!("/v1/playlists/{PLAYLIST}/items"), "{form}");
    }
}

#[tokio::test]
async fn text_that_can_be_no_id_is_refused_before_anything_is_sent() {
    let (emulator, client) = start();
    for text in [
        "<id>",
        "a>b",
        "playlist:1",
        "a/b",
        "example.org/playlist/1",
        "\"1\"",
        "'1'",
        "a b",
        "a\u{1b}[2Jb",
        "a\\b",
        "{id}",
        "a%20b",
        "日本語",
        "..",
        "?si=x",
        "spotify:playlist:<id>",
        "spotify:playlist:a%22b",
        "https://open.spotify.com/playlist/a b",
        LOCAL[0],
        COLLECTIONS[0],
    ] {
        let error = refused(&emulator, client.playlists().get(text).await);
        assert!(error.starts_with("invalid id: expected a playlist id, its URI or its link, got"), "{error}");
        assert!(!error.contains('\u{1b}'), "{error:?}");
    }
    let error = refused(&emulator, client.tracks().get(LOCAL[0]).await);
    assert!(error.contains("the local file `spotify:local:::Untitled:61`, which has none"), "{error}");
    let error = refused(&emulator, client.tracks().get("x".repeat(10_000) + ":").await);
    assert!(error.len() < 300, "{error}");
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn user_names_may_hold_whatever_can_be_printed() {
    let (emulator, client) = start();
    for (name, path) in [
        ("some$one", "some%24one"),
        ("jörg /", "j%C3%B6rg%20%2F"),
        ("name:with:colons", "name%3Awith%3Acolons"),
        ("what?#", "what%3F%23"),
        ("日本語", "%E6%97%A5%E6%9C%AC%E8%AA%9E"),
        ("spotify:user:a%20b?si=1", "a%20b"),
        ("https://open.spotify.com/user/a%2Fb/playlists?si=1", "a%2Fb"),
    ] {
        let _ = client.users().get_profile(name).await;
        assert_eq!(emulator.take_requests().pop().unwrap().path, format!("/v1/users/{path}"), "{name}");
    }
    for name in ["", "..", "a\u{7}b"] {
        refused(&emulator, client.users().get_profile(name).await);
    }
}

#[tokio::test]
async fn collections_are_played_and_nothing_else() {
    let (emulator, client) = start();
    for (given, sent) in COLLECTIONS.map(|uri| (uri, uri)).into_iter().chain([
        ("https://open.spotify.com/collection/tracks", "spotify:collection"),
        ("open.spotify.com/intl-de/collection/tracks?si=1", "spotify:collection"),
        ("https://open.spotify.com/collection/your-episodes", "spotify:collection:your-episodes"),
    ]) {
        let _ = client.player().start_playback().context_uri(given).await;
        assert_eq!(last_body(&emulator), json!({"context_uri": sent}), "{given}");
        emulator.clear_requests();
        refused(&emulator, client.library().save_items([given]).await);
        refused(&emulator, client.playlists().add_items(PLAYLIST, [given]).await);
        refused(&emulator, client.player().add_to_queue(given).await);
    }
    let user = emulator.users()[0].clone();
    let liked = format!("spotify:user:{user}:collection");
    client.player().start_playback().context_uri(&liked).await.unwrap();
    let state = client.player().get_playback_state().await.unwrap().unwrap();
    let context = state.context.unwrap().uri.unwrap();
    assert_eq!(context, liked.as_str());
    client.player().start_playback().context_uri(&context).await.unwrap();
    emulator.clear_requests();
    for no_context in ["spotify:track:1", "spotify:episode:1", "spotify:user:1", LOCAL[0]] {
        let error = refused(&emulator, client.player().start_playback().context_uri(no_context).await);
        assert!(error.contains("invalid context_uri: expected an album, an artist, a playlist"), "{error}");
    }
}

#[tokio::test]
async fn local_files_are_taken_as_text_and_as_they_came_where_spotify_can_do_something_with_them() {
    let (emulator, client) = start();
    for text in LOCAL {
        let typed: SpotifyUri = text.parse().unwrap();
        assert_eq!(typed.to_string(), text);
        let _ = client.playlists().remove_items(PLAYLIST, [text]).await;
        assert_eq!(last_body(&emulator), json!({"items": [{"uri": text}]}));
        let _ = client.playlists().remove_items(PLAYLIST, [(&typed, [0, 2])]).snapshot_id("s").await;
        let expected = json!({"items": [{"uri": text, "positions": [0, 2]}], "snapshot_id": "s"});
        assert_eq!(last_body(&emulator), expected);
        let _ = client.player().start_playback().context_uri("spotify:album:1").start_at(text).await;
        assert_eq!(last_body(&emulator)["offset"], json!({"uri": text}));
        emulator.clear_requests();

        let track = "spotify:track:1";
        for error in [
            refused(&emulator, client.playlists().add_items(PLAYLIST, [track, text]).await),
            refused(&emulator, client.playlists().replace_items(PLAYLIST, [text, track]).await),
            refused(&emulator, client.library().save_items([track, text]).await),
            refused(&emulator, client.library().remove_items([&typed]).await),
            refused(&emulator, client.library().check_contains([&typed]).await),
            refused(&emulator, client.player().start_playback().uris([text]).await),
            refused(&emulator, client.player().add_to_queue(text).await),
        ] {
            assert!(error.contains(&format!("got the local file `{text}`")) && error.contains("own device"), "{error}");
        }
        // Not even the first hundred are sent.
        let many = std::iter::repeat_n(track, 250).chain([text]);
        refused(&emulator, client.playlists().add_items(PLAYLIST, many).await);
    }
}

#[tokio::test]
async fn a_local_file_is_removed_by_the_text_of_its_uri() {
    let (_emulator, client) = start();
    let all = client.playlists().get_for_current_user().limit(50).await.unwrap();
    let odd = all.items.into_iter().find(|playlist| playlist.name == "Odds and Ends").unwrap().id.unwrap();
    let uri_of = |item: &PlaylistItem| item.item.as_ref()?.uri().cloned();
    let before = client.playlists().get_items(&odd).collect_all().await.unwrap();
    let local = before.iter().filter_map(uri_of).find(SpotifyUri::is_local).unwrap();
    client.playlists().remove_items(&odd, [local.to_string()]).await.unwrap();
    let after = client.playlists().get_items(&odd).collect_all().await.unwrap();
    assert!(after.len() < before.len());
    assert!(!after.iter().filter_map(uri_of).any(|uri| uri == local));
}

#[tokio::test]
async fn an_item_of_a_kind_that_the_operation_cannot_take_is_refused() {
    let (emulator, client) = start();
    let error = refused(&emulator, client.playlists().add_items(PLAYLIST, ["https://open.spotify.com/album/1"]).await);
    assert_eq!(error, "invalid uris: expected tracks and episodes, got the album `spotify:album:1`");
    let error = refused(&emulator, client.playlists().remove_items(PLAYLIST, ["spotify:show:1"]).await);
    assert!(error.contains("invalid items: expected tracks, episodes and local files"), "{error}");
    let call = client.player().start_playback().context_uri("spotify:album:1").start_at("spotify:artist:1");
    assert!(refused(&emulator, call.await).starts_with("invalid start_at: "));
}

#[test]
fn ids_and_uris_are_read_from_what_they_write() {
    let track: TrackId = "https://open.spotify.com/track/6rqhFgbbKwnb9MLmUQDhG6?si=1".parse().unwrap();
    assert_eq!(track.uri().to_string().parse::<TrackId>().unwrap(), track);
    assert_eq!(track.url().parse::<TrackId>().unwrap(), track);
    let user: UserId = "jörg /?#$ 日本".parse().unwrap();
    assert_eq!(user.uri().to_string().parse::<UserId>().unwrap(), user);
    assert_eq!(user.url().parse::<UserId>().unwrap(), user);
    for text in LOCAL.iter().chain(&COLLECTIONS) {
        assert_eq!(text.parse::<SpotifyUri>().unwrap().to_string(), *text);
        assert!(text.parse::<PlaylistId>().is_err());
    }
}

#[tokio::test]
async fn a_description_that_spotify_would_fail_on_is_refused_before_it_is_sent() {
    let (emulator, client) = start();
    let playlists = client.playlists();
    let longest = "ü".repeat(300);
    let created = playlists.create("Mix").public(false).description(&longest).await.unwrap();
    playlists.change_details(&created.id).description("one line, & no more").await.unwrap();
    playlists.change_details(&created.id).description("").await.unwrap();
    emulator.clear_requests();
    for text in
        ["one\ntwo", "one\r\ntwo", "one\rtwo", "one\u{2028}two", "one\u{2029}two", "one\u{85}two", "one\u{b}two"]
    {
        for error in [
            refused(&emulator, playlists.create("Mix").description(text).await),
            refused(&emulator, playlists.change_details(PLAYLIST).description(text).await),
        ] {
            assert_eq!(error, "invalid description: expected one line, got a line break after 3 characters");
        }
    }
    let error = refused(&emulator, playlists.create("Mix").description(longest + "ü").await);
    assert_eq!(error, "invalid description: expected at most 300 characters, got 301");
    #[cfg(feature = "extended-quota")]
    refused(&emulator, playlists.create_for_user("u", "Mix").description("one\ntwo").await);
}

#[tokio::test]
async fn a_change_that_the_status_confirms_is_done_whatever_comes_behind_it() {
    let (emulator, client) = start();
    let tracks: Vec<String> = spotify_emulator::catalog::Catalog::bundled()
        .tracks()
        .take(3)
        .map(|track| format!("spotify:track:{}", track.id.as_str()))
        .collect();
    let none = || Fault::delay(std::time::Duration::ZERO);
    for fault in [
        none().body(""),
        none().body("oPClBVDzidwlAlSqmFF-zKNO62E"),
        none().body("<html>"),
        none().body("null"),
        none().body(r#"{"snapshot_id":7}"#),
        Fault::truncate(5),
        Fault::endless(),
    ] {
        let playlist = client.playlists().create("Mix").public(false).await.unwrap().id;
        emulator.faults().add(FaultRule::new(fault).path("/playlists/*/items"));
        let playlists = client.playlists();
        assert_eq!(playlists.add_items(&playlist, &tracks).await.unwrap(), "");
        assert_eq!(playlists.reorder_items(&playlist, 0, 2).await.unwrap(), "");
        assert_eq!(playlists.remove_items(&playlist, &tracks[..1]).await.unwrap(), "");
        assert_eq!(playlists.replace_items(&playlist, &tracks[1..]).await.unwrap(), "");
        #[cfg(feature = "extended-quota")]
        {
            emulator.faults().add(FaultRule::new(none().body("")).path("/playlists/*/tracks"));
            assert_eq!(playlists.add_tracks(&playlist, &tracks[..1]).await.unwrap(), "");
        }
        emulator.faults().clear();
    }
    // An id is no confirmation: nobody could go on without it.
    emulator.faults().fail_next(1, none().body(""));
    let error = client.playlists().create("Mix").public(false).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)) && !error.is_retryable(), "{error}");
    assert!(error.hint().unwrap().contains("carried it out"), "{:?}", error.hint());
}
