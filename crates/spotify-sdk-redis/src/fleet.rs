//! [`Fleet`]: the connection of one process to the others of its app.

use crate::connection::{Address, Connection};
use crate::error::ConnectError;
use crate::token_cache::{EncryptionKeys, RedisTokenCache};

/// The environment variable that names the server.
const REDIS_URL: &str = "SPOTIFY_SDK_REDIS_URL";

/// A connection to Redis, through which the processes of an app share a rate limit and tokens. Clones share the connection.
#[derive(Clone)]
pub struct Fleet {
    pub(crate) connection: Connection,
    encryption: Option<EncryptionKeys>,
}

/// The settings of a [`Fleet`].
#[must_use = "a builder does nothing until `connect` is called"]
pub struct FleetBuilder {
    address: Address,
    start_without_redis: bool,
    encryption: Option<EncryptionKeys>,
}

impl Fleet {
    /// Connects to the Redis or Valkey server at a URL: `redis://127.0.0.1/`.
    ///
    /// # Errors
    /// [`ConnectError`] if the URL cannot be used, or no server listens there.
    pub async fn connect(url: impl Into<String>) -> Result<Self, ConnectError> {
        Self::builder(url).connect().await
    }

    /// Starts with the default settings for the server at a URL.
    pub fn builder(url: impl Into<String>) -> FleetBuilder {
        FleetBuilder { address: Address::single(url), start_without_redis: false, encryption: None }
    }

    /// Returns a token cache on this connection, encrypted with the keys of the fleet, if it has some.
    pub fn token_cache(&self) -> RedisTokenCache {
        RedisTokenCache::new(self.connection.clone(), self.encryption.clone())
    }

    /// Connects to the server that the environment variable `SPOTIFY_SDK_REDIS_URL` names. Tokens are encrypted if
    /// `SPOTIFY_SDK_REDIS_KEY` is set; see [`EncryptionKeys::from_env`].
    ///
    /// # Errors
    /// [`ConnectError`] if the first variable is not set, if the second one holds no keys, and as [`connect`](Self::connect).
    pub async fn from_env() -> Result<Self, ConnectError> {
        match std::env::var(REDIS_URL) {
            Ok(url) if !url.is_empty() => {
                let keys = EncryptionKeys::from_env_if_set().map_err(|error| ConnectError::new(error.to_string()))?;
                let builder = Self::builder(url);
                keys.into_iter().fold(builder, FleetBuilder::encryption).connect().await
            }
            _ => Err(ConnectError::new(format!("the environment variable {REDIS_URL} is not set, or is empty"))),
        }
    }
}

impl FleetBuilder {
    /// Sets whether the program starts although Redis is not there. Calls then go on with limits of the process's own until it
    /// is. Default: `false`, which reports a wrong address at once.
    pub fn start_without_redis(mut self, start: bool) -> Self {
        self.start_without_redis = start;
        self
    }

    /// Sets the keys that tokens are encrypted with in Redis. Default: none, which stores them as plain JSON.
    pub fn encryption(mut self, keys: EncryptionKeys) -> Self {
        self.encryption = Some(keys);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// [`ConnectError`] if the URL cannot be used, or no server listens there.
    pub async fn connect(self) -> Result<Fleet, ConnectError> {
        let connection = Connection::open(self.address, self.start_without_redis).await?;
        Ok(Fleet { connection, encryption: self.encryption })
    }
}
