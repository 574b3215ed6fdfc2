//! [`from_fn`]: a provider from a closure.

use std::fmt;

use super::{AccessToken, AuthContext, AuthProvider};
use crate::error::Result;
use crate::http::BoxFuture;

/// A provider that asks a closure for each token. The closure is asked before every attempt, so it keeps its token.
///
/// ```
/// use spotify_sdk::AsyncSpotifyClient;
/// use spotify_sdk::auth::{AccessToken, from_fn};
///
/// let vault = std::sync::Arc::new(std::sync::Mutex::new("BQtoken".to_owned()));
/// let auth = from_fn(move || {
///     let token = vault.lock().unwrap().clone();
///     async move { AccessToken::new(token) }
/// });
/// let client = AsyncSpotifyClient::builder(auth).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
pub fn from_fn<F, Fut>(token: F) -> FromFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AccessToken>> + Send + 'static,
{
    FromFn(token)
}

/// A provider from a closure. Made by [`from_fn`].
#[derive(Clone)]
pub struct FromFn<F>(F);

impl<F, Fut> AuthProvider for FromFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AccessToken>> + Send + 'static,
{
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<AccessToken>> {
        Box::pin((self.0)())
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}
