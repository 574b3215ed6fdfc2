//! The album operations against the emulator, by both clients and in both quota modes.

#![allow(clippy::unwrap_used)]

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::http::StatusCode;
use spotify_sdk::ids::{AlbumId, TrackId};
use spotify_sdk::models::Album;
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};

const DTMF: &str = "5K79FLRUCSysQnVESLcTdb";
const GLOBAL_WARMING: &str = "4aawyAB9vmqN3uQ7FjRGTy";
const COLLEGE_DROPOUT: &str = "4Uv86qWpGTxf7fU7lG5X6F";

fn emulator(quota: Quota) -> Emulator {
    Emulator::builder().quota(quota).start().unwrap()
}

fn client(emulator: &Emulator) -> AsyncSpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

fn blocking(emulator: &Emulator) -> SpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

#[tokio::test]
async fn an_album_comes_whole_in_extended_quota_mode() {
    let emulator = emulator(Quota::Extended);
    let album = client(&emulator).albums().get(DTMF).await.unwrap();
    assert_eq!(album.name, "DeBÍ TiRAR MáS FOToS");
    assert_eq!(album.artist_names(), "Bad Bunny");
    assert_eq!(album.label.as_deref(), Some("Rimas Entertainment LLC"));
    assert_eq!(album.release_date.as_ref().unwrap(), "2025-01-05");
    assert_eq!(album.total_tracks, Some(17));
    assert_eq!(album.tracks.items.len(), 17);
    assert!(album.available_markets.len() > 100);
    assert!(album.popularity.is_some());
    assert!(album.extra.is_empty(), "{:?}", album.extra);
}

#[tokio::test]
async fn fields_that_development_mode_does_not_send_are_none() {
    let emulator = emulator(Quota::Development);
    let album = client(&emulator).albums().get(DTMF).await.unwrap();
    assert_eq!(album.name, "DeBÍ TiRAR MáS FOToS");
    assert_eq!((album.label, album.popularity), (None, None));
    assert!(album.available_markets.is_empty());
}

/// Whether every value of `sent` is in `written`, a missing one and `null` taken as one.
fn is_kept(sent: &serde_json::Value, written: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Null, Object};
    match (sent, written) {
        (Null, _) => true,
        (Object(sent), Object(written)) => {
            sent.iter().all(|(name, value)| is_kept(value, written.get(name).unwrap_or(&Null)))
        }
        (Array(sent), Array(written)) => {
            sent.len() == written.len() && sent.iter().zip(written).all(|(sent, written)| is_kept(sent, written))
        }
        (sent, written) => sent == written,
    }
}

#[tokio::test]
async fn every_value_that_spotify_sent_is_written_by_the_models() {
    for quota in [Quota::Development, Quota::Extended] {
        let emulator = emulator(quota);
        let albums = client(&emulator);
        let albums = albums.albums();
        for id in [DTMF, GLOBAL_WARMING, COLLEGE_DROPOUT] {
            let raw: serde_json::Value = albums.get(id).send_as().await.unwrap();
            let album: Album = albums.get(id).send().await.unwrap();
            assert!(is_kept(&raw, &serde_json::to_value(&album).unwrap()), "{id} of {quota:?}");
        }
    }
}

#[test]
fn both_clients_give_the_same() {
    let emulator = emulator(Quota::Extended);
    let blocking = blocking(&emulator);
    let from_blocking = blocking.albums().get(GLOBAL_WARMING).market("SE").send().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let from_async =
        runtime.block_on(async { client(&emulator).albums().get(GLOBAL_WARMING).market("SE").await }).unwrap();
    assert_eq!(from_blocking, from_async);

    let requests = emulator.requests();
    assert_eq!(requests[0].path, requests[1].path);
    assert_eq!(requests[0].query.as_deref(), Some("market=SE"));
    assert_eq!(requests[0].query, requests[1].query);
    assert_eq!(requests[0].headers, requests[1].headers);
}

#[tokio::test]
async fn an_album_is_found_by_id_uri_link_and_typed_id() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    let uri = format!("spotify:album:{DTMF}");
    let link = format!("https://open.spotify.com/intl-es/album/{DTMF}?si=abc");
    let id: AlbumId = DTMF.parse().unwrap();
    for call in [
        client.albums().get(DTMF),
        client.albums().get(DTMF.to_owned()),
        client.albums().get(&*uri),
        client.albums().get(&link),
        client.albums().get(&id),
        client.albums().get(id.uri()),
        client.albums().get(id.clone()),
    ] {
        assert_eq!(call.await.unwrap().id, id);
    }
}

#[tokio::test]
async fn tracks_come_in_pages_that_join_up() {
    let emulator = emulator(Quota::Extended);
    let client = client(&emulator);
    let mut names = Vec::new();
    let mut offset = 0;
    loop {
        let page = client.albums().get_tracks(COLLEGE_DROPOUT).limit(8).offset(offset).market("US").await.unwrap();
        assert_eq!((page.limit, page.offset, page.total), (8, offset, 21));
        offset += u32::try_from(page.items.len()).unwrap();
        let last = page.next.is_none();
        names.extend(page.into_iter().map(|track| track.name));
        if last {
            break;
        }
    }
    assert_eq!(names.len(), 21);
    let whole = client.albums().get_tracks(COLLEGE_DROPOUT).limit(50).await.unwrap();
    assert_eq!(names, whole.items.iter().map(|track| track.name.clone()).collect::<Vec<_>>());
}

#[test]
fn saved_albums_carry_when_they_were_saved() {
    let emulator = emulator(Quota::Development);
    let client = blocking(&emulator);
    let page = client.albums().get_saved().limit(2).offset(1).market("from_token").send().unwrap();
    assert_eq!(page.items.len(), 2);
    assert!(page.total > 3);
    assert!(page.items.iter().all(|saved| saved.added_at.is_some() && !saved.album.name.is_empty()));
    let requests = emulator.requests();
    assert_eq!(requests[0].path, "/v1/me/albums");
    assert_eq!(requests[0].query.as_deref(), Some("limit=2&offset=1&market=from_token"));
}

#[tokio::test]
async fn a_caller_can_read_an_answer_as_a_type_of_its_own() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    let json: serde_json::Value = client.albums().get(DTMF).send_as().await.unwrap();
    assert_eq!(json["total_tracks"], 17);
    let error = client.albums().get(DTMF).send_as::<Vec<u8>>().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert_eq!(error.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn an_unknown_album_is_not_found() {
    let emulator = emulator(Quota::Development);
    let error = client(&emulator).albums().get("0000000000000000000000").await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
    assert_eq!(error.operation().unwrap().name, "albums.get");
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn an_id_that_only_spotify_can_judge_is_sent_and_refused() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    let error = client.albums().get("not_base62-at-all").await.unwrap_err();
    assert!(matches!(error, Error::BadRequest(_)), "{error}");
    assert_eq!(error.message(), "Invalid base62 id");
    assert_eq!(emulator.requests()[0].path, "/v1/albums/not_base62-at-all");
}

#[tokio::test]
async fn an_expired_or_unknown_token_is_an_authentication_error() {
    let emulator = emulator(Quota::Development);
    for token in [emulator.expired_token(), emulator.unknown_token()] {
        let client = client(&emulator).with_auth(AccessToken::new(token).unwrap());
        let error = client.albums().get(DTMF).await.unwrap_err();
        assert!(matches!(error, Error::Authentication(_)), "{error}");
        assert!(!error.is_retryable());
        assert!(error.hint().unwrap().contains("fresh"));
    }
    assert_eq!(emulator.requests().len(), 2, "a token that was refused is not sent again");
}

#[tokio::test]
async fn a_missing_scope_is_named_in_the_hint() {
    let emulator = emulator(Quota::Development);
    let token = AccessToken::new(emulator.token_with_scopes(&[])).unwrap();
    let error = client(&emulator).with_auth(token).albums().get_saved().await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error}");
    assert!(error.hint().unwrap().contains("`user-library-read`"));
}

#[tokio::test]
async fn many_calls_share_few_connections() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    for _ in 0..20 {
        client.albums().get(DTMF).await.unwrap();
    }
    let sibling = client.with_auth(AccessToken::new(emulator.valid_token()).unwrap());
    sibling.albums().get(DTMF).await.unwrap();
    assert_eq!(emulator.connections(), 1);
}

#[test]
fn bad_input_fails_before_anything_is_sent() {
    let emulator = emulator(Quota::Development);
    let client = blocking(&emulator);
    let track: TrackId = "6rqhFgbbKwnb9MLmUQDhG6".parse().unwrap();
    let refused = |result: Result<(), Error>, parameter: &str, part: &str| {
        let Err(Error::InvalidInput(error)) = result else { panic!("{parameter}: {result:?}") };
        assert_eq!(error.parameter, parameter);
        assert!(error.message.contains(part), "{error}");
    };
    let get = |id: &str| client.albums().get(id).send().map(drop);
    refused(get(""), "id", "an album id");
    refused(get("   "), "id", "empty");
    refused(get(".."), "id", "..");
    refused(get("spotify:track:6rqhFgbbKwnb9MLmUQDhG6"), "id", "the track `spotify:track:6rqhFgbbKwnb9MLmUQDhG6`");
    refused(get("https://open.spotify.com/artist/0TnOYISbd1XYRBk9myaseg"), "id", "the artist");
    refused(get("https://example.org/album/4aawyAB9vmqN3uQ7FjRGTy"), "id", "example.org");
    refused(client.albums().get(track.uri()).send().map(drop), "id", "the track");
    refused(client.albums().get_tracks(DTMF).limit(0).send().map(drop), "limit", "expected 1 to 50, got 0");
    refused(client.albums().get_tracks(DTMF).limit(51).send().map(drop), "limit", "got 51");
    refused(client.albums().get(DTMF).market("Sweden").send().map(drop), "market", "`Sweden`");
    refused(client.albums().get(DTMF).market("").send().map(drop), "market", "country code");
    refused(client.albums().get(DTMF).timeout(std::time::Duration::ZERO).send().map(drop), "timeout", "0 s");
    for token in ["", " ", "BQ with space", "BQtoken\n", "Bearer BQtoken", "BQtökén"] {
        refused(SpotifyClient::new(token).map(drop), "access token", "it ");
    }
    for url in ["", "nonsense", "api.spotify.com", "ftp://x"] {
        let builder = SpotifyClient::builder(AccessToken::new("BQ").unwrap());
        refused(builder.base_url(url).build().map(drop), "base_url", "expected a URL");
    }
    let builder = || SpotifyClient::builder(AccessToken::new("BQ").unwrap());
    refused(builder().user_agent("a\nb").build().map(drop), "user_agent", "header");
    refused(builder().max_response_size(0).build().map(drop), "max_response_size", "at least 1");
    refused(builder().timeout(std::time::Duration::ZERO).build().map(drop), "timeout", "0 s");
    assert!(emulator.requests().is_empty());
    assert_eq!(emulator.connections(), 0);
}

#[tokio::test]
async fn items_that_only_the_owner_may_see_are_refused_with_that_reason() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    let user = client.users().get_current_profile().await.unwrap();
    let playlists = client.playlists().get_for_current_user().collect_all().await.unwrap();
    let followed = playlists.iter().find(|playlist| !playlist.is_owned_by(&user.id)).unwrap();
    let error = client.playlists().get_items(&followed.id).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error}");
    assert!(error.hint().unwrap().contains("the user owns"), "{:?}", error.hint());
}

#[tokio::test]
async fn an_id_that_spotify_left_out_is_refused_before_anything_is_sent() {
    let emulator = emulator(Quota::Development);
    let local: spotify_sdk::models::Track =
        serde_json::from_str(r#"{"name": "A file of mine", "is_local": true}"#).unwrap();
    let error = client(&emulator).tracks().get(&local.id).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid id: expected a value, got `None`");
    let error = client(&emulator).player().add_to_queue(&local.uri).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid uri: expected a value, got `None`");
    assert!(emulator.requests().is_empty());
}

#[test]
fn without_a_runtime_a_call_is_an_error_and_not_a_panic() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    let mut call = std::pin::pin!(client.albums().get("5K79FLRUCSysQnVESLcTdb").send());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else { panic!("it waits for nothing") };
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
    let mut tracks = client.tracks().get_saved().stream();
    let mut next = std::pin::pin!(tracks.next());
    let std::task::Poll::Ready(Some(Err(error))) = next.as_mut().poll(&mut context) else {
        panic!("it waits for nothing")
    };
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
    // What takes several requests: none was sent, and so none is uncertain.
    let ids = (0..120).map(|number| format!("spotify:track:{number:022}"));
    let mut save = std::pin::pin!(client.library().save_items(ids).send());
    let std::task::Poll::Ready(Err(error)) = save.as_mut().poll(&mut context) else { panic!("it waits for nothing") };
    assert!(matches!(error, Error::Setup(_)), "{error}");
}
