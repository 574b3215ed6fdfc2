//! [`KeyringTokenCache`]: the platform's own place for secrets.

use std::fmt;

use keyring::{Entry, Error as KeyringError};
use tokio::task::spawn_blocking;
use tracing::warn;

use super::{TokenCache, TokenKey};
use crate::auth::TokenInfo;
use crate::error::BoxError;
use crate::secret::Secret;

/// Keeps tokens in the keychain of macOS, the Credential Manager of Windows, or the Secret Service of a Linux desktop.
///
/// An entry that cannot be read counts as none, and is reported in the log. It has no lock across processes: for several programs that share a sign-in, use a
/// [`FileTokenCache`](super::FileTokenCache).
#[derive(Clone)]
pub struct KeyringTokenCache {
    service: String,
}

impl KeyringTokenCache {
    /// A cache whose entries stand under the name `service`, which the platform shows to its users: your app's name.
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into() }
    }

    fn entry(&self, key: &TokenKey) -> Result<Entry, BoxError> {
        Entry::new(&self.service, &format!("{}:{}", key.client_id, key.user)).map_err(|error| failed(&error))
    }

    fn read(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        match self.entry(key)?.get_password() {
            Ok(json) => {
                let json = Secret::from(json);
                let token = TokenInfo::from_json(json.expose());
                if token.is_err() {
                    warn!(service = self.service, "an entry in the platform's store for secrets is no token");
                }
                Ok(token.ok().filter(|token| key.is_covered_by(token.scopes())))
            }
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn write(&self, key: &TokenKey, json: &Secret) -> Result<(), BoxError> {
        self.entry(key)?.set_password(json.expose()).map_err(|error| failed(&error))
    }

    fn delete(&self, key: &TokenKey) -> Result<(), BoxError> {
        match self.entry(key)?.delete_credential() {
            Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// Asks the platform on a thread on which nobody else waits: it may have the user unlock it first.
async fn apart<T: Send + 'static>(ask: impl FnOnce() -> Result<T, BoxError> + Send + 'static) -> Result<T, BoxError> {
    let panicked = |_| Err("the platform's store for secrets panicked".into());
    spawn_blocking(ask).await.unwrap_or_else(panicked)
}

/// The platform's errors can carry what they failed on, so only their kind is told.
fn failed(error: &KeyringError) -> BoxError {
    let kind = match error {
        KeyringError::NoStorageAccess(_) => "it is locked or not there",
        KeyringError::PlatformFailure(_) => "the platform failed",
        KeyringError::TooLong(..) => "an entry is too long for it",
        _ => "it refused",
    };
    format!("the platform's store for secrets cannot be used: {kind}").into()
}

impl TokenCache for KeyringTokenCache {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        let (cache, key) = (self.clone(), key.clone());
        apart(move || cache.read(&key)).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        let (cache, key, json) = (self.clone(), key.clone(), token.to_json());
        apart(move || cache.write(&key, &json)).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        let (cache, key) = (self.clone(), key.clone());
        apart(move || cache.delete(&key)).await
    }
}

impl fmt::Debug for KeyringTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringTokenCache").field("service", &self.service).finish()
    }
}
