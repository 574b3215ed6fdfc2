//! One rate limit and one token store for all machines of a Spotify app, over Redis 7 or Valkey.

mod connection;
mod error;
mod event;
mod fleet;
mod keys;
mod rate_limiter;
#[cfg(test)]
#[path = "../tests/common/redis.rs"]
#[allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]
mod redis_server;
mod shared_sign_in;
mod status;
mod token_cache;

pub use error::{ConnectError, StatusError};
pub use event::FleetEvent;
pub use fleet::{Fleet, FleetBuilder};
pub use rate_limiter::RedisRateLimiter;
pub use status::{
    FleetApp, FleetBudget, FleetMember, FleetProbe, FleetQuota, FleetStatus, OperationStatus, QuotaRefusal,
    WaitingProcesses,
};
pub use token_cache::{EncryptionKeyError, EncryptionKeys, RedisTokenCache, StoredUser, TokenCacheError};
