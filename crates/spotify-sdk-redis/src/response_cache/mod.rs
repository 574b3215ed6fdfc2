//! [`RedisCacheStore`]: responses in Redis, for all processes of a fleet.

mod error;
mod health;
mod memory;
mod place;
mod scripts;
mod store;
mod upkeep;
mod value;
mod version;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use spotify_sdk::BoxError;
use spotify_sdk::auth::TokenOwner;
use spotify_sdk::cache::{CacheKey, CacheLookup, CacheStore, CacheVersion, CachedResponse, Topic};

use self::store::{Settings, Store};
use crate::connection::{Address, Connection};
use crate::encryption::EncryptionKeys;
use crate::error::ConnectError;

pub use error::CacheStoreError;

/// How long a call waits for Redis.
const LIMIT: Duration = Duration::from_millis(250);
/// How large a response may be, unless the store is told otherwise.
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;
/// The longest life of a response that Redis is told.
const MAX_LIFE: Duration = Duration::from_secs(366 * 24 * 3600);
/// By how much a topic outlives the responses that depend on it.
const MARGIN: Duration = Duration::from_secs(10 * 60);
/// How long a topic lives that no response depends on yet.
const TOPIC_LIFE: Duration = Duration::from_secs(3600);

/// Keeps the responses of clients in Redis, for any number of processes and machines: what one of them has, none fetches again, and a
/// write of one makes what the others have out of date. Clones share everything.
///
/// ```no_run
/// use std::time::Duration;
/// use spotify_sdk::AsyncSpotifyClient;
/// use spotify_sdk::auth::ClientCredentials;
/// use spotify_sdk::cache::ResponseCache;
/// use spotify_sdk_redis::Fleet;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let auth = ClientCredentials::new("client id", "client secret")?;
/// let fleet = Fleet::connect("redis://127.0.0.1/").await?;
/// let cache = ResponseCache::new(fleet.cache_store()).fresh_for(Duration::from_secs(60 * 60));
/// let client = fleet.join(AsyncSpotifyClient::builder(auth)).cache(cache).build()?;
/// # Ok(())
/// # }
/// ```
///
/// Which responses are kept, whose they are, and when they are used is decided by the
/// [`ResponseCache`](spotify_sdk::cache::ResponseCache), and described in [`spotify_sdk::cache`].
///
/// # What is in Redis
/// One string for each response, which expires at the end of its life; a sorted set of the names of each owner's responses; and a
/// version for each topic, such as one playlist or one user's library. Names of keys are made of SHA-256 hashes; they hold no ids and
/// no names of users. With [`encrypted`](Self::encrypted), responses are encrypted with XChaCha20-Poly1305, and one that is moved to
/// another place is not used. **Without keys they are plain bytes**, which hold what Spotify has sent of a user. A response that
/// cannot be read, having another key or being damaged, counts as none, and is replaced.
///
/// # When Redis is away, or loses data
/// A call waits at most 250 ms for Redis. If that is not enough, or the connection fails, calls go to Spotify as if there were no cache;
/// for 0.1 to 1 second Redis is not asked again. A change that Redis could not be told of is remembered, and told as soon as it is
/// there again, and before this process uses a response that depends on it. Of more than 10,000 such changes, all responses of
/// all processes count as out of date. They are lost if the process ends before.
///
/// A topic whose version is lost, since the server was started empty, was flushed, or has evicted it, gets a new version, so that no
/// response that depended on the lost one is used again. The versions are ordered in time, and each process remembers the last 10,000
/// that it has made: if a server comes back with an older one, after a failover or from an old file, it gets a new one.
#[derive(Clone)]
pub struct RedisCacheStore {
    store: Arc<Store>,
    settings: Settings,
}

impl RedisCacheStore {
    /// Connects to the Redis or Valkey server at a URL: `redis://127.0.0.1/`. For a connection that the rate limiter uses too, see
    /// [`Fleet::cache_store`](crate::Fleet::cache_store).
    ///
    /// # Errors
    /// [`ConnectError`] if the URL cannot be used, or no server listens there.
    pub async fn connect(url: impl Into<String>) -> Result<Self, ConnectError> {
        Ok(Self::new(Connection::open(Address::single(url), false).await?, None))
    }

    /// Connects, for a program without a runtime. Within one it blocks the thread.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn connect_blocking(url: impl Into<String>) -> Result<Self, ConnectError> {
        Ok(Self::new(Connection::open_blocking(Address::single(url), false)?, None))
    }

    pub(crate) fn new(connection: Connection, keys: Option<EncryptionKeys>) -> Self {
        let settings = Settings { keys: keys.map(Arc::new), max_response_bytes: MAX_RESPONSE_BYTES };
        Self { store: Arc::new(Store::new(connection)), settings }
    }

    /// Encrypts responses with these keys, and uses no others than those that were encrypted with one of them. Default: the keys of the
    /// [`Fleet`](crate::Fleet), or no encryption.
    #[must_use]
    pub fn encrypted(mut self, keys: EncryptionKeys) -> Self {
        self.settings.keys = Some(Arc::new(keys));
        self
    }

    /// Sets how large a response may be to be stored: body and headers, in bytes. Default: 1 MiB; most are below 100 kB.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_response_bytes = bytes;
        self
    }
}

impl CacheStore for RedisCacheStore {
    async fn get(&self, key: &CacheKey) -> Result<CacheLookup, BoxError> {
        Ok(self.store.get(key, &self.settings).await?)
    }

    async fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> Result<(), BoxError> {
        Ok(self.store.put(key, version, &response, life, &self.settings).await?)
    }

    async fn remove(&self, key: &CacheKey) -> Result<(), BoxError> {
        Ok(self.store.remove(key).await?)
    }

    async fn invalidate(&self, topics: &[Topic]) -> Result<(), BoxError> {
        Ok(self.store.invalidate(topics).await?)
    }

    async fn forget(&self, owner: TokenOwner) -> Result<(), BoxError> {
        Ok(self.store.forget(owner).await?)
    }
}

impl fmt::Debug for RedisCacheStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisCacheStore")
            .field("is_encrypted", &self.settings.keys.is_some())
            .field("max_response_bytes", &self.settings.max_response_bytes)
            .finish_non_exhaustive()
    }
}
