//! The log of every request that an emulator has received.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method};

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
    /// The body; empty when there was none. A very long one may be cut, see [`body_length`](Self::body_length).
    pub body: Bytes,
    /// How many bytes the body had. It is more than [`body`](Self::body) has where the log had no room for all of it.
    pub body_length: usize,
}

impl SeenRequest {
    /// Everything is copied: the parts of a request share the buffer in which it arrived, and would keep all of it.
    fn new(parts: &Parts, body: &[u8], longest_body: usize) -> Self {
        let mut headers = HeaderMap::with_capacity(parts.headers.len());
        for (name, value) in &parts.headers {
            // What was a value before is one again.
            if let (Ok(own_name), Ok(mut own)) =
                (HeaderName::from_bytes(name.as_str().as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
            {
                own.set_sensitive(SECRET_HEADERS.contains(name));
                headers.append(own_name, own);
            }
        }
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers,
            body: Bytes::copy_from_slice(&body[..body.len().min(longest_body)]),
            body_length: body.len(),
        }
    }

    /// Whether the log had no room for the whole body.
    pub fn is_body_cut(&self) -> bool {
        self.body.len() < self.body_length
    }

    /// About how many bytes it takes in memory.
    fn size(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let places = self.headers.capacity() * size_of::<(HeaderName, HeaderValue, usize)>();
        let texts = self.path.len() + self.query.as_deref().map_or(0, str::len) + self.body.len();
        size_of::<Self>() + headers + places + texts
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
            .field("body", &format_args!("{} bytes", self.body_length))
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

/// How much a log remembers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogBounds {
    /// The number of requests.
    pub(crate) requests: usize,
    /// The bytes of all of them.
    pub(crate) bytes: usize,
}

/// One body takes at most this part of the log, so that it does not push out all that came before.
const PART_OF_ONE_BODY: usize = 4;

/// The latest requests, in the order in which they arrived.
#[derive(Debug)]
pub(crate) struct RequestLog {
    bounds: LogBounds,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    requests: VecDeque<(SeenRequest, usize)>,
    bytes: usize,
    dropped: usize,
}

impl Seen {
    /// Forgets the oldest until the rest and `more` are within the bounds.
    fn make_room(&mut self, bounds: LogBounds, more: usize) {
        while self.requests.len() >= bounds.requests || self.bytes + more > bounds.bytes {
            let Some((_, size)) = self.requests.pop_front() else {
                return;
            };
            self.bytes -= size;
            self.dropped += 1;
        }
    }
}

impl RequestLog {
    pub(crate) fn new(bounds: LogBounds) -> Self {
        Self { bounds, seen: Mutex::default() }
    }

    pub(crate) fn record(&self, parts: &Parts, body: &[u8]) {
        let request = SeenRequest::new(parts, body, self.bounds.bytes / PART_OF_ONE_BODY);
        let size = request.size();
        let mut seen = self.lock();
        if self.bounds.requests == 0 || size > self.bounds.bytes {
            seen.dropped += 1;
            return;
        }
        seen.make_room(self.bounds, size);
        seen.bytes += size;
        seen.requests.push_back((request, size));
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        self.lock().requests.iter().map(|(request, _)| request.clone()).collect()
    }

    /// The requests, and nothing of them is kept.
    pub(crate) fn take(&self) -> Vec<SeenRequest> {
        std::mem::take(&mut *self.lock()).requests.into_iter().map(|(request, _)| request).collect()
    }

    /// How many have been forgotten for want of room since the log was last emptied.
    pub(crate) fn dropped(&self) -> usize {
        self.lock().dropped
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().requests.len()
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Seen::default();
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_the_query_is_not_shown() {
        assert_eq!(without_secrets("limit=5&access_token=secret&flag"), "limit=5&access_token=…&flag");
    }

    fn parts(headers: usize) -> Parts {
        let request = http::Request::builder().uri("/v1/me").header("x-long", "x".repeat(headers));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_request_that_has_no_room_at_all_pushes_out_none_of_those_before() {
        let log = RequestLog::new(LogBounds { requests: 10, bytes: 10_000 });
        log.record(&parts(10), b"");
        log.record(&parts(20_000), b"");
        assert_eq!((log.len(), log.dropped()), (1, 1));
        log.record(&parts(9_500), b"");
        assert_eq!((log.len(), log.dropped()), (1, 2), "one that has room pushes out the oldest");
    }
}
