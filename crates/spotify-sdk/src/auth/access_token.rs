//! [`AccessToken`]: the secret that a request is made with, and the provider that always gives that one.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::HeaderValue;

use super::{AuthContext, AuthProvider, TokenOwner};
use crate::error::{BoxError, Result};
use crate::invalid_input::InvalidInput;
use crate::secret::Secret;

/// An access token: what Spotify's Accounts service gave for an app, or for a user who consented to it.
///
/// It is a provider too: a client made with it sends this token until Spotify refuses it, which it does an hour after
/// giving it. `Debug` does not show it, and its memory is overwritten when the last clone is dropped.
///
/// See [access token](https://developer.spotify.com/documentation/web-api/concepts/access-token).
#[derive(Clone)]
pub struct AccessToken {
    inner: Arc<Inner>,
    /// Whether another holder of the same sign-in has got it from Spotify.
    shared: bool,
}

struct Inner {
    secret: Secret,
    /// That of the sign-in, where a provider of the SDK's gave the token; else the hash of the secret, once it has been asked for.
    owner: OnceLock<TokenOwner>,
}

impl AccessToken {
    /// Takes a token as Spotify gave it, without `Bearer`.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is empty or holds anything but visible ASCII characters: a line end from a file is the
    /// usual case. The error does not show the token.
    pub fn new(token: impl Into<Secret>) -> Result<Self> {
        let secret = token.into();
        let token = secret.expose();
        let complaint = if token.is_empty() {
            "it is empty"
        } else if token.contains(['\n', '\r']) {
            "it holds a line end, as text read from a file does: trim it"
        } else if token.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("bearer ")) {
            "it begins with `Bearer`, which is not part of the token"
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            "it holds white space or characters that no token has"
        } else {
            return Ok(Self { inner: Arc::new(Inner { secret, owner: OnceLock::new() }), shared: false });
        };
        Err(InvalidInput::new("access token", complaint).into())
    }

    /// The token itself. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.inner.secret.expose()
    }

    /// The same token, marked as one that another holder of the same sign-in has got.
    pub(super) fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The same token, as one of `owner`'s.
    pub(super) fn owned_by(self, owner: TokenOwner) -> Self {
        let inner = Inner { secret: self.inner.secret.clone(), owner: OnceLock::from(owner) };
        Self { inner: Arc::new(inner), ..self }
    }

    /// The value of the `Authorization` header, marked as sensitive, so that HTTP libraries do not print it.
    pub(crate) fn header(&self) -> Result<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.expose()))
            .map_err(|_| InvalidInput::new("access token", "it cannot be put into a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl AuthProvider for AccessToken {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(self.clone())
    }

    /// That of the user or the app for whom [`ClientCredentials`](super::ClientCredentials) or
    /// [`AuthorizationCode`](super::AuthorizationCode) gave the token. Any other token is an owner of its own, the same in every
    /// process.
    fn owner(&self) -> Option<TokenOwner> {
        Some(*self.inner.owner.get_or_init(|| TokenOwner::of(&[b"token", self.expose().as_bytes()])))
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.expose() == other.expose()
    }
}

impl Eq for AccessToken {}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}
