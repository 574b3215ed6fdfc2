//! [`BatchReads`]: whether the app may read items of the catalog in batches, which Spotify tells with a refusal alone.

use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::{Mutex, MutexGuard};

const UNKNOWN: u8 = 0;
const OPEN: u8 = 1;
const CLOSED: u8 = 2;

/// What Spotify's responses have shown. It is one answer for items of every kind, since the quota mode, which decides it, is one
/// of the app; a wrong answer costs requests and fails nothing.
#[derive(Debug, Default)]
pub(crate) struct BatchReads {
    known: AtomicU8,
    /// Held while the first batch is under way, so that no more than one is refused.
    asking: Mutex<()>,
}

/// What to do about a batch.
pub(crate) enum BatchLeave<'a> {
    /// Send it. While nothing is known, the others wait until this is dropped.
    Send { _first: Option<MutexGuard<'a, ()>> },
    /// Spotify has refused one before.
    Closed,
}

impl BatchReads {
    /// Returns whether Spotify has refused a batch.
    pub(crate) fn are_closed(&self) -> bool {
        self.known.load(Ordering::Relaxed) == CLOSED
    }

    /// Waits until it is known whether batches may be sent, or until this is the one that finds out.
    pub(crate) async fn leave(&self) -> BatchLeave<'_> {
        let first = match self.known.load(Ordering::Relaxed) {
            UNKNOWN => Some(self.asking.lock().await).filter(|_| self.known.load(Ordering::Relaxed) == UNKNOWN),
            _ => None,
        };
        if self.are_closed() { BatchLeave::Closed } else { BatchLeave::Send { _first: first } }
    }

    /// Records that Spotify has answered a batch, unless it refused one already.
    pub(crate) fn answered(&self) {
        let _ = self.known.compare_exchange(UNKNOWN, OPEN, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Records that Spotify does not answer batches of this app.
    pub(crate) fn refused(&self) {
        self.known.store(CLOSED, Ordering::Relaxed);
    }
}
