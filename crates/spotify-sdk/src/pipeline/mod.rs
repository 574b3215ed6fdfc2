//! The path of one request: the middleware, the retry loop with its token, permit and attempts, and the decoding of the
//! body. All operations take it, async and blocking alike.

#[cfg(feature = "extended-quota")]
mod batch_reads;
#[cfg(feature = "cache")]
mod cache_port;
mod call_context;
mod coalescing;
mod decode;
pub mod middleware;
mod received;
mod retry_loop;
mod unwrap;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, info, info_span, warn};

use self::call_context::CallContext;
use self::middleware::SharedMiddleware;
use crate::auth::{AccessToken, AuthContext, SharedAuthProvider, TokenOwner};
#[cfg(feature = "cache")]
use crate::auth::{AuthProvider, OwnedToken};
use crate::definition::{OperationInfo, Request, ResponseBody};
use crate::error::{ApiError, Error, Result, Secrets};
use crate::http::{BaseUrl, SharedHttpClient, retry_after};
use crate::observe::{self, Event, Observer};
use crate::options::CallOptions;
use crate::rate_limit::{
    BudgetShare, DailyBudgetReached, DailyLimit, OverBudget, RateLimiter, Reservation, SharedRateLimiter, Usage,
};

#[cfg(feature = "extended-quota")]
pub(crate) use batch_reads::{BatchLeave, BatchReads};
#[cfg(feature = "cache")]
pub(crate) use cache_port::{Cache, CacheFound, CacheSlot, SharedCache};
#[cfg(all(feature = "cache", feature = "extended-quota"))]
pub(crate) use call_context::Place;
pub(crate) use coalescing::InFlight;
pub(crate) use received::Received;
pub use received::Response;
pub(crate) use retry_loop::maybe_executed;

/// The state that all clones and siblings of a client share.
pub(crate) struct Pipeline {
    pub(crate) base_url: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_size: usize,
    pub(crate) auth_context: AuthContext,
    pub(crate) http: SharedHttpClient,
    pub(crate) limiter: SharedRateLimiter,
    pub(crate) daily_limit: Option<DailyLimit>,
    pub(crate) middleware: Vec<SharedMiddleware>,
    #[cfg(feature = "cache")]
    /// Responds after all other middleware, and to a call that several callers share once.
    pub(crate) cache: Option<SharedCache>,
    pub(crate) in_flight: InFlight,
    pub(crate) observer: Option<Arc<Observer>>,
    /// Whether any request has succeeded so far.
    pub(crate) any_success: AtomicBool,
    #[cfg(feature = "extended-quota")]
    pub(crate) batch_reads: BatchReads,
}

/// The failure of a request.
#[derive(Debug)]
pub(crate) struct CallFailure {
    /// The error of the last attempt.
    pub(crate) error: Error,
    /// Whether Spotify may have executed any of the attempts.
    pub(crate) maybe_executed: bool,
}

impl From<CallFailure> for Error {
    fn from(failure: CallFailure) -> Self {
        failure.error
    }
}

impl Pipeline {
    /// Sends `request` until it succeeds or cannot be retried.
    pub(crate) async fn run(
        self: &Arc<Self>,
        request: Request,
        response_body: ResponseBody,
        (auth, own_owner): (&SharedAuthProvider, TokenOwner),
        options: &CallOptions,
    ) -> Result<Received, CallFailure> {
        let operation = request.operation();
        let span = info_span!("spotify", operation = operation.name, attempts = Empty, status = Empty);
        let begun = Instant::now();
        let call = Arc::new(CallContext::new(self, auth, operation, response_body));
        // Pinned first: what is given a span is moved, and these futures are large.
        let mut result = pin!(call.run(request, own_owner, options)).instrument(span.clone()).await;
        let (attempts, maybe_executed) = call.progress();
        // A connection that can no longer be made says nothing about the attempts before.
        if let Err(Error::Connection(error)) = &mut result
            && operation.method != Method::GET
        {
            error.maybe_executed |= maybe_executed;
        }
        let status = match &result {
            Ok(response) => Some(response.status()),
            Err(error) => error.status(),
        };
        span.record("attempts", attempts);
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        self.observe(|| {
            let (from_cache, error) = match &result {
                Ok(response) => (response.from_cache(), None),
                Err(error) => (None, Some(error)),
            };
            let (coalesced, took) = (call.is_coalesced(), begun.elapsed());
            Event::Call(observe::CallSummary { operation, attempts, took, from_cache, coalesced, error })
        });
        match result {
            Ok(response) => Ok(Received { operation, response, max_response_size: self.max_response_size }),
            Err(error) => Err(CallFailure { error, maybe_executed }),
        }
    }

    /// Removes what the cache has stored of the user whose tokens `auth` gives.
    #[cfg(feature = "cache")]
    pub(crate) async fn forget_user(&self, auth: &SharedAuthProvider) -> Result<()> {
        let Some(cache) = &self.cache else { return Ok(()) };
        let owner = match auth.owner() {
            None => {
                let token = auth.token(&self.auth_context).await.map_err(Error::from_box)?;
                OwnedToken::new(token, auth, None).owner
            }
            owner => owner,
        };
        match owner {
            Some(owner) => cache.forget(owner).await,
            None => Ok(()),
        }
    }

    /// Returns the error for a response that is not a success.
    fn api_error(
        &self,
        operation: &'static OperationInfo,
        status: StatusCode,
        headers: &HeaderMap,
        body: &Bytes,
        token: Option<&AccessToken>,
    ) -> Error {
        let secrets = Secrets::of(token.map(AccessToken::expose));
        let wait = retry_after::read(headers, Timestamp::now());
        self.with_history(Error::from_api(ApiError::new(operation.into(), status, body, wait, &secrets)))
    }

    /// Records that the quota of an operation is used up, and adds to the error how long the operation is refused.
    fn quota_exceeded(&self, operation: &'static OperationInfo, error: &mut ApiError) {
        let usage = self.limiter.usage().complete(operation.into(), error);
        warn!(operation = operation.name, requests = usage.requests, %error, "quota used up");
        self.observe(|| Event::QuotaExceeded(usage));
    }

    /// Returns whether responses are kept.
    fn has_cache(&self) -> bool {
        #[cfg(feature = "cache")]
        return self.cache.is_some();
        #[cfg(not(feature = "cache"))]
        false
    }

    /// Returns what was sent in the last 24 hours, and what is left of the daily budget.
    pub(crate) fn usage(&self) -> Usage {
        let mut usage = self.limiter.usage();
        usage.daily_budget = self.daily_limit.as_ref().map(|limit| limit.status(&self.limiter));
        usage
    }

    /// Checks whether the daily budget, if there is one, has room for a call.
    fn check_daily_limit(&self, options: &CallOptions) -> Result<(), OverBudget> {
        let Some(limit) = self.daily_limit.as_ref().filter(|_| !options.ignore_rate_limit) else { return Ok(()) };
        let (result, reached) = limit.check(&self.limiter, options.priority);
        self.daily_budget_reached(reached);
        result
    }

    /// Reserves room for a request in the daily budget, if there is one.
    fn reserve(&self, options: &CallOptions) -> Result<Option<Reservation>, OverBudget> {
        let Some(limit) = &self.daily_limit else { return Ok(None) };
        let (result, reached) = limit.reserve(&self.limiter, options.priority, options.ignore_rate_limit);
        self.daily_budget_reached(reached);
        result.map(Some)
    }

    fn daily_budget_reached(&self, reached: Vec<DailyBudgetReached>) {
        for reached in reached {
            let DailyBudgetReached { used, limit, share } = reached;
            match share {
                BudgetShare::Half => info!(used, limit, "half of the daily budget is used up"),
                BudgetShare::NineTenths => {
                    warn!(used, limit, "nine tenths of the daily budget are used up: background calls are refused");
                }
                BudgetShare::Whole => warn!(used, limit, "the daily budget is used up: calls are refused"),
            }
            self.observe(|| Event::DailyBudget(reached));
        }
    }

    /// Adds to an error whether any request succeeded before: without a success, a 429 may have another cause.
    fn with_history(&self, mut error: Error) -> Error {
        if let Error::RateLimit(error) | Error::QuotaExceeded(error) = &mut error {
            error.before_any_success = !self.any_success.load(Ordering::Relaxed);
        }
        error
    }

    fn observe<'a>(&self, event: impl FnOnce() -> Event<'a>) {
        if let Some(observer) = &self.observer {
            observer(&event());
        }
    }
}
