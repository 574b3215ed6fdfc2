//! What other processes tell about tokens, over a channel for each app.
//!
//! A process that remembers a token reads it again when another has stored a later one, so that each of them can give the
//! latest back to a server that has lost it, and forgets it when it was removed.

use std::sync::{Arc, Weak};
use std::time::Duration;

use redis::{ErrorKind, PushInfo, PushKind, ServerErrorKind, Value};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;
use tracing::{debug, info, warn};

use super::entry::Entry;
use super::error::TokenCacheError;
use super::scripts::COMMAND_LIMIT;
use super::store::Store;
use crate::error::CommandError;

/// The interval at which a server that is away is asked whether it is there again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    Stored {
        id: &'a str,
        version: u64,
    },
    Removed {
        id: &'a str,
    },
    Released {
        id: &'a str,
    },
    /// The server has lost what it had.
    Lost,
}

impl<'a> Event<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut words = text.split(' ');
        let event = match (words.next()?, words.next(), words.next()) {
            ("stored", Some(id), Some(version)) => Self::Stored { id, version: version.parse().ok()? },
            ("removed", Some(id), None) => Self::Removed { id },
            ("released", Some(id), None) => Self::Released { id },
            ("lost", None, None) => Self::Lost,
            _ => return None,
        };
        Some(event)
    }
}

/// Returns the channel and the event of a message of Redis.
fn event(push: &PushInfo) -> Option<(&[u8], Event<'_>)> {
    let (PushKind::Message, [Value::BulkString(channel), Value::BulkString(message)]) = (&push.kind, &push.data[..])
    else {
        return None;
    };
    Some((channel, Event::parse(str::from_utf8(message).ok()?)?))
}

/// Waits until the lock of an entry may be free: it was released, or messages may have been missed.
pub(super) async fn released(messages: &mut Receiver<PushInfo>, entry: &Entry) {
    let own = entry.channel();
    loop {
        match messages.recv().await {
            Ok(push) if push.kind == PushKind::Disconnection => return,
            Ok(push) => match event(&push) {
                Some((channel, Event::Released { id })) if id == entry.id() && channel == own.as_bytes() => return,
                Some((channel, Event::Lost)) if channel == own.as_bytes() => return,
                _ => {}
            },
            Err(RecvError::Lagged(_)) => return,
            // Then only the end of the lease tells.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Subscribes to what happens to the tokens of an app, and listens from the first time on.
///
/// # Errors
/// If Redis is away. An account of the server that may not use channels is no error.
pub(super) async fn subscribe(store: &Arc<Store>, entry: &Entry) -> Result<(), TokenCacheError> {
    let channel = entry.channel();
    if store.memory.is_subscribed(&channel) {
        return Ok(());
    }
    if store.start_listening() {
        let (messages, weak) = (store.connection.messages(), Arc::downgrade(store));
        store.connection.spawn(listen(messages, weak));
    }
    let name = channel.clone();
    let done = store.connection.run(COMMAND_LIMIT, move |mut link| async move { link.subscribe(&[name]).await }).await;
    match done {
        Ok(()) => {}
        Err(CommandError::Redis(error)) if !error.is_io_error() && !error.is_connection_dropped() => {
            warn!(%error, "Redis refuses a subscription: the end of a lock, and the loss of a token, are noticed later");
        }
        Err(error) => return Err(TokenCacheError::command("subscribe to the events of tokens", &error)),
    }
    store.memory.subscribed(channel);
    Ok(())
}

async fn listen(mut messages: Receiver<PushInfo>, store: Weak<Store>) {
    loop {
        let received = messages.recv().await;
        let Some(store) = store.upgrade() else { return };
        match received {
            Ok(push) if push.kind == PushKind::Disconnection => compare_all(&store).await,
            Ok(push) => {
                if let Some((channel, event)) = event(&push)
                    && str::from_utf8(channel).is_ok_and(|channel| store.memory.is_subscribed(channel))
                {
                    handle(&store, event).await;
                }
            }
            Err(RecvError::Lagged(_)) => compare_all(&store).await,
            Err(RecvError::Closed) => return,
        }
    }
}

async fn handle(store: &Arc<Store>, event: Event<'_>) {
    match event {
        Event::Stored { id, version } => {
            let Some(before) = store.memory.remembered(id).filter(|before| before.version < version) else { return };
            let read = store.read(&before.entry).await;
            if let Err(error) = read.and_then(|found| store.take(&before.entry, found, false)) {
                // The older one must not be given back any more.
                store.memory.forget(id);
                debug!(%error, "a token that another process has stored was not read");
            }
        }
        Event::Removed { id } => store.memory.forget(id),
        Event::Lost => compare_all(store).await,
        Event::Released { .. } => {}
    }
}

/// Compares all that is remembered with what the server has: gives back what it has lost, and forgets what was removed.
async fn compare_all(store: &Arc<Store>) {
    while !is_there(store).await {
        // Nobody else has the store any more.
        if Arc::strong_count(store) == 1 {
            return;
        }
        sleep(LOOK_AGAIN).await;
    }
    let mut restored = 0;
    for remembered in store.memory.all_remembered() {
        match store.restore(&remembered).await {
            Ok(was_lost) => restored += usize::from(was_lost),
            // It is compared again when it is asked for.
            Err(error) => debug!(%error, "a token is not compared with the one in Redis"),
        }
    }
    if restored > 0 {
        info!(restored, "Redis had lost tokens, which this process still had");
    }
}

/// Whether the server can be reached, and has read what it keeps on disk.
async fn is_there(store: &Store) -> bool {
    let ping = |mut link| async move { redis::cmd("PING").query_async::<()>(&mut link).await };
    match store.connection.run(COMMAND_LIMIT, ping).await {
        Ok(()) => true,
        Err(CommandError::Redis(error)) => {
            let is_loading = error.kind() == ErrorKind::Server(ServerErrorKind::BusyLoading);
            !is_loading && !error.is_io_error() && !error.is_connection_dropped()
        }
        Err(CommandError::Timeout(_) | CommandError::Closed) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_others_are_read_and_what_is_none_is_ignored() {
        assert_eq!(Event::parse("stored ab 12"), Some(Event::Stored { id: "ab", version: 12 }));
        assert_eq!(Event::parse("removed ab"), Some(Event::Removed { id: "ab" }));
        assert_eq!(Event::parse("released ab"), Some(Event::Released { id: "ab" }));
        assert_eq!(Event::parse("lost"), Some(Event::Lost));
        for text in ["", "stored", "stored ab", "stored ab x", "removed", "lost x", "later ab"] {
            assert_eq!(Event::parse(text), None, "{text}");
        }
    }
}
