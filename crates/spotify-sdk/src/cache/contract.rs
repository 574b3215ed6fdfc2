//! The [contract of a store](super::CacheStore#the-contract-of-a-store) as a test suite for any implementation.
//!
//! ```
//! use spotify_sdk::cache::{MemoryCacheStore, contract};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! contract::check(&MemoryCacheStore::new(1024 * 1024)).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```

// A failure of the store is a failure of the test.
#![allow(clippy::expect_used)]

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, ETAG};
use http::{HeaderMap, HeaderValue};

use super::{CacheKey, CacheStore, CachedResponse, Topic};
use crate::auth::TokenOwner;

const LIFE: Duration = Duration::from_secs(3600);

/// Checks every rule of the contract but the fifth, which takes a clock. Each check has owners of its own, so a store may be in use.
///
/// # Panics
/// If the store breaks a rule, with the rule and what happened.
pub async fn check(store: &impl CacheStore) {
    what_is_stored_is_returned_byte_for_byte(store).await;
    the_last_response_replaces_the_one_before(store).await;
    keys_have_nothing_in_common(store).await;
    a_response_that_was_asked_for_before_an_invalidation_is_never_returned(store).await;
    an_invalidation_concerns_its_topics_alone(store).await;
    a_response_that_is_removed_is_gone(store).await;
    an_owner_who_is_forgotten_leaves_nothing(store).await;
}

/// Checks the fifth rule: `store` holds no response after its life has passed by `sleep`, which waits, or advances a clock.
///
/// # Panics
/// If a response is returned, or none before its life has passed.
pub async fn check_life<F: Future<Output = ()>>(store: &impl CacheStore, sleep: impl Fn(Duration) -> F) {
    let life = Duration::from_secs(3);
    let key = Key::new("life", &[]);
    key.put_for(store, "short", life).await;
    key.expect(store, Some("short"), "5: it was stored just now").await;
    sleep(life + Duration::from_millis(500)).await;
    key.expect(store, None, "5: its life has passed").await;
}

async fn what_is_stored_is_returned_byte_for_byte(store: &impl CacheStore) {
    let key = Key::new("bytes", &[]);
    key.expect(store, None, "1: nothing was stored").await;
    let long = "{\"name\": \"Sigur Rós \u{1F3B5}\"}\u{0}".repeat(5_000);
    for body in ["", "{}", &long] {
        key.put(store, body).await;
        key.expect(store, Some(body), "1: it was stored").await;
    }
    let found = key.get(store).await.expect("1: it was stored");
    assert_eq!(found.headers().get(ETAG), response("").headers().get(ETAG), "1: the headers are stored, too");
}

async fn the_last_response_replaces_the_one_before(store: &impl CacheStore) {
    let key = Key::new("last", &[]);
    for number in 0..20 {
        key.put(store, &number.to_string()).await;
    }
    key.expect(store, Some("19"), "1: the last one was another").await;
}

async fn keys_have_nothing_in_common(store: &impl CacheStore) {
    let (one, other) = (Key::new("same", &[]), Key::new("same", &[]));
    one.put(store, "one").await;
    other.expect(store, None, "1: another owner stored it").await;
    let beside = one.beside("beside", &[]);
    beside.expect(store, None, "1: it was stored under another key").await;
    beside.put(store, "beside").await;
    one.expect(store, Some("one"), "1: another key was used").await;
}

async fn a_response_that_was_asked_for_before_an_invalidation_is_never_returned(store: &impl CacheStore) {
    let topic = Topic::everything_of(TokenOwner::unique());
    let key = Key::new("late", &[topic]);
    let before = store.get(&key.0).await.expect("get").version;
    store.invalidate(&[topic]).await.expect("invalidate");
    let after = store.get(&key.0).await.expect("get").version;
    assert_ne!(before, after, "2: an invalidation changes the version");
    // A store may say that it has not stored it.
    let _ = store.put(&key.0, before, response("late"), LIFE).await;
    key.expect(store, None, "2: it was asked for before the invalidation").await;
    key.put(store, "new").await;
    key.expect(store, Some("new"), "2: it was asked for after the invalidation").await;
}

async fn an_invalidation_concerns_its_topics_alone(store: &impl CacheStore) {
    let topics = [(); 3].map(|()| Topic::everything_of(TokenOwner::unique()));
    let first = Key::new("first", &topics[..1]);
    let both = first.beside("both", &topics[..2]);
    let none = first.beside("none", &[]);
    for key in [&first, &both, &none] {
        key.put(store, "kept").await;
    }
    store.invalidate(&topics[2..]).await.expect("invalidate");
    store.invalidate(&[]).await.expect("invalidate");
    for key in [&first, &both, &none] {
        key.expect(store, Some("kept"), "3: another topic was invalidated").await;
    }
    store.invalidate(&topics[1..2]).await.expect("invalidate");
    first.expect(store, Some("kept"), "3: another topic was invalidated").await;
    both.expect(store, None, "3: one of its topics was invalidated").await;
    store.invalidate(&topics).await.expect("invalidate");
    first.expect(store, None, "3: its topic was invalidated").await;
    none.expect(store, Some("kept"), "3: it has none of these topics").await;
}

async fn a_response_that_is_removed_is_gone(store: &impl CacheStore) {
    let key = Key::new("removed", &[]);
    let beside = key.beside("beside", &[]);
    key.put(store, "removed").await;
    beside.put(store, "kept").await;
    store.remove(&key.0).await.expect("remove");
    store.remove(&key.0).await.expect("remove");
    key.expect(store, None, "1: it was removed").await;
    beside.expect(store, Some("kept"), "1: another one was removed").await;
}

async fn an_owner_who_is_forgotten_leaves_nothing(store: &impl CacheStore) {
    let (topic, other) = (Topic::everything_of(TokenOwner::unique()), Key::new("other", &[]));
    let first = Key::new("first", &[topic]);
    let second = first.beside("second", &[]);
    for key in [&first, &second, &other] {
        key.put(store, "stored").await;
    }
    let before = store.get(&first.0).await.expect("get").version;
    store.forget(first.0.owner()).await.expect("forget");
    let _ = store.put(&first.0, before, response("late"), LIFE).await;
    for key in [&first, &second] {
        key.expect(store, None, "4: its owner was forgotten").await;
    }
    other.expect(store, Some("stored"), "4: another owner was forgotten").await;
    first.put(store, "again").await;
    first.expect(store, Some("again"), "4: a forgotten owner may come back").await;
}

/// A key of an owner of its own.
struct Key(CacheKey);

impl Key {
    fn new(name: &str, topics: &[Topic]) -> Self {
        Self(CacheKey::for_tests(name, TokenOwner::unique(), topics))
    }

    /// Another key of the same owner.
    fn beside(&self, name: &str, topics: &[Topic]) -> Self {
        Self(CacheKey::for_tests(name, self.0.owner(), topics))
    }

    async fn get(&self, store: &impl CacheStore) -> Option<CachedResponse> {
        store.get(&self.0).await.expect("get").response
    }

    async fn put(&self, store: &impl CacheStore, body: &str) {
        self.put_for(store, body, LIFE).await;
    }

    async fn put_for(&self, store: &impl CacheStore, body: &str, life: Duration) {
        let version = store.get(&self.0).await.expect("get").version;
        store.put(&self.0, version, response(body), life).await.expect("put");
    }

    async fn expect(&self, store: &impl CacheStore, body: Option<&str>, rule: &str) {
        let found = self.get(store).await;
        let found = found.as_ref().map(|found| found.body().as_ref());
        assert!(
            found == body.map(str::as_bytes),
            "the contract is broken: {rule}: found {:?}",
            found.map(String::from_utf8_lossy)
        );
    }
}

fn response(body: &str) -> CachedResponse {
    let headers = HeaderMap::from_iter([
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=0")),
        (ETAG, HeaderValue::from_static("\"MC-contract\"")),
    ]);
    CachedResponse::for_tests(headers, Bytes::copy_from_slice(body.as_bytes()), SystemTime::now())
}
