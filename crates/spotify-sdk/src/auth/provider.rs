//! The port between a client and what knows the access token: [`AuthProvider`].

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{AccessToken, SharedTokenCache, TokenOwner};
use crate::error::BoxError;
#[cfg(doc)]
use crate::error::Error;
use crate::http::{BoxFuture, SharedHttpClient};
use crate::observe::{Event, Observer, TokenSource};
use crate::rate_limit::Quotas;

/// Gives the access tokens that a client's requests are made with.
///
/// A client asks before each attempt, so a provider keeps its token and gives it again until it is about to expire. All
/// clones of a client share one provider, and ask it at the same time from many tasks.
///
/// Implement it with `async fn` and `?`: any error will do. An [`Error`] of the SDK reaches the caller as it is, and any other
/// error as [`Error::Provider`]. [`SharedAuthProvider`] is a handle to any provider.
///
/// ```
/// use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider};
/// use spotify_sdk::{BoxError, SpotifyClient};
///
/// /// Tokens that another service of ours writes into a file.
/// struct FromFile(std::path::PathBuf);
///
/// impl AuthProvider for FromFile {
///     async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
///         let token = std::fs::read_to_string(&self.0)?;
///         Ok(AccessToken::new(token.trim())?)
///     }
/// }
///
/// let client = SpotifyClient::builder(FromFile("token.txt".into())).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[doc(alias("TokenProvider", "get_access_token"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give access tokens",
    note = "a token that you have is given as `AccessToken::new(token)?`; `auth` has providers for apps and for users who sign in"
)]
pub trait AuthProvider: Send + Sync + 'static {
    /// The token to send now.
    ///
    /// # Errors
    /// Any error that keeps the provider from giving one. The call ends with it.
    fn token(&self, context: &AuthContext) -> impl Future<Output = Result<AccessToken, BoxError>> + Send;

    /// Spotify answered 401 to `rejected`: is there a newer token? The request is sent once more if there is, and ends
    /// with [`Error::Authentication`] on `None`, which is the default. Many tasks may report the same token: one new token
    /// serves them all.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    #[doc(alias = "refresh_token")]
    fn refresh(
        &self,
        rejected: &AccessToken,
        context: &AuthContext,
    ) -> impl Future<Output = Result<Option<AccessToken>, BoxError>> + Send {
        let _ = (rejected, context);
        std::future::ready(Ok(None))
    }

    /// Whose tokens these are, which separates one user's requests and stored responses from those of others. The client asks
    /// before each call, so an answer takes no time and no I/O, and the owner changes together with the tokens when they become those
    /// of another user. `None` where that is not known, or not before there is a token. Default: `None`: then each token is an owner
    /// of its own.
    fn owner(&self) -> Option<TokenOwner> {
        None
    }

    /// Whether [`owner`](Self::owner) names the owner once the provider has given a token, if it does not yet. A client that has
    /// middleware then fetches a token before each call whose owner is not known. Default: `false`.
    fn names_owner(&self) -> bool {
        false
    }

    /// The client id of the app whose tokens these are: Spotify counts the requests of all its users together. Default: `None`,
    /// for a provider that does not know it.
    fn client_id(&self) -> Option<&str> {
        None
    }

    /// Offers a token cache that several machines share. A provider that keeps tokens, and was not given a cache of its own,
    /// keeps them there from now on; one that has been given a cache ignores the offer. The cache is not read before the next
    /// call. Default: does nothing.
    fn share_tokens(&self, cache: &SharedTokenCache) {
        let _ = cache;
    }
}

impl<P: AuthProvider> AuthProvider for Arc<P> {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        (**self).token(context).await
    }

    async fn refresh(&self, rejected: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
        (**self).refresh(rejected, context).await
    }

    fn owner(&self) -> Option<TokenOwner> {
        (**self).owner()
    }

    fn names_owner(&self) -> bool {
        (**self).names_owner()
    }

    fn client_id(&self) -> Option<&str> {
        (**self).client_id()
    }

    fn share_tokens(&self, cache: &SharedTokenCache) {
        (**self).share_tokens(cache);
    }
}

/// [`AuthProvider`] with futures in boxes, so that providers of different types stand behind one handle.
trait ErasedAuthProvider: Send + Sync {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<AccessToken, BoxError>>;

    fn refresh<'a>(
        &'a self,
        rejected: &'a AccessToken,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<Option<AccessToken>, BoxError>>;

    fn owner(&self) -> Option<TokenOwner>;

    fn names_owner(&self) -> bool;

    fn client_id(&self) -> Option<&str>;

    fn share_tokens(&self, cache: &SharedTokenCache);
}

impl<P: AuthProvider> ErasedAuthProvider for P {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<AccessToken, BoxError>> {
        Box::pin(AuthProvider::token(self, context))
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a AccessToken,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<Option<AccessToken>, BoxError>> {
        Box::pin(AuthProvider::refresh(self, rejected, context))
    }

    fn owner(&self) -> Option<TokenOwner> {
        AuthProvider::owner(self)
    }

    fn names_owner(&self) -> bool {
        AuthProvider::names_owner(self)
    }

    fn client_id(&self) -> Option<&str> {
        AuthProvider::client_id(self)
    }

    fn share_tokens(&self, cache: &SharedTokenCache) {
        AuthProvider::share_tokens(self, cache);
    }
}

/// A handle to an [`AuthProvider`] of any type: for a field, or a list of several. Clones share the provider.
///
/// ```
/// use spotify_sdk::AsyncSpotifyClient;
/// use spotify_sdk::auth::{AccessToken, ClientCredentials, SharedAuthProvider};
///
/// let auth = match std::env::var("TOKEN") {
///     Ok(token) => SharedAuthProvider::new(AccessToken::new(token)?),
///     Err(_) => SharedAuthProvider::new(ClientCredentials::new("client-id", "client-secret")?),
/// };
/// let client = AsyncSpotifyClient::builder(auth).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedAuthProvider(Arc<dyn ErasedAuthProvider>);

impl SharedAuthProvider {
    /// A handle to `provider`. What is a handle already stays the same.
    pub fn new(provider: impl AuthProvider) -> Self {
        match (&provider as &dyn Any).downcast_ref::<Self>() {
            Some(shared) => shared.clone(),
            None => Self(Arc::new(provider)),
        }
    }
}

impl AuthProvider for SharedAuthProvider {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        self.0.token(context).await
    }

    async fn refresh(&self, rejected: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
        self.0.refresh(rejected, context).await
    }

    fn owner(&self) -> Option<TokenOwner> {
        self.0.owner()
    }

    fn names_owner(&self) -> bool {
        self.0.names_owner()
    }

    fn client_id(&self) -> Option<&str> {
        self.0.client_id()
    }

    fn share_tokens(&self, cache: &SharedTokenCache) {
        self.0.share_tokens(cache);
    }
}

impl fmt::Debug for SharedAuthProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedAuthProvider")
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

impl fmt::Debug for AuthContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthContext")
            .field("accounts_url", &self.accounts_url.as_str())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "reqwest"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::auth::{AuthorizationCode, TokenInfo};

    fn context() -> AuthContext {
        AuthContext {
            accounts_url: Url::parse("https://accounts.spotify.com/").unwrap(),
            http: crate::http::default_http().unwrap(),
            timeout: Duration::from_secs(30),
            observer: None,
            quotas: Arc::default(),
        }
    }

    /// The number of allocations that a token at hand costs, through a handle.
    fn allocations(provider: &SharedAuthProvider, context: &AuthContext) -> u64 {
        let cost = allocation_counter::measure(|| {
            let ready = pin!(AuthProvider::token(provider, context)).poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(ready, Poll::Ready(Ok(_))));
        });
        cost.count_total
    }

    #[tokio::test]
    async fn a_token_at_hand_costs_one_allocation() {
        let context = context();
        let token = || AccessToken::new("BQtoken").unwrap();
        let auth = AuthorizationCode::pkce("client-id", "http://127.0.0.1/callback").build().unwrap();
        let expires_at = Timestamp::now() + SignedDuration::from_hours(1);
        auth.import(TokenInfo::new(token(), expires_at)).await.unwrap();
        for provider in [SharedAuthProvider::new(auth), SharedAuthProvider::new(token())] {
            assert_eq!(allocations(&provider, &context), 1);
            assert_eq!(allocations(&SharedAuthProvider::new(provider), &context), 1, "a handle to a handle");
        }
    }
}
