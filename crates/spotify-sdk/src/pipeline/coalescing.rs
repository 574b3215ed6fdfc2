//! [`InFlight`]: identical reads that are in flight at the same time share one request.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::{Shared, WeakShared};
use http::HeaderMap;
use tokio::runtime::{Handle, Id};

use super::middleware::{ApiRequest, ApiResponse};
use crate::auth::TokenOwner;
use crate::definition::{OperationInfo, ResponseBody};
use crate::error::{Error, InternalError, Result};
use crate::http::BoxFuture;
use crate::options::CallOptions;

/// A response that several calls wait for. Whichever of them is polled drives it, so it lives as long as any of them, and a call
/// that is dropped takes nothing from the others.
type SharedResponse = Shared<Read>;

/// What makes two reads the same: their responses could be exchanged, and they may wait for as long, retry as often and go first as
/// much as each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    owner: TokenOwner,
    operation: &'static OperationInfo,
    target: String,
    headers: Option<Box<HeaderMap>>,
    options: CallOptions,
    response_body: ResponseBody,
    /// The sockets and timers of a request live in a runtime, and end with it.
    runtime: Id,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Of all of it: reads of the same address that differ in anything else are to be found beside each other. What is no text
        // is folded first, since each write of a hasher takes its time.
        let CallOptions { timeout, max_retries, max_retry_wait, .. } = self.options;
        let [a, b, c, d, e, f, g, h, ..] = *self.owner.as_bytes();
        let rest = [
            u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            timeout.as_secs(),
            max_retry_wait.as_secs(),
            u64::from(max_retries),
            self.options.priority as u64,
            u64::from(self.options.ignore_rate_limit),
        ];
        state.write_u64(rest.iter().fold(0, |folded: u64, part| folded.wrapping_mul(31).wrapping_add(*part)));
        state.write(self.target.as_bytes());
        for (name, value) in self.headers.iter().flat_map(|headers| headers.iter()) {
            (name, value).hash(state);
        }
        #[cfg(feature = "cache")]
        if self.options.fresh_for.is_some() || self.options.no_cache {
            (self.options.fresh_for, self.options.no_cache).hash(state);
        }
    }
}

impl Key {
    /// Returns the key of a read; `None` for one that shares nothing.
    pub(super) fn of(request: &ApiRequest, response_body: ResponseBody) -> Option<Self> {
        if !request.options().coalescing || request.body().is_some() {
            return None;
        }
        Some(Self {
            owner: request.known_owner()?,
            operation: request.operation(),
            target: request.target().to_owned(),
            headers: request.headers().cloned().map(Box::new),
            // It says nothing about a single request.
            options: CallOptions { concurrency: 1, ..*request.options() },
            response_body,
            runtime: Handle::try_current().ok()?.id(),
        })
    }
}

/// The reads of a client, its clones and siblings that are in flight.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Shelf>);

#[derive(Default)]
struct Shelf {
    hasher: RandomState,
    reads: Mutex<Reads>,
}

#[derive(Default)]
struct Reads {
    /// The number of reads so far.
    begun: u64,
    /// By the hash of their keys: the key is compared once there is one. Of two reads with the same hash, one is not shared.
    joinable: BTreeMap<u64, Joinable>,
}

/// A read that is in flight, as long as anyone waits for it.
struct Joinable {
    key: Key,
    number: u64,
    response: WeakShared<Read>,
}

/// The response of a read.
pub(super) enum Joined {
    /// It is the read's own.
    First(SharedResponse),
    /// An identical read began before, and this request is not needed for now.
    Other(SharedResponse, Box<ApiRequest>),
}

impl InFlight {
    /// Joins the read with this key, or begins it.
    pub(super) fn join(
        &self,
        key: Key,
        request: ApiRequest,
        read: impl FnOnce(ApiRequest) -> BoxFuture<'static, Result<ApiResponse>>,
    ) -> Joined {
        let hash = self.0.hasher.hash_one(&key);
        let operation = key.operation;
        let mut reads = self.lock();
        let before = reads.joinable.get(&hash).and_then(|read| Some((read.key == key, read.response.upgrade()?)));
        if let Some((true, response)) = before {
            return Joined::Other(response, Box::new(request));
        }
        let is_free = before.is_none();
        reads.begun += 1;
        let number = reads.begun;
        let entry = Entry { in_flight: self.clone(), hash, number };
        let response = Read { response: read(request), operation, _entry: entry }.shared();
        if is_free && let Some(weak) = response.downgrade() {
            reads.joinable.insert(hash, Joinable { key, number, response: weak });
        }
        // The last handle to another read ends it, which locks.
        drop(reads);
        drop(before);
        Joined::First(response)
    }

    /// Has no later read join one that began before the write ends: its response may be older than the write. The write ends when
    /// the guard is dropped.
    pub(super) fn outdated_by_write(&self) -> impl Drop {
        struct Write(InFlight);

        impl Drop for Write {
            fn drop(&mut self) {
                let outdated = std::mem::take(&mut self.0.lock().joinable);
                // Unlocked: dropping a response may drop a read, which locks.
                drop(outdated);
            }
        }
        Write(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Reads> {
        // No code panics while it holds the lock, and the state would still be consistent if it did.
        self.0.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read, which can be joined until it ends or is dropped.
pub(super) struct Read {
    response: BoxFuture<'static, Result<ApiResponse>>,
    operation: &'static OperationInfo,
    _entry: Entry,
}

impl Future for Read {
    type Output = Result<ApiResponse>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A panic would go to whichever call happens to be polled, and leave the others without a response.
        let polled = catch_unwind(AssertUnwindSafe(|| self.response.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(panicked(self.operation))))
    }
}

/// The place of a read among those that can be joined.
struct Entry {
    in_flight: InFlight,
    hash: u64,
    number: u64,
}

impl Drop for Entry {
    fn drop(&mut self) {
        use std::collections::btree_map::Entry::Occupied;

        // Another one may have taken its place.
        if let Occupied(read) = self.in_flight.lock().joinable.entry(self.hash)
            && read.get().number == self.number
        {
            read.remove();
        }
    }
}

fn panicked(operation: &'static OperationInfo) -> Error {
    let why = "there is no response: the auth provider, the HTTP client, the rate limiter or a middleware panicked";
    InternalError::new(Some(operation), why, true).into()
}
