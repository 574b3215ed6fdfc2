//! The token endpoint of the Accounts service: what is sent to it, and what its responses mean.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::response::Parts;
use http::{HeaderValue, Method, StatusCode, Uri};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use tracing::{debug, warn};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::AuthContext;
use super::token_info::{TokenInfo, TokenResponse};
use crate::definition::{Action, Idempotency};
use crate::error::{ApiError, DecodeError, Error, ResponseTooLargeError, Result, Secrets, TimeoutError};
use crate::http::{BodyRule, ExchangeError, exchange, retry_after};
use crate::invalid_input::InvalidInput;
use crate::observe::Event;
use crate::options::CallOptions;
use crate::rate_limit::AcquireError;
use crate::retry::{Retries, RetryCause, RetryDecision};
use crate::secret::Secret;
use crate::text::printable;

/// No response of the token endpoint is longer.
const MAX_RESPONSE: usize = 64 * 1024;

/// An app as the Accounts service knows it. `Debug` does not show the secret.
#[derive(Clone)]
pub(super) struct App {
    pub(super) client_id: String,
    pub(super) client_secret: Option<Secret>,
}

/// What an app asks for.
pub(super) enum Grant<'a> {
    ClientCredentials,
    AuthorizationCode { code: &'a Secret, redirect_uri: &'a str, verifier: Option<&'a Secret> },
    RefreshToken(&'a Secret),
}

/// Why there is no token.
#[derive(Debug)]
pub(super) enum Refusal {
    /// `invalid_grant`: what was sent is dead for ever.
    InvalidGrant(Box<ApiError>, String),
    /// Anything else. What was sent may still be good.
    Other(Error),
}

impl App {
    pub(super) fn new(client_id: impl Into<String>, client_secret: Option<Secret>) -> Result<Self> {
        let client_id = client_id.into();
        let is_printable = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_printable(&client_id) {
            return Err(
                InvalidInput::new("client id", "expected the id from Spotify's dashboard, without spaces").into()
            );
        }
        if client_secret.as_ref().is_some_and(|secret| !is_printable(secret.expose())) {
            let why = "expected the secret from Spotify's dashboard: it is empty, or holds white space or a line end";
            return Err(InvalidInput::new("client secret", why).into());
        }
        Ok(Self { client_id, client_secret })
    }

    /// Asks for a token until there is a final response, for as long as one call may take with all attempts and waits.
    pub(super) async fn request(&self, grant: Grant<'_>, context: &AuthContext) -> Result<TokenInfo, Refusal> {
        let options = CallOptions { timeout: context.timeout, ..CallOptions::default() };
        // A code may have been used up by an attempt whose response was lost; a refresh token may be sent again.
        let idempotency = match grant {
            Grant::AuthorizationCode { .. } => Idempotency::NotIdempotent,
            Grant::ClientCredentials | Grant::RefreshToken(_) => Idempotency::Idempotent,
        };
        let mut retries = Retries::new(&options, idempotency);
        context
            .quotas
            .check(Action::TokenRequest)
            .map_err(|wait| Refusal::Other(AcquireError::QuotaExceeded { wait }.into_error(Action::TokenRequest)))?;
        let end = Instant::now() + context.timeout;
        loop {
            let (error, cause) = match self.attempt(&grant, context, end).await {
                TokenAttempt::Token(token) => return Ok(token),
                TokenAttempt::Refused(refusal) => return Err(refusal),
                TokenAttempt::Failed(Error::QuotaExceeded(error), _) => {
                    return Err(Refusal::Other(quota_exceeded(error, context)));
                }
                TokenAttempt::Failed(error, cause) => (error, cause),
            };
            match retries.decide(cause) {
                RetryDecision::GiveUp { .. } => return Err(Refusal::Other(error)),
                RetryDecision::Retry { wait, .. } if Instant::now() + wait >= end => return Err(Refusal::Other(error)),
                RetryDecision::Retry { wait, .. } => {
                    warn!(seconds = wait.as_secs_f64(), %error, "asking for a token again");
                    sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(&self, grant: &Grant<'_>, context: &AuthContext, end: Instant) -> TokenAttempt {
        let request = match self.http_request(grant, context) {
            Ok(request) => request,
            Err(error) => return TokenAttempt::Refused(Refusal::Other(error)),
        };
        // The status of a failure is worth more than the rest of its body, which may be slow, broken or too long.
        let rule = |head: &Parts| {
            debug!(status = head.status.as_u16(), "the token endpoint responded");
            match head.status.is_success() {
                true => BodyRule::Required { limit: MAX_RESPONSE },
                false => BodyRule::Optional { limit: MAX_RESPONSE, within: None },
            }
        };
        match exchange(&context.http, request, end, rule).await {
            Ok(response) => {
                let wait = retry_after::read(response.headers(), Timestamp::now());
                interpret(response.status(), response.body(), wait, &self.secrets(grant))
            }
            Err(ExchangeError::Http(error)) => {
                let cause = if error.sent { RetryCause::Unknown } else { RetryCause::NotSent };
                TokenAttempt::Failed(error.into_error(Some(Action::TokenRequest), context.accounts_url.as_str()), cause)
            }
            Err(ExchangeError::TimedOut) => {
                let error = TimeoutError::new(Some(Action::TokenRequest), context.timeout);
                TokenAttempt::Failed(error.into(), RetryCause::Unknown)
            }
            Err(ExchangeError::TooLong) => {
                let error = ResponseTooLargeError::new(Action::TokenRequest, MAX_RESPONSE);
                TokenAttempt::Refused(Refusal::Other(error.into()))
            }
        }
    }

    fn http_request(&self, grant: &Grant<'_>, context: &AuthContext) -> Result<http::Request<Bytes>> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match grant {
            Grant::ClientCredentials => {
                form.append_pair("grant_type", "client_credentials");
            }
            Grant::AuthorizationCode { code, redirect_uri, verifier } => {
                form.append_pair("grant_type", "authorization_code");
                form.append_pair("code", code.expose()).append_pair("redirect_uri", redirect_uri);
                if let Some(verifier) = verifier {
                    form.append_pair("code_verifier", verifier.expose());
                }
            }
            Grant::RefreshToken(token) => {
                form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.expose());
            }
        }
        let authorization = self.credentials().map(|credentials| format!("Basic {}", *credentials));
        if authorization.is_none() {
            form.append_pair("client_id", &self.client_id);
        }
        let address = format!("{}/api/token", context.accounts_url.as_str().trim_end_matches('/'));
        let uri = Uri::try_from(address).map_err(|_| InvalidInput::new("accounts_url", "it is no address"))?;
        let mut request = http::Request::new(Bytes::from(form.finish()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some(authorization) = authorization {
            let mut value = HeaderValue::try_from(authorization)
                .map_err(|_| InvalidInput::new("client secret", "it cannot be put into a header"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// What stands behind `Basic`.
    fn credentials(&self) -> Option<Zeroizing<String>> {
        let secret = self.client_secret.as_ref()?;
        let plain = Zeroizing::new(format!("{}:{}", self.client_id, secret.expose()));
        Some(Zeroizing::new(STANDARD.encode(&*plain)))
    }

    /// Everything that is sent as a secret.
    fn secrets(&self, grant: &Grant<'_>) -> Secrets {
        let sent = match grant {
            Grant::ClientCredentials => [None, None],
            Grant::AuthorizationCode { code, verifier, .. } => [Some(*code), *verifier],
            Grant::RefreshToken(token) => [Some(*token), None],
        };
        let sent = sent.into_iter().flatten().chain(&self.client_secret).map(Secret::expose);
        let credentials = self.credentials();
        Secrets::of(sent.chain(credentials.as_ref().map(|credentials| credentials.as_str())))
    }
}

/// Takes in that Spotify gives the app no more tokens for now.
fn quota_exceeded(mut error: Box<ApiError>, context: &AuthContext) -> Error {
    context.quotas.exceeded(Action::TokenRequest, error.retry_after);
    context.tell(&Event::QuotaExceeded(context.quotas.usage().complete(Action::TokenRequest, &mut error)));
    Error::QuotaExceeded(error)
}

enum TokenAttempt {
    Token(TokenInfo),
    Refused(Refusal),
    Failed(Error, RetryCause),
}

#[derive(Deserialize)]
struct OAuthError {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

/// What a response means.
fn interpret(status: StatusCode, body: &[u8], wait: Option<Duration>, secrets: &Secrets) -> TokenAttempt {
    if status.is_success() {
        let response = serde_json::from_slice::<TokenResponse>(body);
        let token = response.map_err(|error| format!("expected JSON with `access_token`, line {}", error.line()));
        let token = token.and_then(|response| {
            response.into_token(Timestamp::now()).map_err(|_| "`access_token` is none that can be sent".to_owned())
        });
        // The body may hold a token all the same, and serde quotes what it did not expect: nothing of them is kept but that
        // it is a web page.
        let page = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start().starts_with(b"<");
        let start: &[u8] = if page { b"<" } else { b"" };
        return match token {
            Ok(token) => TokenAttempt::Token(token),
            Err(why) => {
                let error =
                    DecodeError::new(Action::TokenRequest, status, start, serde::de::Error::custom(why), secrets);
                TokenAttempt::Refused(Refusal::Other(error.into()))
            }
        };
    }
    let error = ApiError::new(Action::TokenRequest, status, body, wait, secrets);
    let oauth: Option<OAuthError> = serde_json::from_str(&String::from_utf8_lossy(body)).ok();
    if let Some(oauth) = oauth.filter(|oauth| status.is_client_error() && oauth.error == "invalid_grant") {
        let why = oauth.error_description.filter(|words| !words.trim().is_empty()).unwrap_or(oauth.error);
        let why = printable(secrets.blotted_out_of(&why)).to_string();
        return TokenAttempt::Refused(Refusal::InvalidGrant(Box::new(error), why));
    }
    TokenAttempt::Failed(Error::from_api(error), RetryCause::Status(status, wait))
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("client_id", &self.client_id)
            .field("has_client_secret", &self.client_secret.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a response leads to, in a word.
    fn outcome(status: u16, body: &str) -> String {
        match interpret(StatusCode::from_u16(status).unwrap(), body.as_bytes(), None, &Secrets::default()) {
            TokenAttempt::Token(_) => "token".to_owned(),
            TokenAttempt::Refused(Refusal::InvalidGrant(_, why)) => format!("final: {why}"),
            TokenAttempt::Refused(Refusal::Other(error)) => format!("kept: {error}").chars().take(26).collect(),
            TokenAttempt::Failed(error, RetryCause::Status(status, _)) => {
                format!("status {}: {}", status.as_u16(), error.message())
            }
            TokenAttempt::Failed(..) => "failed".to_owned(),
        }
    }

    #[test]
    fn each_response_of_the_token_endpoint_leads_where_it_should() {
        let expired = r#"{"error":"invalid_grant","error_description":"Refresh token expired"}"#;
        for (status, body, expected) in [
            (200, r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#, "token"),
            (200, r#"{"access_token":"a","expires_in":3600.0,"scope":"","refresh_token":""}"#, "token"),
            (200, "", "kept: cannot read the respo"),
            (200, "<html>", "kept: cannot read the respo"),
            (200, r#"{"access_token":""}"#, "kept: cannot read the respo"),
            (400, expired, "final: Refresh token expired"),
            (
                400,
                r#"{"error":"invalid_grant","error_description":"Refresh token revoked"}"#,
                "final: Refresh token revoked",
            ),
            (400, r#"{"error":"invalid_grant"}"#, "final: invalid_grant"),
            (401, r#"{"error":"invalid_grant","error_description":" "}"#, "final: invalid_grant"),
            (503, expired, "status 503: Refresh token expired"),
            (
                400,
                r#"{"error":"invalid_client","error_description":"Invalid client secret"}"#,
                "status 400: Invalid client secret",
            ),
            (429, "Too many requests", "status 429: Too many requests"),
            (502, "<html><title>Bad Gateway</title>", "status 502: Bad Gateway"),
            (500, "", "status 500: Internal Server Error"),
        ] {
            let outcome = outcome(status, body);
            assert!(outcome.starts_with(&expected.chars().take(26).collect::<String>()), "{status} {body}: {outcome}");
        }
    }

    #[test]
    fn an_app_without_a_usable_id_or_secret_is_refused_and_the_secret_not_shown() {
        for (id, secret) in [("", None), ("with space", None), ("id", Some("")), ("id", Some("hush hush\n"))] {
            let error = App::new(id, secret.map(|secret| Secret::from(secret.to_owned()))).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
        }
        let app = App::new("id", Some(Secret::from("hush".to_owned()))).unwrap();
        assert!(!format!("{app:?}").contains("hush"));
    }
}
