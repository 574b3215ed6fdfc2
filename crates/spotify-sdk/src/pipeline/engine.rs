//! [`Engine`]: the way of one request, from the token to the answer.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, StatusCode, Uri};
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span, info_span, trace, warn};

use super::success::Success;
use crate::auth::{AccessToken, AuthContext, CallToken, NotReady, SharedAuthProvider};
use crate::error::{ApiError, ConnectionError, Error, ResponseTooLargeError, Result, Secrets, TimeoutError};
use crate::http::{BaseUrl, Collected, HttpClient, HttpError, ReadError, Sending, retry_after};
use crate::observe::{self, Event, Observer, Outcome, WaitReason};
use crate::operation::{Answer, OperationInfo, Request};
use crate::options::A_YEAR;
use crate::options::Policy;
use crate::poll::{at_once, timed};
use crate::rate_limit::Quotas;
use crate::rate_limit::{Ended, Gate, Pass};
use crate::retry::{Failure, Retries, Verdict};

/// The most that is read of an answer which is not a success: its status has said nearly everything.
const LONGEST_ERROR_BODY: usize = 64 * 1024;

/// How long the body of a 429 is waited for. It says what the 429 is about, and until then others are sent, or wait for it.
const REFUSAL_BODY_TIME: Duration = Duration::from_secs(1);

/// With a wait of so long, what a 429 is about makes a difference of hours to the whole app, so its body is waited for.
const LONG_REFUSAL: Duration = Duration::from_secs(10 * 60);

/// Shorter waits at the gate are not worth a word.
const WORTH_TELLING: Duration = Duration::from_millis(1);

/// After so long at the gate a token may have become too old. The SDK's own providers renew theirs earlier than that before
/// its end.
const TOKEN_STAYS_GOOD: Duration = Duration::from_secs(10);

/// What all clones and siblings of a client share: the transport with its connections, the address, and the gate.
pub(crate) struct Engine {
    pub(crate) base_url: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_size: usize,
    pub(crate) auth_context: AuthContext,
    pub(crate) http: Arc<dyn HttpClient>,
    pub(crate) gate: Gate,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) observer: Option<Arc<Observer>>,
}

/// A request that did not succeed.
#[derive(Debug)]
pub(crate) struct Failed {
    /// How the last attempt failed.
    pub(crate) error: Error,
    /// Whether Spotify may have carried out any of the attempts.
    pub(crate) maybe_executed: bool,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

/// The attempts of one request so far.
#[derive(Debug, Default)]
struct Attempts {
    count: u32,
    /// Whether Spotify may have carried out one of them.
    maybe_executed: bool,
}

/// What one call sends, and how.
struct Outgoing<'a> {
    request: &'a Request,
    uri: Uri,
    answer: Answer,
    policy: &'a Policy,
}

impl Outgoing<'_> {
    fn operation(&self) -> &'static OperationInfo {
        self.request.operation()
    }
}

/// What an attempt begins with.
struct Ready<'e> {
    token: AccessToken,
    pass: Pass<'e>,
    /// How much of its time is left.
    left: Duration,
}

/// An attempt that failed: how, its place at the gate as far as it still has one, and its span.
struct Attempted<'e> {
    error: Error,
    pass: Option<Pass<'e>>,
    span: Span,
}

/// An answer of any status.
struct Response {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Bytes,
}

impl Engine {
    /// Sends `request` until it succeeds or there is reason to stop.
    pub(crate) async fn run(
        &self,
        request: &Request,
        answer: Answer,
        auth: &SharedAuthProvider,
        policy: &Policy,
    ) -> Result<Success, Failed> {
        let operation = request.operation();
        let span = info_span!("spotify", operation = operation.name, attempts = Empty, status = Empty);
        let begun = Instant::now();
        let mut so_far = Attempts::default();
        // Pinned first, here and below: what is given a span is moved, and these are large.
        let mut result =
            pin!(self.run_attempts(request, answer, auth, policy, &mut so_far)).instrument(span.clone()).await;
        let Attempts { count: attempts, maybe_executed } = so_far;
        // A connection that cannot be made any more says nothing about the attempts before.
        if let Err(Error::Connection(error)) = &mut result
            && operation.method != Method::GET
        {
            error.maybe_executed |= maybe_executed;
        }
        let status = match &result {
            Ok(success) => Some(success.status),
            Err(error) => error.status(),
        };
        span.record("attempts", attempts);
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        self.observe(|| {
            Event::Call(observe::CallSummary {
                operation,
                attempts,
                took: begun.elapsed(),
                error: result.as_ref().err(),
            })
        });
        result.map_err(|error| Failed { error, maybe_executed })
    }

    /// The main loop of the whole SDK.
    async fn run_attempts(
        &self,
        request: &Request,
        answer: Answer,
        auth: &SharedAuthProvider,
        policy: &Policy,
        attempts: &mut Attempts,
    ) -> Result<Success> {
        policy.check()?;
        let outgoing = Outgoing { request, uri: self.base_url.join(request.target())?, answer, policy };
        let mut token = CallToken::new(auth, &self.auth_context, request.operation(), policy.timeout);
        let mut retries = Retries::new(policy, request.replay());
        loop {
            let failed = match self.ready(&outgoing, &token).await {
                Ok(Ready { token: used, pass, left }) => {
                    let failed = match self.send(&outgoing, &used, pass, left, attempts).await? {
                        Ok(success) => return Ok(success),
                        Err(failed) => failed,
                    };
                    if matches!(failed.error, Error::Authentication(_)) {
                        if token.refresh(used).await? {
                            continue;
                        }
                        return Err(failed.error);
                    }
                    failed
                }
                Err(NotReady::TokenTimedOut(error)) => Attempted { error, pass: None, span: Span::none() },
                Err(NotReady::Ended(error)) => return Err(error),
            };
            self.wait_or_give_up(&outgoing, failed, &mut retries).await?;
        }
    }

    /// Gets a token, and then a place at the gate: whoever waits for a token must not keep others waiting.
    async fn ready<'e>(&'e self, outgoing: &Outgoing<'_>, token: &CallToken<'_>) -> Result<Ready<'e>, NotReady> {
        self.check_quota(outgoing)?;
        let (mut access_token, mut left) = token.get().await?;
        let (mut pass, waited) = self.pass(outgoing).await?;
        if waited >= TOKEN_STAYS_GOOD {
            let mut asked = pin!(token.get_again());
            (access_token, left) = match at_once(asked.as_mut()).await {
                Some(given) => given?,
                None => {
                    drop(pass);
                    let given = asked.await?;
                    // However long this takes: where a token is too old then, Spotify says so.
                    (pass, _) = self.pass(outgoing).await?;
                    given
                }
            };
        }
        // Somebody else may have found that out meanwhile.
        self.check_quota(outgoing)?;
        Ok(Ready { token: access_token, pass, left })
    }

    fn check_quota(&self, outgoing: &Outgoing<'_>) -> Result<(), NotReady> {
        if outgoing.policy.ignore_rate_limit {
            return Ok(());
        }
        self.quotas.check(outgoing.operation()).map_err(|error| NotReady::Ended(self.as_known_so_far(error)))
    }

    /// Waits at the gate, unless the call does not stop there; says how long that took.
    async fn pass(&self, outgoing: &Outgoing<'_>) -> Result<(Pass<'_>, Duration), NotReady> {
        let (operation, policy) = (outgoing.operation(), outgoing.policy);
        if policy.ignore_rate_limit {
            return Ok((self.gate.pass_at_once(), Duration::ZERO));
        }
        let (passed, lasted) = timed(self.gate.pass(policy.max_retry_wait, policy.priority)).await;
        if lasted >= WORTH_TELLING {
            debug!(seconds = lasted.as_secs_f64(), "waited at the rate gate");
            let reason = WaitReason::RateLimit;
            self.observe(|| Event::Wait(observe::Wait { operation, reason, lasted }));
        }
        match passed {
            Ok(pass) => Ok((pass, lasted)),
            Err(wait) => {
                let error = ApiError::not_sent(operation, "not sent, since the app still has to wait", wait);
                Err(NotReady::Ended(self.as_known_so_far(Error::RateLimit(Box::new(error)))))
            }
        }
    }

    /// Makes one attempt.
    ///
    /// # Errors
    /// Within the result: how the attempt failed. Of the result: why none was made.
    async fn send<'e>(
        &self,
        outgoing: &Outgoing<'_>,
        token: &AccessToken,
        mut pass: Pass<'e>,
        left: Duration,
        attempts: &mut Attempts,
    ) -> Result<Result<Success, Attempted<'e>>> {
        let http_request = self.http_request(outgoing.request, &outgoing.uri, token)?;
        attempts.count += 1;
        let span = debug_span!("attempt", number = attempts.count, status = Empty, wait = Empty);
        trace!(parent: &span, "sending");
        pass.sending();
        let sending = span.in_scope(|| self.http.send(http_request));
        let answered = pin!(self.observed_attempt(outgoing, sending, left, &mut pass, attempts.count))
            .instrument(span.clone())
            .await;
        let error = match answered {
            Ok(response) if response.status.is_success() => {
                span.record("status", response.status.as_u16());
                debug!(parent: &span, "answered");
                let (operation, token) = (outgoing.operation(), token.clone());
                let Response { status, body, .. } = response;
                return Ok(Ok(Success { operation, status, body, token, max_response_size: self.max_response_size }));
            }
            Ok(response) => self.error_of(outgoing.operation(), &response, token),
            Err(error) => error,
        };
        if let Some(status) = error.status() {
            span.record("status", status.as_u16());
        }
        debug!(parent: &span, %error, "failed");
        attempts.maybe_executed |= may_have_been_done(&error);
        Ok(Err(Attempted { error, pass: Some(pass), span }))
    }

    /// What an answer says that is no success.
    fn error_of(&self, operation: &'static OperationInfo, response: &Response, token: &AccessToken) -> Error {
        let secrets = Secrets::of([token.expose()]);
        let error = ApiError::new(Some(operation), response.status, &response.body, response.retry_after, &secrets);
        let mut error = Error::from_api(error);
        if let Error::QuotaExceeded(error) = &mut error {
            let usage = self.quotas.exceeded(operation, error);
            warn!(operation = operation.name, requests = usage.requests, %error, "quota used up");
            self.observe(|| Event::QuotaExceeded(usage));
        }
        self.as_known_so_far(error)
    }

    /// An error that says whether there was any success before: where there was none, a 429 may mean something else.
    fn as_known_so_far(&self, mut error: Error) -> Error {
        if let Error::RateLimit(error) | Error::QuotaExceeded(error) = &mut error {
            error.before_any_success = !self.quotas.any_success();
        }
        error
    }

    /// Waits for the next attempt.
    ///
    /// # Errors
    /// The failure, where there is to be none.
    async fn wait_or_give_up(
        &self,
        outgoing: &Outgoing<'_>,
        Attempted { error, pass, span }: Attempted<'_>,
        retries: &mut Retries,
    ) -> Result<()> {
        let mut place = pass;
        let mut end = |ended: Ended| {
            if let Some(pass) = &mut place {
                pass.ended(ended);
            }
        };
        let Some(failure) = failure(&error) else {
            // Spotify has answered all the same; only the rate limit is for the gate to know of.
            if error.status().is_some() {
                end(Ended::Answered);
            }
            return Err(error);
        };
        match retries.judge(failure, 0.5 + fastrand::f64() / 2.0) {
            Verdict::GiveUp { hold } => {
                end(ended(failure, hold));
                if let Some(wait) = hold {
                    warn!(seconds = wait.as_secs_f64(), "rate limited");
                    self.observe(|| Event::RateLimit(self.gate.state()));
                }
                Err(error)
            }
            Verdict::Retry { wait, hold } => {
                span.record("wait", wait.as_secs_f64());
                warn!(seconds = wait.as_secs_f64(), %error, "trying again");
                end(ended(failure, hold.then_some(wait)));
                if hold {
                    self.observe(|| Event::RateLimit(self.gate.state()));
                }
                // At the gate for a rate limit, which holds back the others too; here for everything else, and for a call
                // that does not stop at the gate.
                if !hold || outgoing.policy.ignore_rate_limit {
                    tokio::time::sleep(wait).await;
                    let (operation, reason) =
                        (outgoing.operation(), if hold { WaitReason::RateLimit } else { WaitReason::Retry });
                    self.observe(|| Event::Wait(observe::Wait { operation, reason, lasted: wait }));
                }
                Ok(())
            }
        }
    }

    fn observe<'a>(&self, event: impl FnOnce() -> Event<'a>) {
        if let Some(observer) = &self.observer {
            observer(&event());
        }
    }

    /// One attempt, counted and told to the observer.
    async fn observed_attempt(
        &self,
        outgoing: &Outgoing<'_>,
        sending: Sending<'_>,
        left: Duration,
        pass: &mut Pass<'_>,
        number: u32,
    ) -> Result<Response> {
        let operation = outgoing.operation();
        let begun = Instant::now();
        let counted = self.quotas.count(operation, begun);
        let result = self.attempt(outgoing, sending, begun, left, pass).await;
        let (outcome, received_bytes) = match &result {
            Ok(response) => (Outcome::Answered(response.status), response.body.len()),
            Err(Error::Timeout(_)) => (Outcome::TimedOut, 0),
            Err(Error::Connection(error)) if !error.maybe_executed => (Outcome::NotSent, 0),
            Err(_) => (Outcome::Lost, 0),
        };
        if outcome == Outcome::NotSent {
            self.quotas.take_back(operation, counted);
        }
        self.observe(|| {
            let took = begun.elapsed();
            let sent_bytes = outgoing.request.body().map_or(0, Bytes::len);
            Event::Attempt(observe::Attempt { operation, number, outcome, took, sent_bytes, received_bytes })
        });
        result
    }

    /// Sends a request once. The deadline covers the body too.
    async fn attempt(
        &self,
        outgoing: &Outgoing<'_>,
        sending: Sending<'_>,
        now: Instant,
        left: Duration,
        pass: &mut Pass<'_>,
    ) -> Result<Response> {
        let operation = outgoing.operation();
        let deadline = now + left.min(A_YEAR);
        let timed_out = |_| Error::from(TimeoutError::new(Some(operation), outgoing.policy.timeout));

        let response = timeout_at(deadline, sending).await.map_err(timed_out)?;
        let (head, body) = response.map_err(|error| self.broken(operation, error))?.into_parts();
        self.quotas.answered(operation, head.status, now);
        let retry_after =
            if head.status.is_success() { None } else { retry_after::read(&head.headers, Timestamp::now()) };
        let is_refused = head.status == StatusCode::TOO_MANY_REQUESTS;
        if !is_refused {
            if head.status.is_success() && outgoing.policy.ignore_rate_limit {
                pass.open();
            }
            // Nobody has to wait for the body.
            pass.ended(Ended::Answered);
        }

        // The status of a failure is worth more than the rest of its body, and so is a success whose body has no meaning or
        // only confirms it: neither is lost because the body is slow, broken or too long.
        let strict = head.status.is_success() && !matches!(outgoing.answer, Answer::Ignored | Answer::Confirmation(_));
        let body = if strict {
            match timeout_at(deadline, body.read(self.max_response_size)).await.map_err(timed_out)? {
                Ok(body) => body,
                Err(ReadError::Broken(error)) => return Err(self.broken(operation, error)),
                Err(ReadError::TooLong) => {
                    return Err(ResponseTooLargeError::new(operation, self.max_response_size).into());
                }
            }
        } else {
            let mut collected = Collected::default();
            let limit = LONGEST_ERROR_BODY.min(self.max_response_size);
            let is_short = is_refused && retry_after.is_none_or(|wait| wait < LONG_REFUSAL);
            let deadline = if is_short { deadline.min(Instant::now() + REFUSAL_BODY_TIME) } else { deadline };
            let _ = timeout_at(deadline, body.read_into(limit, &mut collected)).await;
            collected.into_bytes()
        };
        Ok(Response { status: head.status, retry_after, body })
    }

    fn http_request(&self, request: &Request, uri: &Uri, token: &AccessToken) -> Result<http::Request<Bytes>> {
        let mut http_request = http::Request::new(request.body().cloned().unwrap_or_default());
        *http_request.method_mut() = request.method().clone();
        *http_request.uri_mut() = uri.clone();
        let headers = http_request.headers_mut();
        headers.insert(AUTHORIZATION, token.header()?);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(content_type) = request.content_type() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        Ok(http_request)
    }

    fn broken(&self, operation: &'static OperationInfo, error: HttpError) -> Error {
        Error::from(ConnectionError {
            operation: Some(operation),
            address: self.base_url.as_str().into(),
            maybe_executed: error.sent,
            inner: error.source.into(),
        })
    }
}

/// Whether Spotify may have carried out what it gave this answer to, or none.
pub(crate) fn may_have_been_done(error: &Error) -> bool {
    match error {
        Error::Connection(error) => error.maybe_executed,
        Error::Timeout(error) => !error.waiting_for_token,
        Error::Internal(error) => error.maybe_executed,
        Error::Server(_) | Error::ResponseTooLarge(_) => true,
        _ => false,
    }
}

/// How the rate gate has to take a failure; `hold` is how long Spotify wants nothing, after a 429.
fn ended(failure: Failure, hold: Option<Duration>) -> Ended {
    match (hold, failure) {
        (Some(wait), _) => Ended::Refused(wait),
        (None, Failure::Status(..)) => Ended::Answered,
        (None, Failure::NotSent) => Ended::NotSent,
        (None, Failure::Unknown) => Ended::Unknown,
    }
}

/// The failures that may be worth another attempt, in the terms of the rule for them.
fn failure(error: &Error) -> Option<Failure> {
    match error {
        Error::Connection(error) if error.maybe_executed => Some(Failure::Unknown),
        Error::Connection(_) => Some(Failure::NotSent),
        Error::Timeout(error) if error.waiting_for_token => Some(Failure::NotSent),
        Error::Timeout(_) => Some(Failure::Unknown),
        // It takes hours: not to be repeated, and not for the gate to wait for.
        Error::QuotaExceeded(_) => None,
        _ => error.api().map(|error| Failure::Status(error.status, error.retry_after)),
    }
}
