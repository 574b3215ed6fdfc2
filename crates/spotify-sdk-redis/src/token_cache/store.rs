//! [`Store`]: the tokens in Redis, each with the fencing number that it was written with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spotify_sdk::auth::{TokenInfo, TokenKey};
use tracing::{debug, info, warn};

use super::entry::Entry;
use super::error::TokenCacheError;
use super::lock::{self, Guard};
use super::memory::{Memory, Remembered};
use super::scripts::{COMMAND_LIMIT, GET, KEEP, REMOVE, RESTORE, SET};
use super::{events, value};
use crate::connection::Connection;
use crate::encryption::EncryptionKeys;

/// How long a token stays after the user's consent has ended.
const MARGIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a token stays where it is not known when consent was given: six months, and the margin.
const UNKNOWN_LIFE: SignedDuration = SignedDuration::from_hours(214 * 24);
/// How long it is remembered that a token was removed: a process that had no connection so long could bring it back.
const REMOVAL: Duration = Duration::from_secs(4 * 24 * 3600);
/// How long those who have a token may take to give it back to a server that has lost it.
const GRACE: Duration = Duration::from_millis(500);

pub(super) struct Store {
    pub(super) connection: Connection,
    pub(super) keys: Option<EncryptionKeys>,
    pub(super) lease: Duration,
    pub(super) memory: Memory,
    is_listening: AtomicBool,
}

/// What was read.
pub(super) struct Found {
    value: Option<Vec<u8>>,
    version: u64,
    was_removed: bool,
    /// For how long the server has kept the tokens of the app.
    age: Duration,
}

impl Store {
    pub(super) fn new(connection: Connection, keys: Option<EncryptionKeys>, lease: Duration) -> Self {
        Self { connection, keys, lease, memory: Memory::default(), is_listening: AtomicBool::new(false) }
    }

    /// Whether nobody listens to the others yet; the caller begins.
    pub(super) fn start_listening(&self) -> bool {
        !self.is_listening.swap(true, Ordering::Relaxed)
    }

    pub(super) async fn get(self: &Arc<Self>, key: &TokenKey) -> Result<Option<TokenInfo>, TokenCacheError> {
        let entry = Entry::new(key);
        let token = match self.find(&entry).await {
            Err(error @ TokenCacheError::Redis { .. }) => {
                // What is expired would have to be renewed, and could not be stored.
                let good =
                    self.memory.remembered(entry.id()).filter(|known| known.token.expires_at() > Timestamp::now());
                let Some(Remembered { token, .. }) = good else { return Err(error) };
                warn!(%error, "a token in memory is used");
                Some(token)
            }
            found => found?,
        };
        Ok(token.filter(|token| key.is_covered_by(token.scopes())))
    }

    async fn find(self: &Arc<Self>, entry: &Entry) -> Result<Option<TokenInfo>, TokenCacheError> {
        events::subscribe(self, entry).await?;
        let found = self.read(entry).await?;
        let found = if self.is_behind(entry, &found) { self.look_again(entry, &found).await? } else { found };
        self.take(entry, found, true)
    }

    /// Whether the server may have lost a token: it has none, or an older one than this process knows.
    fn is_behind(&self, entry: &Entry, found: &Found) -> bool {
        if found.was_removed {
            return false;
        }
        let remembered = self.memory.remembered(entry.id());
        let is_older = remembered.is_some_and(|remembered| found.version < remembered.version);
        is_older || (found.value.is_none() && found.age < GRACE)
    }

    /// Gives back what this process has, and others a moment to do the same: theirs may be later.
    async fn look_again(&self, entry: &Entry, found: &Found) -> Result<Found, TokenCacheError> {
        if let Some(remembered) = self.memory.remembered(entry.id()) {
            self.restore(&remembered).await?;
        }
        let wait = GRACE.saturating_sub(found.age);
        if !wait.is_zero() {
            // The program may have no runtime with a clock.
            let slept = self.connection.run(wait + COMMAND_LIMIT, move |_| async move {
                tokio::time::sleep(wait).await;
                Ok(())
            });
            slept.await.map_err(|error| TokenCacheError::command("read the token", &error))?;
        }
        self.read(entry).await
    }

    pub(super) async fn read(&self, entry: &Entry) -> Result<Found, TokenCacheError> {
        let keys = vec![entry.token(), entry.epoch()];
        let args = vec![entry.channel().into_bytes()];
        let (value, version, removed, age): (Option<Vec<u8>>, Option<u64>, u8, u64) =
            GET.run(&self.connection, keys, args).await?;
        let (version, age) = (version.unwrap_or(0), Duration::from_millis(age));
        Ok(Found { value, version, was_removed: removed == 1, age })
    }

    /// Takes what was read, and remembers it.
    pub(super) fn take(&self, entry: &Entry, found: Found, seen: bool) -> Result<Option<TokenInfo>, TokenCacheError> {
        let Some(value) = found.value.map(zeroize::Zeroizing::new) else {
            if found.was_removed {
                self.memory.forget(entry.id());
            }
            return Ok(None);
        };
        let read = value::read(&value, entry, self.keys.as_ref())?;
        self.memory.remember(entry, &read.user, &read.token, found.version, seen);
        Ok(Some(read.token))
    }

    /// Stores a token under the lock that this process holds, or else under one of its own.
    pub(super) async fn set(self: &Arc<Self>, key: &TokenKey, token: &TokenInfo) -> Result<(), TokenCacheError> {
        let entry = Entry::new(key);
        events::subscribe(self, &entry).await?;
        if let Some(held) = self.memory.held(&entry) {
            return self.write(&entry, key, token, &held.nonce, &held.fence, None).await;
        }
        // Whoever sets without a lock knows the token that was there when they began to wait.
        // A new sign-in takes the place of whatever is there.
        let seen = self
            .memory
            .remembered(entry.id())
            .filter(|before| before.seen > 0 && is_same_sign_in(&before.token, token))
            .map(|before| before.seen);
        let guard = lock::acquire(self, &entry).await?;
        self.write(&entry, key, token, &guard.held().nonce, &guard.held().fence, seen).await
    }

    async fn write(
        &self,
        entry: &Entry,
        key: &TokenKey,
        token: &TokenInfo,
        nonce: &str,
        fence: &str,
        seen: Option<u64>,
    ) -> Result<(), TokenCacheError> {
        let value = value::write(entry, &key.user, token, self.keys.as_ref())?;
        let keys = vec![entry.token(), entry.lock(), entry.index(), entry.epoch()];
        let args = vec![
            entry.channel().into_bytes(),
            entry.id().into(),
            fence.into(),
            nonce.into(),
            value.to_vec(),
            life(token).into_bytes(),
            seen.map(|seen| seen.to_string()).unwrap_or_default().into_bytes(),
        ];
        let set = SET.run::<u8>(&self.connection, keys, args).await;
        if matches!(set, Ok(0) | Err(_)) {
            // Also what Redis did not take: from now on the one before must not be given back to it, and this one can be.
            self.memory.remember(entry, &key.user, token, fence.parse().unwrap_or(0), true);
        }
        match set? {
            0 => Ok(()),
            1 => Err(TokenCacheError::Superseded),
            // As if it had been stored just before: an error would make the SDK keep it, and store it again later.
            _ => {
                self.memory.forget(entry.id());
                info!("the user was removed while their token was renewed: it is not stored");
                Ok(())
            }
        }
    }

    /// Removes a token: under the lock that this process holds, or else whatever is there.
    pub(super) async fn remove(&self, key: &TokenKey, whatever: bool) -> Result<bool, TokenCacheError> {
        let entry = Entry::new(key);
        let held = self.memory.held(&entry).filter(|_| !whatever);
        let (nonce, fence) = held.map(|held| (held.nonce, held.fence)).unwrap_or_default();
        let keys = vec![entry.token(), entry.lock(), entry.index(), entry.fence()];
        let args = vec![
            entry.channel().into_bytes(),
            entry.id().into(),
            fence.into_bytes(),
            nonce.into_bytes(),
            REMOVAL.as_millis().to_string().into_bytes(),
        ];
        match REMOVE.run::<i8>(&self.connection, keys, args).await? {
            -1 => Err(TokenCacheError::Superseded),
            had => {
                self.memory.forget(entry.id());
                Ok(had == 1)
            }
        }
    }

    /// Gives a token back that the server has lost, and returns whether it had. One that was removed, or replaced, is forgotten.
    pub(super) async fn restore(&self, remembered: &Remembered) -> Result<bool, TokenCacheError> {
        let Remembered { entry, user, token, version, .. } = remembered;
        if token.reauthorize_by().is_some_and(|end| end.duration_since(Timestamp::now()) <= -MARGIN) {
            self.memory.forget(entry.id());
            return Ok(false);
        }
        let value = value::write(entry, user, token, self.keys.as_ref())?;
        let keys = vec![entry.token(), entry.index(), entry.epoch(), entry.fence()];
        let args = vec![
            entry.channel().into_bytes(),
            entry.id().into(),
            version.to_string().into_bytes(),
            value.to_vec(),
            life(token).into_bytes(),
        ];
        match RESTORE.run::<u8>(&self.connection, keys, args).await? {
            0 => return Ok(false),
            3 => return Ok(true),
            1 => {
                self.memory.forget(entry.id());
                let found = self.read(entry).await?;
                self.take(entry, found, false)?;
            }
            _ => self.memory.forget(entry.id()),
        }
        debug!("a token that this process remembered was replaced or removed meanwhile");
        Ok(false)
    }

    pub(super) async fn lock(self: &Arc<Self>, key: &TokenKey) -> Result<Guard, TokenCacheError> {
        let entry = Entry::new(key);
        events::subscribe(self, &entry).await?;
        lock::acquire(self, &entry).await
    }

    /// Checks that the lock is held, and that Redis can be written.
    pub(super) async fn reserve(&self, key: &TokenKey) -> Result<(), TokenCacheError> {
        let entry = Entry::new(key);
        let held = self.memory.held(&entry).ok_or(TokenCacheError::LockLost)?;
        let args = lock::keep_args(&held, self.lease);
        match KEEP.run::<u8>(&self.connection, vec![entry.lock(), entry.token()], args).await? {
            1 => Ok(()),
            _ => Err(TokenCacheError::LockLost),
        }
    }
}

/// Whether two tokens come from the same consent, as far as their times tell; they are stored in milliseconds.
fn is_same_sign_in(one: &TokenInfo, other: &TokenInfo) -> bool {
    let agreed = |token: &TokenInfo| token.authorized_at().map(Timestamp::as_millisecond);
    agreed(one) == agreed(other)
}

/// For how many milliseconds a token stays in Redis.
fn life(token: &TokenInfo) -> String {
    let life = match token.reauthorize_by() {
        // A clock that is wrong must not drop a token at once.
        Some(end) => end.duration_since(Timestamp::now()).max(SignedDuration::ZERO) + MARGIN,
        None => UNKNOWN_LIFE,
    };
    life.as_millis().to_string()
}
