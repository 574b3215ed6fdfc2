//! [`AuthorizationCode`]: tokens for a user who has signed in.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

#[cfg(doc)]
use super::cache::InMemoryTokenCache;
use super::cache::{SharedTokenCache, TokenCache, TokenKey};
use super::endpoint::{App, Grant, Refusal};
use super::pkce::random_text;
use super::pulse::apart;
use super::redirect::check_redirect_uri;
use super::request::{AuthorizationRequest, AuthorizationResponse};
use super::task::AuthTask;
#[cfg(feature = "loopback")]
use super::token_manager::is_fresh;
use super::token_manager::{REFRESH_MARGIN, TokenManager};
use super::user::UserSource;
use super::{AccessToken, AuthContext, AuthProvider, Scope, TokenInfo, TokenOwner};
use crate::error::{BoxError, Error, Result};
use crate::http::{ACCOUNTS_URL, BaseUrl, HttpClient, SharedHttpClient};
use crate::options::CallOptions;
use crate::secret::Secret;

/// How long what is done without a client may wait for the cache, or for the Accounts service.
fn limit() -> Duration {
    CallOptions::default().timeout
}

/// Tokens for a user who has signed in: the Authorization Code flow, with PKCE or with the app's secret.
///
/// It signs a user in, keeps their token in a [`TokenCache`], and renews it: shortly before it expires and when Spotify
/// refuses it, once for all calls that wait. Clones share everything, so keep one to sign in with, and give one to a
/// client.
///
/// A refresh token that Spotify calls dead is dropped. Every call then ends with
/// [`ReauthorizationRequired`](crate::Error::ReauthorizationRequired), and nothing is sent until there is a new sign-in.
/// A transient failure, from a lost connection to a 503, leaves the token where it is.
///
/// See [Authorization Code](https://developer.spotify.com/documentation/web-api/tutorials/code-flow) and
/// [PKCE](https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow).
///
/// ```no_run
/// use spotify_sdk::AsyncSpotifyClient;
/// use spotify_sdk::auth::{AuthorizationCode, FileTokenCache, Scope};
///
/// # async fn example(response: &str) -> spotify_sdk::Result<()> {
/// let auth = AuthorizationCode::pkce("client id", "http://127.0.0.1:8888/callback")
///     .scopes([Scope::UserLibraryRead])
///     .cache(FileTokenCache::new("token.json"))
///     .build()?;
/// if auth.token_info().await?.is_none() {
///     let request = auth.authorization_request()?;
///     println!("Open {}", request.url());
///     // … and when the user has come back to the redirect URI:
///     auth.exchange(request.parse_response_url(response)?).await?;
/// }
/// let client = AsyncSpotifyClient::builder(auth.clone()).build()?;
/// # Ok(())
/// # }
/// ```
#[doc(alias("oauth", "oauth2", "SpotifyOAuth", "SpotifyPKCE", "AuthCodeSpotify", "login", "sign_in"))]
#[derive(Clone)]
pub struct AuthorizationCode {
    manager: Arc<TokenManager<UserSource>>,
    setup: Arc<Setup>,
}

/// What does not change with the token.
struct Setup {
    #[cfg(feature = "loopback")]
    refresh_margin: Duration,
    redirect_uri: String,
    accounts_url: Option<Url>,
    http: Option<SharedHttpClient>,
}

/// The settings of an [`AuthorizationCode`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct AuthorizationCodeBuilder {
    client_id: String,
    client_secret: Option<Secret>,
    redirect_uri: String,
    scopes: Vec<Scope>,
    user: String,
    cache: Option<SharedTokenCache>,
    refresh_margin: Duration,
    accounts_url: Option<String>,
    http: Option<SharedHttpClient>,
}

impl AuthorizationCode {
    /// For an app that cannot keep a secret, such as one on a desk or a phone: PKCE, with a verifier for each sign-in.
    pub fn pkce(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> AuthorizationCodeBuilder {
        AuthorizationCodeBuilder::new(client_id.into(), None, redirect_uri.into())
    }

    /// For an app that can keep its secret, such as a web server.
    #[doc(alias("client_secret", "SpotifyOAuth"))]
    pub fn with_secret(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        redirect_uri: impl Into<String>,
    ) -> AuthorizationCodeBuilder {
        AuthorizationCodeBuilder::new(client_id.into(), Some(client_secret.into()), redirect_uri.into())
    }

    /// From the environment: `SPOTIFY_SDK_CLIENT_ID`, `SPOTIFY_SDK_REDIRECT_URI`, and `SPOTIFY_SDK_CLIENT_SECRET` where
    /// the app has one; without it PKCE is used. `SPOTIFY_SDK_ACCOUNTS_URL` is for tests and emulators.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput), naming the variable that is missing or cannot be used.
    pub fn from_env() -> Result<AuthorizationCodeBuilder> {
        super::env::authorization_code()
    }

    /// A new authorization request, with a state of its own. Give [`url`](AuthorizationRequest::url) to the user's
    /// browser, and keep the request until they come back.
    ///
    /// # Errors
    /// [`Setup`](crate::Error::Setup) when the system has no random numbers.
    #[doc(alias("authorization_url", "authorize_url", "get_authorize_url", "login", "sign_in"))]
    pub fn authorization_request(&self) -> Result<AuthorizationRequest> {
        self.request_for(self.setup.redirect_uri.clone())
    }

    /// The kept token where it can be used, now or once it is renewed, as far as can be told without a request.
    #[cfg(feature = "loopback")]
    pub(super) async fn usable_token(&self) -> Result<Option<TokenInfo>> {
        let source = self.manager.source();
        let now = Timestamp::now();
        Ok(source.newest(limit()).await?.filter(|token| {
            let can_be_sent = token.refresh_token().is_some() || is_fresh(token, self.setup.refresh_margin);
            can_be_sent
                && source.key.is_covered_by(token.scopes())
                && token.reauthorize_by().is_none_or(|end| end > now)
        }))
    }

    /// The same with another redirect URI: the same address with a port.
    pub(super) fn request_for(&self, redirect_uri: String) -> Result<AuthorizationRequest> {
        let source = self.manager.source();
        let pkce = source.app.client_secret.is_none();
        let accounts_url = self.accounts_url()?;
        AuthorizationRequest::new(&accounts_url, &source.app.client_id, redirect_uri, &source.key.scopes, pkce)
    }

    /// Gets the user's first token for the response to an authorization request, and keeps it.
    ///
    /// # Errors
    /// [`BadRequest`](crate::Error::BadRequest) when Spotify does not take the code, which is good once and for ten
    /// minutes; and any error of the Accounts service, or of the cache that stores the token, which is then
    /// used until the program ends.
    #[doc(alias("exchange_code", "request_token", "get_access_token", "callback"))]
    pub fn exchange(&self, response: AuthorizationResponse) -> AuthTask<TokenInfo> {
        let auth = self.clone();
        AuthTask::new(async move {
            let source = auth.manager.source();
            let context = auth.context()?;
            let grant = Grant::AuthorizationCode {
                code: &response.code,
                redirect_uri: &response.redirect_uri,
                verifier: response.verifier.as_ref(),
            };
            let (sign_in, authorized_at) = (random_text()?, Timestamp::now());
            let token = source.app.request(grant, &context).await.map_err(|refusal| match refusal {
                Refusal::InvalidGrant(error, _) => Error::from_api(*error),
                Refusal::Other(error) => error,
            })?;
            let token = token.with_authorized_at(authorized_at).with_sign_in(sign_in.expose());
            let token = if token.scopes().is_none() { token.with_scopes(response.scopes) } else { token };
            auth.keep(token.clone()).await.map(|()| token)
        })
    }

    /// Puts the token of a new sign-in in the place of the old one. It is used even where the cache cannot keep it, since
    /// what it was got with is used up.
    async fn keep(&self, token: TokenInfo) -> Result<()> {
        let auth = self.clone();
        apart(|pulse| async move {
            let source = auth.manager.source();
            let held = source.hold(limit(), &pulse, |_| false).await;
            let kept = match &held {
                Ok(_) => source.save(&token, limit()).await,
                Err(_) => {
                    source.keep_unsaved(&token, limit()).await;
                    Ok(())
                }
            };
            auth.manager.put(token);
            held.and(kept)
        })
        .await
    }

    /// The user's token as it is kept, expired or not; `None` where there is no sign-in with these scopes. Nothing is sent.
    ///
    /// # Errors
    /// When the cache cannot be read.
    #[doc(alias("get_cached_token", "is_signed_in"))]
    pub fn token_info(&self) -> AuthTask<Option<TokenInfo>> {
        let auth = self.clone();
        AuthTask::new(async move { auth.manager.source().newest(limit()).await })
    }

    /// The access token as a client would send it now: renewed first where it is about to expire. For programs that hand it on.
    ///
    /// # Errors
    /// [`ReauthorizationRequired`](crate::Error::ReauthorizationRequired) where there is no sign-in, or consent has ended; and
    /// any error of the Accounts service.
    #[doc(alias("get_access_token", "get_token", "validate_token"))]
    pub fn access_token(&self) -> AuthTask<AccessToken> {
        let auth = self.clone();
        AuthTask::new(async move { auth.manager.token(None, &auth.context()?).await })
    }

    /// Takes a token that was got elsewhere, and keeps it: a refresh token of an app's older version, for one, with an
    /// expiry in the past.
    ///
    /// # Errors
    /// When the cache cannot keep it. It is used all the same, until the program ends.
    #[doc(alias("adopt", "refresh_token", "from_refresh_token", "set_token"))]
    pub fn import(&self, token: TokenInfo) -> AuthTask<()> {
        let auth = self.clone();
        AuthTask::new(async move { auth.keep(token).await })
    }

    /// Drops the user's token. Spotify still lists the app among those that the user has allowed.
    ///
    /// # Errors
    /// When the cache cannot drop it.
    #[doc(alias("logout", "log_out", "revoke"))]
    pub fn sign_out(&self) -> AuthTask<()> {
        let auth = self.clone();
        AuthTask::new(apart(|pulse| async move {
            let source = auth.manager.source();
            let _held = source.hold(limit(), &pulse, |_| false).await?;
            source.drop_token(limit()).await?;
            auth.manager.clear();
            Ok(())
        }))
    }

    #[cfg(feature = "loopback")]
    pub(super) fn redirect_uri(&self) -> &str {
        &self.setup.redirect_uri
    }

    fn accounts_url(&self) -> Result<Url> {
        match &self.setup.accounts_url {
            Some(url) => Ok(url.clone()),
            None => Ok(BaseUrl::parse("accounts_url", ACCOUNTS_URL)?.url().clone()),
        }
    }

    /// How the Accounts service is reached without a client.
    fn context(&self) -> Result<AuthContext> {
        let accounts_url = self.accounts_url()?;
        let http = match &self.setup.http {
            Some(http) => http.clone(),
            None => crate::http::default_http()?,
        };
        Ok(AuthContext { accounts_url, http, timeout: limit(), observer: None, quotas: Arc::default() })
    }

    /// What a client lends, but for what this was told itself.
    fn merged<'a>(&self, context: &'a AuthContext) -> Cow<'a, AuthContext> {
        if self.setup.accounts_url.is_none() && self.setup.http.is_none() {
            return Cow::Borrowed(context);
        }
        Cow::Owned(AuthContext {
            accounts_url: self.setup.accounts_url.clone().unwrap_or_else(|| context.accounts_url.clone()),
            http: self.setup.http.clone().unwrap_or_else(|| context.http.clone()),
            timeout: context.timeout,
            observer: context.observer.clone(),
            quotas: Arc::clone(&context.quotas),
        })
    }
}

impl AuthorizationCodeBuilder {
    fn new(client_id: String, client_secret: Option<Secret>, redirect_uri: String) -> Self {
        Self {
            client_id,
            client_secret,
            redirect_uri,
            scopes: Vec::new(),
            user: String::new(),
            cache: None,
            refresh_margin: REFRESH_MARGIN,
            accounts_url: None,
            http: None,
        }
    }

    /// Sets what the user is asked for. Default: nothing, which shows the app no more than everyone sees.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<Scope>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self.scopes.sort();
        self.scopes.dedup();
        self
    }

    /// Sets what the app calls this user, where it has several: their tokens are kept apart by it. Default: empty.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// Sets where the token is kept. Default: an [`InMemoryTokenCache`] of its own, until the provider is
    /// [offered a shared one](AuthProvider::share_tokens). A cache that is set here stays.
    pub fn cache(mut self, cache: impl TokenCache) -> Self {
        self.cache = Some(SharedTokenCache::new(cache));
        self
    }

    /// Sets how long before its end a token is renewed. Default: 30 s.
    pub fn refresh_margin(mut self, refresh_margin: Duration) -> Self {
        self.refresh_margin = refresh_margin;
        self
    }

    /// Sets where the Accounts service is. Default: what the client was told, and for signing in
    /// `https://accounts.spotify.com`.
    pub fn accounts_url(mut self, accounts_url: impl Into<String>) -> Self {
        self.accounts_url = Some(accounts_url.into());
        self
    }

    /// Sets the HTTP client. Default: the client's, and for signing in the SDK's own.
    pub fn http(mut self, http: impl HttpClient) -> Self {
        self.http = Some(SharedHttpClient::new(http));
        self
    }

    /// Makes the provider. Nothing is sent.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput), naming what cannot be used: a client id or secret with white space in
    /// it, or a redirect URI that Spotify does not take, with the reason. `localhost` is one of those.
    pub fn build(self) -> Result<AuthorizationCode> {
        let app = App::new(self.client_id, self.client_secret)?;
        check_redirect_uri(&self.redirect_uri)?;
        let accounts_url = match &self.accounts_url {
            Some(url) => Some(BaseUrl::parse("accounts_url", url)?.url().clone()),
            None => None,
        };
        let key = TokenKey::new(app.client_id.clone()).user(self.user).scopes(self.scopes);
        let source = UserSource::new(app, key, self.cache, self.refresh_margin);
        Ok(AuthorizationCode {
            manager: Arc::new(TokenManager::new(source, self.refresh_margin)),
            setup: Arc::new(Setup {
                #[cfg(feature = "loopback")]
                refresh_margin: self.refresh_margin,
                redirect_uri: self.redirect_uri,
                accounts_url,
                http: self.http,
            }),
        })
    }
}

impl AuthProvider for AuthorizationCode {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(self.manager.token(None, &self.merged(context)).await?)
    }

    async fn refresh(&self, rejected: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
        Ok(self.manager.refresh(rejected, &self.merged(context)).await?)
    }

    /// That of the token in memory: its app, its [`user`](AuthorizationCodeBuilder::user) and its sign-in, from the first token to the
    /// last, in every process that has one of them. Another sign-in is another owner, also that of the same user. `None` while no
    /// token is in memory: before the first call, and after a sign-out.
    fn owner(&self) -> Option<TokenOwner> {
        self.manager.owner()
    }

    fn client_id(&self) -> Option<&str> {
        Some(&self.manager.source().app.client_id)
    }

    /// Without a [`cache`](AuthorizationCodeBuilder::cache) of its own the provider, with all its clones, keeps its token in the
    /// first cache that it is offered. A token from before is not lost: it counts unless the cache has one for the same app and
    /// [`user`](AuthorizationCodeBuilder::user), and is stored there with the next call. An app with several users must give each
    /// a name of their own: the cache tells them apart by nothing else.
    fn share_tokens(&self, cache: &SharedTokenCache) {
        let source = self.manager.source();
        if source.share(cache) {
            // The next call looks into the cache.
            self.manager.clear();
        }
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.manager.source();
        f.debug_struct("AuthorizationCode")
            .field("app", &source.app)
            .field("redirect_uri", &self.setup.redirect_uri)
            .field("scopes", &source.key.scopes)
            .field("user", &source.key.user)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthorizationCodeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationCodeBuilder")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
