//! What a client is doing, for metrics: the closure that is given to [`observer`](crate::ClientBuilder::observer) hears of every
//! attempt, wait, token and change of the rate limit.
//!
//! It is told at once, in the task that does it, so it must not block; with the blocking client that is the client's own
//! thread, where a call of the same client would wait for itself. Nothing that it is told holds a secret.
//!
//! For logs and traces nothing has to be set up here: the SDK has [`tracing`] spans for each call and each attempt.
//!
//! ```
//! use spotify_sdk::observe::Event;
//! use spotify_sdk::{AsyncSpotifyClient, auth::AccessToken};
//!
//! // With the crate `metrics`; any other will do.
//! let observer = |event: &Event<'_>| match event {
//!     Event::Attempt(attempt) => {
//!         let status = attempt.outcome.status().map_or("none".to_owned(), |status| status.as_u16().to_string());
//!         let labels = [("operation", attempt.operation.name.to_owned()), ("status", status)];
//!         metrics::counter!("spotify_attempts", &labels).increment(1);
//!         metrics::histogram!("spotify_attempt_seconds", &labels).record(attempt.took);
//!         metrics::counter!("spotify_received_bytes").increment(attempt.received_bytes as u64);
//!     }
//!     Event::Wait(wait) => metrics::histogram!("spotify_wait_seconds").record(wait.lasted),
//!     Event::RateLimit(limit) => metrics::gauge!("spotify_requests_in_30_s").set(limit.sent),
//!     Event::QuotaExceeded(usage) => {
//!         metrics::counter!("spotify_quotas_exceeded", "operation" => usage.operation.name).increment(1);
//!     }
//!     _ => {}
//! };
//! let client = AsyncSpotifyClient::builder(AccessToken::new("BQ")?).observer(observer).build()?;
//! # Ok::<(), spotify_sdk::Error>(())
//! ```
//!
//! [`tracing`]: https://docs.rs/tracing

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::operation::OperationInfo;
use crate::rate_limit::{OperationUsage, RateLimit};

/// What hears it, in a client.
pub(crate) type Observer = dyn Fn(&Event<'_>) + Send + Sync;

/// What an observer is told.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A request was sent, and answered or not.
    Attempt(Attempt),
    /// A call has waited before it could go on.
    Wait(Wait),
    /// A call is over.
    Call(CallSummary<'a>),
    /// A provider of the SDK's own was asked for a token.
    Token(TokenSource),
    /// Spotify has refused a request of the app for the rate limit, and this is what is known of it now.
    RateLimit(RateLimit),
    /// Spotify has said that the quota of an operation is used up. It is told once for each such answer, and not for the calls
    /// that are refused without being sent.
    QuotaExceeded(OperationUsage),
}

/// One attempt of a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that was called.
    pub operation: &'static OperationInfo,
    /// Which attempt of the call it is, from 1.
    pub number: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// From sending to the last byte of the answer. Waiting for the token is no part of it.
    pub took: Duration,
    /// The length of the body that was sent, in bytes.
    pub sent_bytes: usize,
    /// The length of the body that was received, in bytes, after decompression.
    pub received_bytes: usize,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Spotify responded with this status.
    Responded(StatusCode),
    /// No connection could be made.
    NotSent,
    /// The connection broke, or the answer could not be read.
    Lost,
    /// There was no answer in time.
    TimedOut,
}

impl Outcome {
    /// The status that Spotify answered with, if it did.
    pub fn status(self) -> Option<StatusCode> {
        match self {
            Self::Responded(status) => Some(status),
            _ => None,
        }
    }
}

/// A wait of a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Wait {
    /// The operation that was called.
    pub operation: &'static OperationInfo,
    /// What for.
    pub reason: WaitReason,
    /// How long it lasted.
    pub lasted: Duration,
}

/// What a call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// For the rate limit: for its end, for room in the budget, or for calls that came before.
    RateLimit,
    /// For the next attempt, after one that failed.
    Retry,
}

/// A call that is over.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallSummary<'a> {
    /// The operation that was called.
    pub operation: &'static OperationInfo,
    /// How many requests were sent.
    pub attempts: u32,
    /// From the call to its end, waits and all.
    pub took: Duration,
    /// What went wrong, if something did. What the body of a success holds is read later.
    pub error: Option<&'a Error>,
}

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenSource {
    /// It was at hand, and still good.
    Memory,
    /// It was in the cache, where someone else had put it.
    Cache,
    /// Spotify gave it: a new one, or one that was renewed.
    Spotify,
    /// There was none to be had.
    None,
}

/// How far a call is that takes several requests: a whole list, more values than Spotify takes at once, a sync. A closure is
/// told with `on_progress` of the call or of the sync.
///
/// ```no_run
/// # fn example(client: spotify_sdk::SpotifyClient, uris: Vec<String>) -> spotify_sdk::Result<()> {
/// let save = client.library().save_items(&uris).on_progress(|progress| println!("{progress}"));
/// save.send()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub activity: Activity,
    /// The operation whose requests are sent.
    pub operation: &'static OperationInfo,
    /// How much is done: the items of a list, the values that the caller gave, the steps of a sync.
    pub done: u64,
    /// How much there is in all, where that is known.
    pub total: Option<u64>,
}

/// What a call that takes several requests is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Activity {
    /// Items are read.
    Reading,
    /// Changes are made.
    Writing,
}

/// `playlists.add_items: 200 of 1000`
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation.name, self.done)?;
        match self.total {
            Some(total) => write!(f, " of {total}"),
            None => Ok(()),
        }
    }
}

/// The closure that is told of progress, if there is one.
#[derive(Clone, Default)]
pub(crate) struct ProgressListener(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl ProgressListener {
    pub(crate) fn new(listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(crate) fn report(
        &self,
        activity: Activity,
        operation: &'static OperationInfo,
        done: usize,
        total: Option<usize>,
    ) {
        if let Some(listener) = &self.0 {
            listener(Progress { activity, operation, done: done as u64, total: total.map(|total| total as u64) });
        }
    }
}

impl fmt::Debug for ProgressListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProgressListener").field(&self.0.is_some()).finish()
    }
}
