//! Stores that fail: no call does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use spotify_sdk::auth::TokenOwner;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::cache::{
    CacheKey, CacheLookup, CacheStore, CacheVersion, CachedResponse, MemoryCacheStore, ResponseCache, Topic,
};
use spotify_sdk::{BoxError, Error};

use crate::common::origin::{Origin, named, respond};
use crate::support::*;

/// Works, until it fails in one of the ways in which a store can.
#[derive(Clone)]
struct Failing {
    store: MemoryCacheStore,
    fails: Arc<AtomicBool>,
    panics: bool,
    stored: Arc<AtomicUsize>,
}

impl Failing {
    fn new(panics: bool) -> Self {
        Self { store: MemoryCacheStore::new(1 << 20), fails: Arc::default(), panics, stored: Arc::default() }
    }

    fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), BoxError> {
        match self.fails.load(Ordering::SeqCst) {
            true if self.panics => panic!("a store that panics"),
            true => Err("the database is on fire".into()),
            false => Ok(()),
        }
    }
}

impl CacheStore for Failing {
    async fn get(&self, key: &CacheKey) -> Result<CacheLookup, BoxError> {
        self.check()?;
        self.store.get(key).await
    }

    async fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> Result<(), BoxError> {
        self.check()?;
        self.stored.fetch_add(1, Ordering::SeqCst);
        self.store.put(key, version, response, life).await
    }

    async fn remove(&self, key: &CacheKey) -> Result<(), BoxError> {
        self.check()?;
        self.store.remove(key).await
    }

    async fn invalidate(&self, topics: &[Topic]) -> Result<(), BoxError> {
        self.check()?;
        self.store.invalidate(topics).await
    }

    async fn forget(&self, owner: TokenOwner) -> Result<(), BoxError> {
        self.check()?;
        self.store.forget(owner).await
    }
}

#[tokio::test]
async fn a_store_that_fails_or_panics_fails_no_call() {
    for panics in [false, true] {
        let (emulator, store) = (emulator(), Failing::new(panics));
        let client = client(&emulator, ResponseCache::new(store.clone()).fresh_for(HOUR).stale_if_error(HOUR));
        assert_eq!(status!(client.albums().get(ALBUM)), None);
        store.fail(true);
        for _ in 0..2 {
            assert_eq!(status!(client.albums().get(ALBUM)), None, "Spotify is asked");
            client.library().save_items([format!("spotify:album:{ALBUM}")]).await.unwrap();
        }
        let cancelled = client.library().save_items([format!("spotify:album:{ALBUM}")]);
        let _ = tokio::time::timeout(Duration::from_millis(1), cancelled.send()).await;
        store.fail(false);
        assert_eq!(status!(client.albums().get(ALBUM)), FRESH, "it works again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_soon_after_another_one_is_not_worth_storing() {
    let origin = Origin::new(|number, request| {
        let date = format!("Mon, 30 Nov 2026 12:00:{number:02} GMT");
        let headers = [("etag", "\"1\""), ("date", date.as_str())];
        let is_asked = request.headers().contains_key("if-none-match");
        respond(if is_asked { 304 } else { 200 }, &headers, if is_asked { Bytes::new() } else { named("x") })
    });
    let store = Failing::new(false);
    let cache = ResponseCache::new(store.clone()).stale_if_error(HOUR);
    let token = spotify_sdk::auth::AccessToken::new("BQone").unwrap();
    let client = spotify_sdk::AsyncSpotifyClient::builder(token).http(origin).cache(cache).build().unwrap();
    let mut stored = Vec::new();
    for minutes in [0, 1, 1, 1, 10, 1] {
        tokio::time::advance(Duration::from_secs(minutes * 60)).await;
        client.albums().get(ALBUM).await.unwrap();
        stored.push(store.stored.load(Ordering::SeqCst));
    }
    assert_eq!(stored, [1, 1, 1, 1, 2, 2]);
}

#[tokio::test]
async fn a_user_who_could_not_be_forgotten_is_an_error() {
    for panics in [false, true] {
        let (emulator, store) = (emulator(), Failing::new(panics));
        let client = client(&emulator, ResponseCache::new(store.clone()));
        store.fail(true);
        let error = client.forget_user().await.unwrap_err();
        assert!(matches!(error, Error::Provider(_)), "{error}");
        assert!(error.to_string().starts_with("the cache's store failed: "), "{error}");
    }
}

#[test]
fn what_cannot_be_read_back_is_an_error_and_no_panic() {
    for bytes in [&b""[..], b"x", b"\xff\xff\xff\xff", b"\x02\0\0\0{}", b"\0\0\0\0"] {
        let bytes = spotify_sdk::bytes::Bytes::copy_from_slice(bytes);
        CachedResponse::from_bytes(&bytes).unwrap_err();
    }
}
