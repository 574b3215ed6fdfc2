//! Stores that fail: no call does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spotify_sdk::auth::TokenOwner;
use spotify_sdk::cache::{
    CacheKey, CacheLookup, CacheStore, CacheVersion, CachedResponse, MemoryCacheStore, ResponseCache, Topic,
};
use spotify_sdk::{BoxError, Error};

use crate::support::*;

/// Works, until it fails in one of the ways in which a store can.
#[derive(Clone)]
struct Failing {
    store: MemoryCacheStore,
    fails: Arc<AtomicBool>,
    panics: bool,
}

impl Failing {
    fn new(panics: bool) -> Self {
        Self { store: MemoryCacheStore::new(1 << 20), fails: Arc::default(), panics }
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
