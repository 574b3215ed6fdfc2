//! [`ShareableTokenCache`]: the cache of a provider that was given none.

use std::sync::{Arc, OnceLock};

use super::{CacheLock, InMemoryTokenCache, SharedTokenCache, TokenCache, TokenKey};
use crate::auth::TokenInfo;
use crate::error::BoxError;

/// Keeps tokens in memory, until it is offered a cache to keep them in. Clones share everything.
///
/// What is in memory by then stays there, and is found, until the other cache has a token for the same key: one that is moved
/// at once could be lost with a renewal that is under way. The other cache's token counts where it has one, since others may
/// have renewed it.
#[derive(Clone, Default)]
pub(in crate::auth) struct ShareableTokenCache(Arc<Inner>);

#[derive(Default)]
struct Inner {
    memory: InMemoryTokenCache,
    shared: OnceLock<SharedTokenCache>,
}

impl ShareableTokenCache {
    /// Keeps tokens in `cache` from now on; `false` where there is such a cache already, which stays.
    pub(in crate::auth) fn share(&self, cache: &SharedTokenCache) -> bool {
        self.0.shared.set(cache.clone()).is_ok()
    }

    /// Whether a token is still in memory that belongs into the other cache.
    pub(in crate::auth) fn has_unshared(&self) -> bool {
        self.0.shared.get().is_some() && !self.0.memory.is_empty()
    }
}

impl TokenCache for ShareableTokenCache {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        let Inner { memory, shared } = &*self.0;
        let Some(shared) = shared.get() else { return memory.get(key).await };
        match shared.get(key).await? {
            Some(token) => {
                // Were it kept, it would be back once the other one is dropped.
                memory.remove(key).await?;
                Ok(Some(token))
            }
            None => memory.get(key).await,
        }
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        let Inner { memory, shared } = &*self.0;
        let Some(shared) = shared.get() else { return memory.set(key, token).await };
        shared.set(key, token).await?;
        memory.remove(key).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        let Inner { memory, shared } = &*self.0;
        memory.remove(key).await?;
        match shared.get() {
            Some(shared) => shared.remove(key).await,
            None => Ok(()),
        }
    }

    async fn lock(&self, key: &TokenKey) -> Result<CacheLock, BoxError> {
        match self.0.shared.get() {
            Some(shared) => shared.lock(key).await,
            None => Ok(CacheLock::none()),
        }
    }

    async fn reserve(&self, key: &TokenKey) -> Result<(), BoxError> {
        match self.0.shared.get() {
            Some(shared) => shared.reserve(key).await,
            None => Ok(()),
        }
    }
}
