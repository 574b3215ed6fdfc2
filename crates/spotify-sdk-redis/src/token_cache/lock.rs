//! The lock of one token: a lease in Redis that is renewed while it is held, with a fencing number.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use super::entry::Entry;
use super::error::TokenCacheError;
use super::events;
use super::memory::Held;
use super::scripts::{KEEP, LOCK, RELEASE};
use super::store::Store;

/// The lease is renewed so many times before it would end.
const RENEWALS: u32 = 3;
/// The shortest wait before a lock is asked for again, and the most that is added to it by chance.
const MIN_WAIT: Duration = Duration::from_millis(10);
const JITTER_MS: u64 = 50;
/// How often a lock that may be taken is tried to be released, should Redis be away.
const RELEASE_TRIES: u32 = 3;
const RELEASE_PAUSE: Duration = Duration::from_millis(500);

/// A lock that is held until this is dropped.
pub(super) struct Guard {
    store: Arc<Store>,
    entry: Entry,
    held: Held,
    /// Ends the task that renews the lease.
    _end: oneshot::Sender<()>,
}

impl Guard {
    pub(super) fn held(&self) -> &Held {
        &self.held
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.store.memory.release(&self.entry, &self.held.nonce);
        release(&self.store, &self.entry, &self.held.nonce);
    }
}

/// Releases a lock in a task of its own, which keeps the connection until it is done.
fn release(store: &Arc<Store>, entry: &Entry, nonce: &str) {
    let (store, entry, nonce) = (Arc::clone(store), entry.clone(), nonce.to_owned());
    let connection = store.connection.clone();
    connection.spawn(async move {
        for _ in 0..RELEASE_TRIES {
            let args = vec![entry.channel().into_bytes(), nonce.clone().into_bytes(), entry.id().into()];
            match RELEASE.run::<u8>(&store.connection, vec![entry.lock(), entry.token()], args).await {
                Ok(_) => return,
                Err(error) => debug!(%error, "a lock is not released; it ends with its lease"),
            }
            sleep(RELEASE_PAUSE).await;
        }
    });
}

/// Waits for the lock of an entry, for as long as the future is polled. Dropping it leaves nothing locked.
pub(super) async fn acquire(store: &Arc<Store>, entry: &Entry) -> Result<Guard, TokenCacheError> {
    let (send, receive) = oneshot::channel();
    let task = wait_for(Arc::clone(store), entry.clone(), send);
    store.connection.spawn(task);
    receive.await.unwrap_or_else(|_| {
        let reason = "the connection to Redis is closed".to_owned();
        Err(TokenCacheError::Redis { action: "lock the token", reason })
    })
}

async fn wait_for(store: Arc<Store>, entry: Entry, mut send: oneshot::Sender<Result<Guard, TokenCacheError>>) {
    // Before the first attempt, so that no release is missed.
    let mut messages = store.connection.messages();
    let nonce = match nonce() {
        Ok(nonce) => nonce,
        Err(error) => return drop(send.send(Err(error))),
    };
    while !send.is_closed() {
        if !is_free_here(&store, &entry, &mut send).await {
            continue;
        }
        let keys = vec![entry.lock(), entry.token(), entry.fence(), entry.epoch()];
        let args = vec![entry.channel().into_bytes(), nonce.clone().into_bytes(), millis(store.lease)];
        let (fence, left): (String, i64) = match LOCK.run(&store.connection, keys, args).await {
            Ok(done) => done,
            Err(error) => {
                // It may be taken all the same.
                release(&store, &entry, &nonce);
                return drop(send.send(Err(error)));
            }
        };
        if !fence.is_empty() {
            let guard = start(store, entry, Held { nonce, fence });
            // A guard that nobody takes releases the lock.
            return drop(send.send(Ok(guard)));
        }
        let jitter = Duration::from_millis(fastrand::u64(0..JITTER_MS));
        let wait = Duration::from_millis(left.try_into().unwrap_or(0)).max(MIN_WAIT) + jitter;
        let _ = timeout(wait, either(send.closed(), events::released(&mut messages, &entry))).await;
    }
}

/// Whether nobody in this process holds the lock; else it waits for them. Those who have lost their lease count too, since
/// `set` takes the fencing number of whoever holds the lock here.
async fn is_free_here(
    store: &Store,
    entry: &Entry,
    send: &mut oneshot::Sender<Result<Guard, TokenCacheError>>,
) -> bool {
    let mut freed = pin!(store.memory.freed());
    // From here on no release is missed.
    freed.as_mut().enable();
    if store.memory.held(entry).is_none() {
        return true;
    }
    either(send.closed(), freed).await;
    false
}

/// Begins to renew the lease.
fn start(store: Arc<Store>, entry: Entry, held: Held) -> Guard {
    let (end, mut ended) = oneshot::channel();
    let interval = store.lease / RENEWALS;
    let connection = store.connection.clone();
    let task = {
        let (entry, held, lease) = (entry.clone(), held.clone(), store.lease);
        let weak = Arc::downgrade(&store);
        async move {
            while timeout(interval, &mut ended).await.is_err() {
                let Some(store) = weak.upgrade() else { return };
                let renewed = KEEP.run(&store.connection, vec![entry.lock(), entry.token()], keep_args(&held, lease));
                match renewed.await {
                    Ok(1u8) => {}
                    Ok(_) => {
                        warn!(
                            "the lock of a token is lost: this process was away for too long, or the user was removed"
                        );
                        return;
                    }
                    Err(error) => debug!(%error, "the lease of a lock is not renewed; it is tried again"),
                }
            }
        }
    };
    connection.spawn(task);
    store.memory.hold(&entry, held.clone());
    Guard { store, entry, held, _end: end }
}

/// The arguments that make a lease longer.
pub(super) fn keep_args(held: &Held, lease: Duration) -> Vec<Vec<u8>> {
    vec![held.nonce.clone().into_bytes(), held.fence.clone().into_bytes(), millis(lease)]
}

fn millis(duration: Duration) -> Vec<u8> {
    duration.as_millis().to_string().into_bytes()
}

/// What tells one attempt to lock from all others.
fn nonce() -> Result<String, TokenCacheError> {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).map_err(|error| TokenCacheError::NoRandomness(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Waits for the first of two.
async fn either(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    std::future::poll_fn(|context| {
        if one.as_mut().poll(context).is_ready() || other.as_mut().poll(context).is_ready() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
