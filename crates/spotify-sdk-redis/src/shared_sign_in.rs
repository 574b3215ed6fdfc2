//! [`SignIns`]: whose tokens go into the shared cache when nobody has said so.
//!
//! A program with one user needs no name for that user, and all its processes share one sign-in. A program that has several users
//! and names none would give one user's tokens to the next: it gets an error instead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use spotify_sdk::BoxError;
use spotify_sdk::auth::{CacheLock, SharedTokenCache, TokenCache, TokenInfo, TokenKey};

use crate::token_cache::RedisTokenCache;

/// For each app, the provider of this process whose user has no name.
#[derive(Clone, Default)]
pub(crate) struct SignIns(Arc<Mutex<HashMap<String, Weak<Provider>>>>);

/// One provider, with all its clones.
struct Provider;

/// A user's tokens are asked for under the name of another's.
#[derive(Debug, thiserror::Error)]
#[error(
    "two users who sign in have no name, and would get each other's tokens from the cache that the fleet shares; name each of them \
     with `AuthorizationCodeBuilder::user`, or give each provider a cache of its own"
)]
struct NamelessUsers;

impl SignIns {
    /// Returns the cache as it is offered to one provider. A provider takes the first offer alone.
    pub(crate) fn offer(&self, tokens: &RedisTokenCache) -> SharedTokenCache {
        SharedTokenCache::new(Offered { tokens: tokens.clone(), sign_ins: self.clone(), provider: Arc::new(Provider) })
    }
}

/// The cache of one provider.
struct Offered {
    tokens: RedisTokenCache,
    sign_ins: SignIns,
    provider: Arc<Provider>,
}

impl Offered {
    fn check(&self, key: &TokenKey) -> Result<(), NamelessUsers> {
        if !key.user.is_empty() {
            return Ok(());
        }
        let mut sign_ins = self.sign_ins.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = sign_ins.entry(key.client_id.clone()).or_default();
        match first.upgrade() {
            Some(first) if !Arc::ptr_eq(&first, &self.provider) => Err(NamelessUsers),
            Some(_) => Ok(()),
            None => {
                *first = Arc::downgrade(&self.provider);
                Ok(())
            }
        }
    }
}

impl TokenCache for Offered {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        self.check(key)?;
        self.tokens.get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        self.check(key)?;
        self.tokens.set(key, token).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.check(key)?;
        self.tokens.remove(key).await
    }

    async fn lock(&self, key: &TokenKey) -> Result<CacheLock, BoxError> {
        self.check(key)?;
        self.tokens.lock(key).await
    }

    async fn reserve(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.check(key)?;
        self.tokens.reserve(key).await
    }
}
