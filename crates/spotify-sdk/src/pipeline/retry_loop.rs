//! The retry loop: a token, a permit, an attempt, and the decision whether to retry.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::response::Parts;
use http::{HeaderValue, Response, StatusCode, Uri};
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span, trace, warn};

use super::call_context::CallContext;
use super::middleware::{ApiRequest, ApiResponse};
use crate::auth::{AccessToken, CallToken, NotReady, OwnedToken};
use crate::definition::OperationInfo;
use crate::error::{Error, ResponseTooLargeError, Result, TimeoutError};
use crate::http::{BodyRule, ExchangeError, exchange, retry_after};
use crate::observe::{self, Event, Outcome, WaitReason};
use crate::options::{A_YEAR, CallOptions};
use crate::poll::{at_once, timed};
use crate::rate_limit::{AcquireError, AcquireRequest, Completion, OverBudget, Permit, RateLimiter};
use crate::retry::{Retries, RetryCause, RetryDecision};

/// The maximum number of bytes to read of an unsuccessful response, whose status carries most of the information.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// How long to wait for the body of a 429. It says what the 429 is about; meanwhile other requests are sent, or wait.
const LIMITED_BODY_TIME: Duration = Duration::from_secs(1);

/// From a wait of this length on, the cause of a 429 makes a difference of hours for the whole app, so its body is
/// always read.
const LONG_WAIT: Duration = Duration::from_secs(10 * 60);

/// The minimum length of a wait for a permit that is reported.
const MIN_REPORTED_WAIT: Duration = Duration::from_millis(1);

/// After a longer wait for a permit, a token may be about to expire. The SDK's own providers refresh tokens earlier
/// than this before their expiry.
const TOKEN_RECHECK_AFTER: Duration = Duration::from_secs(10);

impl CallContext {
    /// Sends `request` until it succeeds or cannot be retried.
    pub(super) async fn send(&self, request: &ApiRequest) -> Result<ApiResponse> {
        let options = request.options();
        let token = CallToken::new(&self.auth, &self.pipeline.auth_context, self.operation, options.timeout);
        let mut retry_loop = RetryLoop {
            call: self,
            request,
            uri: self.pipeline.base_url.join(request.target())?,
            token: token.at_hand(self.take_token()),
            retries: Retries::new(options, request.request().idempotency()),
        };
        loop {
            match retry_loop.attempt().await {
                Ok(response) => return Ok(response),
                Err(failure) => retry_loop.decide(failure).await?,
            }
        }
    }

    /// Fails if the quota of the operation or the daily budget is used up, before a token is fetched in vain.
    pub(super) fn check_quota(&self, options: &CallOptions) -> Result<()> {
        let request = acquire_request(self.operation, options);
        self.pipeline.limiter.check_quota(&request).map_err(|error| self.not_admitted(error))?;
        self.pipeline.check_daily_limit(options).map_err(|error| self.over_budget(error))
    }

    fn not_admitted(&self, error: AcquireError) -> Error {
        self.pipeline.with_history(error.into_error(self.operation))
    }

    fn over_budget(&self, error: OverBudget) -> Error {
        self.pipeline.with_history(error.into_error(self.operation))
    }
}

fn acquire_request(operation: &'static OperationInfo, options: &CallOptions) -> AcquireRequest {
    AcquireRequest {
        operation: Some(operation),
        priority: options.priority,
        max_wait: options.max_retry_wait,
        bypass: options.ignore_rate_limit,
    }
}

/// A request and the state of its retries.
struct RetryLoop<'a> {
    call: &'a CallContext,
    request: &'a ApiRequest,
    uri: Uri,
    token: CallToken<'a>,
    retries: Retries,
}

/// A token, and the time left for the attempt.
type Authorized = (OwnedToken, Duration);

/// The failure of an attempt.
enum Failure {
    /// The call fails with this error.
    Final(Error),
    /// The attempt failed, but another one may succeed.
    Attempt(Box<FailedAttempt>),
}

struct FailedAttempt {
    error: Error,
    /// `None` once it is completed.
    permit: Option<Permit>,
    /// The token that Spotify responded to with 401.
    rejected: Option<AccessToken>,
    span: Span,
}

impl From<NotReady> for Failure {
    fn from(reason: NotReady) -> Self {
        match reason {
            NotReady::Ended(error) => Self::Final(error),
            NotReady::TokenTimedOut(error) => {
                Self::Attempt(Box::new(FailedAttempt { error, permit: None, rejected: None, span: Span::none() }))
            }
        }
    }
}

impl RetryLoop<'_> {
    fn operation(&self) -> &'static OperationInfo {
        self.request.operation()
    }

    /// Makes one attempt. The token is fetched first, so that a slow sign-in does not hold a permit.
    async fn attempt(&mut self) -> Result<ApiResponse, Failure> {
        self.call.check_quota(self.request.options()).map_err(Failure::Final)?;
        let authorized = self.token.get().await?;
        let (permit, waited) = self.acquire().await?;
        let (permit, (token, left)) =
            if waited < TOKEN_RECHECK_AFTER { (permit, authorized) } else { self.reauthorize(permit).await? };
        self.exchange(token, permit, left).await
    }

    /// Waits for a permit, and measures the wait.
    async fn acquire(&self) -> Result<(Permit, Duration), Failure> {
        let (call, options) = (self.call, self.request.options());
        let reserved = call.pipeline.reserve(options).map_err(|error| Failure::Final(call.over_budget(error)))?;
        let request = acquire_request(self.operation(), options);
        let (acquired, lasted) = timed(call.pipeline.limiter.acquire_reserved(request, reserved)).await;
        if lasted >= MIN_REPORTED_WAIT {
            debug!(seconds = lasted.as_secs_f64(), "waited for the rate limit");
            let (operation, reason) = (self.operation(), WaitReason::RateLimit);
            self.call.pipeline.observe(|| Event::Wait(observe::Wait { operation, reason, lasted }));
        }
        match acquired {
            Ok(permit) => Ok((permit, lasted)),
            Err(error) => Err(Failure::Final(self.call.not_admitted(error))),
        }
    }

    /// Fetches the token again after a long wait for the permit. If that takes a while, the permit is released
    /// meanwhile.
    async fn reauthorize(&self, permit: Permit) -> Result<(Permit, Authorized), Failure> {
        let mut token = pin!(self.token.get_again());
        if let Some(authorized) = at_once(token.as_mut()).await {
            return Ok((permit, authorized?));
        }
        drop(permit);
        let authorized = token.await?;
        // However long this wait is: if the token expires during it, Spotify responds with 401.
        let (permit, _) = self.acquire().await?;
        Ok((permit, authorized))
    }

    /// Sends the request once.
    async fn exchange(&self, token: OwnedToken, mut permit: Permit, left: Duration) -> Result<ApiResponse, Failure> {
        let OwnedToken { token, owner } = token;
        let http_request = self.http_request(&token).map_err(Failure::Final)?;
        let number = self.call.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let span = debug_span!("attempt", number, status = Empty, wait = Empty);
        permit.mark_sent();
        let mut permit = Some(permit);
        let exchanged = pin!(self.observed(http_request, left, &mut permit, number)).instrument(span.clone()).await;
        let mut error = match exchanged {
            Ok(response) => {
                span.record("status", response.status().as_u16());
                if self.is_success(response.status()) {
                    debug!(parent: &span, "responded");
                    return Ok(ApiResponse::received(response, token, owner, self.call.needs_body()));
                }
                let (status, headers, body) = (response.status(), response.headers(), response.body());
                self.call.pipeline.api_error(self.operation(), status, headers, body, Some(&token))
            }
            Err(error) => error,
        };
        if let Error::QuotaExceeded(error) = &mut error {
            if let Some(permit) = permit.take() {
                permit.complete(Completion::QuotaExceeded { retry_after: error.retry_after });
            }
            self.call.pipeline.quota_exceeded(self.operation(), error);
        }
        debug!(parent: &span, %error, "failed");
        self.call.maybe_executed.fetch_or(maybe_executed(&error), Ordering::Relaxed);
        let rejected = matches!(error, Error::Authentication(_)).then_some(token);
        Err(Failure::Attempt(Box::new(FailedAttempt { error, permit, rejected, span })))
    }

    /// Returns whether a status is what was asked for: a middleware that sends a validator takes 304 for an answer.
    fn is_success(&self, status: StatusCode) -> bool {
        status.is_success() || (status == StatusCode::NOT_MODIFIED && self.request.is_conditional())
    }

    /// Runs the exchange, and reports it to the observer.
    async fn observed(
        &self,
        request: http::Request<Bytes>,
        left: Duration,
        permit: &mut Option<Permit>,
        number: u32,
    ) -> Result<Response<Bytes>> {
        trace!("sending");
        let begun = Instant::now();
        let deadline = begun + left.min(A_YEAR);
        let result = exchange(&self.call.pipeline.http, request, deadline, |head| self.on_head(head, permit)).await;
        self.call.pipeline.observe(|| {
            let (outcome, received_bytes) = match &result {
                Ok(response) => (Outcome::Responded(response.status()), response.body().len()),
                Err(ExchangeError::TimedOut) => (Outcome::TimedOut, 0),
                Err(ExchangeError::Http(error)) if !error.sent => (Outcome::NotSent, 0),
                Err(_) => (Outcome::Lost, 0),
            };
            let (operation, took) = (self.operation(), begun.elapsed());
            let sent_bytes = self.request.body().map_or(0, Bytes::len);
            Event::Attempt(observe::Attempt { operation, number, outcome, took, sent_bytes, received_bytes })
        });
        result.map_err(|error| self.exchange_error(error))
    }

    /// Completes the permit as soon as the response head shows the result, so that no other request waits for the body.
    fn on_head(&self, head: &Parts, permit: &mut Option<Permit>) -> BodyRule {
        let is_success = self.is_success(head.status);
        if is_success {
            self.call.pipeline.any_success.store(true, Ordering::Relaxed);
        }
        let is_limited = head.status == StatusCode::TOO_MANY_REQUESTS;
        if !is_limited && let Some(permit) = permit.take() {
            permit.complete(if is_success { Completion::Success } else { Completion::Response });
        }
        if head.status == StatusCode::NOT_MODIFIED {
            return BodyRule::Unused;
        }
        // A body that has no meaning, or only confirms a success, is not required.
        if is_success && self.call.needs_body() {
            return BodyRule::Required { limit: self.call.pipeline.max_response_size };
        }
        let is_short = || retry_after::read(&head.headers, Timestamp::now()).is_none_or(|wait| wait < LONG_WAIT);
        let within = (is_limited && is_short()).then_some(LIMITED_BODY_TIME);
        BodyRule::Optional { limit: MAX_ERROR_BODY.min(self.call.pipeline.max_response_size), within }
    }

    /// Decides how to handle a failure, and waits for the next attempt.
    ///
    /// # Errors
    /// The error of the failure if there is no further attempt.
    async fn decide(&mut self, failure: Failure) -> Result<()> {
        let FailedAttempt { error, permit, rejected, span } = match failure {
            Failure::Final(error) => return Err(error),
            Failure::Attempt(failed) => *failed,
        };
        if let Some(rejected) = rejected {
            return if self.token.refresh(rejected).await? { Ok(()) } else { Err(error) };
        }
        let Some(cause) = retry_cause(&error) else { return Err(error) };
        let (blocked_for, retry_in) = match self.retries.decide(cause) {
            RetryDecision::GiveUp { block_for } => (block_for, None),
            RetryDecision::Retry { wait, blocks } => (blocks.then_some(wait), Some(wait)),
        };
        if let Some(permit) = permit {
            permit.complete(completion(cause, blocked_for));
        }
        if blocked_for.is_some() {
            self.call.pipeline.observe(|| Event::RateLimit(self.call.pipeline.limiter.status()));
        }
        let Some(wait) = retry_in else {
            if let Some(wait) = blocked_for {
                warn!(seconds = wait.as_secs_f64(), "rate limited");
            }
            return Err(error);
        };
        span.record("wait", wait.as_secs_f64());
        warn!(seconds = wait.as_secs_f64(), %error, "retrying");
        // A block is waited for with the next permit, unless the call ignores the rate limit.
        if blocked_for.is_none() || self.request.options().ignore_rate_limit {
            tokio::time::sleep(wait).await;
            let operation = self.operation();
            let reason = if blocked_for.is_some() { WaitReason::RateLimit } else { WaitReason::Retry };
            self.call.pipeline.observe(|| Event::Wait(observe::Wait { operation, reason, lasted: wait }));
        }
        Ok(())
    }

    fn http_request(&self, token: &AccessToken) -> Result<http::Request<Bytes>> {
        let request = self.request.request();
        let mut http_request = http::Request::new(request.body().cloned().unwrap_or_default());
        *http_request.method_mut() = request.method().clone();
        *http_request.uri_mut() = self.uri.clone();
        let headers = http_request.headers_mut();
        if let Some(additional) = self.request.headers() {
            headers.clone_from(additional);
        }
        headers.insert(AUTHORIZATION, token.header()?);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.call.pipeline.user_agent.clone());
        if let Some(content_type) = request.content_type() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        Ok(http_request)
    }

    fn exchange_error(&self, error: ExchangeError) -> Error {
        let action = Some(self.operation().into());
        match error {
            ExchangeError::Http(error) => error.into_error(action, self.call.pipeline.base_url.as_str()),
            ExchangeError::TimedOut => TimeoutError::new(action, self.request.options().timeout).into(),
            ExchangeError::TooLong => {
                ResponseTooLargeError::new(self.operation().into(), self.call.pipeline.max_response_size).into()
            }
        }
    }
}

/// Returns whether Spotify may have executed the request that failed with this error.
pub(crate) fn maybe_executed(error: &Error) -> bool {
    match error {
        Error::Connection(error) => error.maybe_executed,
        Error::Timeout(error) => !error.waiting_for_token,
        Error::Internal(error) => error.maybe_executed,
        Error::Server(_) | Error::ResponseTooLarge(_) => true,
        _ => false,
    }
}

/// Returns the completion to report to the rate limiter for a failure; `blocked_for` is the wait that Spotify asked for
/// with a 429.
fn completion(cause: RetryCause, blocked_for: Option<Duration>) -> Completion {
    match (blocked_for, cause) {
        (Some(wait), _) => Completion::RateLimited { wait },
        (None, RetryCause::Status(..)) => Completion::Response,
        (None, RetryCause::NotSent) => Completion::NotSent,
        (None, RetryCause::Unknown) => Completion::Unknown,
    }
}

/// Returns the cause of a failure that may be retried.
fn retry_cause(error: &Error) -> Option<RetryCause> {
    match error {
        Error::Connection(error) if error.maybe_executed => Some(RetryCause::Unknown),
        Error::Connection(_) => Some(RetryCause::NotSent),
        Error::Timeout(error) if error.waiting_for_token => Some(RetryCause::NotSent),
        Error::Timeout(_) => Some(RetryCause::Unknown),
        // The wait takes hours, and does not affect other operations.
        Error::QuotaExceeded(_) => None,
        _ => error.api().map(|error| RetryCause::Status(error.status, error.retry_after)),
    }
}
