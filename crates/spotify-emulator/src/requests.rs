//! The log of every request that an emulator has received.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderName, Method};

const SECRET_HEADERS: [HeaderName; 3] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];

/// One request as the emulator received it.
///
/// Its `Debug` output shows neither the access token nor the body, so that it is safe in a log or a failed assertion.
#[derive(Clone)]
#[non_exhaustive]
pub struct SeenRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path with its leading `/v1` where it is one of the Web API, percent-encoded as it was sent.
    pub path: String,
    /// What followed the `?`, percent-encoded as it was sent; `None` without a `?`.
    pub query: Option<String>,
    /// Every header. Those that carry secrets are marked sensitive, so that `Debug` does not show their values.
    pub headers: HeaderMap,
    /// The whole body; empty when there was none.
    pub body: Bytes,
}

impl SeenRequest {
    fn new(parts: &Parts, body: Bytes) -> Self {
        let mut headers = parts.headers.clone();
        for name in &SECRET_HEADERS {
            if let http::header::Entry::Occupied(mut entry) = headers.entry(name) {
                for value in entry.iter_mut() {
                    value.set_sensitive(true);
                }
            }
        }
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers,
            body,
        }
    }

    /// The value of the header `name` as text: `None` when it was not sent or is not printable ASCII, the first value
    /// when it was sent more than once.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The access token that came with the request: `None` without an `Authorization: Bearer` header.
    pub fn bearer_token(&self) -> Option<&str> {
        let (scheme, token) = self.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

impl SeenRequest {
    pub(crate) fn query_without_secrets(&self) -> Option<String> {
        self.query.as_deref().map(without_secrets)
    }

    /// The body as text, and without what a form exchanges with the Accounts service.
    pub(crate) fn body_without_secrets(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let is_form = self.header("content-type").is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
        if is_form { without_secrets(&text) } else { text.into_owned() }
    }
}

impl fmt::Debug for SeenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query_without_secrets())
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Whether a parameter of this name carries a secret: a token, which a client may put there by mistake, or what the
/// Accounts service exchanges for one.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "secret", "verifier", "password"].iter().any(|word| name.contains(word)) || name == "code"
}

/// A query in which the values of those parameters are left out that carry secrets.
fn without_secrets(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}=…"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The latest requests, in the order in which they arrived.
#[derive(Debug)]
pub(crate) struct RequestLog {
    kept: usize,
    seen: Mutex<VecDeque<SeenRequest>>,
}

impl RequestLog {
    /// A log of the latest `kept` requests.
    pub(crate) fn new(kept: usize) -> Self {
        Self { kept, seen: Mutex::default() }
    }

    pub(crate) fn record(&self, parts: &Parts, body: Bytes) {
        if self.kept == 0 {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        while seen.len() >= self.kept {
            seen.pop_front();
        }
        seen.push_back(SeenRequest::new(parts, body));
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn take(&self) -> Vec<SeenRequest> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }

    pub(crate) fn len(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(crate) fn clear(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_the_query_is_not_shown() {
        assert_eq!(without_secrets("limit=5&access_token=secret&flag"), "limit=5&access_token=…&flag");
    }
}
