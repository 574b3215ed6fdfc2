//! Mutual exclusion for each sign-in, in the whole process: for renewing it, replacing it and dropping it.
//!
//! A sign-in is told by its refresh token, so that all who have got hold of the same one take turns, whatever providers,
//! clients and caches they have, while those with sign-ins of their own never wait for each other. Between processes the lock
//! of the token cache does this; it is kept here while it is held, so that it can be taken from a task that is stuck.
//!
//! There is an entry for as long as a sign-in is held, and no longer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tracing::warn;

use super::cache::CacheLock;
use super::pulse::Pulse;
use crate::secret::Secret;

static HOLDERS: LazyLock<Mutex<HashMap<GrantKey, GrantHolder>>> = LazyLock::new(Mutex::default);
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The clock of a runtime need not be that of the machine.
const MIN_WAIT: Duration = Duration::from_millis(1);

fn holders() -> MutexGuard<'static, HashMap<GrantKey, GrantHolder>> {
    HOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A sign-in, without its secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum GrantKey {
    RefreshToken([u8; 32]),
    /// Where there is no refresh token, nothing can be spent twice.
    Nothing(u64),
}

impl GrantKey {
    pub(super) fn new(client_id: &str, refresh_token: Option<&Secret>) -> Self {
        let Some(refresh_token) = refresh_token else { return Self::Nothing(next()) };
        let mut hash = hmac_sha256::Hash::new();
        hash.update(client_id.as_bytes());
        hash.update([0]);
        hash.update(refresh_token.expose().as_bytes());
        Self::RefreshToken(hash.finalize())
    }
}

struct GrantHolder {
    id: u64,
    pulse: Arc<Pulse>,
    /// That of the token cache.
    lock: Option<CacheLock>,
    /// Gone when the sign-in is free, which wakes all who wait for it: one of them may be stuck.
    _freed: watch::Sender<()>,
    freed: watch::Receiver<()>,
}

/// Exclusive access to a sign-in within this process, until this is dropped.
pub(super) struct Hold {
    key: GrantKey,
    id: u64,
}

impl Hold {
    /// Waits until the sign-in is free. A holder that has shown no sign of life for `stuck_after` loses it.
    pub(super) async fn new(key: GrantKey, pulse: &Arc<Pulse>, stuck_after: Duration) -> Self {
        loop {
            let (mut freed, left) = match Self::try_new(&key, pulse, stuck_after) {
                Ok(hold) => return hold,
                Err(busy) => busy,
            };
            let _ = timeout(left.max(MIN_WAIT), freed.changed()).await;
        }
    }

    fn try_new(
        key: &GrantKey,
        pulse: &Arc<Pulse>,
        stuck_after: Duration,
    ) -> Result<Self, (watch::Receiver<()>, Duration)> {
        let (sender, freed) = watch::channel(());
        let id = next();
        let holder = GrantHolder { id, pulse: Arc::clone(pulse), lock: None, _freed: sender, freed };
        let before = match holders().entry(key.clone()) {
            Entry::Occupied(mut entry) if entry.get().pulse.is_stuck(stuck_after) => Some(entry.insert(holder)),
            Entry::Occupied(entry) => {
                return Err((entry.get().freed.clone(), entry.get().pulse.left(stuck_after)));
            }
            Entry::Vacant(entry) => {
                entry.insert(holder);
                None
            }
        };
        if before.is_some() {
            warn!("a renewal shows no sign of life, and is made anew");
        }
        Ok(Self { key: key.clone(), id })
    }

    /// Whether the sign-in is still held by this.
    pub(super) fn is_current(&self) -> bool {
        holders().get(&self.key).is_some_and(|holder| holder.id == self.id)
    }

    /// Keeps the lock of the token cache until this is dropped; `false` where another holder has taken the sign-in over.
    pub(super) fn keep(&self, lock: CacheLock) -> bool {
        match holders().get_mut(&self.key).filter(|holder| holder.id == self.id) {
            Some(holder) => {
                holder.lock = Some(lock);
                true
            }
            None => false,
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let ended = match holders().entry(self.key.clone()) {
            Entry::Occupied(entry) if entry.get().id == self.id => Some(entry.remove()),
            _ => None,
        };
        // A lock is let go with nothing else held.
        drop(ended);
    }
}

/// Takes sign-ins, and with them the locks of token caches, from those who show no sign of life. They may be those of other
/// users: a caller with a short timeout takes nothing from a holder that may be silent for longer.
pub(super) fn free_stuck(stuck_after: Duration) {
    let stuck: Vec<_> = holders().extract_if(|_, holder| holder.pulse.is_stuck_for_all(stuck_after)).collect();
    if !stuck.is_empty() {
        warn!(number = stuck.len(), "renewals show no sign of life: they lose the lock of the token cache");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    const STUCK_AFTER: Duration = Duration::from_secs(15);

    fn key(token: &str) -> GrantKey {
        GrantKey::new("grants test", Some(&Secret::from(token.to_owned())))
    }

    /// A lock that tells when it is let go.
    struct Told(Arc<AtomicBool>);

    impl Drop for Told {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_is_held_by_one_and_nothing_is_left_of_it() {
        let key = key("one");
        let first = Hold::new(key.clone(), &Pulse::new(), STUCK_AFTER).await;
        let pulse = Pulse::new();
        assert!(Hold::try_new(&key, &pulse, STUCK_AFTER).is_err());
        let other = Hold::try_new(&GrantKey::new("other", None), &pulse, STUCK_AFTER);
        assert!(other.is_ok(), "another sign-in is free");
        let waiting = tokio::spawn(async move { Hold::new(key, &pulse, STUCK_AFTER).await });
        tokio::task::yield_now().await;
        drop(first);
        let second = waiting.await.unwrap();
        assert!(second.is_current());
        let key = second.key.clone();
        drop(second);
        assert!(!holders().contains_key(&key));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_shows_no_sign_of_life_loses_the_sign_in_and_the_lock() {
        let let_go = Arc::new(AtomicBool::new(false));
        let pulse = Pulse::new();
        let stuck = Hold::new(key("two"), &pulse, STUCK_AFTER).await;
        assert!(stuck.keep(CacheLock::new(Told(Arc::clone(&let_go)))));
        // One who waits and is stuck as well keeps nobody from it.
        let silent = Pulse::new();
        let mut dead = Box::pin(Hold::new(key("two"), &silent, STUCK_AFTER));
        let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(dead.as_mut().poll(&mut nobody).is_pending());
        pulse.pause(STUCK_AFTER);
        let next = Hold::new(key("two"), &Pulse::new(), STUCK_AFTER).await;
        assert!(let_go.load(Ordering::Relaxed));
        assert!(next.is_current() && !stuck.is_current());
        assert!(!stuck.keep(CacheLock::none()));
        drop(stuck);
        assert!(next.is_current(), "what is late takes nothing away");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_is_taken_from_the_stuck_whatever_sign_in_it_is_held_for() {
        let let_go = Arc::new(AtomicBool::new(false));
        let pulse = Pulse::new();
        let stuck = Hold::new(key("three"), &pulse, STUCK_AFTER).await;
        stuck.keep(CacheLock::new(Told(Arc::clone(&let_go))));
        free_stuck(STUCK_AFTER);
        assert!(!let_go.load(Ordering::Relaxed));
        pulse.pause(STUCK_AFTER);
        free_stuck(STUCK_AFTER);
        assert!(let_go.load(Ordering::Relaxed) && !stuck.is_current());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_in_a_hurry_takes_nothing_from_a_holder_that_may_be_silent_for_longer() {
        let pulse = Pulse::new();
        pulse.allow(STUCK_AFTER);
        let slow = Hold::new(key("four"), &pulse, STUCK_AFTER).await;
        pulse.pause(STUCK_AFTER / 2);
        free_stuck(Duration::from_secs(1));
        assert!(slow.is_current());
        pulse.pause(STUCK_AFTER);
        free_stuck(Duration::from_secs(1));
        assert!(!slow.is_current());
    }
}
