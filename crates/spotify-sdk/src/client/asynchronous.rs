//! [`AsyncSpotifyClient`].

use std::fmt;

use serde::de::DeserializeOwned;

use super::builder::sealed::FromInner;
use super::{ClientBuilder, env};
use crate::auth::{AccessToken, AuthProvider, ClientCredentials, Secret};
use crate::call::{Call, ClientInner, HasInner};
use crate::definition::{Operation, Request, ResponseBody};
use crate::error::Result;
use crate::http::BoxFuture;
use crate::ids::SpotifyUri;
use crate::pipeline::Response;

/// The async client of the Spotify Web API. It needs a tokio runtime.
///
/// Clones are cheap and share everything: connections, rate limit and token. A client made by
/// [`with_auth`](Self::with_auth) shares everything except the token.
///
/// ```no_run
/// use spotify_sdk::AsyncSpotifyClient;
///
/// # async fn example() -> spotify_sdk::Result<()> {
/// let client = AsyncSpotifyClient::new("BQ…")?;
/// let album = client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").await?;
/// println!("{}", album.name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AsyncSpotifyClient {
    inner: ClientInner,
}

impl AsyncSpotifyClient {
    /// Creates a client with the default settings that sends `access_token` until it expires, one hour after Spotify
    /// issued it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) if the token is malformed.
    pub fn new(access_token: impl Into<Secret>) -> Result<Self> {
        Self::builder(AccessToken::new(access_token)?).build()
    }

    /// Returns a builder for a client whose tokens come from `auth`.
    pub fn builder(auth: impl AuthProvider) -> ClientBuilder<Self> {
        ClientBuilder::new(auth)
    }

    /// Creates a client for the app itself, without a user: see [`ClientCredentials`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) if the id or the secret is malformed.
    pub fn from_client_credentials(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Result<Self> {
        Self::builder(ClientCredentials::new(client_id, client_secret)?).build()
    }

    /// Creates a client from environment variables: with the token in `SPOTIFY_SDK_ACCESS_TOKEN` or, without one, for
    /// the app itself with `SPOTIFY_SDK_CLIENT_ID` and `SPOTIFY_SDK_CLIENT_SECRET`. `SPOTIFY_SDK_BASE_URL` and
    /// `SPOTIFY_SDK_ACCOUNTS_URL` override the addresses, for tests and emulators. No `.env` file is read. For a user
    /// who signs in, see [`AuthorizationCode::from_env`](crate::auth::AuthorizationCode::from_env).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput), which names the variable that is missing or invalid.
    pub fn from_env() -> Result<Self> {
        Self::builder_from_env()?.build()
    }

    /// Returns a builder that is configured from the same environment variables as [`from_env`](Self::from_env), for
    /// clients that need more settings.
    ///
    /// # Errors
    /// Same as [`from_env`](Self::from_env).
    pub fn builder_from_env() -> Result<ClientBuilder<Self>> {
        env::builder()
    }

    /// Returns the item that a link names. A short link, `https://spotify.link/…`, is resolved with a request without a
    /// token, and one more for each short link that it redirects to. Any other link and any URI is parsed without a
    /// request.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) if the link names no item; [`Connection`](crate::Error::Connection)
    /// and [`Timeout`](crate::Error::Timeout) if a short link cannot be resolved.
    pub async fn resolve_link(&self, link: &str) -> Result<SpotifyUri> {
        self.inner.resolve_link(link).await
    }

    /// Waits until a call would be sent at once: until the wait that Spotify asked for is over and the rate budget has
    /// room. For programs that can do other work in the meantime; calls wait on their own.
    pub async fn wait_for_rate_limit(&self) {
        self.inner.wait_for_rate_limit().await;
    }

    /// Removes all responses of this client's user from the [cache](crate::cache): when they leave the app. Call it before they are
    /// signed out, while it is known who they are. Does nothing without a cache.
    ///
    /// # Errors
    /// [`Provider`](crate::Error::Provider) if the store fails: responses may be left. Any error of the auth provider that keeps it
    /// from saying whose tokens it gives.
    #[cfg(feature = "cache")]
    pub async fn forget_user(&self) -> Result<()> {
        self.inner.forget_user().await
    }

    /// Drops this handle. The connections are closed once the last clone and sibling is dropped and its calls have
    /// completed.
    #[allow(clippy::unused_async)]
    pub async fn close(self) {}
}

impl FromInner for AsyncSpotifyClient {
    fn from_inner(inner: ClientInner) -> Result<Self> {
        Ok(Self { inner })
    }
}

impl HasInner for AsyncSpotifyClient {
    fn inner(&self) -> &ClientInner {
        &self.inner
    }

    fn with_inner(&self, inner: ClientInner) -> Self {
        Self { inner }
    }
}

impl fmt::Debug for AsyncSpotifyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncSpotifyClient").field(&self.inner).finish()
    }
}

impl<Op: Operation> Call<AsyncSpotifyClient, Op> {
    /// Sends the request, and retries it where the settings allow. Awaiting the call does the same.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error).
    pub async fn send(self) -> Result<Op::Output> {
        self.client.inner.call_with_progress(&self.operation?, &self.options, &self.progress).await
    }

    /// Like [`send`](Self::send), and returns the whole response: status, headers and the unmodified body beside the
    /// decoded value.
    ///
    /// # Errors
    /// Same as [`send`](Self::send); [`InvalidInput`](crate::Error::InvalidInput) for an operation that takes several
    /// requests, and so has no single response.
    pub async fn send_raw(self) -> Result<Response<Op::Output>> {
        let operation = self.operation?;
        let (request, response_body) = (Request::only(&operation, "send_raw")?, operation.response_body());
        self.client.inner.run(request, response_body, &self.options).await?.into_response(response_body)
    }

    /// Like [`send`](Self::send), but deserializes the body of the response as JSON into a type of the caller's: for
    /// partial objects, or for more than the SDK's models hold.
    ///
    /// # Errors
    /// Same as [`send_raw`](Self::send_raw); [`Decode`](crate::Error::Decode) if the body does not fit `T`.
    pub async fn send_as<T: DeserializeOwned>(self) -> Result<T> {
        let request = Request::only(&self.operation?, "send_as")?;
        self.client.inner.run(request, ResponseBody::Json, &self.options).await?.decode(ResponseBody::Json)
    }
}

impl<Op> IntoFuture for Call<AsyncSpotifyClient, Op>
where
    Op: Operation + Send + Sync + 'static,
    Op::Output: Send,
{
    type Output = Result<Op::Output>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
