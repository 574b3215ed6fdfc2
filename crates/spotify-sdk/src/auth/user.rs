//! Where a user's tokens come from: the cache, which others may have filled, and the token endpoint.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep, timeout};
use tracing::warn;

use super::cache::{CacheLock, ShareableTokenCache, SharedTokenCache, TokenCache, TokenKey};
use super::endpoint::{App, Grant, Refusal};
use super::grants::{self, GrantKey, Hold};
use super::pulse::{CACHE, LOCK, Pulse, QUEUE, stuck_after, within};
use super::token_manager::{Source, is_fresh, no_token};
use super::{AccessToken, AuthContext, TokenInfo, TokenOwner};
use crate::definition::Action;
use crate::error::ReauthorizationReason::{
    self, ConsentExpired, MissingScopes, NeverSignedIn, NoRefreshToken, Revoked,
};
use crate::error::{Error, ReauthorizationRequiredError, Result};
use crate::http::BoxFuture;
use crate::secret::Secret;

/// So long before consent ends, every refresh says so in the log.
const WARN_BEFORE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The maximum number of times that a caller finds the sign-in renewed by others meanwhile, and expired again.
const MAX_TRIES: u32 = 8;
/// The interval at which a lock is checked for a holder that is stuck.
const LOOK_AROUND: Duration = Duration::from_millis(500);
/// How long a cache is given to recover before a token is kept in memory alone.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// The interval at which a cache is given again what it could not store.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// One user of one app.
pub(super) struct UserSource {
    pub(super) app: App,
    pub(super) key: TokenKey,
    cache: SharedTokenCache,
    /// The same cache, where the app has set none.
    shareable: Option<ShareableTokenCache>,
    refresh_margin: Duration,
    memory: Mutex<Memory>,
}

/// What the cache does not know.
#[derive(Default)]
struct Memory {
    /// A token that the cache could not keep.
    unsaved: Option<Unsaved>,
    /// A refresh token that Spotify has called dead. A cache that cannot drop it would bring it back.
    dead: Option<Secret>,
}

struct Unsaved {
    token: TokenInfo,
    /// What the cache has held since then, where it said so. Once it holds another, someone else has got a later one.
    instead: Option<AccessToken>,
    /// When the cache was given it last.
    tried: Instant,
}

impl UserSource {
    pub(super) fn new(app: App, key: TokenKey, cache: Option<SharedTokenCache>, refresh_margin: Duration) -> Self {
        let (cache, shareable) = match cache {
            Some(cache) => (cache, None),
            None => {
                let shareable = ShareableTokenCache::default();
                (SharedTokenCache::new(shareable.clone()), Some(shareable))
            }
        };
        Self { app, key, cache, shareable, refresh_margin, memory: Mutex::default() }
    }

    /// Keeps the token in `cache` from now on, unless it is kept in another one already. Returns whether it does.
    pub(super) fn share(&self, cache: &SharedTokenCache) -> bool {
        self.shareable.as_ref().is_some_and(|shareable| shareable.share(cache))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that counts: the one in the cache, which others renew as well, unless the cache could not keep a later one.
    pub(super) async fn newest(&self, limit: Duration) -> Result<Option<TokenInfo>> {
        let stored = within(limit, CACHE, self.cache.get(&self.key)).await?;
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

    /// Takes exclusive access to the sign-in, in this process and, where the cache has a lock, in others; and
    /// gives the token that counts then. Where there is a token that is `good_enough` it is taken as it is.
    pub(super) async fn hold(
        &self,
        limit: Duration,
        pulse: &Arc<Pulse>,
        good_enough: impl Fn(&TokenInfo) -> bool,
    ) -> Result<(Hold, Option<TokenInfo>)> {
        pulse.allow(stuck_after(limit));
        for _ in 0..MAX_TRIES {
            pulse.enter(CACHE);
            let before = self.newest(limit).await?;
            let key = self.grant_key(before.as_ref());
            pulse.enter(QUEUE);
            let hold = Hold::new(key.clone(), pulse, stuck_after(limit)).await;
            pulse.enter(LOCK);
            let lock = self.lock(limit).await?;
            if !hold.keep(lock) {
                continue;
            }
            pulse.enter(CACHE);
            let now = self.newest(limit).await?;
            let is_the_same = match (&before, &now) {
                (None, None) => true,
                (Some(before), Some(now)) => is_renewed_alike(before, now),
                _ => false,
            };
            if is_the_same || now.as_ref().is_some_and(&good_enough) {
                return Ok((hold, now));
            }
        }
        Err(Error::from_box("the token in the cache is changed by others all the time".into()))
    }

    fn grant_key(&self, token: Option<&TokenInfo>) -> GrantKey {
        GrantKey::new(&self.app.client_id, token.and_then(TokenInfo::refresh_token))
    }

    /// The lock of the cache, which may have to be taken from a task that is stuck.
    async fn lock(&self, limit: Duration) -> Result<CacheLock> {
        let stuck_after = stuck_after(limit);
        let mut lock = pin!(self.cache.lock(&self.key));
        within(limit, LOCK, async {
            loop {
                grants::free_stuck(stuck_after);
                if let Ok(lock) = timeout(LOOK_AROUND, lock.as_mut()).await {
                    return lock;
                }
            }
        })
        .await
    }

    /// Puts a token into the cache; what the cache does not take is kept here.
    pub(super) async fn save(&self, token: &TokenInfo, limit: Duration) -> Result<()> {
        let saved = within(limit, CACHE, self.cache.set(&self.key, token)).await;
        if saved.is_ok() {
            *self.memory() = Memory::default();
        } else {
            self.keep_unsaved(token, limit).await;
        }
        saved
    }

    pub(super) async fn keep_unsaved(&self, token: &TokenInfo, limit: Duration) {
        let stored = within(limit, CACHE, self.cache.get(&self.key)).await.ok().flatten();
        let instead = stored.map(|stored| stored.access_token().clone());
        self.memory().unsaved = Some(Unsaved { token: token.clone(), instead, tried: Instant::now() });
    }

    pub(super) async fn drop_token(&self, limit: Duration) -> Result<()> {
        self.memory().unsaved = None;
        within(limit, CACHE, self.cache.remove(&self.key)).await
    }

    async fn renewed(
        &self,
        rejected: Option<AccessToken>,
        context: &AuthContext,
        pulse: &Arc<Pulse>,
    ) -> Result<TokenInfo> {
        let limit = context.timeout;
        // Read before locking: what is read may be about to be replaced, but most callers need no lock at all.
        let usable =
            |token: &TokenInfo| is_fresh(token, self.refresh_margin) && rejected.as_ref() != Some(token.access_token());
        if let Some(token) = self.newest(limit).await?.filter(usable) {
            if self.has_unfinished_work() || self.shareable.as_ref().is_some_and(ShareableTokenCache::has_unshared) {
                self.save_again(&token, limit / 4, pulse).await;
            }
            return Ok(token.shared());
        }
        let mut dead: Option<Error> = None;
        // Once more after a dead one, since a program that knows no lock may have renewed it meanwhile.
        for _ in 0..2 {
            let (hold, found) = self.hold(limit, pulse, usable).await?;
            let Some(found) = found else {
                return Err(match dead {
                    Some(ended) => ended,
                    None => self.reauthorize(self.reason_without_token(limit).await, None),
                });
            };
            if usable(&found) {
                return Ok(found.shared());
            }
            let Some(refresh_token) = found.refresh_token() else {
                return Err(self.reauthorize(NoRefreshToken, None));
            };
            // The place for the new token is made before the old one is spent.
            within(limit, CACHE, self.cache.reserve(&self.key)).await.map_err(|error| no_place(&error))?;
            if !hold.is_current() {
                return Err(no_token("the renewal took so long that another has begun"));
            }
            pulse.enter(Action::TokenRequest);
            let why = match self.app.request(Grant::RefreshToken(refresh_token), context).await {
                Ok(response) => {
                    pulse.enter(CACHE);
                    return self.keep(hold, &found, found.renewed(response), limit, pulse).await;
                }
                Err(Refusal::Other(error)) => return Err(error),
                Err(Refusal::InvalidGrant(_, why)) => why,
            };
            pulse.enter(CACHE);
            self.memory().dead = Some(refresh_token.clone());
            let is_over = found.reauthorize_by().is_some_and(|end| end <= Timestamp::now());
            let reason = if is_over || why.contains("expired") { ConsentExpired } else { Revoked };
            let ended = self.reauthorize(reason, Some(why));
            match self.newest(limit).await {
                Ok(None) if hold.is_current() => {
                    if let Err(error) = self.drop_token(limit).await {
                        warn!(%error, "the cache could not drop a token that is dead");
                    }
                    return Err(ended);
                }
                Ok(Some(_)) => dead = Some(ended),
                // Where the cache does not say what it holds, nothing of it is dropped: the dead one is remembered.
                Ok(None) | Err(_) => return Err(ended),
            }
        }
        Err(dead.unwrap_or_else(|| self.reauthorize(NeverSignedIn, None)))
    }

    /// Keeps the token that Spotify gave for `found`.
    async fn keep(
        &self,
        mut hold: Hold,
        found: &TokenInfo,
        token: TokenInfo,
        limit: Duration,
        pulse: &Arc<Pulse>,
    ) -> Result<TokenInfo> {
        if !hold.is_current() {
            // Another has begun, and may have a later token by now. Where it has none, this may be the only one that is good.
            hold = Hold::new(self.grant_key(Some(found)), pulse, stuck_after(limit)).await;
            if let Some(later) = self.later_than(found, limit).await? {
                return Ok(later.shared());
            }
        }
        let known = self.known(found, &token);
        let mut saved = self.save(&token, limit).await;
        let mut pauses = PAUSES.into_iter();
        while let Err(error) = &saved
            && !matches!(error, Error::Timeout(_))
            && let Some(pause) = pauses.next()
        {
            if let Some(later) = self.stored_by_another(&known, limit).await {
                warn!(%error, "another program has stored a later token, which is used");
                self.memory().unsaved = None;
                return Ok(later.shared());
            }
            sleep(pause).await;
            saved = self.save(&token, limit).await;
        }
        drop(hold);
        if let Some(end) = token.reauthorize_by() {
            let left = end.duration_since(Timestamp::now());
            if left < WARN_BEFORE {
                warn!(days = left.as_hours() / 24, "the user's consent ends soon: they have to sign in again");
            }
        }
        match saved {
            Ok(()) => Ok(token),
            Err(error) if is_renewed_alike(found, &token) => {
                warn!(%error, "the renewed token is kept in memory alone; what renews it has not changed");
                Ok(token)
            }
            Err(error) => Err(not_kept(&error)),
        }
    }

    /// The access tokens that the cache may hold unless another program has stored one since; none where that is not known.
    fn known(&self, found: &TokenInfo, token: &TokenInfo) -> Vec<AccessToken> {
        let tokens = [found, token].map(|token| token.access_token().clone());
        match &self.memory().unsaved {
            None => tokens.into(),
            Some(Unsaved { instead: Some(instead), .. }) => tokens.into_iter().chain([instead.clone()]).collect(),
            Some(Unsaved { instead: None, .. }) => Vec::new(),
        }
    }

    /// The token in the cache, where another program has stored it. A cache that knows the order of its writers refuses to
    /// put an older one in its place.
    async fn stored_by_another(&self, known: &[AccessToken], limit: Duration) -> Option<TokenInfo> {
        let stored = within(limit, CACHE, self.cache.get(&self.key)).await.ok()??;
        (!known.is_empty() && !known.contains(stored.access_token())).then_some(stored)
    }

    /// Why the cache gave no token: it may have one that is for fewer scopes.
    async fn reason_without_token(&self, limit: Duration) -> ReauthorizationReason {
        let any_scopes = TokenKey { scopes: Vec::new(), ..self.key.clone() };
        match within(limit, CACHE, self.cache.get(&any_scopes)).await {
            Ok(Some(token)) if !self.key.is_covered_by(token.scopes()) => MissingScopes,
            _ => NeverSignedIn,
        }
    }

    fn reauthorize(&self, reason: ReauthorizationReason, message: Option<String>) -> Error {
        let TokenKey { client_id, user, .. } = &self.key;
        ReauthorizationRequiredError::new(client_id, user, reason, message).into()
    }

    /// The token that came after `found`, if one did. One that is gone because Spotify called it dead came to nothing.
    async fn later_than(&self, found: &TokenInfo, limit: Duration) -> Result<Option<TokenInfo>> {
        let is_dead = self.memory().dead.as_ref().is_some_and(|dead| is_renewed_by(found, dead));
        match self.newest(limit).await? {
            Some(token) if token.access_token() == found.access_token() => Ok(None),
            Some(token) => Ok(Some(token)),
            None if is_dead => Ok(None),
            None => Err(self.reauthorize(NeverSignedIn, None)),
        }
    }

    /// Tries again to store what the cache could not store before. The caller that renewed it was told so.
    async fn save_again(&self, token: &TokenInfo, limit: Duration, pulse: &Arc<Pulse>) {
        if let Some(unsaved) = &mut self.memory().unsaved {
            unsaved.tried = Instant::now();
        }
        let saved = match self.hold(limit, pulse, |_| false).await {
            Ok((_hold, Some(now))) if now.access_token() == token.access_token() => self.save(token, limit).await,
            // Someone else has a later one, or there is none any more.
            Ok(_) => {
                self.memory().unsaved = None;
                Ok(())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            warn!(%error, "the token is still kept in memory alone");
        }
    }
}

/// Why nothing was sent, although the token is too old.
fn no_place(error: &Error) -> Error {
    no_token(&format!(
        "the token was not renewed, since there is no place for a new one: {}. The user is still signed in: once there is \
         room, the same call works",
        cause(error)
    ))
}

/// What becomes of a token that is in memory alone, though only it can renew itself.
fn not_kept(error: &Error) -> Error {
    no_token(&format!(
        "Spotify has given a new refresh token, which the token cache cannot keep: {}. It is used from memory, and each later \
         call tries to keep it; should this program end before, the user has to sign in again",
        cause(error)
    ))
}

/// What a cache says, without the words of the SDK around it.
fn cause(error: &Error) -> String {
    match error {
        Error::Provider(error) => error.inner().to_string(),
        error => error.to_string(),
    }
}

/// Whether both have the same refresh token, or none.
fn is_renewed_alike(one: &TokenInfo, other: &TokenInfo) -> bool {
    match (one.refresh_token(), other.refresh_token()) {
        (Some(_), Some(refresh_token)) => is_renewed_by(one, refresh_token),
        (None, None) => true,
        _ => false,
    }
}

fn is_renewed_by(token: &TokenInfo, refresh_token: &Secret) -> bool {
    token.refresh_token().is_some_and(|own| own.expose() == refresh_token.expose())
}

impl Source for UserSource {
    fn renew<'a>(
        &'a self,
        rejected: Option<AccessToken>,
        context: &'a AuthContext,
        pulse: &'a Arc<Pulse>,
    ) -> BoxFuture<'a, Result<TokenInfo>> {
        Box::pin(self.renewed(rejected, context, pulse))
    }

    /// The name that the app has for the user is part of it, since two names may be meant to be two users.
    fn owner_of(&self, token: &TokenInfo) -> TokenOwner {
        let TokenKey { client_id, user, .. } = &self.key;
        TokenOwner::of(&[b"sign-in", client_id.as_bytes(), user.as_bytes(), token.sign_in().as_bytes()])
    }

    fn may_go_on(&self, limit: Duration) -> BoxFuture<'_, bool> {
        // What was dead has been dropped, or is not looked at, so whatever is there is new.
        Box::pin(async move { matches!(self.newest(limit).await, Ok(Some(_))) })
    }

    fn has_unfinished_work(&self) -> bool {
        self.memory().unsaved.as_ref().is_some_and(|unsaved| unsaved.tried.elapsed() >= TRY_AGAIN_AFTER)
    }
}
