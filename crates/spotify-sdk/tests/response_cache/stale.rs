//! Old answers in place of errors: of which, and of which not.

use spotify_emulator::Fault;
use spotify_emulator::catalog::Catalog;
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider};
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::http::HttpError;
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error};
use std::time::Duration;

use crate::common::origin::{Answer, Origin, named, respond};
use crate::support::*;

/// A client whose second request, and every later one, fails in this way.
fn failing(failure: &'static str, cache: ResponseCache) -> AsyncSpotifyClient {
    let origin = Origin::new(move |number, _| match (number, failure) {
        (0, _) => respond(200, &[("etag", "\"1\""), ("cache-control", "private, max-age=0")], named("old")),
        (_, "refused") => Answer::Fail(HttpError::not_sent("refused")),
        (_, "lost") => Answer::Fail(HttpError::lost("reset")),
        (_, "timeout") => Answer::Silence,
        (_, "quota") => respond(429, &[("retry-after", "50000")], crate::common::QUOTA_EXCEEDED),
        (_, "limit") => respond(429, &[("retry-after", "5000")], ""),
        (_, "unreadable") => respond(200, &[], "<html>"),
        (_, status) => respond(status.parse().unwrap(), &[], "{}"),
    });
    let builder = AsyncSpotifyClient::builder(AccessToken::new("BQone").unwrap()).http(origin);
    builder.cache(cache).max_retries(0).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_spotify_or_the_network_is_bridged() {
    for failure in ["refused", "lost", "timeout", "500", "502", "503", "599", "limit", "quota"] {
        let client = failing(failure, cache().stale_if_error(HOUR));
        assert_eq!(status!(client.albums().get(ALBUM)), None);
        for _ in 0..2 {
            let response = client.albums().get(ALBUM).send_raw().await.unwrap();
            assert_eq!((response.from_cache, response.value.name.as_str()), (STALE, "old"), "{failure}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_spotify_refuses_is_refused() {
    for failure in ["400", "401", "403", "404", "410", "413", "302"] {
        let client = failing(failure, cache().stale_if_error(HOUR));
        assert_eq!(status!(client.albums().get(ALBUM)), None);
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_str(), failure);
    }
    let client = failing("unreadable", cache().stale_if_error(HOUR));
    assert_eq!(status!(client.albums().get(ALBUM)), None);
    assert!(matches!(client.albums().get(ALBUM).await, Err(Error::Decode(_))));
}

#[tokio::test(start_paused = true)]
async fn a_users_data_is_bridged_as_well_and_so_is_what_the_blocking_client_reads() {
    let client = failing("503", cache().stale_if_error(HOUR));
    assert_eq!(status!(client.users().get_current_profile()), None);
    assert_eq!(status!(client.users().get_current_profile()), STALE);
}

#[tokio::test(start_paused = true)]
async fn by_default_an_error_is_an_error_and_so_it_is_for_a_call_without_cache_or_an_answer_too_old() {
    let client = failing("503", cache());
    client.albums().get(ALBUM).await.unwrap();
    client.albums().get(ALBUM).await.unwrap_err();
    let client = failing("503", cache().stale_if_error(HOUR));
    client.albums().get(ALBUM).await.unwrap();
    client.albums().get(ALBUM).no_cache().await.unwrap_err();
    tokio::time::advance(HOUR - Duration::from_secs(5)).await;
    assert_eq!(status!(client.albums().get(ALBUM)), STALE);
    tokio::time::advance(Duration::from_secs(10)).await;
    client.albums().get(ALBUM).await.unwrap_err();
}

#[tokio::test]
async fn what_is_gone_or_hidden_is_not_brought_back_by_a_later_failure() {
    for status in [403, 404] {
        let emulator = emulator();
        let client = client(&emulator, cache().fresh_for(HOUR).stale_if_error(HOUR));
        client.albums().get(ALBUM).await.unwrap();
        emulator.faults().fail_next(1, Fault::status(status));
        client.albums().get(ALBUM).fresh_for(Duration::ZERO).await.unwrap_err();
        emulator.faults().fail_next(1, Fault::status(503));
        let error = client.albums().get(ALBUM).await.unwrap_err();
        assert!(matches!(error, Error::Server(_)), "{error}");
    }
}

#[tokio::test]
async fn a_quota_that_is_used_up_leaves_what_is_kept() {
    let emulator = emulator();
    let client = client(&emulator, cache().stale_if_error(HOUR));
    client.albums().get(ALBUM).await.unwrap();
    emulator.faults().fail_next(1, Fault::quota_exceeded());
    for _ in 0..3 {
        assert_eq!(status!(client.albums().get(ALBUM)), STALE);
    }
    assert_eq!(emulator.requests().len(), 2, "it is not asked again");
}

/// Says whose its tokens are with each token alone, like a provider of a program's own.
struct NamesNoOwner;

impl AuthProvider for NamesNoOwner {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(AccessToken::new("BQone")?)
    }
}

#[tokio::test]
async fn whose_responses_are_kept_is_found_out_also_while_nothing_may_be_sent() {
    let origin = Origin::new(|_, _| respond(200, &[("cache-control", "max-age=0")], named("old")));
    let builder = AsyncSpotifyClient::builder(NamesNoOwner).http(origin.clone()).daily_budget(1);
    let client = builder.cache(cache().fresh_for(HOUR).stale_if_error(HOUR)).build().unwrap();
    assert_eq!(status!(client.albums().get(ALBUM)), None);
    assert_eq!(status!(client.albums().get(ALBUM)), FRESH);
    assert_eq!(status!(client.albums().get(ALBUM).fresh_for(Duration::ZERO)), STALE);
    assert_eq!(origin.count(), 1);
    let error = client.albums().get("2up3OPMp9Tb4dAKM2erWXQ").await.unwrap_err();
    assert!(error.is_daily_budget(), "{error}");
}

#[tokio::test]
async fn a_sync_takes_no_old_response_for_the_playlist() {
    let emulator = emulator();
    let client = client(&emulator, cache().stale_if_error(HOUR));
    let playlist = client.playlists().create("In step").await.unwrap().id;
    let track = Catalog::bundled().tracks().find(|track| !track.withdrawn).unwrap().id.as_str();
    let wanted = [format!("spotify:track:{track}")];
    client.playlists().add_items(&playlist, &wanted).await.unwrap();
    client.playlists().sync(&playlist, &wanted).dry_run().await.unwrap();
    emulator.faults().fail_next(1, Fault::status(503));
    let error = client.playlists().sync(&playlist, &wanted).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error}");
}
