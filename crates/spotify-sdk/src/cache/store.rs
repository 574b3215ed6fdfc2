//! [`CacheStore`]: the port between a cache and where responses are kept.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use super::{CacheKey, CachedResponse, Topic};
use crate::auth::TokenOwner;
use crate::error::BoxError;
use crate::http::BoxFuture;

/// Where the responses of a cache are kept: in memory, in files, on a server that several machines share.
///
/// # The contract of a store
///
/// 1. [`get`](Self::get) returns the response that was stored last under the key with [`put`](Self::put), byte for byte, or none.
///    A store may drop any response at any time.
/// 2. A response is returned only while the *version* of its key is the one that it was stored with. The version changes whenever one
///    of the key's [topics](CacheKey::topics) is [invalidated](Self::invalidate) or its owner is [forgotten](Self::forget), and
///    also if the store has lost what it knows about one of them. It never returns to an earlier value. So a response that was
///    asked for before a write, and arrives after it, is never returned.
/// 3. Once `invalidate` or `forget` has returned, no response that was stored before is returned for those topics or that owner, on
///    any machine. If it fails, the store tries again on its own before it returns any such response.
/// 4. After `forget`, nothing of the owner's responses is left in the store.
/// 5. A response is dropped no later than its `life` after it was stored.
///
/// Errors never fail a call: they are logged, and Spotify is asked. A panic counts as one. A call waits for the store as long as it
/// takes, so a store that is out of reach must say so by itself, and soon. The Cargo feature `contract-tests` provides these rules as a
/// test suite, `contract`, for any implementation.
pub trait CacheStore: Send + Sync + 'static {
    /// Returns the response under `key`, and the version of the key.
    ///
    /// # Errors
    /// Any error. The response is then neither used nor replaced.
    fn get(&self, key: &CacheKey) -> impl Future<Output = Result<CacheLookup, BoxError>> + Send;

    /// Stores a response for a time of `life`, in place of any other under `key`. `version` is what [`get`](Self::get) returned
    /// before the response was asked for.
    ///
    /// # Errors
    /// Any error. The response is then not stored.
    fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Removes the response under `key`.
    ///
    /// # Errors
    /// Any error.
    fn remove(&self, key: &CacheKey) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Makes all responses that depend on one of `topics` out of date.
    ///
    /// # Errors
    /// Any error.
    fn invalidate(&self, topics: &[Topic]) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Removes all responses of an owner, and makes those that are under way out of date.
    ///
    /// # Errors
    /// Any error: responses of the owner may be left.
    fn forget(&self, owner: TokenOwner) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// What a store has under a key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CacheLookup {
    /// The version of the key now.
    pub version: CacheVersion,
    /// The response, if there is one of this version.
    pub response: Option<CachedResponse>,
}

impl CacheLookup {
    /// Creates the result of a lookup.
    pub fn new(version: CacheVersion, response: Option<CachedResponse>) -> Self {
        Self { version, response }
    }
}

/// The version of a key: an opaque value of the store's, which is another one after each invalidation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CacheVersion(u128);

impl CacheVersion {
    /// Creates a version with this value.
    pub fn new(value: u128) -> Self {
        Self(value)
    }

    /// Returns the value.
    pub fn get(self) -> u128 {
        self.0
    }
}

/// [`CacheStore`] with futures in boxes.
trait ErasedCacheStore: Send + Sync {
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Result<CacheLookup, BoxError>>;

    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> BoxFuture<'a, Result<(), BoxError>>;

    fn remove<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Result<(), BoxError>>;

    fn invalidate<'a>(&'a self, topics: &'a [Topic]) -> BoxFuture<'a, Result<(), BoxError>>;

    fn forget(&self, owner: TokenOwner) -> BoxFuture<'_, Result<(), BoxError>>;
}

impl<S: CacheStore> ErasedCacheStore for S {
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Result<CacheLookup, BoxError>> {
        Box::pin(CacheStore::get(self, key))
    }

    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(CacheStore::put(self, key, version, response, life))
    }

    fn remove<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(CacheStore::remove(self, key))
    }

    fn invalidate<'a>(&'a self, topics: &'a [Topic]) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(CacheStore::invalidate(self, topics))
    }

    fn forget(&self, owner: TokenOwner) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(CacheStore::forget(self, owner))
    }
}

/// A shared handle to any store.
#[derive(Clone)]
pub(super) struct SharedCacheStore(Arc<dyn ErasedCacheStore>);

impl SharedCacheStore {
    pub(super) fn new(store: impl CacheStore) -> Self {
        Self(Arc::new(store))
    }

    pub(super) async fn get(&self, key: &CacheKey) -> Result<CacheLookup, BoxError> {
        without_panic(|| self.0.get(key)).await
    }

    pub(super) async fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> Result<(), BoxError> {
        without_panic(|| self.0.put(key, version, response, life)).await
    }

    pub(super) async fn remove(&self, key: &CacheKey) -> Result<(), BoxError> {
        without_panic(|| self.0.remove(key)).await
    }

    pub(super) async fn invalidate(&self, topics: &[Topic]) -> Result<(), BoxError> {
        without_panic(|| self.0.invalidate(topics)).await
    }

    pub(super) async fn forget(&self, owner: TokenOwner) -> Result<(), BoxError> {
        without_panic(|| self.0.forget(owner)).await
    }
}

/// Has a store that panics fail: what goes wrong in it is no reason for a call to fail.
async fn without_panic<'a, T>(store: impl FnOnce() -> BoxFuture<'a, Result<T, BoxError>>) -> Result<T, BoxError> {
    // An `async fn` of the store may panic before it returns its future.
    let result = AssertUnwindSafe(async move { store().await }).catch_unwind().await;
    result.unwrap_or_else(|_| Err("the store panicked".into()))
}
