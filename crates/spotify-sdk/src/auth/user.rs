//! Where a user's tokens come from: the cache, which others may have filled, and the token endpoint.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{debug, warn};

use super::cache::{TokenCache, TokenKey};
use super::endpoint::{App, Grant, Refusal};
use super::lifecycle::{Failed, Source, is_fresh};
use super::{AccessToken, AuthContext, TokenInfo};
use crate::error::Result;
use crate::transport::BoxFuture;

/// So long before consent ends, every refresh says so in the log.
const WARN_BEFORE: SignedDuration = SignedDuration::from_hours(14 * 24);
const NOT_SIGNED_IN: &str = "nobody has signed in yet, or not for these scopes";

/// One user of one app.
pub(super) struct UserSource {
    pub(super) app: App,
    pub(super) key: TokenKey,
    pub(super) cache: Arc<dyn TokenCache>,
    early: Duration,
    /// A token that the cache could not keep.
    unsaved: Mutex<Option<TokenInfo>>,
}

impl UserSource {
    pub(super) fn new(app: App, key: TokenKey, cache: Arc<dyn TokenCache>, early: Duration) -> Self {
        Self { app, key, cache, early, unsaved: Mutex::default() }
    }

    /// The token that counts: the one in the cache, which others renew as well, unless the cache could not keep a later one.
    pub(super) async fn newest(&self) -> Result<Option<TokenInfo>> {
        let stored = self.cache.get(&self.key).await?;
        let unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_later =
            |unsaved: &TokenInfo| stored.as_ref().is_none_or(|stored| unsaved.expires_at() >= stored.expires_at());
        Ok(unsaved.filter(is_later).or(stored))
    }

    /// Puts a token into the cache; what the cache does not take is kept here.
    pub(super) async fn save(&self, token: &TokenInfo) -> Result<()> {
        let saved = self.cache.set(&self.key, token).await;
        let unsaved = saved.is_err().then(|| token.clone());
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = unsaved;
        saved
    }

    pub(super) async fn drop_token(&self) -> Result<()> {
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.cache.remove(&self.key).await
    }

    async fn renewed(&self, rejected: Option<AccessToken>, context: &AuthContext) -> Result<TokenInfo, Failed> {
        // Whoever reads before the lock may read what another is about to replace, and yet most need no lock at all.
        let usable = |token: &TokenInfo| is_fresh(token, self.early) && rejected.as_ref() != Some(token.access_token());
        if let Some(token) = self.newest().await?.filter(usable) {
            return Ok(token.shared());
        }
        let _lock = self.cache.lock(&self.key).await?;
        let Some(mut token) = self.newest().await? else {
            return Err(Failed::Reauthorize(NOT_SIGNED_IN.into()));
        };
        if usable(&token) {
            debug!("another has renewed the token");
            return Ok(token.shared());
        }
        for second in [false, true] {
            let Some(refresh_token) = token.refresh_token() else {
                return Err(Failed::Reauthorize("the token has expired, and there is no refresh token".into()));
            };
            match self.app.request(Grant::RefreshToken(refresh_token), context).await {
                Ok(answer) => return Ok(self.keep(token.renewed(answer)).await),
                Err(Refusal::Other(error)) => return Err(error.into()),
                Err(Refusal::InvalidGrant(_, why)) => {
                    // A program that knows no lock may have renewed it meanwhile.
                    let other = self.cache.get(&self.key).await?.filter(|other| !has_same_grant(other, &token));
                    match other {
                        Some(other) if !second => token = other,
                        _ => {
                            self.drop_token().await?;
                            return Err(Failed::Reauthorize(why.into()));
                        }
                    }
                }
            }
        }
        Err(Failed::Reauthorize(NOT_SIGNED_IN.into()))
    }

    async fn keep(&self, token: TokenInfo) -> TokenInfo {
        if let Err(error) = self.save(&token).await {
            warn!(%error, "the renewed token is kept in memory alone");
        }
        if let Some(end) = token.reauthorize_by() {
            let left = end.duration_since(Timestamp::now());
            if left < WARN_BEFORE {
                warn!(days = left.as_hours() / 24, "the user's consent ends soon: they have to sign in again");
            }
        }
        token
    }
}

fn has_same_grant(one: &TokenInfo, other: &TokenInfo) -> bool {
    use secrecy::ExposeSecret;
    one.refresh_token().map(ExposeSecret::expose_secret) == other.refresh_token().map(ExposeSecret::expose_secret)
}

impl Source for UserSource {
    fn renew<'a>(
        &'a self,
        rejected: Option<AccessToken>,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<TokenInfo, Failed>> {
        Box::pin(self.renewed(rejected, context))
    }

    fn may_go_on(&self) -> BoxFuture<'_, bool> {
        // What was dead has been dropped from the cache, so whatever is there is new.
        Box::pin(async { matches!(self.newest().await, Ok(Some(_))) })
    }
}
