//! [`Middleware`]: the port above the retries, which sees every call of a client and can respond in Spotify's place.
//!
//! A call passes its middleware once, before the client fetches a token and waits for the rate limit, however many
//! times the request is retried. The middleware that was added to the builder first sees the call first, and its
//! response last.
//!
//! A middleware that logs every change, for audits:
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
//! A middleware that counts the calls of each user of an app:
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
#[cfg(all(feature = "cache", feature = "extended-quota"))]
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES};
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
use http::{HeaderMap, Method, StatusCode};

use super::call_context::CallContext;
use crate::auth::{AccessToken, TokenOwner};
use crate::definition::{OperationInfo, Request};
use crate::error::{BoxError, Error, ProviderError, Result};
use crate::http::BoxFuture;
pub use crate::observe::CacheStatus;
use crate::options::CallOptions;

/// Intercepts the calls of a client: passes them on, changes them, or responds in Spotify's place. See the
/// [module](self).
pub trait Middleware: Send + Sync + 'static {
    /// Responds to `request`, with the response of `next` or one of its own.
    ///
    /// # Errors
    /// Errors of `next` are returned with `?` and reach the caller unchanged. Any other error fails the call with
    /// [`Error::Provider`].
    fn handle(&self, request: ApiRequest, next: Next<'_>)
    -> impl Future<Output = Result<ApiResponse, BoxError>> + Send;
}

/// A shared handle to any [`Middleware`].
pub(crate) type SharedMiddleware = Arc<dyn ErasedMiddleware>;

pub(crate) trait ErasedMiddleware: Send + Sync {
    fn handle<'a>(&'a self, request: ApiRequest, next: Next<'a>) -> BoxFuture<'a, Result<ApiResponse, BoxError>>;
}

impl<M: Middleware> ErasedMiddleware for M {
    fn handle<'a>(&'a self, request: ApiRequest, next: Next<'a>) -> BoxFuture<'a, Result<ApiResponse, BoxError>> {
        Box::pin(Middleware::handle(self, request, next))
    }
}

/// Has a middleware respond.
pub(super) async fn handled<M: ErasedMiddleware + ?Sized>(
    middleware: &M,
    request: ApiRequest,
    next: Next<'_>,
) -> Result<ApiResponse> {
    let response = middleware.handle(request, next).await;
    response.map_err(|error| match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(error) => ProviderError::of_middleware(error).into(),
    })
}

/// The rest of the chain: the middleware that follows, and finally Spotify.
pub struct Next<'a>(Rest<'a>);

#[derive(Clone, Copy)]
enum Rest<'a> {
    /// The program's middleware that follows, and what comes after all of it.
    Middleware(&'a [SharedMiddleware], &'a Arc<CallContext>),
    /// Spotify alone.
    #[cfg(feature = "cache")]
    Spotify(&'a CallContext),
}

impl<'a> Next<'a> {
    pub(super) fn new(rest: &'a [SharedMiddleware], call: &'a Arc<CallContext>) -> Self {
        Self(Rest::Middleware(rest, call))
    }

    /// Returns what follows the last middleware.
    #[cfg(feature = "cache")]
    pub(super) fn last(call: &'a CallContext) -> Self {
        Self(Rest::Spotify(call))
    }

    /// Passes the request on. To send it more than once, clone both the request and this value.
    ///
    /// # Errors
    /// Any [`Error`]; a response that is not a success is returned as one. To a request with the header `If-None-Match` or
    /// `If-Modified-Since` of a middleware, 304 is a success.
    pub async fn run(self, request: ApiRequest) -> Result<ApiResponse> {
        match self.0 {
            Rest::Middleware(rest, call) => match rest.split_first() {
                Some((middleware, rest)) => handled(&**middleware, request, Self::new(rest, call)).await,
                None => call.respond(request).await,
            },
            #[cfg(feature = "cache")]
            Rest::Spotify(call) => call.send(&request).await,
        }
    }
}

impl Clone for Next<'_> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let middleware = match self.0 {
            Rest::Middleware(rest, _) => rest.len(),
            #[cfg(feature = "cache")]
            Rest::Spotify(_) => 0,
        };
        f.debug_struct("Next").field("middleware", &middleware).finish_non_exhaustive()
    }
}

/// The request of a call, before it has a base URL and a token.
#[derive(Debug, Clone)]
pub struct ApiRequest {
    request: Request,
    owner: TokenOwner,
    is_owner_known: bool,
    options: CallOptions,
    headers: Option<Box<HeaderMap>>,
}

impl ApiRequest {
    pub(super) fn new(
        request: Request,
        owner: Option<TokenOwner>,
        own_owner: TokenOwner,
        options: CallOptions,
    ) -> Self {
        let is_owner_known = owner.is_some();
        Self { request, owner: owner.unwrap_or(own_owner), is_owner_known, options, headers: None }
    }

    /// Returns the operation that is called.
    pub fn operation(&self) -> &'static OperationInfo {
        self.request.operation()
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the path and the query, below the client's base URL: `/albums/4aawyAB9vmqN3uQ7FjRGTy?market=SE`.
    pub fn target(&self) -> &str {
        self.request.target()
    }

    /// Returns the body, if the operation has one.
    pub fn body(&self) -> Option<&Bytes> {
        self.request.body()
    }

    /// Returns the owner of the token that the request is sent with. It only reveals whether two requests have the same
    /// owner.
    pub fn owner(&self) -> TokenOwner {
        self.owner
    }

    /// Returns the same, if it is certain that no one else's token is sent.
    pub(crate) fn known_owner(&self) -> Option<TokenOwner> {
        self.is_owner_known.then_some(self.owner)
    }

    pub(super) fn set_owner(&mut self, owner: TokenOwner) {
        (self.owner, self.is_owner_known) = (owner, true);
    }

    /// Returns the options that the request is sent with.
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// Returns the additional headers, if a middleware has added some. The SDK's own headers take precedence.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.headers.as_deref()
    }

    /// Returns the additional headers for modification.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers.get_or_insert_default()
    }

    /// Returns whether a middleware asks only for what has changed.
    pub(crate) fn is_conditional(&self) -> bool {
        let names = [IF_NONE_MATCH, IF_MODIFIED_SINCE];
        self.headers.as_ref().is_some_and(|headers| names.iter().any(|name| headers.contains_key(name)))
    }

    pub(super) fn request(&self) -> &Request {
        &self.request
    }
}

/// A response to the request of a call.
#[derive(Debug, Clone)]
pub struct ApiResponse(Box<ResponseParts>);

/// In a box, since responses are passed on through several futures.
#[derive(Debug, Clone)]
struct ResponseParts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    from_cache: Option<CacheStatus>,
    /// Redacted from what errors quote of the body.
    token: Option<AccessToken>,
    /// Whose token that is, if it is certain.
    owner: Option<TokenOwner>,
    /// Whether the whole body was received: it was needed.
    #[cfg(feature = "cache")]
    is_whole: bool,
}

impl ApiResponse {
    /// Creates a response of the middleware's own.
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self(Box::new(ResponseParts {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
            from_cache: None,
            token: None,
            owner: None,
            #[cfg(feature = "cache")]
            is_whole: false,
        }))
    }

    /// Creates the response to a request with this token; `is_whole` says whether its body is certainly complete.
    pub(super) fn received(
        response: http::Response<Bytes>,
        token: AccessToken,
        owner: Option<TokenOwner>,
        #[cfg_attr(not(feature = "cache"), allow(unused_variables))] is_whole: bool,
    ) -> Self {
        let (head, body) = response.into_parts();
        let (status, headers, from_cache) = (head.status, head.headers, None);
        Self(Box::new(ResponseParts {
            status,
            headers,
            body,
            from_cache,
            token: Some(token),
            owner,
            #[cfg(feature = "cache")]
            is_whole,
        }))
    }

    /// Returns a part of the body as a response of its own, which is good for as long as this one.
    #[cfg(all(feature = "cache", feature = "extended-quota"))]
    pub(super) fn part(&self, body: &str) -> Self {
        let mut headers = HeaderMap::new();
        for name in [AGE, CACHE_CONTROL, DATE, EXPIRES] {
            for value in self.headers().get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        Self(Box::new(ResponseParts {
            status: self.0.status,
            headers,
            body: body.to_owned().into(),
            from_cache: None,
            token: self.0.token.clone(),
            owner: self.0.owner,
            is_whole: self.0.is_whole,
        }))
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the headers for modification.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// Returns the body, decompressed.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Returns how the response was served from a cache; `None` if Spotify sent it.
    pub fn from_cache(&self) -> Option<CacheStatus> {
        self.0.from_cache
    }

    /// Sets how the response was served from a cache.
    #[must_use]
    pub fn with_cache_status(mut self, status: CacheStatus) -> Self {
        self.0.from_cache = Some(status);
        self
    }

    /// Returns whose token the response was sent for, as far as it is known.
    #[cfg(feature = "cache")]
    pub(crate) fn owner(&self) -> Option<TokenOwner> {
        self.0.owner
    }

    /// Returns whether the response is for this owner: a stored one is, and one that was sent for their token.
    pub(super) fn is_for(&self, owner: Option<TokenOwner>) -> bool {
        self.0.token.is_none() || self.0.owner == owner
    }

    /// Returns whether the body can be used in place of another response: it is complete, and does not repeat the token, which must
    /// not be kept.
    #[cfg(feature = "cache")]
    pub(crate) fn can_be_kept(&self) -> bool {
        let token = self.0.token.as_ref().map_or(&b""[..], |token| token.expose().as_bytes());
        // The first byte is compared by itself: most windows need no more.
        let repeats = token.first().is_some_and(|first| {
            self.0.body.windows(token.len()).any(|part| part.first() == Some(first) && part == token)
        });
        self.0.is_whole && !repeats
    }

    pub(super) fn token(&self) -> Option<&AccessToken> {
        self.0.token.as_ref()
    }

    pub(super) fn into_parts(self) -> (StatusCode, HeaderMap, Bytes, Option<CacheStatus>) {
        (self.0.status, self.0.headers, self.0.body, self.0.from_cache)
    }
}
