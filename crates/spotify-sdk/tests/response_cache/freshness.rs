//! When Spotify is asked, by default and as the program says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use spotify_sdk::observe::Event;

use crate::support::*;

#[tokio::test]
async fn by_default_spotify_confirms_what_has_not_changed_and_sends_no_body() {
    let emulator = emulator();
    let received = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&received);
    let builder = builder(&emulator).cache(cache()).observer(move |event| {
        if let Event::Attempt(attempt) = event {
            counted.fetch_add(attempt.received_bytes, Ordering::SeqCst);
        }
    });
    let client = builder.build().unwrap();
    let first = client.albums().get(ALBUM).send_raw().await.unwrap();
    assert_eq!(first.from_cache, None);
    let size = received.load(Ordering::SeqCst);
    assert_eq!(size, first.body.len());
    for requests in 2..5 {
        let again = client.albums().get(ALBUM).send_raw().await.unwrap();
        assert_eq!((again.from_cache, again.status.as_u16(), &again.body), (CONFIRMED, 200, &first.body));
        assert_eq!(again.value, first.value);
        assert_eq!(emulator.requests().len(), requests);
    }
    assert_eq!(received.load(Ordering::SeqCst), size, "a confirmation has no body");
    let last = emulator.requests().pop().unwrap();
    assert_eq!(last.headers["if-none-match"], first.headers["etag"]);
}

#[tokio::test]
async fn catalog_answers_are_used_for_as_long_as_the_cache_says() {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    assert_eq!(status!(client.albums().get(ALBUM)), None);
    assert_eq!(status!(client.albums().get(ALBUM)), FRESH);
    assert_eq!(emulator.requests().len(), 1);
    // A call has the last word, either way.
    assert_eq!(status!(client.albums().get(ALBUM).fresh_for(Duration::ZERO)), CONFIRMED);
    assert_eq!(status!(client.albums().get(ALBUM).no_cache()), None);
    assert_eq!(status!(client.albums().get(ALBUM)), FRESH);
    assert_eq!(emulator.requests().len(), 3);
    assert!(!emulator.requests()[2].headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn a_call_may_take_older_answers_than_the_cache_would() {
    let emulator = emulator();
    let client = client(&emulator, cache());
    assert_eq!(status!(client.albums().get(ALBUM).fresh_for(HOUR)), None);
    assert_eq!(status!(client.albums().get(ALBUM).fresh_for(HOUR)), FRESH);
    assert_eq!(status!(client.albums().get(ALBUM)), CONFIRMED);
}

#[tokio::test]
async fn a_users_data_is_used_unasked_only_if_the_call_says_so() {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    let playlist = client.playlists().get_for_current_user().collect_all().await.unwrap()[0].id.clone();
    for _ in 0..2 {
        assert_ne!(status!(client.users().get_current_profile()), FRESH);
        assert_ne!(status!(client.albums().get_saved()), FRESH);
        assert_ne!(status!(client.playlists().get(&playlist)), FRESH);
        assert_ne!(status!(client.playlists().get_for_current_user()), FRESH);
    }
    assert_eq!(status!(client.users().get_current_profile().fresh_for(HOUR)), FRESH);
    assert_eq!(status!(client.albums().get_saved().fresh_for(HOUR)), FRESH);
    assert_eq!(status!(client.playlists().get(&playlist).fresh_for(HOUR)), FRESH);
    assert_eq!(status!(client.playlists().get(&playlist)), CONFIRMED);
}

#[tokio::test]
async fn the_player_is_never_kept() {
    let emulator = emulator();
    let client = client(&emulator, cache().fresh_for(HOUR));
    for _ in 0..2 {
        assert_eq!(status!(client.player().get_playback_state().fresh_for(HOUR)), None);
        assert_eq!(status!(client.player().get_devices().fresh_for(HOUR)), None);
        assert_eq!(status!(client.player().get_queue().fresh_for(HOUR)), None);
        assert_eq!(status!(client.player().get_recently_played().fresh_for(HOUR)), None);
    }
    assert_eq!(emulator.requests().len(), 8);
    assert!(emulator.requests().iter().all(|request| !request.headers.contains_key("if-none-match")));
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_used_when_its_life_is_over() {
    let script = crate::common::origin::Origin::new(|_, request| {
        let is_asked = request.headers().contains_key("if-none-match");
        let status = if is_asked { 304 } else { 200 };
        crate::common::origin::respond(status, &[("etag", "\"1\"")], crate::common::origin::named("x"))
    });
    let token = spotify_sdk::auth::AccessToken::new("BQone").unwrap();
    let cache = cache().fresh_for(HOUR * 100).max_age(HOUR).stale_if_error(HOUR * 100);
    let client = spotify_sdk::AsyncSpotifyClient::builder(token).http(script).cache(cache).build().unwrap();
    assert_eq!(status!(client.albums().get(ALBUM)), None);
    tokio::time::advance(HOUR - Duration::from_secs(5)).await;
    assert_eq!(status!(client.albums().get(ALBUM)), FRESH);
    assert_eq!(status!(client.albums().get(ALBUM).fresh_for(Duration::ZERO)), CONFIRMED);
    tokio::time::advance(HOUR - Duration::from_secs(5)).await;
    assert_eq!(status!(client.albums().get(ALBUM)), FRESH, "its life counts from the confirmation");
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(status!(client.albums().get(ALBUM)), None);
}
