//! Where tokens are kept between calls and between runs: [`TokenCache`] and what implements it.

mod file;
mod format;
#[cfg(feature = "keyring")]
mod keyring;
mod memory;
mod shareable;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

pub use file::FileTokenCache;
#[cfg(feature = "keyring")]
pub use keyring::KeyringTokenCache;
pub use memory::InMemoryTokenCache;
pub(super) use shareable::ShareableTokenCache;

use super::{Scope, TokenInfo};
use crate::error::BoxError;
use crate::http::BoxFuture;

/// Whose token it is: an app's, for one of its users, with these scopes.
///
/// A cache has one token for an app and its user, and gives it only where it covers the scopes: what is kept for another
/// app or another user is never given, and neither is a token that may do less than is asked for.
///
/// ```
/// use spotify_sdk::auth::{Scope, TokenKey};
///
/// let key = TokenKey::new("client id").user("alma").scopes([Scope::UserLibraryRead]);
/// assert_eq!(key.user, "alma");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TokenKey {
    /// The app's client id.
    pub client_id: String,
    /// What the app calls the user: any text, the same for the same user. Empty where the app has one user.
    pub user: String,
    /// The scopes that the app asks for.
    pub scopes: Vec<Scope>,
}

impl TokenKey {
    /// The key of an app with one user and no scopes.
    pub fn new(client_id: impl Into<String>) -> Self {
        Self { client_id: client_id.into(), user: String::new(), scopes: Vec::new() }
    }

    /// The same for the user whom the app calls `user`.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// The same for a token with these scopes.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<Scope>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Whether both are the same app and the same user.
    pub fn has_same_owner(&self, other: &Self) -> bool {
        self.client_id == other.client_id && self.user == other.user
    }

    /// Whether a token with these scopes may do all that the app asks for. Where Spotify has not said which scopes it has,
    /// it may.
    pub fn is_covered_by(&self, granted: Option<&[Scope]>) -> bool {
        granted.is_none_or(|granted| self.scopes.iter().all(|scope| granted.contains(scope)))
    }
}

/// Keeps a user's token: in memory, in a file, in a database of your own.
///
/// A refresh token may be the only thing that stands between an app and a new sign-in, so a cache must not lose one: what
/// [`set`](Self::set) has returned from is there after a crash.
///
/// Implement it with `async fn` and `?`: any error will do. An [`Error`](crate::Error) of the SDK reaches the caller as it is, and
/// any other error as [`Error::Provider`](crate::Error::Provider). [`SharedTokenCache`] is a handle to any cache.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Arc, Mutex};
/// use spotify_sdk::BoxError;
/// use spotify_sdk::auth::{CacheLock, Secret, TokenCache, TokenInfo, TokenKey};
///
/// /// A table of our database: app and user, and the token as JSON. Beside it a lock for each of its rows.
/// #[derive(Default)]
/// struct TokenTable {
///     rows: Mutex<HashMap<Id, Secret>>,
///     locks: Mutex<HashMap<Id, Arc<tokio::sync::Mutex<()>>>>,
/// }
///
/// type Id = (String, String);
///
/// fn id(key: &TokenKey) -> Id {
///     (key.client_id.clone(), key.user.clone())
/// }
///
/// impl TokenCache for TokenTable {
///     async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
///         let row = self.rows.lock().unwrap().get(&id(key)).cloned();
///         let token = row.map(|json| TokenInfo::from_json(json.expose())).transpose()?;
///         // An app that asks for more than before needs a new sign-in.
///         Ok(token.filter(|token| key.is_covered_by(token.scopes())))
///     }
///
///     async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
///         self.rows.lock().unwrap().insert(id(key), token.to_json());
///         Ok(())
///     }
///
///     async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
///         self.rows.lock().unwrap().remove(&id(key));
///         Ok(())
///     }
///
///     /// In a database of several programs this is a lock of the database's, such as `pg_advisory_lock` or
///     /// `BEGIN IMMEDIATE`, on a connection that the `CacheLock` keeps until it is dropped.
///     async fn lock(&self, key: &TokenKey) -> Result<CacheLock, BoxError> {
///         let row = Arc::clone(self.locks.lock().unwrap().entry(id(key)).or_default());
///         Ok(CacheLock::new(row.lock_owned().await))
///     }
/// }
/// ```
#[doc(alias("TokenStore", "CacheHandler"))]
pub trait TokenCache: Send + Sync + 'static {
    /// The token for `key`; `None` where there is none.
    ///
    /// # Errors
    /// Any error that keeps the cache from reading. The calls end with it, and nothing is sent.
    fn get(&self, key: &TokenKey) -> impl Future<Output = Result<Option<TokenInfo>, BoxError>> + Send;

    /// Keeps a token, in the place of the one that was there.
    ///
    /// # Errors
    /// Any error that keeps the cache from storing. The token is used all the same, from memory; later calls give it to the
    /// cache again. Where Spotify has replaced the refresh token, the calls that waited for it end with an error, since
    /// the new one would be lost with the program.
    fn set(&self, key: &TokenKey, token: &TokenInfo) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Drops the token for `key`. That there is none is no error.
    ///
    /// # Errors
    /// Any error that keeps the cache from removing it.
    fn remove(&self, key: &TokenKey) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Keeps every other user of the same cache, in other processes and on other machines, from renewing the token for `key`,
    /// until what it gives is dropped. A cache that others share should have one, where refresh tokens rotate: two who renew at
    /// the same time can lose the sign-in. Without one this does nothing.
    ///
    /// Within one process the SDK itself lets one renew a refresh token at a time, whatever the cache. So this is asked for once at
    /// a time for each sign-in, and those who waited find the newer token in the cache. It is waited for as long as a call
    /// may take, its `timeout`, and given up by dropping the future, which must leave nothing locked. A lock that is held by
    /// a renewal which shows no sign of life any more, since its runtime is not driven, is dropped.
    ///
    /// # Errors
    /// Any error that keeps the cache from locking, such as another program that does not release the lock.
    fn lock(&self, key: &TokenKey) -> impl Future<Output = Result<CacheLock, BoxError>> + Send {
        let _ = key;
        std::future::ready(Ok(CacheLock::none()))
    }

    /// Makes the place for the token that is about to be got for `key`, with the lock held: before the old refresh token is
    /// sent, which may be worth nothing from then on. What [`set`](Self::set) would fail with, such as a full disk or a
    /// database that cannot be written, should come out here. Without one this does nothing.
    ///
    /// # Errors
    /// Any error that will keep the cache from storing the token. Nothing is sent then, and the call ends with an error that says
    /// so; the user is still signed in.
    fn reserve(&self, key: &TokenKey) -> impl Future<Output = Result<(), BoxError>> + Send {
        let _ = key;
        std::future::ready(Ok(()))
    }
}

/// Something that is held until it is dropped.
#[must_use = "the lock is gone when this is dropped"]
pub struct CacheLock(#[allow(dead_code)] Option<Box<dyn Any + Send + Sync>>);

impl CacheLock {
    /// A lock that ends when `held` is dropped.
    pub fn new(held: impl Any + Send + Sync) -> Self {
        Self(Some(Box::new(held)))
    }

    /// No lock at all.
    pub fn none() -> Self {
        Self(None)
    }
}

impl fmt::Debug for CacheLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheLock")
    }
}

impl<C: TokenCache> TokenCache for Arc<C> {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        (**self).get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        (**self).set(key, token).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        (**self).remove(key).await
    }

    async fn lock(&self, key: &TokenKey) -> Result<CacheLock, BoxError> {
        (**self).lock(key).await
    }

    async fn reserve(&self, key: &TokenKey) -> Result<(), BoxError> {
        (**self).reserve(key).await
    }
}

/// [`TokenCache`] with futures in boxes, so that caches of different types stand behind one handle.
trait ErasedTokenCache: Send + Sync {
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenInfo>, BoxError>>;

    fn set<'a>(&'a self, key: &'a TokenKey, token: &'a TokenInfo) -> BoxFuture<'a, Result<(), BoxError>>;

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<(), BoxError>>;

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<CacheLock, BoxError>>;

    fn reserve<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<(), BoxError>>;
}

impl<C: TokenCache> ErasedTokenCache for C {
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenInfo>, BoxError>> {
        Box::pin(TokenCache::get(self, key))
    }

    fn set<'a>(&'a self, key: &'a TokenKey, token: &'a TokenInfo) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(TokenCache::set(self, key, token))
    }

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(TokenCache::remove(self, key))
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<CacheLock, BoxError>> {
        Box::pin(TokenCache::lock(self, key))
    }

    fn reserve<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(TokenCache::reserve(self, key))
    }
}

/// A handle to a [`TokenCache`] of any type: for a field, or a list of several. Clones share the cache.
#[derive(Clone)]
pub struct SharedTokenCache(Arc<dyn ErasedTokenCache>);

impl SharedTokenCache {
    /// A handle to `cache`. What is a handle already stays the same.
    pub fn new(cache: impl TokenCache) -> Self {
        match (&cache as &dyn Any).downcast_ref::<Self>() {
            Some(shared) => shared.clone(),
            None => Self(Arc::new(cache)),
        }
    }
}

impl TokenCache for SharedTokenCache {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        self.0.get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        self.0.set(key, token).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.0.remove(key).await
    }

    async fn lock(&self, key: &TokenKey) -> Result<CacheLock, BoxError> {
        self.0.lock(key).await
    }

    async fn reserve(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.0.reserve(key).await
    }
}

impl fmt::Debug for SharedTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedTokenCache")
    }
}
