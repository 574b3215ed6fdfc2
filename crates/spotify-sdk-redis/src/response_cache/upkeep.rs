//! What is done on the thread of the connection, and no call waits for: telling Redis what it could not be told, and looking for older
//! versions after the connection was lost.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use redis::{PushInfo, PushKind};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;
use tracing::debug;

use super::error::CacheStoreError;
use super::memory::Work;
use super::scripts::{Mode, Order};
use super::store::{INVALIDATE, Store};

/// The pause between attempts, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// The number of topics that are looked after at once.
const BATCH: usize = 200;

/// Begins to do what is to be done, until nothing is left.
pub(super) fn begin(store: &Arc<Store>) {
    store.connection.spawn(work(Arc::downgrade(store)));
}

async fn work(store: Weak<Store>) {
    let (first, longest) = PAUSES;
    let mut pause = first;
    loop {
        sleep(pause).await;
        let Some(store) = store.upgrade() else { return };
        let Some(work) = store.memory.work(BATCH) else { return };
        match done(&store, work).await {
            Ok(()) => pause = Duration::ZERO,
            Err(error) => {
                debug!(%error, "Redis does not know of all changes yet");
                pause = (pause * 2).clamp(first, longest);
            }
        }
    }
}

async fn done(store: &Arc<Store>, work: Work) -> Result<(), CacheStoreError> {
    let Work { changes, forgotten, raises } = work;
    if !changes.is_empty() {
        let orders = store.orders(changes.iter().map(|owed| owed.topic), Mode::Change)?;
        store.settle(INVALIDATE, orders).await?;
        store.memory.paid(&changes);
    }
    if !raises.is_empty() {
        let orders: Vec<Order> = store.orders(raises.iter().map(|(topic, _)| *topic), Mode::Raise)?;
        store.settle(INVALIDATE, orders).await?;
        store.memory.raised(&raises);
    }
    if let Some((owner, number)) = forgotten {
        store.remove_all(owner).await?;
        store.memory.forgot(owner, number);
    }
    Ok(())
}

/// Listens for the loss of the connection, from the first time on.
pub(super) fn listen(store: &Arc<Store>) {
    if !store.is_listening.swap(true, Ordering::Relaxed) {
        store.connection.spawn(hear(store.connection.messages(), Arc::downgrade(store)));
    }
}

async fn hear(mut messages: Receiver<PushInfo>, store: Weak<Store>) {
    loop {
        let received = messages.recv().await;
        let Some(store) = store.upgrade() else { return };
        let was_lost = match received {
            Ok(push) => push.kind == PushKind::Disconnection,
            Err(RecvError::Lagged(_)) => true,
            Err(RecvError::Closed) => return,
        };
        if was_lost && store.memory.connection_was_lost() {
            begin(&store);
        }
    }
}
