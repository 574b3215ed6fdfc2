//! [`TokenCacheError`]: why a token could not be read, stored or locked.

use crate::error::CommandError;

/// Why a [`RedisTokenCache`](super::RedisTokenCache) could not do what was asked. No message holds a token, a key or the label
/// of a user.
///
/// The SDK gives it on as the source of its own error; `downcast_ref` of the [`BoxError`](spotify_sdk::BoxError) gives it
/// to those who call the cache themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenCacheError {
    /// Redis did not do a command, or did not respond in time.
    #[error(
        "Redis could not {action}: {reason}. A token in memory is used until it expires, and later calls try again; check that \
         Redis runs, can be reached, and can be written"
    )]
    Redis {
        /// What was to be done: `read the token`.
        action: &'static str,
        /// What Redis or the connection said.
        reason: String,
    },
    /// The lock of the token is not held, or another process has it since its lease ended.
    #[error(
        "the lock of the token is not held any more: this process was away for longer than the lease, and another one may be \
         renewing the token. Nothing was sent to Spotify; the same call works again"
    )]
    LockLost,
    /// Another process has stored a later token since this one took the lock, or since it read the token where it has no lock.
    #[error(
        "another process has stored a later token meanwhile: the older one is not stored in its place. The next call uses the \
         later one"
    )]
    Superseded,
    /// The value in Redis is encrypted, and no keys were given.
    #[error(
        "the token in Redis is encrypted, and this process has no key: give it the keys that the others have, with \
         `encrypted(…)`, `FleetBuilder::encryption(…)` or SPOTIFY_SDK_REDIS_KEY"
    )]
    NoKey,
    /// The value in Redis is encrypted with a key that was not given.
    #[error(
        "the token in Redis is encrypted with the key {id}, which this process does not have: add it with `and_previous(…)`, or \
         remove the user with `forget_user` and let them sign in again"
    )]
    UnknownKey {
        /// What tells the key from others. It says nothing about the key.
        id: String,
    },
    /// The value was changed, or belongs to another entry.
    #[error(
        "the token in Redis cannot be decrypted although the key {id} is there: it was damaged, or it is the value of another \
         user. Remove the user with `forget_user` and let them sign in again"
    )]
    Tampered {
        /// What tells the key from others.
        id: String,
    },
    /// The value is in a form that this version does not know, or in none.
    #[error(
        "the value in Redis is not a token of this version of spotify-sdk-redis: update this process, or remove the user with \
         `forget_user` and let them sign in again"
    )]
    Unreadable,
    /// The system gives no random numbers, so that nothing can be encrypted or locked.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
}

impl TokenCacheError {
    pub(super) fn command(action: &'static str, error: &CommandError) -> Self {
        Self::Redis { action, reason: error.to_string() }
    }
}
