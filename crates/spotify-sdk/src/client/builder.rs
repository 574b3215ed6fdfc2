//! [`ClientBuilder`]: the settings of a client, for both kinds of client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::auth::{AuthContext, AuthProvider, SharedAuthProvider};
use crate::call::Core;
use crate::error::Result;
use crate::http::{ACCOUNTS_URL, BaseUrl, HttpClient, default_http};
use crate::invalid_input::InvalidInput;
use crate::observe::{Event, Observer};
use crate::operation::Quota;
use crate::options::Policy;
use crate::pipeline::Engine;
use crate::rate_limit::{Gate, Quotas};

const BASE_URL: &str = "https://api.spotify.com/v1";
const USER_AGENT: &str = concat!("spotify-sdk-rust/", env!("CARGO_PKG_VERSION"));
const MAX_RESPONSE_SIZE: usize = 16 * 1024 * 1024;

/// The settings of a client. Made by `builder` of either client; [`build`](Self::build) gives the client.
///
/// ```
/// use std::time::Duration;
/// use spotify_sdk::{SpotifyClient, auth::AccessToken};
///
/// let client = SpotifyClient::builder(AccessToken::new("BQDemo")?)
///     .timeout(Duration::from_secs(10))
///     .max_retries(5)
///     .build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    auth: SharedAuthProvider,
    http: Option<Arc<dyn HttpClient>>,
    policy: Policy,
    base_url: String,
    accounts_url: String,
    user_agent: String,
    max_response_size: usize,
    rate_budget: Option<u32>,
    quota: Quota,
    observer: Option<Arc<Observer>>,
    client: PhantomData<fn() -> C>,
}

/// A client that [`ClientBuilder::build`] can make. Implemented by the two clients alone.
pub trait BuildClient: Sized + sealed::FromCore {}

impl<C: sealed::FromCore> BuildClient for C {}

pub(super) mod sealed {
    use super::{Core, Result};

    pub trait FromCore: Sized {
        fn from_core(core: Core) -> Result<Self>;
    }
}

impl<C: BuildClient> ClientBuilder<C> {
    /// The default settings, of a client whose tokens come from `auth`: the same as `builder` of the client.
    pub fn new(auth: impl AuthProvider) -> Self {
        Self {
            auth: SharedAuthProvider::new(auth),
            http: None,
            policy: Policy::default(),
            base_url: BASE_URL.to_owned(),
            accounts_url: ACCOUNTS_URL.to_owned(),
            user_agent: USER_AGENT.to_owned(),
            max_response_size: MAX_RESPONSE_SIZE,
            rate_budget: None,
            quota: Quota::default(),
            observer: None,
            client: PhantomData,
        }
    }

    /// Sets how long one attempt may take, from asking for its access token to the last byte of the answer. Waiting for the rate
    /// limit does not count. Default: 30 s.
    ///
    /// In a runtime of one thread, such as that of `SpotifyClient`, a call can end only when that thread is free: whatever keeps
    /// it busy delays the end. A server that floods its connection with informational responses does so for some tenths of a
    /// second, in a debug build for seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.policy.timeout = timeout;
        self
    }

    /// Sets how often a request is sent again, at most, after a failure that may pass. 0 turns retries off. Default: 3.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.policy.max_retries = max_retries;
        self
    }

    /// Sets the longest wait that a call sits out, before a retry or for the end of a rate limit. When Spotify asks for
    /// more, the call ends at once with [`Error::RateLimit`](crate::Error::RateLimit). Default: 60 s.
    pub fn max_retry_wait(mut self, max_retry_wait: Duration) -> Self {
        self.policy.max_retry_wait = max_retry_wait;
        self
    }

    /// Sets where the Web API is. The access token is sent to this address and to no other. Default:
    /// `https://api.spotify.com/v1`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Sets where the Accounts service is, for providers that get their tokens there. Default:
    /// `https://accounts.spotify.com`.
    pub fn accounts_url(mut self, accounts_url: impl Into<String>) -> Self {
        self.accounts_url = accounts_url.into();
        self
    }

    /// Sets the HTTP transport. Default: [`ReqwestClient`](crate::http::ReqwestClient), with a connection pool of
    /// the client's own.
    pub fn http(mut self, http: impl HttpClient) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// Sets what the client calls itself in each request. Default: `spotify-sdk-rust/` and its version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets how long the body of a response may be, in bytes, after decompression. Reading stops there, and the call ends
    /// with [`Error::ResponseTooLarge`](crate::Error::ResponseTooLarge). Default: 16 MiB.
    ///
    /// It also bounds what a response takes in memory, from its first byte to the value that the call gives: four times as
    /// many bytes. A few bytes of JSON can become a kilobyte of a model, so decoding counts what it allocates, and a body
    /// that would take more ends with the same error, which says so. What Spotify sends takes far less. The bound holds for
    /// any type that a body is read into, by what serde asks for: lists, maps, texts and values behind pointers. Not seen is
    /// what a type does on its own, such as a large default value, and what serde's `flatten`, `untagged` and `tag` make of
    /// the values that they have buffered, though the buffer itself is counted.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Sets how many requests the client and all its siblings send in any 30 seconds, at most, so that Spotify has none to
    /// refuse. What is over that waits its turn, however long; a tenth is kept from calls in the
    /// [background](crate::Call::background), and a tenth, or one in 30 seconds, for them. Without a budget, everything is sent until Spotify refuses a request, and then
    /// no more than went well before that.
    ///
    /// Spotify does not publish its limit, which is one for the whole app on all machines; see
    /// [rate limits](https://developer.spotify.com/documentation/web-api/concepts/rate-limits).
    pub fn rate_budget(mut self, requests: u32) -> Self {
        self.rate_budget = Some(requests);
        self
    }

    /// Sets what kind of app the client works for, which Spotify does not tell. It decides how large the pages of
    /// [whole lists](crate::paging) are, where calls do not set a `limit`; siblings made by `with_auth` keep it.
    /// Default: [`Quota::Development`], whose pages every app gets.
    ///
    /// With [`Quota::Extended`] whole lists take fewer requests: search and the albums of an artist come 50 at a time and not
    /// 10, the items of a playlist 100 and not 50. For an app that Spotify has not given extended quota, a list costs one
    /// request more: Spotify refuses the first page, and the list goes on with smaller ones.
    ///
    /// See [quota modes](https://developer.spotify.com/documentation/web-api/concepts/quota-modes).
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// Sets who hears what the client does, for [metrics](crate::observe). Default: nobody.
    pub fn observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) for a setting that cannot be used, naming it;
    /// [`Error::Setup`](crate::Error::Setup) where the HTTP client or the thread of the blocking client cannot be set up.
    pub fn build(self) -> Result<C> {
        self.policy.check()?;
        if self.max_response_size == 0 {
            return Err(InvalidInput::new("max_response_size", "expected at least 1 byte, got 0").into());
        }
        if self.rate_budget == Some(0) {
            return Err(InvalidInput::new("rate_budget", "expected at least 1 request, got 0").into());
        }
        let base_url = BaseUrl::parse("base_url", &self.base_url)?;
        let accounts_url = BaseUrl::parse("accounts_url", &self.accounts_url)?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| InvalidInput::new("user_agent", format!("`{}` cannot be a header", self.user_agent)))?;
        let http = match self.http {
            Some(http) => http,
            None => default_http()?,
        };
        let quotas = Arc::new(Quotas::default());
        let auth_context = AuthContext {
            accounts_url: accounts_url.url().clone(),
            http: Arc::clone(&http),
            timeout: self.policy.timeout.min(crate::options::A_YEAR),
            observer: self.observer.clone(),
            quotas: Arc::clone(&quotas),
        };
        let engine = Engine {
            base_url,
            user_agent,
            max_response_size: self.max_response_size,
            auth_context,
            http,
            gate: Gate::new(self.rate_budget),
            quotas,
            observer: self.observer,
        };
        C::from_core(Core::new(Arc::new(engine), self.auth, self.policy, self.quota))
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeout", &self.policy.timeout)
            .field("max_retries", &self.policy.max_retries)
            .field("max_retry_wait", &self.policy.max_retry_wait)
            .field("user_agent", &self.user_agent)
            .field("max_response_size", &self.max_response_size)
            .field("rate_budget", &self.rate_budget)
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}
