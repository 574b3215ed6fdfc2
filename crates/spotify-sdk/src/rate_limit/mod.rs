//! Rate limits: [`RateLimiter`] is the port through which every request of an app passes, and [`LocalRateLimiter`] its
//! default implementation, for the clients of one process.
//!
//! Spotify counts the requests of an app over any 30 seconds and does not publish the maximum; some operations also have
//! a daily quota. A client acquires a [`Permit`] from its limiter before each attempt, and completes the permit with the
//! result of the request. So a limiter learns from every response, and decides for all clones and siblings and, if it is
//! shared, for all machines.
//!
//! # The contract of a rate limiter
//!
//! 1. After a request is completed as [rate limited](Completion::RateLimited), no permit is granted until its wait is
//!    over. A longer block is never shortened by another response.
//! 2. The first request after a wait is sent alone. The others follow once it has succeeded, or after 5 seconds; if it
//!    is rate limited too, the wait starts again.
//! 3. A call whose maximum wait is shorter than a block fails with [`AcquireError::Blocked`] at once, also if the block
//!    starts while the call waits. Waiting for other calls is never refused.
//! 4. With a budget, no more requests than that are sent in any 30 seconds, on whatever machines they run. A request
//!    that is completed as [not sent](Completion::NotSent) does not count.
//! 5. [`Priority::Interactive`] takes precedence over [`Prefetch`](Priority::Prefetch), and that over
//!    [`Background`](Priority::Background), which leaves a tenth of the budget to the others. One request in ten is
//!    reserved for a lower priority that waits.
//! 6. After a request is completed with [`Completion::QuotaExceeded`], its operation fails with
//!    [`AcquireError::QuotaExceeded`] until the named time, or for an hour, or until a request of it succeeds. Other
//!    operations continue.
//! 7. A request that [bypasses](AcquireRequest::bypass) the limiter receives its permit at once, and is counted. If it
//!    succeeds, a block that started before it was sent is over.
//! 8. A permit that is dropped counts as not sent before [`Permit::mark_sent`], and as [unknown](Completion::Unknown)
//!    after it. A call that stops waiting because its future is dropped does not hold up others.
//! 9. Points in time are wall-clock times, since other machines may have set them; lengths of time are durations.
//!
//! The Cargo feature `contract-tests` provides these rules as a test suite, `contract`, for any implementation.

mod budget;
#[cfg(feature = "contract-tests")]
pub mod contract;
mod daily_budget;
mod local;
mod permit;
mod queue;
mod quota;
mod shared;

pub mod state {
    //! What the rate limiters of the SDK decide, as pure state without a clock, a lock or a task: for rate limiters of your own,
    //! and for tests that compare theirs with it.
    //!
    //! [`RateBudget`] says when a request may be sent, and [`WaitQueue`] which of the waiting calls is next.
    //! [`LocalRateLimiter`](super::LocalRateLimiter) is both behind a lock.

    pub use super::budget::{
        Admission, AdmitReason, Budget, MARGIN, MAX_MIN_WAIT, MIN_LEARNED, MIN_WAIT, PROBE_TIME, RAISE_INTERVAL,
        RateBudget, RequestId, WINDOW,
    };
    pub use super::queue::{MAX_PASSED_OVER, Order, WaitQueue};
}

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::definition::{Action, OperationInfo};
use crate::error::{ApiError, Error, QUOTA_EXCEEDED};
pub use crate::options::Priority;

pub use daily_budget::{BudgetShare, DailyBudget, DailyBudgetReached};
pub(crate) use daily_budget::{DailyLimit, OverBudget};
pub use local::LocalRateLimiter;
pub use permit::{Completion, Permit};
pub use quota::{OperationLog, OperationUsage, QuotaClosure, Usage, UsageLog};
pub(crate) use quota::{Quotas, Reservation};
pub use shared::SharedRateLimiter;

/// Decides when requests may be sent. See the [contract](self#the-contract-of-a-rate-limiter).
///
/// One limiter serves all clones and siblings of a client, and is called from many tasks concurrently. A client whose
/// builder is given none uses a [`LocalRateLimiter`] of its own.
pub trait RateLimiter: Send + Sync + 'static {
    /// Waits until the request may be sent.
    ///
    /// # Errors
    /// [`AcquireError`], at once, if the request may not be sent within its maximum wait.
    fn acquire(&self, request: AcquireRequest) -> impl Future<Output = Result<Permit, AcquireError>> + Send;

    /// Checks whether `request` would be refused for its quota now. A client calls this before it fetches an access
    /// token, so that none is fetched in vain. Must not send or wait for anything. Default: not refused.
    ///
    /// # Errors
    /// [`AcquireError::QuotaExceeded`] if it would be refused.
    fn check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError> {
        let _ = request;
        Ok(())
    }

    /// Grants no permit until this time: used for a wait that started before the process did. A longer block stays.
    fn block_until(&self, until: Timestamp);

    /// Returns what the limiter knows of the rate limit, without a request.
    fn status(&self) -> RateLimit;

    /// Returns how many requests of each operation were sent in the last 24 hours, as far as the limiter knows, without
    /// a request.
    fn usage(&self) -> Usage;
}

/// A request for a permit.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AcquireRequest {
    /// The operation that is called; `None` if the program only waits until a request may be sent.
    pub operation: Option<&'static OperationInfo>,
    /// How urgent the call is.
    pub priority: Priority,
    /// The maximum wait for the end of a block.
    pub max_wait: Duration,
    /// Whether the request is sent regardless of limits.
    pub bypass: bool,
}

impl AcquireRequest {
    /// Creates a request of an interactive call with a maximum wait of 60 s.
    pub fn new(operation: &'static OperationInfo) -> Self {
        Self { operation: Some(operation), ..Self::any() }
    }

    /// Creates a request for no particular operation, which is not counted by operation.
    pub fn any() -> Self {
        Self { operation: None, priority: Priority::Interactive, max_wait: Duration::from_secs(60), bypass: false }
    }

    /// Sets how urgent the call is. Default: [`Priority::Interactive`].
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Sets the maximum wait for the end of a block. Default: 60 s.
    #[must_use]
    pub fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Sets whether the request is sent regardless of limits. Default: `false`.
    #[must_use]
    pub fn bypass(mut self, bypass: bool) -> Self {
        self.bypass = bypass;
        self
    }
}

/// The reason why a request was refused a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AcquireError {
    /// The app is rate limited for longer than the call's maximum wait.
    #[error("rate limited for another {} s", wait.as_secs_f64().ceil())]
    Blocked {
        /// The time from now until the end of the limit.
        wait: Duration,
    },
    /// The quota of the operation is used up.
    #[error("the quota is used up for another {} s", wait.as_secs_f64().ceil())]
    QuotaExceeded {
        /// The time from now until the operation is sent again.
        wait: Duration,
    },
}

impl AcquireError {
    /// Converts this into the error of the call.
    pub(crate) fn into_error(self, action: impl Into<Action>) -> Error {
        let action = action.into();
        match self {
            Self::Blocked { wait } => {
                let error = ApiError::not_sent(action, "not sent, since the app still has to wait", wait);
                Error::RateLimit(Box::new(error))
            }
            Self::QuotaExceeded { wait } => Error::QuotaExceeded(Box::new(ApiError {
                reason: Some(QUOTA_EXCEEDED.to_owned()),
                ..ApiError::not_sent(action, "not sent, since its quota is used up", wait)
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
    /// The end of the wait that Spotify asked for, during which no request is sent; `None` if there is none.
    pub waiting_until: Option<Timestamp>,
    /// The time from now until then; zero if there is no wait.
    pub wait: Duration,
    /// The maximum number of requests in any 30 seconds, configured or learned; `None` if none is configured and
    /// Spotify has not limited a request.
    pub budget: Option<u32>,
    /// Whether the budget was learned from Spotify's responses.
    pub is_learned: bool,
    /// The number of requests sent in the last 30 seconds, including those in flight. Without a budget, only the latest
    /// 2,000 are counted.
    pub sent: u32,
    /// The number of calls that are waiting to be sent.
    pub waiting_calls: usize,
}

/// Returns the time that is `wait` from now, capped at the maximum of a timestamp.
fn from_now(wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX)
}
