//! [`AsyncSpotifyClient`].

use std::fmt;

use serde::de::DeserializeOwned;

use super::builder::sealed::FromInner;
use super::{ClientBuilder, env};
use crate::auth::{AccessToken, AuthProvider, ClientCredentials, Secret};
use crate::call::{Call, ClientInner, HasInner};
use crate::error::Result;
use crate::http::BoxFuture;
use crate::ids::SpotifyUri;
use crate::operation::{Operation, Request, ResponseBody};
use crate::pipeline::Response;

/// The async client of the Spotify Web API. It needs a tokio runtime.
///
/// Clones are cheap and share everything: connections, rate limit, token. So does a client made by
/// [`with_auth`](Self::with_auth), but for the token.
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
    /// A client with the default settings that sends `access_token` until it expires, one hour after Spotify gave it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) for a token that cannot be one.
    pub fn new(access_token: impl Into<Secret>) -> Result<Self> {
        Self::builder(AccessToken::new(access_token)?).build()
    }

    /// The settings of a client whose tokens come from `auth`.
    pub fn builder(auth: impl AuthProvider) -> ClientBuilder<Self> {
        ClientBuilder::new(auth)
    }

    /// A client for the app itself, without a user: see [`ClientCredentials`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) for an id or a secret that cannot be one.
    pub fn from_client_credentials(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Result<Self> {
        Self::builder(ClientCredentials::new(client_id, client_secret)?).build()
    }

    /// A client from the environment: with the token in `SPOTIFY_SDK_ACCESS_TOKEN`, or else for the app itself with
    /// `SPOTIFY_SDK_CLIENT_ID` and `SPOTIFY_SDK_CLIENT_SECRET`. For tests and emulators the addresses are in
    /// `SPOTIFY_SDK_BASE_URL` and `SPOTIFY_SDK_ACCOUNTS_URL`. No `.env` file is read. For a user who signs in, see
    /// [`AuthorizationCode::from_env`](crate::auth::AuthorizationCode::from_env).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput), naming the variable that is missing or cannot be used.
    pub fn from_env() -> Result<Self> {
        Self::builder_from_env()?.build()
    }

    /// The settings of a client whose token and addresses come from the environment, as [`from_env`](Self::from_env) reads
    /// them: for more settings before it is built.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn builder_from_env() -> Result<ClientBuilder<Self>> {
        env::builder()
    }

    /// What a link names. A short link, `https://spotify.link/…`, says so only when it is asked: that takes a request
    /// without a token, or one more where it leads to another. Any other link and any URI is read without one.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) when it names no item; [`Connection`](crate::Error::Connection) and
    /// [`Timeout`](crate::Error::Timeout) when a short link cannot be asked.
    pub async fn resolve_link(&self, link: &str) -> Result<SpotifyUri> {
        self.inner.resolve_link(link).await
    }

    /// Waits until a call would be sent at once: until Spotify's wait is over, and there is room in the budget. For programs
    /// that have something else to do meanwhile; calls wait by themselves.
    pub async fn wait_for_rate_limit(&self) {
        self.inner.wait_for_rate_limit().await;
    }

    /// Gives this handle up. The connections are closed when the last clone and sibling is gone and its calls are over.
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
    /// Sends the request, and again where the settings allow it. `.await` on the call does the same.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error).
    pub async fn send(self) -> Result<Op::Output> {
        self.client.inner.call_with_progress(&self.operation, &self.options, &self.progress).await
    }

    /// As [`send`](Self::send), with everything that Spotify sent: status, headers and the body's own bytes beside the
    /// decoded value.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`InvalidInput`](crate::Error::InvalidInput) for an operation that takes several requests,
    /// whose responses are not one.
    pub async fn send_raw(self) -> Result<Response<Op::Output>> {
        let request = Request::only(&self.operation, "send_raw")?;
        self.client.inner.run(request, Op::RESPONSE_BODY, &self.options).await?.into_response(Op::RESPONSE_BODY)
    }

    /// As [`send`](Self::send), but reads the body of the response as JSON into a type of the caller's: for partial
    /// objects, or for more than the SDK's models hold.
    ///
    /// # Errors
    /// As [`send_raw`](Self::send_raw); [`Decode`](crate::Error::Decode) when the body does not fit `T`.
    pub async fn send_as<T: DeserializeOwned>(self) -> Result<T> {
        let request = Request::only(&self.operation, "send_as")?;
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
