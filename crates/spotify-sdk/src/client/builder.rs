//! [`ClientBuilder`]: the settings of a client, for both kinds of client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use http::HeaderValue;
use jiff::Timestamp;

use crate::auth::{AuthContext, AuthProvider, SharedAuthProvider};
#[cfg(feature = "cache")]
use crate::cache::{CacheLayer, ResponseCache};
use crate::call::ClientInner;
use crate::definition::Quota;
use crate::error::{Error, Result};
use crate::http::{ACCOUNTS_URL, BaseUrl, HttpClient, SharedHttpClient, default_http};
use crate::invalid_input::InvalidInput;
use crate::observe::{Event, Observer};
use crate::options::{A_YEAR, CallOptions, call_options};
#[cfg(feature = "cache")]
use crate::pipeline::SharedCache;
use crate::pipeline::middleware::{Middleware, SharedMiddleware};
use crate::pipeline::{InFlight, Pipeline};
use crate::rate_limit::{DailyLimit, LocalRateLimiter, RateLimiter, SharedRateLimiter};

const BASE_URL: &str = "https://api.spotify.com/v1";
const USER_AGENT: &str = concat!("spotify-sdk-rust/", env!("CARGO_PKG_VERSION"));
const MAX_RESPONSE_SIZE: usize = 16 * 1024 * 1024;

/// The settings of a client. Created by `builder` of either client; [`build`](Self::build) creates the client.
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
    http: Option<SharedHttpClient>,
    options: CallOptions,
    base_url: String,
    accounts_url: String,
    user_agent: String,
    max_response_size: usize,
    rate_limiter: Option<SharedRateLimiter>,
    rate_budget: Option<u32>,
    daily_budget: Option<u32>,
    rate_limited_until: Option<Timestamp>,
    middleware: Vec<SharedMiddleware>,
    #[cfg(feature = "cache")]
    cache: Option<ResponseCache>,
    quota: Quota,
    observer: Option<Arc<Observer>>,
    refused: Option<Error>,
    client: PhantomData<fn() -> C>,
}

/// A client that [`ClientBuilder::build`] can create. Only the two clients implement it.
pub trait BuildClient: Sized + sealed::FromInner {}

impl<C: sealed::FromInner> BuildClient for C {}

pub(super) mod sealed {
    use super::{ClientInner, Result};

    pub trait FromInner: Sized {
        fn from_inner(inner: ClientInner) -> Result<Self>;
    }
}

impl<C: BuildClient> ClientBuilder<C> {
    /// Creates a builder with the default settings for a client whose tokens come from `auth`. Same as `builder` of the
    /// client.
    pub fn new(auth: impl AuthProvider) -> Self {
        Self {
            auth: SharedAuthProvider::new(auth),
            http: None,
            options: CallOptions::default(),
            base_url: BASE_URL.to_owned(),
            accounts_url: ACCOUNTS_URL.to_owned(),
            user_agent: USER_AGENT.to_owned(),
            max_response_size: MAX_RESPONSE_SIZE,
            rate_limiter: None,
            rate_budget: None,
            daily_budget: None,
            rate_limited_until: None,
            middleware: Vec::new(),
            #[cfg(feature = "cache")]
            cache: None,
            quota: Quota::default(),
            observer: None,
            refused: None,
            client: PhantomData,
        }
    }

    /// The provider of the client's access tokens, as the builder was given it: for crates that extend clients, which may ask for
    /// its [`client_id`](AuthProvider::client_id).
    pub fn auth(&self) -> &SharedAuthProvider {
        &self.auth
    }

    /// Has [`build`](Self::build) return `error`, for crates that extend clients: their settings are then methods that return a
    /// builder, like its own. Of several errors the first is returned, and before that of any setting.
    #[doc(hidden)]
    pub fn refuse(mut self, error: Error) -> Self {
        self.refused.get_or_insert(error);
        self
    }

    call_options!(options: timeout, max_retries, max_retry_wait, priority, concurrency, no_coalescing);

    /// Sets the base URL of the Web API. The access token is sent to this origin only. Default:
    /// `https://api.spotify.com/v1`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Sets the URL of the Accounts service, for providers that fetch tokens from it. Default:
    /// `https://accounts.spotify.com`.
    pub fn accounts_url(mut self, accounts_url: impl Into<String>) -> Self {
        self.accounts_url = accounts_url.into();
        self
    }

    /// Sets the HTTP client. Default: a [`ReqwestClient`](crate::http::ReqwestClient) with its own connection pool.
    pub fn http(mut self, http: impl HttpClient) -> Self {
        self.http = Some(SharedHttpClient::new(http));
        self
    }

    /// Sets the `User-Agent` header of each request. Default: `spotify-sdk-rust/` and its version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the maximum size of a response body in bytes, after decompression. The client stops reading there, and the
    /// call fails with [`Error::ResponseTooLarge`]. Default: 16 MiB.
    ///
    /// The setting also bounds the memory that a response takes, from its first byte to the value that the call
    /// returns, to four times as many bytes. A few bytes of JSON can become a kilobyte of a model, so the decoder
    /// counts what it allocates, and a body that would take more fails with the same error, which says so. Responses of
    /// Spotify take far less. The bound applies to any type that a body is deserialized into, by what serde requests:
    /// lists, maps, strings and boxed values. It does not cover what a type allocates on its own, such as a large
    /// default value, nor what serde's `flatten`, `untagged` and `tag` make of the values that they have buffered,
    /// though the buffer itself is counted.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Adds a middleware, which sees every call. Middleware runs in the order in which it is added. See
    /// [`middleware`](crate::middleware).
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Sets the cache for responses: see [`cache`](crate::cache). It comes after all [`middleware`](Self::middleware). Default: none.
    #[cfg(feature = "cache")]
    pub fn cache(mut self, cache: ResponseCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Sets the rate limiter. Default: a [`LocalRateLimiter`] of the client's own.
    pub fn rate_limiter(mut self, limiter: impl RateLimiter) -> Self {
        self.rate_limiter = Some(SharedRateLimiter::new(limiter));
        self
    }

    /// Sets the maximum number of requests that the client and all its siblings send in any 30 seconds, so that Spotify
    /// does not limit them. Further calls wait, with no upper bound. Calls of
    /// [`Background`](crate::Priority::Background) priority cannot use a tenth of the budget, and another tenth, or at
    /// least one request in 30 seconds, is reserved for them. Default: no budget; the client sends everything until
    /// Spotify limits a request, and from then on no more than succeeded in the 30 seconds before.
    ///
    /// Spotify does not publish its limit, which applies to the whole app on all machines; see [rate
    /// limits](https://developer.spotify.com/documentation/web-api/concepts/rate-limits). Cannot be combined with
    /// [`rate_limiter`](Self::rate_limiter), which has a budget of its own.
    pub fn rate_budget(mut self, requests: u32) -> Self {
        self.rate_budget = Some(requests);
        self
    }

    /// Sets the maximum number of requests that the client, its clones and siblings send in any 24 hours. Calls of
    /// [`Background`](crate::Priority::Background) priority may use nine tenths of it (rounded down, and at least one request)
    /// and leave the rest to the others. Default: no budget.
    ///
    /// A call that the budget has no room for fails at once with [`Error::QuotaExceeded`], for which
    /// [`is_daily_budget`](Error::is_daily_budget) is true; its [`retry_after`](Error::retry_after) and its hint say until when.
    /// It is not sent, waits for nothing and closes no operation.
    /// [`ignore_rate_limit`](crate::Call::ignore_rate_limit) sends a call all the same.
    ///
    /// Each request counts that is sent, retries included, and requests for tokens do not. It counts for up to ten minutes
    /// longer than 24 hours, as in [`usage`](crate::AsyncSpotifyClient::usage), which tells what is left. An
    /// [observer](Self::observer) is told when half, nine tenths and all of the budget is used up. A
    /// [`UsageLog`](crate::rate_limit::UsageLog) keeps the count over restarts.
    ///
    /// Clients that share a [`LocalRateLimiter`] count their requests together. With a limiter that counts elsewhere, such as
    /// that of `spotify-sdk-redis`, the requests of all machines count, as far as the limiter knows of them: those that are
    /// under way on other machines may exceed the budget, and `retry_after` may be ten minutes, after which to try again.
    pub fn daily_budget(mut self, requests: u32) -> Self {
        self.daily_budget = Some(requests);
        self
    }

    /// Sends nothing until this moment: for jobs that were rate limited and restarted, with the
    /// [`waiting_until`](crate::rate_limit::RateLimit::waiting_until) of the previous run. Calls whose
    /// [`max_retry_wait`](Self::max_retry_wait) is shorter fail at once with [`RateLimit`](Error::RateLimit).
    /// Default: no wait; a moment in the past has no effect.
    pub fn rate_limited_until(mut self, until: Timestamp) -> Self {
        self.rate_limited_until = Some(until);
        self
    }

    /// Sets the quota mode of the app, which Spotify does not report. It decides the page size of [whole
    /// lists](crate::paging) where calls do not set a `limit`, and whether many items are read in batches; siblings made by `with_auth` keep it. Default:
    /// [`Quota::Development`], whose page sizes work for every app.
    ///
    /// With [`Quota::Extended`] whole lists take fewer requests: search and the albums of an artist are read 50 at a
    /// time instead of 10, the items of a playlist 100 instead of 50. If Spotify has not granted the app extended
    /// quota, a list costs one more request: Spotify rejects the first page, and the client continues with smaller
    /// ones.
    ///
    /// With the Cargo feature `extended-quota`, [many items](crate::many) are then read in batches. If Spotify refuses the first
    /// of them, the client and its siblings read single items from then on.
    ///
    /// See [quota modes](https://developer.spotify.com/documentation/web-api/concepts/quota-modes).
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// Sets the observer of the client's events, for [metrics](crate::observe). Default: none.
    pub fn observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Creates the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for an invalid setting, which it names;
    /// [`Error::Setup`] if the HTTP client or the thread of the blocking client cannot be set up.
    pub fn build(self) -> Result<C> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        self.options.check()?;
        if self.max_response_size == 0 {
            return Err(InvalidInput::new("max_response_size", "expected at least 1 byte, got 0").into());
        }
        if self.rate_budget.is_some() && self.rate_limiter.is_some() {
            let why = "the rate limiter has a budget of its own: set it there, or leave `rate_limiter` away";
            return Err(InvalidInput::new("rate_budget", why).into());
        }
        if self.rate_budget == Some(0) {
            return Err(InvalidInput::new("rate_budget", "expected at least 1 request, got 0").into());
        }
        if self.daily_budget == Some(0) {
            return Err(InvalidInput::new("daily_budget", "expected at least 1 request, got 0").into());
        }
        let base_url = BaseUrl::parse("base_url", &self.base_url)?;
        let accounts_url = BaseUrl::parse("accounts_url", &self.accounts_url)?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| InvalidInput::new("user_agent", format!("`{}` cannot be a header", self.user_agent)))?;
        let http = match self.http {
            Some(http) => http,
            None => default_http()?,
        };
        let local = match self.rate_budget {
            Some(requests) => LocalRateLimiter::with_budget(requests),
            None => LocalRateLimiter::new(),
        };
        let limiter = self.rate_limiter.unwrap_or_else(|| SharedRateLimiter::new(local));
        let daily_limit = self.daily_budget.map(|requests| DailyLimit::new(requests, &limiter));
        if let Some(until) = self.rate_limited_until {
            limiter.block_until(until);
        }
        let auth_context = AuthContext {
            accounts_url: accounts_url.url().clone(),
            http: http.clone(),
            timeout: self.options.timeout.min(A_YEAR),
            observer: self.observer.clone(),
            // A limiter of another kind does not count requests for tokens.
            quotas: limiter.quotas().unwrap_or_default(),
        };
        #[cfg(feature = "cache")]
        let cache =
            self.cache.map(|cache| Arc::new(CacheLayer::new(cache, base_url.as_str(), self.quota)) as SharedCache);
        let pipeline = Pipeline {
            base_url,
            user_agent,
            max_response_size: self.max_response_size,
            auth_context,
            http,
            limiter,
            daily_limit,
            middleware: self.middleware,
            #[cfg(feature = "cache")]
            cache,
            in_flight: InFlight::default(),
            any_success: AtomicBool::new(false),
            #[cfg(feature = "extended-quota")]
            batch_reads: Default::default(),
            observer: self.observer,
        };
        C::from_inner(ClientInner::new(Arc::new(pipeline), self.auth, self.options, self.quota))
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeout", &self.options.timeout)
            .field("max_retries", &self.options.max_retries)
            .field("max_retry_wait", &self.options.max_retry_wait)
            .field("user_agent", &self.user_agent)
            .field("max_response_size", &self.max_response_size)
            .field("rate_budget", &self.rate_budget)
            .field("daily_budget", &self.daily_budget)
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}
