//! The path of one request: the middleware, the retry loop with its token, permit and attempts, and the decoding of the
//! body. All operations take it, async and blocking alike.

#[cfg(feature = "extended-quota")]
mod batch_reads;
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
use tracing::{Instrument, info_span, warn};

use self::middleware::{ApiRequest, ApiResponse, Next, SharedMiddleware};
use self::retry_loop::CallContext;
use crate::auth::{AccessToken, AuthContext, AuthProvider, SharedAuthProvider, TokenOwner};
use crate::definition::{OperationInfo, Request, ResponseBody};
use crate::error::{ApiError, Error, Result, Secrets};
use crate::http::{BaseUrl, SharedHttpClient, retry_after};
use crate::observe::{self, Event, Observer};
use crate::options::CallOptions;
use crate::rate_limit::{RateLimiter, SharedRateLimiter};

#[cfg(feature = "extended-quota")]
pub(crate) use batch_reads::{BatchLeave, BatchReads};
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
    pub(crate) middleware: Vec<SharedMiddleware>,
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
        &self,
        request: Request,
        response_body: ResponseBody,
        (auth, own_owner): (&SharedAuthProvider, TokenOwner),
        options: &CallOptions,
    ) -> Result<Received, CallFailure> {
        let operation = request.operation();
        let span = info_span!("spotify", operation = operation.name, attempts = Empty, status = Empty);
        let begun = Instant::now();
        let call = CallContext::new(self, auth, response_body);
        // Only middleware asks whose token it is. A provider that does not say is its own owner.
        let owner = if self.middleware.is_empty() { None } else { auth.owner() };
        let request = ApiRequest::new(request, owner.unwrap_or(own_owner), *options);
        // Pinned first, here and below: what is given a span is moved, and these futures are large.
        let mut result = if self.middleware.is_empty() {
            pin!(call.send(&request)).instrument(span.clone()).await
        } else {
            Box::pin(self.through_middleware(request, &call)).instrument(span.clone()).await
        };
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
            let error = result.as_ref().err();
            Event::Call(observe::CallSummary { operation, attempts, took: begun.elapsed(), error })
        });
        match result {
            Ok(response) => Ok(Received { operation, response, max_response_size: self.max_response_size }),
            Err(error) => Err(CallFailure { error, maybe_executed }),
        }
    }

    /// Returns the response of the middleware.
    async fn through_middleware(&self, request: ApiRequest, call: &CallContext<'_>) -> Result<ApiResponse> {
        let operation = request.operation();
        let response = Next::new(&self.middleware, call).run(request).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers, body) = (response.status(), response.headers(), response.body());
        Err(self.api_error(operation, status, headers, body, response.token()))
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
