//! One rate limit, one token store and one cache for all machines of a Spotify app, over Redis 7 or Valkey.
//!
//! Spotify counts the requests of an app, not of a process. With this crate, all processes of an app together stay within the
//! limit, wait together when Spotify asks for it, refresh each user's token once, and fetch once what they all need. A client of
//! [`spotify-sdk`](spotify_sdk) joins the fleet with two lines:
//!
//! ```no_run
//! use spotify_sdk::AsyncSpotifyClient;
//! use spotify_sdk::auth::ClientCredentials;
//! use spotify_sdk_redis::Fleet;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let auth = ClientCredentials::new("client id", "client secret")?;
//! let fleet = Fleet::connect("redis://127.0.0.1/").await?;
//! let client = fleet.join(AsyncSpotifyClient::builder(auth)).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! Read [the guide](guide) next: what is shared, what happens when Redis fails, and how to set up the server.
//!
//! - [`Fleet`] is the connection of a process; [`FleetBuilder`] has its settings.
//! - [`RedisRateLimiter`] and [`RedisTokenCache`] are its two parts, which also work alone.
//! - `RedisCacheStore` keeps responses, with the Cargo feature `cache`.
//! - [`EncryptionKeys`] encrypt tokens and responses before they leave the process.
//! - [`FleetEvent`] reports that Redis is away, or back.
//!
//! # Cargo features
//!
//! | feature | default | what it brings |
//! | --- | --- | --- |
//! | `cache` | | `RedisCacheStore` and `Fleet::cache_store`: responses that all machines share. It brings the feature `cache` of `spotify-sdk` |
//! | `cluster` | | `Fleet::cluster`, for Redis Cluster |
//! | `tls` | | `rediss://` URLs, with TLS by rustls and ring, and the platform's certificates |
//!
//! # Logs
//!
//! The crate logs with [`tracing`](https://docs.rs/tracing): one warning when Redis is away, and one message when it is back. Tokens,
//! keys, names of users and passwords of URLs are never logged.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod connection;
mod encryption;
mod error;
mod event;
mod fleet;
#[doc = include_str!("guide.md")]
pub mod guide {}
mod keys;
mod link;
mod rate_limiter;
#[cfg(test)]
#[path = "../tests/common/redis.rs"]
#[allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]
mod redis_server;
#[cfg(feature = "cache")]
mod response_cache;
mod shared_sign_in;
mod status;
mod token_cache;

pub use encryption::{EncryptionKeyError, EncryptionKeys};
pub use error::{ConnectError, StatusError};
pub use event::FleetEvent;
pub use fleet::{Fleet, FleetBuilder};
pub use rate_limiter::RedisRateLimiter;
#[cfg(feature = "cache")]
pub use response_cache::{CacheStoreError, RedisCacheStore};
pub use status::{
    FleetApp, FleetBudget, FleetMember, FleetProbe, FleetQuota, FleetStatus, OperationStatus, QuotaRefusal,
    WaitingProcesses,
};
pub use token_cache::{RedisTokenCache, StoredUser, TokenCacheError};

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
