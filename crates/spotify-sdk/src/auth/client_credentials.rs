//! [`ClientCredentials`]: tokens for the app itself, which reach everything that is not about a user.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::endpoint::{App, Grant, Refusal};
use super::pulse::Pulse;
use super::token_manager::{REFRESH_MARGIN, Source, TokenManager};
use super::{AccessToken, AuthContext, AuthProvider, TokenInfo, TokenOwner};
use crate::definition::Action;
use crate::error::{BoxError, Error, Result};
use crate::http::BoxFuture;
use crate::secret::Secret;

/// Tokens for the app itself. They reach everything that is not about a user; clones share one token.
///
/// A token is asked for when the first call needs one, and again 30 s before it expires or when Spotify refuses it; all
/// calls that need one at the same time make one request together.
///
/// See [Client Credentials](https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow).
///
/// ```no_run
/// use spotify_sdk::SpotifyClient;
/// use spotify_sdk::auth::ClientCredentials;
///
/// let client = SpotifyClient::builder(ClientCredentials::new("client id", "client secret")?).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[doc(alias("SpotifyClientCredentials", "ClientCredsSpotify", "oauth"))]
#[derive(Clone)]
pub struct ClientCredentials(Arc<TokenManager<AppSource>>);

struct AppSource {
    app: App,
    owner: TokenOwner,
}

impl ClientCredentials {
    /// Takes the id and the secret of an app, as Spotify's dashboard shows them.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) when one of them is empty or holds white space. The error does not
    /// show the secret.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Result<Self> {
        let app = App::new(client_id, Some(client_secret.into()))?;
        let owner = TokenOwner::of(&[b"app", app.client_id.as_bytes()]);
        Ok(Self(Arc::new(TokenManager::new(AppSource { app, owner }, REFRESH_MARGIN))))
    }

    /// Sets how long before its end a token is renewed. Default: 30 s. Clones made before keep theirs, and their token.
    pub fn refresh_margin(self, refresh_margin: Duration) -> Self {
        let AppSource { app, owner } = self.0.source();
        let source = AppSource { app: app.clone(), owner: *owner };
        Self(Arc::new(TokenManager::new(source, refresh_margin)))
    }
}

impl Source for AppSource {
    fn renew<'a>(
        &'a self,
        _: Option<AccessToken>,
        context: &'a AuthContext,
        pulse: &'a Arc<Pulse>,
    ) -> BoxFuture<'a, Result<TokenInfo>> {
        Box::pin(async {
            pulse.enter(Action::TokenRequest);
            self.app.request(Grant::ClientCredentials, context).await.map_err(|refusal| match refusal {
                Refusal::InvalidGrant(error, _) => Error::from_api(*error),
                Refusal::Other(error) => error,
            })
        })
    }

    fn owner_of(&self, _: &TokenInfo) -> TokenOwner {
        self.owner
    }

    fn may_go_on(&self, _: Duration) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(true))
    }
}

impl AuthProvider for ClientCredentials {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(self.0.token(None, context).await?)
    }

    async fn refresh(&self, rejected: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
        Ok(self.0.refresh(rejected, context).await?)
    }

    fn owner(&self) -> Option<TokenOwner> {
        Some(self.0.source().owner)
    }

    fn client_id(&self) -> Option<&str> {
        Some(&self.0.source().app.client_id)
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientCredentials").field(&self.0.source().app).finish()
    }
}
