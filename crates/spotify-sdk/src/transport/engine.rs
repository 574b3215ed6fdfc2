//! [`Engine`]: the way of one request, from the gate to the answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, StatusCode, Uri};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use tracing::{debug, trace, warn};

use super::gate::Gate;
use super::http_client::{Collected, HttpClient, HttpError, ReadError};
use super::retry::{Failure, Policy, Retries, Verdict};
use super::{BaseUrl, retry_after, unwrap};
use crate::auth::{AccessToken, AuthContext, AuthProvider};
use crate::error::{ApiError, ConnectionError, DecodeError, Error, Result, TimeoutError};
use crate::operation::{Answer, OperationInfo, Request};

/// The most that is read of an answer which is not a success: its status has said nearly everything.
const LONGEST_ERROR_BODY: usize = 64 * 1024;

/// How many tokens in a row a call takes that others have renewed.
const MOST_SHARED: u32 = 4;

const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What all clones and siblings of a client share: the transport with its connections, the address, and the gate.
pub(crate) struct Engine {
    pub(crate) base_url: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_size: usize,
    pub(crate) auth_context: AuthContext,
    pub(crate) http: Arc<dyn HttpClient>,
    pub(crate) gate: Gate,
}

/// A success, not yet decoded.
#[derive(Debug)]
pub(crate) struct Success {
    operation: &'static OperationInfo,
    status: StatusCode,
    body: Bytes,
    token: AccessToken,
}

/// An answer of any status.
struct Response {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Bytes,
}

impl Engine {
    /// Sends `request` until it succeeds or there is reason to stop. The main loop of the whole SDK.
    pub(crate) async fn run(
        &self,
        request: &Request,
        answer: Answer,
        auth: &dyn AuthProvider,
        policy: &Policy,
    ) -> Result<Success> {
        policy.check()?;
        let operation = request.operation();
        let uri = self.base_url.join(request.target())?;
        let mut retries = Retries::new(policy, request.replay());
        let mut renewed: Option<AccessToken> = None;
        let mut shared = 0;
        let mut attempt = 0_u32;
        loop {
            if !policy.ignore_rate_limit {
                let passed = self.gate.pass(policy.max_retry_wait).await;
                passed.map_err(|wait| held_back(operation, wait))?;
            }
            let token = match renewed.clone() {
                Some(token) => token,
                None => auth.token(&self.auth_context).await?,
            };
            attempt += 1;
            trace!(operation = operation.name, attempt, "sending");
            let error = match self.attempt(request, &uri, answer, &token, policy).await {
                Ok(response) if response.status.is_success() => {
                    debug!(operation = operation.name, attempt, status = response.status.as_u16(), "answered");
                    if policy.ignore_rate_limit {
                        self.gate.open();
                    }
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
            debug!(operation = operation.name, attempt, status = error.status().map(|s| s.as_u16()), %error, "failed");

            // One renewal for a call. A token that another process has renewed before is none: it may be refused as well.
            let may_renew = renewed.as_ref().is_none_or(|token| token.is_shared() && shared < MOST_SHARED);
            if matches!(error, Error::Authentication(_)) && may_renew {
                shared += 1;
                renewed = auth.newer_token(&token, &self.auth_context).await?;
                if renewed.is_some() {
                    continue;
                }
            }
            let Some(failure) = failure(&error) else {
                return Err(error);
            };
            match retries.judge(failure, 0.5 + fastrand::f64() / 2.0) {
                Verdict::GiveUp { hold } => {
                    if let Some(wait) = hold {
                        warn!(operation = operation.name, seconds = wait.as_secs_f64(), "rate limited");
                        self.gate.close_for(wait);
                    }
                    return Err(error);
                }
                Verdict::Retry { wait, hold } => {
                    warn!(operation = operation.name, attempt, seconds = wait.as_secs_f64(), %error, "trying again");
                    if hold {
                        self.gate.close_for(wait);
                    }
                    // At the gate for a rate limit, which holds back the others too; here for everything else, and for
                    // a call that does not stop at the gate.
                    if !hold || policy.ignore_rate_limit {
                        tokio::time::sleep(wait).await;
                    }
                }
            }
        }
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

        // The status of a failure is worth more than the rest of its body, and so is a success whose body has no
        // meaning: neither is lost because the body is slow, broken or too long.
        let strict = head.status.is_success() && answer != Answer::Ignored;
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
    pub(crate) fn decode<T: DeserializeOwned>(self, answer: Answer) -> Result<T> {
        let body: &[u8] = if self.body.is_empty() || answer == Answer::Ignored { b"null" } else { &self.body };
        let decoded = match answer {
            Answer::Wrapped(field) => unwrap::from_slice(body, field),
            Answer::Json | Answer::Ignored => serde_json::from_slice(body),
        };
        decoded.map_err(|error| {
            let secret = self.token.expose_secret();
            let error = DecodeError::new(Some(self.operation), self.status, &self.body, error, secret);
            Error::Decode(Box::new(error))
        })
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
