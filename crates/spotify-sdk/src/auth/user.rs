//! Where a user's tokens come from: the cache, which others may have filled, and the token endpoint.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
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
    memory: Mutex<Memory>,
}

/// What the cache does not know.
#[derive(Default)]
struct Memory {
    /// A token that the cache could not keep.
    unsaved: Option<Unsaved>,
    /// A refresh token that Spotify has called dead. A cache that cannot drop it would bring it back.
    dead: Option<SecretString>,
}

struct Unsaved {
    token: TokenInfo,
    /// What the cache has held since then, where it said so. Once it holds another, someone else has got a later one.
    instead: Option<AccessToken>,
}

impl UserSource {
    pub(super) fn new(app: App, key: TokenKey, cache: Arc<dyn TokenCache>, early: Duration) -> Self {
        Self { app, key, cache, early, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that counts: the one in the cache, which others renew as well, unless the cache could not keep a later one.
    pub(super) async fn newest(&self) -> Result<Option<TokenInfo>> {
        let stored = self.cache.get(&self.key).await?;
        let memory = self.memory();
        let lives = |token: &TokenInfo| !memory.dead.as_ref().is_some_and(|dead| is_renewed_by(token, dead));
        let stored = stored.filter(lives);
        let counts = |unsaved: &&Unsaved| match (&stored, &unsaved.instead) {
            (Some(stored), Some(instead)) => stored.access_token() == instead,
            _ => true,
        };
        let unsaved = memory.unsaved.as_ref().filter(counts).map(|unsaved| unsaved.token.clone());
        Ok(unsaved.filter(lives).or(stored))
    }

    /// Puts a token into the cache; what the cache does not take is kept here.
    pub(super) async fn save(&self, token: &TokenInfo) -> Result<()> {
        let saved = self.cache.set(&self.key, token).await;
        if saved.is_ok() {
            *self.memory() = Memory::default();
        } else {
            self.keep_unsaved(token).await;
        }
        saved
    }

    pub(super) async fn keep_unsaved(&self, token: &TokenInfo) {
        let stored = self.cache.get(&self.key).await.ok().flatten();
        let instead = stored.map(|stored| stored.access_token().clone());
        self.memory().unsaved = Some(Unsaved { token: token.clone(), instead });
    }

    pub(super) async fn drop_token(&self) -> Result<()> {
        self.memory().unsaved = None;
        self.cache.remove(&self.key).await
    }

    async fn renewed(&self, rejected: Option<AccessToken>, context: &AuthContext) -> Result<TokenInfo, Failed> {
        // Whoever reads before the lock may read what another is about to replace, and yet most need no lock at all.
        let usable = |token: &TokenInfo| is_fresh(token, self.early) && rejected.as_ref() != Some(token.access_token());
        if let Some(token) = self.newest().await?.filter(usable) {
            return Ok(token.shared());
        }
        let _lock = self.cache.lock(&self.key).await?;
        let mut token = self.newest().await?;
        let mut dead: Option<Box<str>> = None;
        // Once more after a dead one, since a program that knows no lock may have renewed it meanwhile.
        for _ in 0..2 {
            let Some(found) = token else { break };
            if usable(&found) {
                debug!("another has renewed the token");
                return Ok(found.shared());
            }
            let Some(refresh_token) = found.refresh_token() else {
                return Err(Failed::Reauthorize("the token has expired, and there is no refresh token".into()));
            };
            let why = match self.app.request(Grant::RefreshToken(refresh_token), context).await {
                Ok(answer) => return Ok(self.keep(found.renewed(answer)).await),
                Err(Refusal::Other(error)) => return Err(error.into()),
                Err(Refusal::InvalidGrant(_, why)) => why,
            };
            self.memory().dead = Some(refresh_token.clone());
            // Where the cache does not say what it holds, nothing of it is dropped: the dead one is remembered.
            let Ok(other) = self.newest().await else { return Err(Failed::Reauthorize(why.into())) };
            (token, dead) = (other, Some(why.into()));
        }
        let Some(why) = dead else { return Err(Failed::Reauthorize(NOT_SIGNED_IN.into())) };
        if let Err(error) = self.drop_token().await {
            warn!(%error, "the cache could not drop a token that is dead");
        }
        Err(Failed::Reauthorize(why))
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

fn is_renewed_by(token: &TokenInfo, refresh_token: &SecretString) -> bool {
    token.refresh_token().is_some_and(|own| own.expose_secret() == refresh_token.expose_secret())
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
        // What was dead has been dropped, or is not looked at, so whatever is there is new.
        Box::pin(async { matches!(self.newest().await, Ok(Some(_))) })
    }
}
