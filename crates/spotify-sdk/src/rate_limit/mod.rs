//! Rate limits: [`RateLimiter`] is the port through which every request of an app passes, and [`LocalRateLimiter`] its
//! default implementation, for the clients of one process.
//!
//! Spotify counts the requests of an app over any 30 seconds and does not publish how many it allows; some operations
//! have a daily quota besides. A client asks its limiter for a [`Permit`] before each attempt, and completes the permit
//! with what became of the request: so a limiter learns from every response, and decides for all clones, siblings and,
//! where it is shared, machines.
//!
//! # The contract of a rate limiter
//!
//! 1. After a request is completed as [rate limited](Completion::RateLimited), no permit is given until its wait is over. A
//!    longer block is never made shorter by another response.
//! 2. The first request after a wait goes alone. The others follow when it has succeeded, or after 5 seconds; when it is
//!    rate limited too, the wait begins anew.
//! 3. A call that may not wait for as long as a block lasts gets [`AcquireError::Blocked`] at once, and also when the block
//!    begins while it waits. Waiting for other calls is never refused.
//! 4. With a budget, no more requests than that go in any 30 seconds, wherever they end. A request that is completed as
//!    [not sent](Completion::NotSent) does not count.
//! 5. [`Priority::Interactive`] goes before [`Prefetch`](Priority::Prefetch), and that before
//!    [`Background`](Priority::Background), which leaves a tenth of the budget to the others. A lower priority that waits
//!    is still given one request in ten.
//! 6. After a request is completed with [`Completion::QuotaExceeded`], its operation gets [`AcquireError::QuotaExceeded`]
//!    until the named time, or for an hour, or until a request of it succeeds. Other operations go on.
//! 7. A request that [bypasses](AcquireRequest::bypass) the limiter gets its permit at once, and is counted. When it
//!    succeeds, a block that began before it was sent is over.
//! 8. A permit that is dropped counts as not sent before [`Permit::mark_sent`], and as [unknown](Completion::Unknown) after
//!    it. A call that stops waiting, since its future is dropped, holds up no other.
//! 9. Moments are wall-clock times, since other machines may have set them; lengths of time are durations.
//!
//! The Cargo feature `contract-tests` has these rules as a test suite, `contract`, which any implementation can be run
//! through.

mod budget;
#[cfg(feature = "contract-tests")]
pub mod contract;
mod local;
mod permit;
mod queue;
mod quota;
mod shared;

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::error::{ApiError, Error, QUOTA_EXCEEDED};
use crate::operation::OperationInfo;
pub use crate::options::Priority;

pub use local::LocalRateLimiter;
pub use permit::{Completion, Permit};
pub(crate) use quota::Quotas;
pub use quota::{OperationUsage, QuotaClosure, Usage};
pub use shared::SharedRateLimiter;

/// Decides when requests may be sent. See the [contract](self#the-contract-of-a-rate-limiter).
///
/// One limiter serves all clones and siblings of a client, from many tasks at the same time. A client whose builder is given
/// none has a [`LocalRateLimiter`] of its own.
pub trait RateLimiter: Send + Sync + 'static {
    /// Waits until the request may be sent.
    ///
    /// # Errors
    /// [`AcquireError`], at once, when the request may not be sent within the time that it may wait.
    fn acquire(&self, request: AcquireRequest) -> impl Future<Output = Result<Permit, AcquireError>> + Send;

    /// Whether `request` would be refused for its quota now. A client asks before it gets an access token, so that none
    /// is fetched in vain. Nothing is sent or waited for. Default: it would not.
    ///
    /// # Errors
    /// [`AcquireError::QuotaExceeded`] when it would be.
    fn check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError> {
        let _ = request;
        Ok(())
    }

    /// Gives no permit until this moment: what a process knows of a wait that began before it was started. A block that
    /// lasts longer stays.
    fn block_until(&self, until: Timestamp);

    /// What the limiter knows of the rate limit, without asking anyone.
    fn status(&self) -> RateLimit;

    /// How many requests of each operation were sent in the last 24 hours, as far as the limiter knows without asking anyone.
    fn usage(&self) -> Usage;
}

/// A request that asks for a permit.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AcquireRequest {
    /// The operation that is called; `None` for a program that only waits until a request may be sent.
    pub operation: Option<&'static OperationInfo>,
    /// How urgent the call is.
    pub priority: Priority,
    /// The longest wait for the end of a block that the call accepts.
    pub max_wait: Duration,
    /// Whether the request is sent whatever the limiter knows.
    pub bypass: bool,
}

impl AcquireRequest {
    /// A request of an interactive call, which accepts waits of up to 60 s.
    pub fn new(operation: &'static OperationInfo) -> Self {
        Self { operation: Some(operation), ..Self::any() }
    }

    /// A request of no operation in particular, which is not counted by operation.
    pub fn any() -> Self {
        Self { operation: None, priority: Priority::Interactive, max_wait: Duration::from_secs(60), bypass: false }
    }

    /// Sets how urgent the call is. Default: [`Priority::Interactive`].
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Sets the longest wait for the end of a block that the call accepts. Default: 60 s.
    #[must_use]
    pub fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Sets whether the request is sent whatever the limiter knows. Default: `false`.
    #[must_use]
    pub fn bypass(mut self, bypass: bool) -> Self {
        self.bypass = bypass;
        self
    }
}

/// The reason why a request gets no permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AcquireError {
    /// The app is rate limited for longer than the call may wait.
    #[error("rate limited for another {} s", wait.as_secs_f64().ceil())]
    Blocked {
        /// How long that is from now.
        wait: Duration,
    },
    /// The quota of the operation is used up.
    #[error("the quota is used up for another {} s", wait.as_secs_f64().ceil())]
    QuotaExceeded {
        /// How long the operation is refused from now.
        wait: Duration,
    },
}

impl AcquireError {
    /// The error of the call that was to be sent.
    pub(crate) fn into_error(self, operation: &'static OperationInfo) -> Error {
        match self {
            Self::Blocked { wait } => {
                let error = ApiError::not_sent(operation, "not sent, since the app still has to wait", wait);
                Error::RateLimit(Box::new(error))
            }
            Self::QuotaExceeded { wait } => Error::QuotaExceeded(Box::new(ApiError {
                reason: Some(QUOTA_EXCEEDED.to_owned()),
                ..ApiError::not_sent(operation, "not sent, since its quota is used up", wait)
            })),
        }
    }
}

/// The state of the rate limit of an app, as far as this client knows it.
///
/// See [rate limits](https://developer.spotify.com/documentation/web-api/concepts/rate-limits).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimit {
    /// Until when no request is sent, because Spotify asked for that; `None` when it did not.
    pub waiting_until: Option<Timestamp>,
    /// How long that is from now; zero when there is nothing to wait for.
    pub wait: Duration,
    /// The maximum number of requests in any 30 seconds, as given or as learned; `None` as long as Spotify has limited
    /// none.
    pub budget: Option<u32>,
    /// Whether the budget was learned from Spotify's responses.
    pub is_learned: bool,
    /// The number of requests sent in the last 30 seconds, including those in flight. Without a budget, only the latest 2,000
    /// are counted.
    pub sent: u32,
    /// The number of calls that wait to be sent.
    pub waiting_calls: usize,
}

/// The moment that is `wait` from now, or the last one that a timestamp can hold.
fn from_now(wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX)
}
