//! [`RedisTokenCache`]: the tokens of an app's users in Redis, for all its processes.

mod cipher;
mod entry;
mod error;
mod events;
mod listing;
mod lock;
mod memory;
mod scripts;
mod store;
mod value;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use spotify_sdk::BoxError;
use spotify_sdk::auth::{CacheLock, TokenCache, TokenInfo, TokenKey};

use self::store::Store;
use crate::connection::{Address, Connection};
use crate::encryption::EncryptionKeys;
use crate::error::ConnectError;

pub use error::TokenCacheError;
pub use listing::StoredUser;

/// For how long a lock is held by a process that says nothing any more.
const LEASE: Duration = Duration::from_secs(10);
const MIN_LEASE: Duration = Duration::from_millis(100);

/// Keeps the tokens of an app's users in Redis, for any number of processes and machines. Clones share everything.
///
/// ```no_run
/// use spotify_sdk::auth::AuthorizationCode;
/// use spotify_sdk_redis::{EncryptionKeys, RedisTokenCache};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let cache = RedisTokenCache::connect("redis://127.0.0.1/").await?.encrypted(EncryptionKeys::from_env()?);
/// let auth = AuthorizationCode::pkce("client id", "http://127.0.0.1:8888/callback").user("alma").cache(cache).build()?;
/// # Ok(())
/// # }
/// ```
///
/// # One refresh at a time
/// A refresh token may be good once, so one process renews a sign-in at a time: [`lock`](TokenCache::lock) is a lease in Redis
/// that is renewed while it is held. Should its holder be killed, the next one goes on when the lease ends. A process that was
/// away for longer, and comes back, spends no refresh token ([`TokenCacheError::LockLost`]), and does not put its token in
/// the place of a later one ([`TokenCacheError::Superseded`]): each lock has a fencing number, which grows and is stored with
/// the token.
///
/// # What is in Redis
/// One hash for each app and user. Names of keys hold the client id and a SHA-256 hash of app and user. With
/// [`encrypted`](Self::encrypted) the token and the user's label are encrypted with XChaCha20-Poly1305, and a value that is
/// moved to another user is refused. **Without keys the value is plain JSON**, and whoever can read Redis, its backups or its
/// `MONITOR` can read the tokens. A plain value is read also with keys, and encrypted when it is stored next.
///
/// A token expires 30 days after the user's consent has ended, which is six months after they agreed; one of unknown age 214 days
/// after it was stored last. [`forget_user`](Self::forget_user) deletes one at once, as Spotify's terms ask for within five
/// days. That a user was removed is remembered for four days, by the hash alone.
///
/// # When Redis is away, or loses data
/// Every command has a limit of 2 seconds. While Redis is away, tokens that this process has used before go on until they
/// expire, and nothing is renewed, since the new token could not be stored. A token that Redis did not take, since it went
/// away in the middle of a renewal, is stored when it is there again.
///
/// Each process remembers the latest tokens of up to 10,000 users whom it has asked for. It gives them back to a server that was
/// started empty, was flushed, has evicted a token, or has an older one after a failover: no sign-in is lost as long as one
/// process has its latest token. A token that was removed is not given back. A process that meets a server without any data
/// waits for half a second once, so that others can give back what they have. Let Redis persist all the same
/// (`appendonly yes`), and set `maxmemory-policy noeviction`.
///
/// The processes tell each other what is stored, removed and released over a channel. An account of the server that may use
/// no channels (`resetchannels`) works too, but waits for a lock until its lease ends.
#[derive(Clone)]
pub struct RedisTokenCache {
    store: Arc<Store>,
}

impl RedisTokenCache {
    /// Connects to the Redis or Valkey server at a URL: `redis://127.0.0.1/`. For a connection that the rate limiter uses too, see
    /// [`Fleet::token_cache`](crate::Fleet::token_cache).
    ///
    /// # Errors
    /// [`ConnectError`] if the URL cannot be used, or no server listens there.
    pub async fn connect(url: impl Into<String>) -> Result<Self, ConnectError> {
        Ok(Self::new(Connection::open(Address::single(url), false).await?, None))
    }

    pub(crate) fn new(connection: Connection, keys: Option<EncryptionKeys>) -> Self {
        Self { store: Arc::new(Store::new(connection, keys, LEASE)) }
    }

    /// Encrypts tokens with these keys. Default: no encryption. What it returns shares the connection, and nothing else: set it
    /// before the cache is used.
    #[must_use]
    pub fn encrypted(self, keys: EncryptionKeys) -> Self {
        self.with(Some(keys), self.store.lease)
    }

    /// Sets for how long a lock stays when its holder was killed or cut off. It is renewed three times as often, so it
    /// should be well above the pauses that a process or its network may have. Default: 10 seconds; at least 100 ms. Set it
    /// before the cache is used, as with [`encrypted`](Self::encrypted).
    #[must_use]
    pub fn lock_lease(self, lease: Duration) -> Self {
        self.with(self.store.keys.clone(), lease.max(MIN_LEASE))
    }

    fn with(&self, keys: Option<EncryptionKeys>, lease: Duration) -> Self {
        Self { store: Arc::new(Store::new(self.store.connection.clone(), keys, lease)) }
    }

    /// Lists the users of an app whose tokens are stored, sorted by their labels.
    ///
    /// # Errors
    /// [`TokenCacheError`] if Redis is away, or an entry cannot be read.
    pub async fn users(&self, client_id: impl AsRef<str>) -> Result<Vec<StoredUser>, TokenCacheError> {
        listing::users(&self.store, client_id.as_ref()).await
    }

    /// Deletes all that is stored of a user, whoever holds the lock, and returns whether there was a token. A renewal that is under
    /// way does not bring it back. Processes that have an access token in memory may use it until it expires, an hour at
    /// most.
    ///
    /// # Errors
    /// [`TokenCacheError`] if Redis is away.
    pub async fn forget_user(
        &self,
        client_id: impl AsRef<str>,
        user: impl AsRef<str>,
    ) -> Result<bool, TokenCacheError> {
        self.store.remove(&TokenKey::new(client_id.as_ref()).user(user.as_ref()), true).await
    }
}

impl TokenCache for RedisTokenCache {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        Ok(self.store.get(key).await?)
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        Ok(self.store.set(key, token).await?)
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        Ok(self.store.remove(key, false).await.map(drop)?)
    }

    async fn lock(&self, key: &TokenKey) -> Result<CacheLock, BoxError> {
        Ok(CacheLock::new(self.store.lock(key).await?))
    }

    async fn reserve(&self, key: &TokenKey) -> Result<(), BoxError> {
        Ok(self.store.reserve(key).await?)
    }
}

impl fmt::Debug for RedisTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTokenCache")
            .field("is_encrypted", &self.store.keys.is_some())
            .field("lock_lease", &self.store.lease)
            .finish_non_exhaustive()
    }
}
