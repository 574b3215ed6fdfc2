//! Writes, and what they make out of date.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::http::{HttpError, Method};
use spotify_sdk::operation::{Operation, OperationInfo, RawRequest, RequestBuilder, ResponseBody};
use spotify_sdk::serde_json::{Value, json};
use spotify_sdk::{AsyncSpotifyClient, Result};

use crate::common::origin::{Answer, Origin, respond};
use crate::support::*;

const PLAYLIST: &str = "37i9dQZF1DXcBWIGoYBM5M";
const OTHER_PLAYLIST: &str = "37i9dQZF1DX0XUsuxWHRQd";

/// A service whose answers are numbered.
fn service() -> Origin {
    Origin::new(|number, request| match *request.method() {
        Method::GET => respond(200, &[("etag", &format!("\"{number}\""))], format!(r#"{{"number":{number}}}"#)),
        _ => respond(200, &[], r#"{"snapshot_id":"x"}"#),
    })
}

fn client_of(origin: &Origin, user: &str) -> AsyncSpotifyClient {
    let builder = AsyncSpotifyClient::builder(AccessToken::new(user).unwrap()).http(origin.clone()).max_retries(0);
    builder.cache(cache().fresh_for(HOUR)).build().unwrap()
}

/// Everything that these tests read, in the order of `READ`.
async fn read_all(client: &AsyncSpotifyClient) -> [Value; 7] {
    macro_rules! read {
        ($call:expr) => {
            $call.fresh_for(HOUR).send_as::<Value>().await.unwrap()
        };
    }
    [
        read!(client.albums().get(ALBUM)),
        read!(client.users().get_current_profile()),
        read!(client.albums().get_saved()),
        read!(client.users().get_followed_artists()),
        read!(client.playlists().get_for_current_user()),
        read!(client.playlists().get(PLAYLIST)),
        read!(client.playlists().get(OTHER_PLAYLIST)),
    ]
}

const READ: [&str; 7] = ["album", "profile", "saved", "followed", "playlists", "playlist", "other playlist"];

/// What is read anew after `write`.
async fn changed_by<F: Future>(client: &AsyncSpotifyClient, write: F) -> Vec<&'static str> {
    let before = read_all(client).await;
    assert_eq!(read_all(client).await, before, "all of it is kept");
    write.await;
    let after = read_all(client).await;
    let changed = READ.iter().zip(before.iter().zip(&after)).filter(|(_, (before, after))| before != after);
    changed.map(|(name, _)| *name).collect()
}

const LIBRARY: [&str; 3] = ["saved", "followed", "playlists"];
const ALL: [&str; 7] = READ;

#[tokio::test]
async fn a_write_makes_out_of_date_what_it_changes() {
    let origin = service();
    let client = client_of(&origin, "BQone");
    let uri = format!("spotify:album:{ALBUM}");
    let saved = changed_by(&client, async { client.library().save_items([&uri]).await.unwrap() }).await;
    assert_eq!(saved, LIBRARY);
    let removed = changed_by(&client, async { client.library().remove_items([&uri]).await.unwrap() }).await;
    assert_eq!(removed, LIBRARY);
    let track = "spotify:track:11dFghVXANMlKmJXsNCbNl";
    let added = changed_by(&client, async { client.playlists().add_items(PLAYLIST, [track]).await.unwrap() }).await;
    assert_eq!(added, ["playlists", "playlist"]);
    let renamed =
        changed_by(&client, async { client.playlists().change_details(PLAYLIST).name("x").await.unwrap() }).await;
    assert_eq!(renamed, ["playlists", "playlist"]);
    let paused = changed_by(&client, async { client.player().pause_playback().await.unwrap() }).await;
    assert!(paused.is_empty(), "{paused:?}");
}

/// A write that says nothing of what it changes.
struct Own;

impl Operation for Own {
    type Output = ();

    fn info(&self) -> &'static OperationInfo {
        static INFO: OperationInfo =
            OperationInfo::new("own.write", Method::POST, "/own").with_response_body(ResponseBody::Ignored);
        &INFO
    }

    fn write(&self, _: &mut RequestBuilder) -> std::result::Result<(), InvalidInput> {
        Ok(())
    }
}

#[tokio::test]
async fn a_write_that_says_nothing_makes_all_of_its_user_out_of_date() {
    let origin = service();
    let client = client_of(&origin, "BQone");
    let other = client.with_auth(AccessToken::new("BQtwo").unwrap());
    let before = read_all(&other).await;
    assert_eq!(changed_by(&client, async { client.call(Own).await.unwrap() }).await, ALL);
    let raw = |method, path: &str| client.call(RawRequest::new(method, path).unwrap()).send();
    assert_eq!(changed_by(&client, raw(Method::PATCH, "/me/unknown")).await, ALL);
    assert_eq!(read_all(&other).await, before, "nobody else's");
}

#[tokio::test]
async fn a_raw_write_is_known_by_its_address() {
    let origin = service();
    let client = client_of(&origin, "BQone");
    let raw =
        |method, path: String| client.call(RawRequest::new(method, path).unwrap().json(json!({"name": "x"}))).send();
    assert_eq!(
        changed_by(&client, raw(Method::PUT, format!("/playlists/{PLAYLIST}"))).await,
        ["playlists", "playlist"]
    );
    // The same address in other letters.
    let spelled = format!("/playlists/%33{}", &PLAYLIST[1..]);
    assert_eq!(changed_by(&client, raw(Method::PUT, spelled)).await, ["playlists", "playlist"]);
}

#[tokio::test]
async fn a_playlist_is_the_same_for_all_who_read_it_and_everything_else_is_of_its_user() {
    let origin = service();
    let client = client_of(&origin, "BQone");
    let other = client.with_auth(AccessToken::new("BQtwo").unwrap());
    let added =
        changed_by(&other, client.playlists().add_items(PLAYLIST, ["spotify:track:11dFghVXANMlKmJXsNCbNl"]).send());
    assert_eq!(added.await, ["playlist"]);
    let saved = changed_by(&other, client.library().save_items([format!("spotify:album:{ALBUM}")]).send());
    assert!(saved.await.is_empty());
}

/// A service to which writes fail in a way.
fn failing(failure: &'static str) -> Origin {
    let reads = Arc::new(AtomicUsize::new(0));
    Origin::new(move |_, request| match (request.method(), failure) {
        (&Method::GET, _) => {
            let number = reads.fetch_add(1, Ordering::SeqCst);
            respond(200, &[("etag", &format!("\"{number}\""))], format!(r#"{{"number":{number}}}"#))
        }
        (_, "refused") => Answer::Fail(HttpError::not_sent("refused")),
        (_, "lost") => Answer::Fail(HttpError::lost("reset")),
        (_, "silence") => Answer::Silence,
        (_, "panic") => Answer::Panic,
        (_, status) => respond(status.parse().unwrap(), &[], "{}"),
    })
}

#[tokio::test]
async fn a_write_that_fails_may_have_been_executed() {
    for (failure, expected) in [
        ("500", &LIBRARY[..]),
        ("503", &LIBRARY),
        ("lost", &LIBRARY),
        // Spotify may have executed a part of it.
        ("400", &LIBRARY),
        ("403", &LIBRARY),
        // This one it has certainly not seen.
        ("refused", &[]),
    ] {
        let origin = failing(failure);
        let client = client_of(&origin, "BQone");
        let write = client.library().save_items([format!("spotify:album:{ALBUM}")]).send();
        assert_eq!(changed_by(&client, write).await, expected, "{failure}");
    }
}

#[tokio::test]
async fn a_write_that_gets_no_answer_in_time_may_have_been_executed() {
    let client = client_of(&failing("silence"), "BQone");
    let write = client.library().save_items([format!("spotify:album:{ALBUM}")]).timeout(Duration::from_millis(20));
    let changed = changed_by(&client, async { write.await.unwrap_err() }).await;
    assert_eq!(changed, LIBRARY);
}

#[tokio::test]
async fn a_write_that_is_dropped_under_way_makes_out_of_date_at_once_what_it_may_have_changed() {
    let origin = failing("silence");
    let client = client_of(&origin, "BQone");
    let before = read_all(&client).await;
    let mut write = Box::pin(client.library().save_items([format!("spotify:album:{ALBUM}")]).send());
    let sent = origin.count() + 1;
    std::future::poll_fn(|context| {
        let _ = write.as_mut().poll(context);
        if origin.count() == sent {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
    assert_eq!(read_all(&client).await, before, "it is not done yet");
    // Nothing else runs between the end of the write and the next read.
    drop(write);
    let after = read_all(&client).await;
    let changed: Vec<&str> =
        (0..READ.len()).filter(|read| before[*read] != after[*read]).map(|read| READ[read]).collect();
    assert_eq!(changed, LIBRARY);
}

#[test]
fn a_write_that_is_dropped_outside_its_runtime_counts_as_well() {
    let origin = failing("silence");
    let client = client_of(&origin, "BQone");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let before = runtime.block_on(read_all(&client));
    let sent = origin.count() + 1;
    let mut write = Box::pin(client.library().save_items([format!("spotify:album:{ALBUM}")]).send());
    runtime.block_on(async {
        tokio::select! {
            biased;
            _ = &mut write => panic!("there is no answer"),
            () = origin.arrived(sent) => {}
        }
    });
    drop(write);
    let after = runtime.block_on(read_all(&client));
    assert_ne!(before[2], after[2]);
}

#[tokio::test]
async fn a_read_that_began_before_a_write_and_ends_after_it_is_not_kept() {
    let origin = service().held();
    let client = client_of(&origin, "BQone");
    let read = |client: &AsyncSpotifyClient| {
        let call = client.albums().get_saved().fresh_for(HOUR);
        tokio::spawn(async move { call.send_as::<Value>().await.unwrap()["number"].as_u64().unwrap() })
    };
    let before = read(&client);
    origin.arrived(1).await;
    let write = tokio::spawn(client.library().save_items([format!("spotify:album:{ALBUM}")]).send());
    origin.arrived(2).await;
    // It has arrived, and so it counts.
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());
    origin.release(1);
    assert_eq!(before.await.unwrap(), 0);
    origin.release(1);
    assert_eq!(read(&client).await.unwrap(), 2, "the response from before the write is not used");
    assert_eq!(read(&client).await.unwrap(), 2);
}

#[tokio::test]
async fn a_write_through_one_client_counts_for_all_with_the_same_cache() {
    let (origin, cache) = (service(), cache().fresh_for(HOUR));
    let client = || {
        let builder = AsyncSpotifyClient::builder(AccessToken::new("BQone").unwrap()).http(origin.clone());
        builder.cache(cache.clone()).build().unwrap()
    };
    let (reader, writer) = (client(), client());
    let changed = changed_by(&reader, writer.library().save_items([format!("spotify:album:{ALBUM}")]).send());
    assert_eq!(changed.await, LIBRARY);
}

/// On the emulator, where what is written can be seen.
#[tokio::test]
async fn what_was_written_is_read() -> Result<()> {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    let playlist = client.playlists().create("Of a test").await?.id;
    let read = async || client.playlists().get(&playlist).fresh_for(HOUR).await.unwrap().name.to_string();
    assert_eq!(read().await, "Of a test");
    client.playlists().change_details(&playlist).name("Renamed").await?;
    assert_eq!(read().await, "Renamed");
    let uri = format!("spotify:album:{ALBUM}");
    let is_saved = async || client.library().check_contains([&uri]).fresh_for(HOUR).await.unwrap()[0];
    for expected in [true, false, true] {
        if expected {
            client.library().save_items([&uri]).await?;
        } else {
            client.library().remove_items([&uri]).await?;
        }
        assert_eq!(is_saved().await, expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_user_without_a_known_owner_has_their_writes_seen_as_well() {
    let origin = service();
    let auth = spotify_sdk::auth::from_fn(|| async { AccessToken::new("BQone") });
    let builder = AsyncSpotifyClient::builder(auth).http(origin.clone()).cache(ResponseCache::memory(1 << 20));
    let client = builder.build().unwrap();
    let changed = changed_by(&client, client.library().save_items([format!("spotify:album:{ALBUM}")]).send());
    assert_eq!(changed.await, LIBRARY);
}
