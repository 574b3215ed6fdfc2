//! Events of a client, for metrics: the closure that is passed to [`observer`](crate::ClientBuilder::observer) receives
//! every attempt, wait, token and change of the rate limit.
//!
//! The client calls it synchronously, in the task that causes the event, so it must not block; with the blocking client
//! that is the client's own thread, where a call of the same client would wait for itself. Events never hold secrets.
//!
//! Logs and traces need no setup here: the SDK has [`tracing`] spans for each call and each attempt.
//!
//! ```
//! use spotify_sdk::observe::Event;
//! use spotify_sdk::{AsyncSpotifyClient, auth::AccessToken};
//!
//! // With the crate `metrics`; any other works as well.
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
//!         metrics::counter!("spotify_quotas_exceeded", "operation" => usage.action.name()).increment(1);
//!     }
//!     Event::DailyBudget(reached) => {
//!         metrics::gauge!("spotify_daily_budget").set(f64::from(reached.used) / f64::from(reached.limit));
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

use crate::definition::OperationInfo;
use crate::error::Error;
use crate::rate_limit::{DailyBudgetReached, OperationUsage, RateLimit};

/// The observer of a client.
pub(crate) type Observer = dyn Fn(&Event<'_>) + Send + Sync;

/// An event of a client.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An attempt ended, with or without a response.
    Attempt(Attempt),
    /// A call waited before it continued.
    Wait(Wait),
    /// A call ended.
    Call(CallSummary<'a>),
    /// A provider of the SDK was asked for a token.
    Token(TokenSource),
    /// Spotify rate limited a request of the app; the event carries the current state.
    RateLimit(RateLimit),
    /// Spotify reported that the quota of an operation is used up. Sent once for each such response, and not for the
    /// calls that are refused without a request.
    QuotaExceeded(OperationUsage),
    /// Half, nine tenths or all of the client's [daily budget](crate::ClientBuilder::daily_budget) is used up. Sent once for
    /// each share, and again when the number of requests has been below it since.
    DailyBudget(DailyBudgetReached),
}

/// One attempt of a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that was called.
    pub operation: &'static OperationInfo,
    /// The number of the attempt in its call, from 1.
    pub number: u32,
    /// The result.
    pub outcome: Outcome,
    /// The time from sending the request to the last byte of the response. Waiting for the token does not count.
    pub took: Duration,
    /// The size of the request body in bytes.
    pub sent_bytes: usize,
    /// The size of the response body in bytes, after decompression.
    pub received_bytes: usize,
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Spotify responded with this status.
    Responded(StatusCode),
    /// No connection could be made.
    NotSent,
    /// The connection broke, or the response could not be read.
    Lost,
    /// There was no response in time.
    TimedOut,
}

impl Outcome {
    /// Returns the status of the response, if there was one.
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
    /// What the call waited for.
    pub reason: WaitReason,
    /// The length of the wait.
    pub lasted: Duration,
}

/// What a call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// For the rate limit: for its end, for room in the budget, or for earlier calls.
    RateLimit,
    /// For the next attempt, after a failed one.
    Retry,
}

/// A call that ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallSummary<'a> {
    /// The operation that was called.
    pub operation: &'static OperationInfo,
    /// The number of requests that were sent.
    pub attempts: u32,
    /// The time from the start of the call to its end, including waits.
    pub took: Duration,
    /// How the response was served from a cache; `None` if Spotify sent it, or if the call failed.
    pub from_cache: Option<CacheStatus>,
    /// Whether the call shared the request of an identical one that was in flight. It has no attempts of its own then.
    pub coalesced: bool,
    /// The error, if the call failed. The body of a successful response is decoded later.
    pub error: Option<&'a Error>,
}

/// How a response was served from a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheStatus {
    /// It was fresh, and used without a request.
    Fresh,
    /// Spotify confirmed that it has not changed.
    Revalidated,
    /// Spotify could not be reached.
    Stale,
}

/// The source of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenSource {
    /// The token in memory was still valid.
    Memory,
    /// The token cache, where another process had stored it.
    Cache,
    /// Spotify issued or refreshed the token.
    Spotify,
    /// No token was available.
    None,
}

/// The progress of a call that takes several requests: a whole list, more values than one request can carry, a sync.
/// Passed to the closure that is set with `on_progress` of the call or of the sync.
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
    /// What the call is doing.
    pub activity: Activity,
    /// The operation whose requests are sent.
    pub operation: &'static OperationInfo,
    /// The number of completed items of a list, values that the caller passed, or steps of a sync.
    pub done: u64,
    /// The total number, if known.
    pub total: Option<u64>,
}

/// What a call that takes several requests is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Activity {
    /// Reading items.
    Reading,
    /// Making changes.
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

/// The closure that receives the progress, if any.
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
