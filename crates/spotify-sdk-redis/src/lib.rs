//! One rate limit and one token store for all machines of a Spotify app, over Redis 7 or Valkey.

mod connection;
mod error;
mod fleet;
mod keys;
mod token_cache;

pub use error::ConnectError;
pub use fleet::{Fleet, FleetBuilder};
pub use token_cache::{EncryptionKeyError, EncryptionKeys, RedisTokenCache, StoredUser, TokenCacheError};
