//! [`from_fn`]: a provider from a closure.

use std::fmt;

use super::{AccessToken, AuthContext, AuthProvider};
use crate::error::BoxError;

/// A provider that asks a closure for each token. The closure is asked before every attempt, so it keeps its token. It may fail
/// with any error.
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
pub fn from_fn<F, Fut, E>(token: F) -> FromFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AccessToken, E>> + Send + 'static,
    E: Into<BoxError>,
{
    FromFn(token)
}

/// A provider from a closure. Made by [`from_fn`].
#[derive(Clone)]
pub struct FromFn<F>(F);

impl<F, Fut, E> AuthProvider for FromFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AccessToken, E>> + Send + 'static,
    E: Into<BoxError>,
{
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        (self.0)().await.map_err(Into::into)
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}
