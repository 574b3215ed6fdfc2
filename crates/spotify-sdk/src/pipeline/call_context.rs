//! [`CallContext`]: one call on its way, from the middleware to the retry loop.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Method;

use super::Pipeline;
#[cfg(all(feature = "cache", feature = "extended-quota"))]
use super::cache_port::{CacheFound, CacheSlot};
use super::coalescing::{Joined, Key};
#[cfg(feature = "cache")]
use super::middleware::handled;
use super::middleware::{ApiRequest, ApiResponse, Next};
#[cfg(all(feature = "cache", feature = "extended-quota"))]
use super::received::Received;
use crate::auth::{AuthProvider, CallToken, NotReady, OwnedToken, SharedAuthProvider, TokenOwner};
use crate::definition::{Caching, OperationInfo, Request, ResponseBody};
use crate::error::Result;
use crate::options::CallOptions;

/// The context of the requests of one call, and its progress.
pub(super) struct CallContext {
    pub(super) pipeline: Arc<Pipeline>,
    pub(super) auth: SharedAuthProvider,
    pub(super) operation: &'static OperationInfo,
    pub(super) response_body: ResponseBody,
    /// The token that was fetched to learn its owner, for the first attempt, and what is left of the time of that.
    token: Mutex<Option<(OwnedToken, Duration)>>,
    pub(super) attempts: AtomicU32,
    /// Whether Spotify may have executed one of the attempts.
    pub(super) maybe_executed: AtomicBool,
    coalesced: AtomicBool,
}

impl CallContext {
    pub(super) fn new(
        pipeline: &Arc<Pipeline>,
        auth: &SharedAuthProvider,
        operation: &'static OperationInfo,
        response_body: ResponseBody,
    ) -> Self {
        Self {
            pipeline: Arc::clone(pipeline),
            auth: auth.clone(),
            operation,
            response_body,
            token: Mutex::default(),
            attempts: AtomicU32::new(0),
            maybe_executed: AtomicBool::new(false),
            coalesced: AtomicBool::new(false),
        }
    }

    /// Returns the number of attempts so far, and whether Spotify may have executed one.
    pub(super) fn progress(&self) -> (u32, bool) {
        (self.attempts.load(Ordering::Relaxed), self.maybe_executed.load(Ordering::Relaxed))
    }

    /// Returns whether the call shared the request of another one.
    pub(super) fn is_coalesced(&self) -> bool {
        self.coalesced.load(Ordering::Relaxed)
    }

    /// Passes the request through the middleware, and on to Spotify. `own_owner` owns the tokens of a provider whose owner is not
    /// known.
    pub(super) async fn run(
        self: &Arc<Self>,
        request: Request,
        own_owner: TokenOwner,
        options: &CallOptions,
    ) -> Result<ApiResponse> {
        options.check()?;
        if self.pipeline.middleware.is_empty() {
            return self.respond(ApiRequest::new(request, self.auth.owner(), own_owner, *options)).await;
        }
        let owner = match self.auth.owner() {
            None if self.auth.names_owner() => self.owner_of_token(options).await?,
            owner => owner,
        };
        let request = ApiRequest::new(request, owner, own_owner, *options);
        let response = Box::pin(Next::new(&self.pipeline.middleware, self).run(request)).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers, body) = (response.status(), response.headers(), response.body());
        Err(self.pipeline.api_error(self.operation, status, headers, body, response.token()))
    }

    /// Returns the owner of the token that the provider gives now; `None` if it gives none in time. The token is kept for the first
    /// attempt.
    async fn owner_of_token(&self, options: &CallOptions) -> Result<Option<TokenOwner>> {
        // What is stored is used also while nothing may be sent, and only the owner tells what that is.
        if !self.pipeline.has_cache() || self.operation.caching() == Caching::Never {
            self.check_quota(options)?;
        }
        let mut token = CallToken::new(&self.auth, &self.pipeline.auth_context, self.operation, options.timeout);
        match token.get().await {
            Ok(given) => {
                let owner = given.0.owner;
                *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(given);
                Ok(owner)
            }
            // The retry loop asks again, as often as the options allow.
            Err(NotReady::TokenTimedOut(_)) => Ok(None),
            Err(NotReady::Ended(error)) => Err(error),
        }
    }

    /// Returns whether a success is none without its whole body. A body that has no meaning, or only confirms a success, may be cut
    /// short.
    pub(super) fn needs_body(&self) -> bool {
        !matches!(self.response_body, ResponseBody::Ignored | ResponseBody::Confirmation(_))
    }

    /// Returns the token that is at hand, once, and the time that is left for its attempt.
    pub(super) fn take_token(&self) -> Option<(OwnedToken, Duration)> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns the response of an identical call that is in flight, or the cache's or Spotify's.
    pub(super) async fn respond(self: &Arc<Self>, mut request: ApiRequest) -> Result<ApiResponse> {
        let coalesces = request.options().coalescing && self.operation.method == Method::GET;
        // A provider that has no token at hand does not know yet whose it will be. One that never says has each token for an owner,
        // since the next one may be another user's.
        if (coalesces || self.pipeline.has_cache())
            && request.known_owner().is_none()
            && let Some(owner) = self.owner_of_token(request.options()).await?
        {
            request.set_owner(owner);
        }
        if self.operation.method != Method::GET {
            // Also when the call is cancelled: it may be executed all the same.
            let _outdated = self.pipeline.in_flight.outdated_by_write();
            return Box::pin(self.serve(request)).await;
        }
        let Some(key) = Key::of(&request, self.response_body) else {
            return Box::pin(self.serve(request)).await;
        };
        let joined = self.pipeline.in_flight.join(key, request, |request| {
            let call = Arc::clone(self);
            Box::pin(async move { call.serve(request).await })
        });
        match joined {
            Joined::First(response) => response.await,
            Joined::Other(response, request) => match response.await {
                // Its user was replaced before it was sent.
                Ok(response) if !response.is_for(request.known_owner()) => Box::pin(self.serve(*request)).await,
                result => {
                    self.coalesced.store(true, Ordering::Relaxed);
                    result
                }
            },
        }
    }

    /// Returns the response of the cache, if there is one, or of Spotify.
    async fn serve(&self, request: ApiRequest) -> Result<ApiResponse> {
        #[cfg(feature = "cache")]
        if let Some(cache) = &self.pipeline.cache {
            return handled(&**cache, request, Next::last(self)).await;
        }
        self.send(&request).await
    }
}

/// A request that is not sent, since another one brings its response, and the place of that in the cache.
#[cfg(all(feature = "cache", feature = "extended-quota"))]
pub(crate) struct Place {
    request: Box<ApiRequest>,
    slot: CacheSlot,
}

#[cfg(all(feature = "cache", feature = "extended-quota"))]
impl Pipeline {
    /// Returns the stored response to a request that is used without sending it, or the place where one can be stored. `None` if
    /// there is no cache, if it has no use for one, or if a middleware could still change the request.
    pub(crate) async fn look_up(
        self: &Arc<Self>,
        request: Request,
        response_body: ResponseBody,
        (auth, own_owner): (&SharedAuthProvider, TokenOwner),
        options: &CallOptions,
    ) -> Result<Option<Result<Received, Place>>> {
        let Some(cache) = self.cache.as_ref().filter(|_| self.middleware.is_empty()) else { return Ok(None) };
        let operation = request.operation();
        let call = CallContext::new(self, auth, operation, response_body);
        let owner = match auth.owner() {
            None => call.owner_of_token(options).await?,
            owner => owner,
        };
        let request = ApiRequest::new(request, owner, own_owner, *options);
        Ok(cache.look_up(&request).await.map(|found| match found {
            CacheFound::Fresh(response) => {
                Ok(Received { operation, response, max_response_size: self.max_response_size })
            }
            CacheFound::Missing(slot) => Err(Place { request: Box::new(request), slot }),
        }))
    }

    /// Stores a part of a response as the response to another request.
    pub(crate) async fn keep(&self, place: Place, part: &str, whole: &Received) {
        if let Some(cache) = &self.cache {
            cache.keep(&place.request, place.slot, &whole.response.part(part)).await;
        }
    }
}
