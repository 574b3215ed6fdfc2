#![doc = include_str!("cache.md")]

mod clock;
#[cfg(feature = "contract-tests")]
pub mod contract;
mod freshness;
mod key;
mod layer;
mod memory;
mod response;
mod store;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::TokenOwner;
use crate::error::{BoxError, Error, ProviderError, Result};

use self::clock::Clock;
use self::store::SharedCacheStore;

pub use self::key::{CacheKey, Topic};
pub(crate) use self::layer::CacheLayer;
pub use self::memory::MemoryCacheStore;
pub use self::response::CachedResponse;
pub use self::store::{CacheLookup, CacheStore, CacheVersion};
pub use crate::observe::CacheStatus;

/// How long a response is kept at most unless the cache is told otherwise: Spotify's terms allow temporary caching.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// A cache for the responses of clients. See the [module](self).
///
/// Clones share the same store, and so do clients that are given clones: each keeps to its own app, users and base URL.
///
/// ```
/// use std::time::Duration;
/// use spotify_sdk::cache::ResponseCache;
/// use spotify_sdk::{AsyncSpotifyClient, auth::AccessToken};
///
/// let cache = ResponseCache::memory(64 * 1024 * 1024)
///     .fresh_for(Duration::from_secs(60 * 60))
///     .stale_if_error(Duration::from_secs(6 * 60 * 60));
/// let client = AsyncSpotifyClient::builder(AccessToken::new("BQ")?).cache(cache).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[derive(Clone)]
pub struct ResponseCache {
    store: SharedCacheStore,
    settings: Settings,
    clock: Arc<Clock>,
}

/// What the caller allows, beside what the headers of responses say.
#[derive(Debug, Clone, Copy)]
struct Settings {
    fresh_for: Option<Duration>,
    stale_if_error: Option<Duration>,
    max_age: Duration,
}

impl ResponseCache {
    /// Creates a cache in the memory of this process, of this many bytes: bodies, headers and bookkeeping together. What was used
    /// least is dropped first. See [`MemoryCacheStore`].
    pub fn memory(max_bytes: u64) -> Self {
        Self::new(MemoryCacheStore::new(max_bytes))
    }

    /// Creates a cache over a store, such as one that several machines share.
    pub fn new(store: impl CacheStore) -> Self {
        let settings = Settings { fresh_for: None, stale_if_error: None, max_age: MAX_AGE };
        Self { store: SharedCacheStore::new(store), settings, clock: Arc::default() }
    }

    /// Sets for how long responses of the [catalog](crate::operation::Caching::Catalog) are used without a request, whatever their
    /// headers say. It does not apply to a user's data, which only [`fresh_for`](crate::Call::fresh_for) of a call uses without a
    /// request, nor to responses that forbid it with `no-cache` or `must-revalidate`. Default: as long as the headers say,
    /// which is usually not at all: Spotify is then asked whether the response has changed.
    #[must_use]
    pub fn fresh_for(mut self, duration: Duration) -> Self {
        self.settings.fresh_for = Some(duration);
        self
    }

    /// Sets up to which age a stored response is used if the request fails: Spotify cannot be reached, responds with a 5xx, limits
    /// the app, or its quota or the program's own daily budget is used up. A user's data is used as well. The age counts from when
    /// Spotify last sent or confirmed the response. No response is older than [`max_age`](Self::max_age), so set that too for more than
    /// 24 hours. Default: never; the call fails.
    #[must_use]
    pub fn stale_if_error(mut self, max_age: Duration) -> Self {
        self.settings.stale_if_error = Some(max_age);
        self
    }

    /// Sets how long a response is kept at most after Spotify has last sent or confirmed it. Default: 24 hours; Spotify's developer
    /// terms allow temporary caching only.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.settings.max_age = max_age;
        self
    }

    /// Removes all responses of a user: when they leave, and their data has to be deleted. Responses that are under way to them are
    /// not stored either. [`AuthProvider::owner`](crate::auth::AuthProvider::owner) names the owner while the user is signed in;
    /// [`forget_user`](crate::AsyncSpotifyClient::forget_user) of a client does this for the user of the client.
    ///
    /// # Errors
    /// [`Provider`](Error::Provider) with the error of the store: responses may be left. The cache in memory has none.
    pub async fn forget_user(&self, owner: TokenOwner) -> Result<()> {
        self.store.forget(owner).await.map_err(failed)
    }
}

fn failed(error: BoxError) -> Error {
    ProviderError::of_cache(error).into()
}

impl fmt::Debug for ResponseCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { fresh_for, stale_if_error, max_age } = &self.settings;
        f.debug_struct("ResponseCache")
            .field("fresh_for", fresh_for)
            .field("stale_if_error", stale_if_error)
            .field("max_age", max_age)
            .finish_non_exhaustive()
    }
}
