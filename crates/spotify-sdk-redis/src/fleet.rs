//! [`Fleet`]: the connection of one process to the others of its app.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use spotify_sdk::auth::AuthProvider;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::rate_limit::state::WINDOW;
use spotify_sdk::{BuildClient, ClientBuilder};

use crate::connection::{Address, Connection};
use crate::encryption::EncryptionKeys;
use crate::error::{ConnectError, StatusError};
use crate::event::{FleetEvent, Listener};
use crate::keys::Keys;
use crate::rate_limiter::{Parts, RedisRateLimiter};
#[cfg(feature = "cache")]
use crate::response_cache::RedisCacheStore;
use crate::shared_sign_in::SignIns;
use crate::status::{self, FleetApp, FleetStatus};
use crate::token_cache::RedisTokenCache;

/// The environment variable that names the server.
const REDIS_URL: &str = "SPOTIFY_SDK_REDIS_URL";

/// A connection to Redis, through which the processes of an app share a rate limit, tokens and responses. Clones share the connection.
#[derive(Clone)]
pub struct Fleet {
    inner: Arc<Inner>,
}

struct Inner {
    connection: Connection,
    settings: Settings,
    tokens: RedisTokenCache,
    #[cfg(feature = "cache")]
    responses: RedisCacheStore,
    sign_ins: SignIns,
    /// One limiter for each app: its clients in this process are one member of the fleet.
    limiters: Mutex<HashMap<String, RedisRateLimiter>>,
}

#[derive(Clone)]
struct Settings {
    client_id: Option<String>,
    account: Option<String>,
    name: Option<String>,
    budget: Option<u32>,
    window: Duration,
    listener: Listener,
}

/// The settings of a [`Fleet`].
#[must_use = "a builder does nothing until `connect` is called"]
pub struct FleetBuilder {
    address: Address,
    start_without_redis: bool,
    encryption: Option<EncryptionKeys>,
    settings: Settings,
}

impl Fleet {
    /// Connects to the Redis or Valkey server at a URL: `redis://127.0.0.1/`.
    ///
    /// # Errors
    /// [`ConnectError`] if the URL cannot be used, or no server listens there.
    pub async fn connect(url: impl Into<String>) -> Result<Self, ConnectError> {
        Self::builder(url).connect().await
    }

    /// Connects as [`connect`](Self::connect) does, for a program without a runtime. It waits for at most a few seconds. Within a
    /// runtime it blocks the thread.
    ///
    /// ```no_run
    /// use spotify_sdk::SpotifyClient;
    /// use spotify_sdk::auth::ClientCredentials;
    /// use spotify_sdk_redis::Fleet;
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let auth = ClientCredentials::new("client id", "client secret")?;
    /// let fleet = Fleet::connect_blocking("redis://127.0.0.1/")?;
    /// let client = fleet.join(SpotifyClient::builder(auth)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn connect_blocking(url: impl Into<String>) -> Result<Self, ConnectError> {
        Self::builder(url).connect_blocking()
    }

    /// Starts with the default settings for the server at a URL: `redis://`, `rediss://` for TLS (Cargo feature `tls`), or
    /// `unix://`. User, password and database are part of the URL, as in `redis://user:password@host:6379/2`.
    pub fn builder(url: impl Into<String>) -> FleetBuilder {
        FleetBuilder::new(Address::single(url))
    }

    /// Starts with the default settings for a Redis Cluster, some of whose nodes have these URLs.
    #[cfg(feature = "cluster")]
    pub fn cluster(urls: impl IntoIterator<Item = impl Into<String>>) -> FleetBuilder {
        FleetBuilder::new(Address::cluster(urls))
    }

    /// Connects to the server that the environment variable `SPOTIFY_SDK_REDIS_URL` names. Tokens are encrypted if
    /// `SPOTIFY_SDK_REDIS_KEY` is set; see [`EncryptionKeys::from_env`].
    ///
    /// # Errors
    /// [`ConnectError`] if the first variable is not set, if the second one holds no keys, and as [`connect`](Self::connect).
    pub async fn from_env() -> Result<Self, ConnectError> {
        Self::builder_from_env()?.connect().await
    }

    /// Starts with the settings that [`from_env`](Self::from_env) connects with.
    ///
    /// # Errors
    /// [`ConnectError`] if the first variable is not set, or if the second one holds no keys.
    pub fn builder_from_env() -> Result<FleetBuilder, ConnectError> {
        match std::env::var(REDIS_URL) {
            Ok(url) if !url.is_empty() => {
                let keys = EncryptionKeys::from_env_if_set().map_err(|error| ConnectError::new(error.to_string()))?;
                Ok(keys.into_iter().fold(Self::builder(url), FleetBuilder::encryption))
            }
            _ => Err(ConnectError::new(format!(
                "the environment variable {REDIS_URL} is not set, or is empty; it looks like `redis://127.0.0.1:6379/`"
            ))),
        }
    }

    /// Returns the token cache that the processes share, encrypted with the keys of the fleet, if it has some.
    pub fn token_cache(&self) -> RedisTokenCache {
        self.inner.tokens.clone()
    }

    /// Returns the store in which the processes keep responses, encrypted with the keys of the fleet, if it has some. A client uses it
    /// with `.cache(ResponseCache::new(fleet.cache_store()))`.
    #[cfg(feature = "cache")]
    pub fn cache_store(&self) -> RedisCacheStore {
        self.inner.responses.clone()
    }

    /// Returns the rate limiter that the processes of an app share. Within one process it is the same for each call.
    pub fn rate_limiter(&self, client_id: &str) -> RedisRateLimiter {
        let mut limiters = self.inner.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.entry(client_id.to_owned()).or_insert_with(|| self.new_limiter(client_id)).clone()
    }

    /// Makes a client that is about to be built a part of the fleet: it gets the [rate limiter](Self::rate_limiter) of the app, and its
    /// provider keeps tokens in the [token cache](Self::token_cache), unless it was given a cache of its own.
    ///
    /// The app is the one that the client's provider names, or else the [`client_id`](FleetBuilder::client_id) of the fleet; without
    /// either, `build` fails. Users who sign in are told apart by what the program calls them
    /// ([`user`](spotify_sdk::auth::AuthorizationCodeBuilder::user)). Calls of a second provider without a name for its user fail,
    /// since its user would get the tokens of the first one.
    ///
    /// ```no_run
    /// use spotify_sdk::AsyncSpotifyClient;
    /// use spotify_sdk::auth::ClientCredentials;
    /// use spotify_sdk_redis::Fleet;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let auth = ClientCredentials::new("client id", "client secret")?;
    /// let fleet = Fleet::connect("redis://127.0.0.1/").await?;
    /// let client = fleet.join(AsyncSpotifyClient::builder(auth)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn join<C: BuildClient>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let client_id = builder.auth().client_id().map(str::to_owned).or_else(|| self.inner.settings.client_id.clone());
        match client_id {
            Some(client_id) => {
                builder.auth().share_tokens(&self.inner.sign_ins.offer(&self.inner.tokens));
                builder.rate_limiter(self.rate_limiter(&client_id))
            }
            None => builder.refuse(
                InvalidInput::new(
                    "client_id",
                    "the provider does not name its app, whose requests Spotify counts; set `Fleet::builder(url).client_id(id)`",
                )
                .into(),
            ),
        }
    }

    fn new(connection: Connection, encryption: Option<EncryptionKeys>, settings: Settings) -> Self {
        #[cfg(feature = "cache")]
        let responses = RedisCacheStore::new(connection.clone(), encryption.clone());
        let tokens = RedisTokenCache::new(connection.clone(), encryption);
        let inner = Inner {
            connection,
            settings,
            tokens,
            #[cfg(feature = "cache")]
            responses,
            sign_ins: SignIns::default(),
            limiters: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Reads how the processes of an app are: who they are, how many requests they send, and what they wait for. It changes
    /// nothing, and makes this process no member. The quota is that of the [`account`](FleetBuilder::account), if the fleet has
    /// one, and else that of the app. An app of which nothing is known has a status without members.
    ///
    /// # Errors
    /// [`StatusError`] if Redis is away, or holds something else under these keys.
    pub async fn status(&self, client_id: impl AsRef<str>) -> Result<FleetStatus, StatusError> {
        let account = self.inner.settings.account.as_deref();
        status::read(&self.inner.connection, client_id.as_ref(), account).await
    }

    /// Lists the apps whose processes have shared a rate limit in the last seven days, sorted by client id.
    ///
    /// # Errors
    /// [`StatusError`] if Redis is away, or holds something else under this key.
    pub async fn apps(&self) -> Result<Vec<FleetApp>, StatusError> {
        status::apps(&self.inner.connection).await
    }

    fn new_limiter(&self, client_id: &str) -> RedisRateLimiter {
        let settings = &self.inner.settings;
        let id = format!("{:012x}", fastrand::u64(..) >> 16);
        let info = serde_json::json!({
            "name": settings.name,
            "host": gethostname::gethostname().to_string_lossy(),
            "pid": std::process::id(),
            "started": Timestamp::now().as_second(),
            "version": env!("CARGO_PKG_VERSION"),
        });
        RedisRateLimiter::new(Parts {
            connection: self.inner.connection.clone(),
            app: Keys::of_app(client_id),
            account: settings.account.as_deref().map_or_else(|| Keys::of_app(client_id), Keys::of_account),
            budget: settings.budget,
            window: settings.window,
            id,
            info: info.to_string(),
            listener: settings.listener.clone(),
        })
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet").finish_non_exhaustive()
    }
}

impl FleetBuilder {
    fn new(address: Address) -> Self {
        let settings = Settings {
            client_id: None,
            account: None,
            name: None,
            budget: None,
            window: WINDOW,
            listener: Listener::default(),
        };
        Self { address, start_without_redis: false, encryption: None, settings }
    }

    /// Sets the client id of the app, for clients whose provider does not know it: those with an access token of their own.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.settings.client_id = Some(client_id.into());
        self
    }

    /// Sets the name of the developer account, whose apps share a daily quota. Give the same name to all of them. Default: each app
    /// counts its own requests.
    pub fn account(mut self, name: impl Into<String>) -> Self {
        self.settings.account = Some(name.into());
        self
    }

    /// Sets what this process is called in the status of the fleet: `web`, `worker`. Default: no name; host and process id are shown
    /// in any case.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// Sets the maximum number of requests that all processes together send in any 30 seconds. Processes that are given none keep to
    /// it, too. Default: no budget; everything is sent until Spotify limits a request, and from then on no more than succeeded in the
    /// 30 seconds before.
    pub fn rate_budget(mut self, requests: u32) -> Self {
        self.settings.budget = Some(requests);
        self
    }

    /// Sets the window over which requests are counted, the same for all processes. Default: 30 s, as Spotify's; a shorter one is for
    /// tests against a server that counts over a shorter time, too.
    pub fn rate_window(mut self, window: Duration) -> Self {
        self.settings.window = window;
        self
    }

    /// Sets a callback for what happens to the connection. It must not block.
    pub fn on_event(mut self, callback: impl Fn(&FleetEvent) + Send + Sync + 'static) -> Self {
        self.settings.listener = Listener::new(callback);
        self
    }

    /// Sets whether the program starts although Redis is not there. Calls then go on with limits of the process's own until it
    /// is. Default: `false`, which reports a wrong address at once.
    pub fn start_without_redis(mut self, start: bool) -> Self {
        self.start_without_redis = start;
        self
    }

    /// Sets the keys that tokens and responses are encrypted with in Redis. Default: none, which stores them in plain.
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
        Ok(Fleet::new(connection, self.encryption, self.settings))
    }

    /// Connects, for a program without a runtime. Within one it blocks the thread.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn connect_blocking(self) -> Result<Fleet, ConnectError> {
        let connection = Connection::open_blocking(self.address, self.start_without_redis)?;
        Ok(Fleet::new(connection, self.encryption, self.settings))
    }
}
