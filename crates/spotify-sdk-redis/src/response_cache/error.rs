//! [`CacheStoreError`]: why a response could not be read or stored, or made out of date.

use crate::error::CommandError;

/// Why a [`RedisCacheStore`](super::RedisCacheStore) could not do what was asked. The SDK logs it and asks Spotify instead; from
/// `forget_user` it is the source of the error. No message holds anything of a response or its owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CacheStoreError {
    /// Redis did not do a command, or did not respond in time.
    #[error("Redis could not {action}: {reason}; check that Redis runs, can be reached, and can be written")]
    Redis {
        /// What was to be done: `read the response`.
        action: &'static str,
        /// What Redis or the connection said.
        reason: String,
    },
    /// Redis failed a moment ago, and was not asked.
    #[error("Redis could not {action}: it was away a moment ago, and is asked again within a second")]
    Away {
        /// What was to be done: `read the response`.
        action: &'static str,
    },
    /// The system gives no random numbers, so that nothing can be encrypted, or made out of date.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
}

impl CacheStoreError {
    pub(super) fn command(action: &'static str, error: &CommandError) -> Self {
        Self::Redis { action, reason: error.to_string() }
    }
}
