//! [`InMemoryTokenCache`].

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::time::timeout;

use super::{Lock, PATIENCE, TokenCache, TokenKey};
use crate::auth::TokenInfo;
use crate::error::{Error, Result};
use crate::transport::BoxFuture;

/// Keeps tokens for as long as the program runs. Clones share them, and only one of their users renews a token at a time.
#[derive(Clone, Default)]
pub struct InMemoryTokenCache(Arc<Shared>);

#[derive(Default)]
struct Shared {
    tokens: Mutex<Vec<(TokenKey, TokenInfo)>>,
    /// The locks that someone holds or waits for.
    locks: Mutex<Vec<(TokenKey, Weak<tokio::sync::Mutex<()>>)>>,
}

impl InMemoryTokenCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    fn tokens(&self) -> MutexGuard<'_, Vec<(TokenKey, TokenInfo)>> {
        self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock for this app and user.
    fn lock_for(&self, key: &TokenKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.locks.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|(_, lock)| lock.strong_count() > 0);
        let found = locks.iter().find(|(other, _)| other.has_same_owner(key)).and_then(|(_, lock)| lock.upgrade());
        found.unwrap_or_else(|| {
            let lock = Arc::default();
            locks.push((key.clone(), Arc::downgrade(&lock)));
            lock
        })
    }
}

impl TokenCache for InMemoryTokenCache {
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenInfo>>> {
        let tokens = self.tokens();
        let mut own = tokens.iter().filter(|(other, _)| other.has_same_owner(key)).map(|(_, token)| token);
        let token = own.find(|token| key.is_covered_by(token.scopes())).cloned();
        Box::pin(std::future::ready(Ok(token)))
    }

    fn set<'a>(&'a self, key: &'a TokenKey, token: &'a TokenInfo) -> BoxFuture<'a, Result<()>> {
        let mut tokens = self.tokens();
        tokens.retain(|(other, _)| !other.has_same_owner(key));
        tokens.push((key.clone(), token.clone()));
        Box::pin(std::future::ready(Ok(())))
    }

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<()>> {
        self.tokens().retain(|(other, _)| !other.has_same_owner(key));
        Box::pin(std::future::ready(Ok(())))
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Lock>> {
        let lock = self.lock_for(key);
        Box::pin(async {
            let held = timeout(PATIENCE, lock.lock_owned()).await;
            held.map(Lock::new).map_err(|_| Error::Provider("another who renews the token does not end".into()))
        })
    }
}

impl fmt::Debug for InMemoryTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InMemoryTokenCache").field(&self.tokens().len()).finish()
    }
}
