//! [`Middleware`]: the port above the retries, which sees every call of a client and may respond in Spotify's place.
//!
//! A call passes its middleware before a token is asked for and before it waits for the rate limit, once, however often the
//! request is sent. The one that the builder was given first sees a call first, and its response last.
//!
//! One that logs every change, for audit:
//!
//! ```
//! use spotify_sdk::BoxError;
//! use spotify_sdk::http::Method;
//! use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
//!
//! struct AuditLog;
//!
//! impl Middleware for AuditLog {
//!     async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
//!         let (operation, target) = (request.operation(), request.target().to_owned());
//!         let result = next.run(request).await;
//!         if operation.method != Method::GET {
//!             let status = result.as_ref().map_or_else(|error| error.status(), |response| Some(response.status()));
//!             println!("{} {target}: {status:?}", operation.name);
//!         }
//!         Ok(result?)
//!     }
//! }
//! ```
//!
//! One that counts the calls of each user of an app:
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::{Arc, Mutex};
//! use spotify_sdk::auth::{AccessToken, TokenOwner};
//! use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
//! use spotify_sdk::{AsyncSpotifyClient, BoxError};
//!
//! #[derive(Clone, Default)]
//! struct CallsPerUser(Arc<Mutex<HashMap<TokenOwner, u64>>>);
//!
//! impl Middleware for CallsPerUser {
//!     async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
//!         *self.0.lock().unwrap().entry(request.owner()).or_default() += 1;
//!         Ok(next.run(request).await?)
//!     }
//! }
//!
//! let counts = CallsPerUser::default();
//! let client = AsyncSpotifyClient::builder(AccessToken::new("BQ")?).middleware(counts.clone()).build()?;
//! # Ok::<(), spotify_sdk::Error>(())
//! ```

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::retry_loop::CallContext;
use crate::auth::{AccessToken, TokenOwner};
use crate::error::{BoxError, Error, ProviderError, Result};
use crate::http::BoxFuture;
use crate::operation::{OperationInfo, Request};
use crate::options::CallOptions;

/// Sees the calls of a client: passes them on, changes them, or responds in Spotify's place. See the [module](self).
pub trait Middleware: Send + Sync + 'static {
    /// Responds to `request`, with what `next` responds or by itself.
    ///
    /// # Errors
    /// Those of `next` are passed on with `?`, and reach the caller as they are. Any other error ends the call with
    /// [`Error::Provider`].
    fn handle(&self, request: ApiRequest, next: Next<'_>)
    -> impl Future<Output = Result<ApiResponse, BoxError>> + Send;
}

/// Any [`Middleware`], as a client holds it.
pub(crate) type SharedMiddleware = Arc<dyn ErasedMiddleware>;

pub(crate) trait ErasedMiddleware: Send + Sync {
    fn handle<'a>(&'a self, request: ApiRequest, next: Next<'a>) -> BoxFuture<'a, Result<ApiResponse, BoxError>>;
}

impl<M: Middleware> ErasedMiddleware for M {
    fn handle<'a>(&'a self, request: ApiRequest, next: Next<'a>) -> BoxFuture<'a, Result<ApiResponse, BoxError>> {
        Box::pin(Middleware::handle(self, request, next))
    }
}

/// The rest of the way of a request: the middleware that follows, and in the end Spotify.
pub struct Next<'a> {
    rest: &'a [SharedMiddleware],
    call: &'a CallContext<'a>,
}

impl<'a> Next<'a> {
    pub(super) fn new(rest: &'a [SharedMiddleware], call: &'a CallContext<'a>) -> Self {
        Self { rest, call }
    }

    /// Passes the request on. A clone of it can be passed on again through a clone of this.
    ///
    /// # Errors
    /// Any [`Error`]; a response that is no success is one.
    pub async fn run(self, request: ApiRequest) -> Result<ApiResponse> {
        match self.rest.split_first() {
            Some((middleware, rest)) => {
                let response = middleware.handle(request, Self { rest, call: self.call }).await;
                response.map_err(|error| match error.downcast::<Error>() {
                    Ok(error) => *error,
                    Err(error) => ProviderError::of_middleware(error).into(),
                })
            }
            None => self.call.send(&request).await,
        }
    }
}

impl Clone for Next<'_> {
    fn clone(&self) -> Self {
        Self { rest: self.rest, call: self.call }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("middleware", &self.rest.len()).finish_non_exhaustive()
    }
}

/// A request of a call, before it has an address and a token.
#[derive(Debug, Clone)]
pub struct ApiRequest {
    request: Request,
    owner: TokenOwner,
    options: CallOptions,
    headers: HeaderMap,
}

impl ApiRequest {
    pub(super) fn new(request: Request, owner: TokenOwner, options: CallOptions) -> Self {
        Self { request, owner, options, headers: HeaderMap::new() }
    }

    /// The operation that is called.
    pub fn operation(&self) -> &'static OperationInfo {
        self.request.operation()
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The path and the query, below the client's base URL: `/albums/4aawyAB9vmqN3uQ7FjRGTy?market=SE`.
    pub fn target(&self) -> &str {
        self.request.target()
    }

    /// The body, where the operation has one.
    pub fn body(&self) -> Option<&Bytes> {
        self.request.body()
    }

    /// Whose token the request will be made with. It says no more than whether two requests have the same owner.
    pub fn owner(&self) -> TokenOwner {
        self.owner
    }

    /// How the request will be sent.
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// The headers that are sent besides those of the SDK, which take precedence. None, unless a middleware adds some.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The same, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    pub(super) fn request(&self) -> &Request {
        &self.request
    }
}

/// A response to a request of a call.
#[derive(Debug, Clone)]
pub struct ApiResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    from_cache: Option<CacheStatus>,
    /// Blotted out of what errors say of the body.
    token: Option<AccessToken>,
}

/// How a response came out of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheStatus {
    /// It was fresh enough to be used without asking Spotify.
    Fresh,
    /// Spotify confirmed that it has not changed.
    Revalidated,
    /// Spotify could not be asked.
    Stale,
}

impl ApiResponse {
    /// A response of a middleware's own.
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into(), from_cache: None, token: None }
    }

    pub(super) fn received(response: http::Response<Bytes>, token: AccessToken) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status, headers: head.headers, body, from_cache: None, token: Some(token) }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The same, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The body, decompressed.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// How the response came out of a cache; `None` for one of Spotify's own.
    pub fn from_cache(&self) -> Option<CacheStatus> {
        self.from_cache
    }

    /// Says how the response came out of a cache.
    #[must_use]
    pub fn with_cache_status(mut self, status: CacheStatus) -> Self {
        self.from_cache = Some(status);
        self
    }

    pub(super) fn token(&self) -> Option<&AccessToken> {
        self.token.as_ref()
    }

    pub(super) fn into_parts(self) -> (StatusCode, HeaderMap, Bytes, Option<CacheStatus>) {
        (self.status, self.headers, self.body, self.from_cache)
    }
}
