//! A request that the emulator received.

use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method};

const SECRET_HEADERS: [HeaderName; 3] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];

/// A request that the emulator received.
///
/// `Debug` omits access tokens and the body, so it is safe in logs and failed assertions.
#[derive(Clone)]
#[non_exhaustive]
pub struct SeenRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path, with the `/v1` of the Web API, percent-encoded as it was sent.
    pub path: String,
    /// The query, percent-encoded as it was sent; `None` without a `?`.
    pub query: Option<String>,
    /// All headers. Those with secrets are marked as sensitive, so `Debug` omits their values.
    pub headers: HeaderMap,
    /// The body; empty if there was none. A very long one may be truncated, see [`body_length`](Self::body_length).
    pub body: Bytes,
    /// The length of the body in bytes; more than that of [`body`](Self::body) if the log truncated it.
    pub body_length: usize,
}

impl SeenRequest {
    /// Copies everything: the parts of a request share the buffer in which it arrived, and would keep all of it in memory.
    pub(super) fn new(parts: &Parts, body: &[u8], longest_body: usize) -> Self {
        let mut headers = HeaderMap::with_capacity(parts.headers.len());
        for (name, value) in &parts.headers {
            // A valid name or value stays valid.
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

    /// Whether the log truncated the body.
    pub fn is_body_cut(&self) -> bool {
        self.body.len() < self.body_length
    }

    /// The approximate memory that it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let places = self.headers.capacity() * size_of::<(HeaderName, HeaderValue, usize)>();
        let texts = self.path.len() + self.query.as_deref().map_or(0, str::len) + self.body.len();
        size_of::<Self>() + headers + places + texts
    }

    /// The value of the header `name` as text; the first value if it was sent more than once. `None` if it was not sent or is
    /// not printable ASCII.
    pub fn header(&self, name: impl AsRef<str>) -> Option<&str> {
        self.headers.get(name.as_ref())?.to_str().ok()
    }

    /// The access token of the request; `None` without an `Authorization: Bearer` header.
    pub fn bearer_token(&self) -> Option<&str> {
        let (scheme, token) = self.header(AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

impl SeenRequest {
    pub(crate) fn query_without_secrets(&self) -> Option<String> {
        self.query.as_deref().map(without_secrets)
    }

    /// The body as text, without the secrets of forms.
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

/// Whether a parameter with this name contains a secret: a token, or something that the Accounts service exchanges for
/// one.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "secret", "verifier", "password"].iter().any(|word| name.contains(word)) || name == "code"
}

/// A query without the values of secret parameters.
fn without_secrets(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}=…"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_the_query_is_not_shown() {
        assert_eq!(without_secrets("limit=5&access_token=secret&flag"), "limit=5&access_token=…&flag");
    }
}
