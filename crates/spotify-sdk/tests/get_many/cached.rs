//! Many items with a cache in front: what it has is not requested, and what was read stays there.

use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule};
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::{AsyncSpotifyClient, Quota};

use crate::support::*;

const HOUR: Duration = Duration::from_secs(3600);

fn caching(emulator: &Emulator, quota: Quota) -> AsyncSpotifyClient {
    let cache = ResponseCache::memory(64 << 20).fresh_for(HOUR);
    builder(emulator).quota(quota).cache(cache).build().unwrap()
}

#[tokio::test]
async fn single_reads_that_are_fresh_take_no_request() {
    let emulator = emulator(spotify_emulator::Quota::Development);
    let client = caching(&emulator, Quota::Development);
    let first = client.albums().get_many(albums(10)).await.unwrap();
    assert_eq!(paths(&emulator).len(), 10);
    let more = client.albums().get_many(albums(12)).await.unwrap();
    assert_eq!(paths(&emulator).len(), 2);
    assert_eq!(first[..], more[..10]);
    assert_eq!(client.albums().get_many(albums(12)).no_cache().await.unwrap(), more);
    assert_eq!(paths(&emulator).len(), 12);
}

#[tokio::test]
async fn after_an_error_the_next_call_goes_on_where_the_first_one_ended() {
    let emulator = emulator(spotify_emulator::Quota::Development);
    let client = caching(&emulator, Quota::Development);
    let given = albums(20);
    let rule = FaultRule::new(Fault::status(503)).path(format!("/albums/{}", given[12]));
    emulator.faults().add(rule);
    let error = incomplete(client.albums().get_many(&given).concurrency(1).send().await.unwrap_err());
    assert_eq!(error.done(), 12);
    emulator.faults().clear();
    paths(&emulator);
    let found = client.albums().get_many(&given).await.unwrap();
    assert!(found.iter().all(Option::is_some));
    assert_eq!(paths(&emulator).len(), 8, "the twelve are in the cache");
}

#[cfg(feature = "extended-quota")]
mod batches {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use spotify_sdk::BoxError;
    use spotify_sdk::cache::CacheStatus;
    use spotify_sdk::http::HeaderValue;
    use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};

    use super::*;

    #[tokio::test]
    async fn a_batch_asks_only_for_what_the_cache_does_not_have_and_keeps_what_it_brings() {
        let emulator = emulator(spotify_emulator::Quota::Extended);
        let client = caching(&emulator, Quota::Extended);
        let given = albums(30);
        for id in [given[3], given[17]] {
            client.albums().get(id).await.unwrap();
        }
        paths(&emulator);
        let mut with_unknown = given.clone();
        with_unknown.insert(5, UNKNOWN);
        let found = client.albums().get_many(&with_unknown).await.unwrap();
        let expected: Vec<_> = with_unknown.iter().map(|id| Some(*id).filter(|id| *id != UNKNOWN)).collect();
        assert_eq!(ids(&found), expected);
        let sent: usize = emulator
            .take_requests()
            .iter()
            .map(|request| request.query.as_deref().unwrap_or_default().split("%2C").count())
            .sum();
        assert_eq!(sent, 29, "two of 31 were in the cache");

        // Each is there as if it had been read alone.
        let alone = client.albums().get(given[8]).send_raw().await.unwrap();
        assert_eq!(alone.from_cache, Some(CacheStatus::Fresh));
        assert_eq!(Some(&alone.value), found[9].as_ref());
        assert_eq!(client.albums().get_many(&given).await.unwrap().len(), 30);
        assert!(paths(&emulator).is_empty());
    }

    #[tokio::test]
    async fn without_fresh_for_a_batch_is_what_it_was() {
        let emulator = emulator(spotify_emulator::Quota::Extended);
        let client: AsyncSpotifyClient =
            builder(&emulator).quota(Quota::Extended).cache(ResponseCache::memory(64 << 20)).build().unwrap();
        for _ in 0..2 {
            client.albums().get_many(albums(20)).await.unwrap();
            assert_eq!(paths(&emulator).len(), 1);
        }
    }

    #[tokio::test]
    async fn a_show_of_a_batch_is_not_taken_for_one_with_its_episodes() {
        let emulator = emulator(spotify_emulator::Quota::Extended);
        let client = caching(&emulator, Quota::Extended);
        let given: Vec<_> =
            spotify_emulator::catalog::Catalog::bundled().shows.iter().map(|show| show.id.as_str()).collect();
        client.shows().get_many(&given).fresh_for(HOUR).await.unwrap();
        paths(&emulator);
        let show = client.shows().get(given[0]).fresh_for(HOUR).await.unwrap();
        assert_eq!(paths(&emulator).len(), 1);
        assert!(!show.episodes.is_empty());
    }

    /// Has every request ask for another language than the one before.
    #[derive(Default)]
    struct Languages(AtomicUsize);

    impl Middleware for Languages {
        async fn handle(&self, mut request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
            let language = ["de", "fr"][self.0.fetch_add(1, Ordering::SeqCst) % 2];
            request.headers_mut().insert("accept-language", HeaderValue::from_static(language));
            Ok(next.run(request).await?)
        }
    }

    #[tokio::test]
    async fn a_batch_of_which_middleware_decides_what_is_asked_for_is_asked_for() {
        let emulator = emulator(spotify_emulator::Quota::Extended);
        let cache = ResponseCache::memory(64 << 20).fresh_for(HOUR);
        let builder = builder::<AsyncSpotifyClient>(&emulator).quota(Quota::Extended).cache(cache);
        let client = builder.middleware(Languages::default()).build().unwrap();
        for requests in [1, 1, 0, 0] {
            client.albums().get_many(albums(5)).await.unwrap();
            assert_eq!(paths(&emulator).len(), requests, "one for each language");
        }
    }
}
