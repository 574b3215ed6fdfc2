//! [`InMemoryTokenCache`].

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{TokenCache, TokenKey};
use crate::auth::TokenInfo;
use crate::error::BoxError;

/// Keeps tokens for as long as the program runs. Clones share them. It needs no lock of its own: within one process the SDK
/// lets one renew a token at a time.
#[derive(Clone, Default)]
pub struct InMemoryTokenCache(Arc<Mutex<Vec<(TokenKey, TokenInfo)>>>);

impl InMemoryTokenCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens().is_empty()
    }

    fn tokens(&self) -> MutexGuard<'_, Vec<(TokenKey, TokenInfo)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenCache for InMemoryTokenCache {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        let tokens = self.tokens();
        let mut own = tokens.iter().filter(|(other, _)| other.has_same_owner(key)).map(|(_, token)| token);
        Ok(own.find(|token| key.is_covered_by(token.scopes())).cloned())
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        let mut tokens = self.tokens();
        tokens.retain(|(other, _)| !other.has_same_owner(key));
        tokens.push((key.clone(), token.clone()));
        Ok(())
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.tokens().retain(|(other, _)| !other.has_same_owner(key));
        Ok(())
    }
}

impl fmt::Debug for InMemoryTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InMemoryTokenCache").field(&self.tokens().len()).finish()
    }
}
