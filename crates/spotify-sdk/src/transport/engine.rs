//! [`Engine`]: the way of one request, from the gate to the answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, StatusCode, Uri};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use tracing::field::Empty;
use tracing::{Instrument, debug, debug_span, info_span, trace, warn};

use super::gate::{Ended, Gate, Pass};
use super::http_client::{Collected, HttpClient, HttpError, ReadError};
use super::retry::{Failure, Policy, Retries, Verdict};
use super::{BaseUrl, retry_after, unwrap};
use crate::auth::{AccessToken, AuthContext, AuthProvider};
use crate::error::{ApiError, ConnectionError, DecodeError, Error, Result, TimeoutError};
use crate::observe::{self, Event, Observer, Outcome, WaitReason};
use crate::operation::{Answer, OperationInfo, Request};

/// The most that is read of an answer which is not a success: its status has said nearly everything.
const LONGEST_ERROR_BODY: usize = 64 * 1024;

/// How many tokens in a row a call takes that others have renewed.
const MOST_SHARED: u32 = 4;

/// Shorter waits at the gate are not worth a word.
const WORTH_TELLING: Duration = Duration::from_millis(1);

const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What all clones and siblings of a client share: the transport with its connections, the address, and the gate.
pub(crate) struct Engine {
    pub(crate) base_url: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_size: usize,
    pub(crate) auth_context: AuthContext,
    pub(crate) http: Arc<dyn HttpClient>,
    pub(crate) gate: Gate,
    pub(crate) observer: Option<Arc<Observer>>,
}

/// A success, not yet decoded.
#[derive(Debug)]
pub(crate) struct Success {
    operation: &'static OperationInfo,
    status: StatusCode,
    body: Bytes,
    token: AccessToken,
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
        auth: &dyn AuthProvider,
        policy: &Policy,
    ) -> Result<Success, Failed> {
        let operation = request.operation();
        let span = info_span!("spotify", operation = operation.name, attempts = Empty, status = Empty);
        let begun = Instant::now();
        let mut so_far = Attempts::default();
        let mut result = self.run_attempts(request, answer, auth, policy, &mut so_far).instrument(span.clone()).await;
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
        auth: &dyn AuthProvider,
        policy: &Policy,
        attempts: &mut Attempts,
    ) -> Result<Success> {
        policy.check()?;
        let operation = request.operation();
        let uri = self.base_url.join(request.target())?;
        let mut retries = Retries::new(policy, request.replay());
        let mut renewed: Option<AccessToken> = None;
        let mut shared = 0;
        loop {
            let mut pass = self.pass(operation, policy).await?;
            let token = match renewed.clone() {
                Some(token) => token,
                None => auth.token(&self.auth_context).await?,
            };
            attempts.count += 1;
            let attempt = attempts.count;
            let span = debug_span!("attempt", number = attempt, status = Empty, wait = Empty);
            trace!(parent: &span, "sending");
            pass.sending();
            let sent = self.observed_attempt(request, &uri, answer, &token, policy, attempt);
            let error = match sent.instrument(span.clone()).await {
                Ok(response) if response.status.is_success() => {
                    span.record("status", response.status.as_u16());
                    debug!(parent: &span, "answered");
                    if policy.ignore_rate_limit {
                        pass.open();
                    }
                    pass.ended(Ended::Answered);
                    return Ok(Success { operation, status: response.status, body: response.body, token });
                }
                Ok(response) => Error::from_api(ApiError::new(
                    Some(operation),
                    response.status,
                    &response.body,
                    response.retry_after,
                    token.expose_secret(),
                )),
                Err(error) => error,
            };
            if let Some(status) = error.status() {
                span.record("status", status.as_u16());
            }
            debug!(parent: &span, %error, "failed");
            attempts.maybe_executed |= may_have_been_done(&error);

            // One renewal for a call. A token that another process has renewed before is none: it may be refused as well.
            let may_renew = renewed.as_ref().is_none_or(|token| token.is_shared() && shared < MOST_SHARED);
            if matches!(error, Error::Authentication(_)) && may_renew {
                pass.ended(Ended::Answered);
                shared += 1;
                renewed = auth.newer_token(&token, &self.auth_context).await?;
                if renewed.is_some() {
                    continue;
                }
                return Err(error);
            }
            let Some(failure) = failure(&error) else {
                return Err(error);
            };
            match retries.judge(failure, 0.5 + fastrand::f64() / 2.0) {
                Verdict::GiveUp { hold } => {
                    pass.ended(ended(failure, hold));
                    if let Some(wait) = hold {
                        warn!(seconds = wait.as_secs_f64(), "rate limited");
                        self.observe(|| Event::RateLimit(self.gate.state()));
                    }
                    return Err(error);
                }
                Verdict::Retry { wait, hold } => {
                    span.record("wait", wait.as_secs_f64());
                    warn!(attempt, seconds = wait.as_secs_f64(), %error, "trying again");
                    pass.ended(ended(failure, hold.then_some(wait)));
                    if hold {
                        self.observe(|| Event::RateLimit(self.gate.state()));
                    }
                    // At the gate for a rate limit, which holds back the others too; here for everything else, and for
                    // a call that does not stop at the gate.
                    if !hold || policy.ignore_rate_limit {
                        tokio::time::sleep(wait).await;
                        let reason = if hold { WaitReason::RateLimit } else { WaitReason::Retry };
                        self.observe(|| Event::Wait(observe::Wait { operation, reason, lasted: wait }));
                    }
                }
            }
        }
    }

    /// Waits at the gate, unless the call does not stop there.
    async fn pass(&self, operation: &'static OperationInfo, policy: &Policy) -> Result<Pass<'_>> {
        if policy.ignore_rate_limit {
            return Ok(self.gate.pass_at_once());
        }
        let begun = Instant::now();
        let passed = self.gate.pass(policy.max_retry_wait, policy.priority).await;
        let lasted = begun.elapsed();
        if lasted >= WORTH_TELLING {
            debug!(seconds = lasted.as_secs_f64(), "waited at the rate gate");
            let reason = WaitReason::RateLimit;
            self.observe(|| Event::Wait(observe::Wait { operation, reason, lasted }));
        }
        passed.map_err(|wait| held_back(operation, wait))
    }

    fn observe<'a>(&self, event: impl FnOnce() -> Event<'a>) {
        if let Some(observer) = &self.observer {
            observer(&event());
        }
    }

    /// One attempt, told to the observer.
    async fn observed_attempt(
        &self,
        request: &Request,
        uri: &Uri,
        answer: Answer,
        token: &AccessToken,
        policy: &Policy,
        number: u32,
    ) -> Result<Response> {
        let begun = Instant::now();
        let result = self.attempt(request, uri, answer, token, policy).await;
        self.observe(|| {
            let (outcome, received_bytes) = match &result {
                Ok(response) => (Outcome::Answered(response.status), response.body.len()),
                Err(Error::Timeout(_)) => (Outcome::TimedOut, 0),
                Err(Error::Connection(error)) if !error.maybe_executed => (Outcome::NotSent, 0),
                Err(_) => (Outcome::Lost, 0),
            };
            Event::Attempt(observe::Attempt {
                operation: request.operation(),
                number,
                outcome,
                took: begun.elapsed(),
                sent_bytes: request.body().map_or(0, Bytes::len),
                received_bytes,
            })
        });
        result
    }

    /// Sends `request` once. The deadline covers the body too.
    async fn attempt(
        &self,
        request: &Request,
        uri: &Uri,
        answer: Answer,
        token: &AccessToken,
        policy: &Policy,
    ) -> Result<Response> {
        let operation = request.operation();
        let now = Instant::now();
        // A limit beyond what a clock can hold is none.
        let deadline = now.checked_add(policy.timeout).unwrap_or(now + A_YEAR);
        let timed_out = |_| Error::Timeout(TimeoutError { operation: Some(operation), limit: policy.timeout });

        let sending = self.http.send(self.http_request(request, uri, token)?);
        let response = timeout_at(deadline, sending).await.map_err(timed_out)?;
        let (head, body) = response.map_err(|error| self.broken(operation, error))?.into_parts();

        // The status of a failure is worth more than the rest of its body, and so is a success whose body has no meaning or
        // only confirms it: neither is lost because the body is slow, broken or too long.
        let strict = head.status.is_success() && !matches!(answer, Answer::Ignored | Answer::Confirmation(_));
        let body = if strict {
            match timeout_at(deadline, body.read(self.max_response_size)).await.map_err(timed_out)? {
                Ok(body) => body,
                Err(ReadError::Broken(error)) => return Err(self.broken(operation, error)),
                Err(ReadError::TooLong) => {
                    return Err(Error::ResponseTooLarge { operation: Some(operation), limit: self.max_response_size });
                }
            }
        } else {
            let mut collected = Collected::default();
            let limit = LONGEST_ERROR_BODY.min(self.max_response_size);
            let _ = timeout_at(deadline, body.read_into(limit, &mut collected)).await;
            collected.into_bytes()
        };
        let retry_after = retry_after::read(&head.headers, Timestamp::now());
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
        Error::Connection(Box::new(ConnectionError {
            operation: Some(operation),
            address: self.base_url.as_str().into(),
            maybe_executed: error.sent,
            source: error.source,
        }))
    }
}

impl Success {
    /// The body as `T`; an empty one, and one that has no meaning, as JSON's `null`.
    pub(crate) fn decode<T: DeserializeOwned>(&self, answer: Answer) -> Result<T> {
        let body: &[u8] = if self.body.is_empty() || answer == Answer::Ignored { b"null" } else { &self.body };
        // To check the encoding once, of the whole body, is faster than to check each string. What is no text is left
        // to serde_json: it says where.
        let decoded = match (answer, str::from_utf8(body)) {
            (Answer::Confirmation(field), _) => unwrap::read_or_empty(body, field),
            (Answer::Wrapped(field), Ok(text)) => unwrap::read(&mut serde_json::Deserializer::from_str(text), field),
            (Answer::Wrapped(field), Err(_)) => unwrap::read(&mut serde_json::Deserializer::from_slice(body), field),
            (Answer::Json | Answer::Ignored, Ok(text)) => serde_json::from_str(text),
            (Answer::Json | Answer::Ignored, Err(_)) => serde_json::from_slice(body),
        };
        decoded.map_err(|error| self.unreadable(error))
    }

    /// What to say of a body that is not what it should be.
    pub(crate) fn unreadable(&self, error: serde_json::Error) -> Error {
        let secret = self.token.expose_secret();
        Error::Decode(Box::new(DecodeError::new(Some(self.operation), self.status, &self.body, error, secret)))
    }
}

/// Whether Spotify may have carried out what it gave this answer to, or none.
fn may_have_been_done(error: &Error) -> bool {
    match error {
        Error::Connection(error) => error.maybe_executed,
        Error::Timeout(_) | Error::Server(_) | Error::ResponseTooLarge { .. } => true,
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
        Error::Timeout(_) => Some(Failure::Unknown),
        _ => error.api().map(|error| Failure::Status(error.status, error.retry_after)),
    }
}

/// What a call gets that is not sent because the app has to wait for longer than the call may.
fn held_back(operation: &'static OperationInfo, wait: Duration) -> Error {
    Error::RateLimit(Box::new(ApiError {
        status: StatusCode::TOO_MANY_REQUESTS,
        message: "not sent, since the app still has to wait".to_owned(),
        reason: None,
        retry_after: Some(wait),
        body: String::new(),
        operation: Some(operation),
    }))
}
