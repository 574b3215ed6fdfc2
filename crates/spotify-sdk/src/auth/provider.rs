//! The seam between a client and whatever knows the access token.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{AccessToken, TokenOwner};
use crate::error::Result;
use crate::http::{BoxFuture, SharedHttpClient};
use crate::observe::{Event, Observer, TokenSource};
use crate::rate_limit::Quotas;

/// Gives the access tokens that a client's requests are made with.
///
/// A client asks before each attempt, so a provider keeps its token and gives it again until it is about to expire. All
/// clones of a client share one provider, and ask it at the same time from many tasks.
///
/// ```
/// use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider};
/// use spotify_sdk::{BoxFuture, Result, SpotifyClient};
///
/// /// Tokens that another service of ours hands out.
/// #[derive(Debug)]
/// struct FromOurVault;
///
/// impl AuthProvider for FromOurVault {
///     fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<AccessToken>> {
///         Box::pin(async { AccessToken::new("BQ…".replace('…', "C0ffee")) })
///     }
/// }
///
/// let client = SpotifyClient::builder(FromOurVault).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give access tokens",
    note = "a token that you have is given as `AccessToken::new(token)?`; `auth` has providers for apps and for users who sign in"
)]
pub trait AuthProvider: Send + Sync + 'static {
    /// The token to send now.
    ///
    /// # Errors
    /// Whatever keeps the provider from giving one; the call ends with it. [`Error::Provider`](crate::Error::Provider)
    /// takes any error of the provider's own.
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<AccessToken>>;

    /// Spotify answered 401 to `rejected`: is there a newer token? The request is sent once more if there is, and ends
    /// with [`Error::Authentication`](crate::Error::Authentication) on `None`, which is what this does unless written
    /// otherwise. Many tasks may report the same token: one new token serves them all.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    fn refresh<'a>(
        &'a self,
        rejected: &'a AccessToken,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<Option<AccessToken>>> {
        let _ = (rejected, context);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Whose tokens these are, which separates one user's requests and stored responses from those of others. It is asked before
    /// each call, and must change when the tokens become those of another user. `None`, which is what this gives unless written
    /// otherwise, makes each client that is built with the provider an owner of its own.
    fn owner(&self) -> Option<TokenOwner> {
        None
    }
}

impl<P: AuthProvider + ?Sized> AuthProvider for Arc<P> {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<AccessToken>> {
        (**self).token(context)
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a AccessToken,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<Option<AccessToken>>> {
        (**self).refresh(rejected, context)
    }

    fn owner(&self) -> Option<TokenOwner> {
        (**self).owner()
    }
}

/// What a client lends its provider: where the Accounts service is, and the client's own way of reaching it.
#[derive(Clone)]
pub struct AuthContext {
    pub(crate) accounts_url: Url,
    pub(crate) http: SharedHttpClient,
    pub(crate) timeout: Duration,
    pub(crate) observer: Option<Arc<Observer>>,
    pub(crate) quotas: Arc<Quotas>,
}

impl AuthContext {
    /// The base URL of the Accounts service: `https://accounts.spotify.com/` unless the client was told another.
    pub fn accounts_url(&self) -> &Url {
        &self.accounts_url
    }

    /// The client's HTTP client.
    pub fn http(&self) -> &SharedHttpClient {
        &self.http
    }

    /// Says where a token came from.
    pub(super) fn observe(&self, source: TokenSource) {
        self.tell(&Event::Token(source));
    }

    /// Tells the client's observer, if it has one.
    pub(super) fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }

    /// How long one request may take, body and all.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl std::fmt::Debug for AuthContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthContext")
            .field("accounts_url", &self.accounts_url.as_str())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
