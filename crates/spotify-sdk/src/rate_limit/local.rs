//! [`LocalRateLimiter`]: the rate limit of the clients in one process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::budget::{Admission, Budget, RateBudget, RequestId};
use super::queue::{Order, WaitQueue};
use super::quota::{Counted, Quotas, Reservation, UsageLog};
use super::{AcquireError, AcquireRequest, Completion, Permit, Priority, RateLimit, RateLimiter, Usage, from_now};
use crate::definition::{Action, OperationInfo};
use crate::options::A_YEAR;

/// The default rate limiter, which all clones and siblings of a client share. Clones of the limiter share one limit, so
/// that several clients in one process can use the same one.
///
/// ```
/// use spotify_sdk::rate_limit::LocalRateLimiter;
/// use spotify_sdk::{AsyncSpotifyClient, auth::AccessToken};
///
/// let limiter = LocalRateLimiter::with_budget(90);
/// let reader = AsyncSpotifyClient::builder(AccessToken::new("BQone")?).rate_limiter(limiter.clone()).build()?;
/// let writer = AsyncSpotifyClient::builder(AccessToken::new("BQtwo")?).rate_limiter(limiter).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct LocalRateLimiter(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<LimiterState>,
    quotas: Arc<Quotas>,
}

struct LimiterState {
    budget: RateBudget,
    queue: WaitQueue<u64>,
    /// The number of calls that have joined the queue.
    joined: u64,
}

impl Default for LimiterState {
    fn default() -> Self {
        Self { budget: RateBudget::new(None), queue: WaitQueue::default(), joined: 0 }
    }
}

impl LocalRateLimiter {
    /// Creates a limiter without a budget: it grants permits until Spotify limits a request, and from then on no more
    /// than succeeded in the 30 seconds before.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a limiter that grants this number of permits in any 30 seconds; at least one.
    pub fn with_budget(requests: u32) -> Self {
        let state = LimiterState { budget: RateBudget::new(Some(requests.max(1))), ..LimiterState::default() };
        Self(Arc::new(Shared { state: Mutex::new(state), quotas: Arc::default() }))
    }

    /// Creates the same limiter with another window over which requests are counted, with nothing sent yet. Default: 30 s, as
    /// Spotify's; a shorter one is for tests against a server that counts over a shorter time, too.
    #[must_use]
    pub fn window(self, window: Duration) -> Self {
        let given = match self.0.lock().budget.budget() {
            Some(Budget::Given(requests)) => Some(requests),
            _ => None,
        };
        let state = LimiterState { budget: RateBudget::new(given).window(window), ..LimiterState::default() };
        Self(Arc::new(Shared { state: Mutex::new(state), quotas: Arc::default() }))
    }

    /// Returns what the limiter knows of the last 24 hours: what it was [started](Self::with_usage_log) with, and what was sent
    /// since. For programs that store all of it in a place of their own.
    pub fn usage_log(&self) -> UsageLog {
        self.0.quotas.log()
    }

    /// Returns what was sent through this limiter since it was created or this was called last, for programs that
    /// [add](UsageLog::merge) it to a log which other processes add to as well. What the limiter was
    /// [started](Self::with_usage_log) with is not part of it. The limiter goes on to count all of it.
    ///
    /// Requests that are in flight are part of it. If the log cannot be stored, keep what this returned, and merge it with what
    /// the next call returns.
    pub fn take_usage_log(&self) -> UsageLog {
        self.0.quotas.take_log()
    }

    /// Adds what a log holds. `find` returns the operation with a name.
    pub(crate) fn restore(&self, log: &UsageLog, find: impl Fn(&str) -> Option<&'static OperationInfo>) {
        self.0.quotas.restore(log, find);
    }

    pub(crate) fn quotas(&self) -> Arc<Quotas> {
        Arc::clone(&self.0.quotas)
    }

    /// Like [`acquire`](RateLimiter::acquire), for a request that has room in a daily budget of this limiter's count.
    pub(super) async fn acquire_reserved(
        &self,
        request: AcquireRequest,
        reservation: Option<Reservation>,
    ) -> Result<Permit, AcquireError> {
        self.check_quota(&request)?;
        let id = self.admit(&request).await?;
        let counted = request.operation.map(Action::from).map(|action| match reservation {
            Some(reservation) => reservation.count(action, id.sent).into_counted(),
            None => (action, self.0.quotas.count(action, id.sent)),
        });
        let permit = Permit::local(LocalPermit { limiter: Arc::clone(&self.0), id, counted });
        // Another call may have exceeded the quota during the wait.
        self.check_quota(&request)?;
        Ok(permit)
    }

    /// Waits for a permit. From then on the request counts as in flight.
    async fn admit(&self, request: &AcquireRequest) -> Result<RequestId, AcquireError> {
        if request.bypass {
            return Ok(self.0.lock().budget.bypass(Instant::now()));
        }
        let mut waiter =
            Waiter { limiter: &self.0, priority: request.priority, max_wait: request.max_wait, joined: None };
        loop {
            let (notify, until) = match self.0.lock().try_admit(&mut waiter) {
                AdmitResult::Admitted(id) => return Ok(id),
                AdmitResult::Blocked(wait) => return Err(AcquireError::Blocked { wait }),
                AdmitResult::Wait(notify, until) => (notify, until),
            };
            match until {
                // Either the state has changed, or the time has come.
                Some(until) => drop(timeout_at(until, notify.notified()).await),
                None => notify.notified().await,
            }
        }
    }
}

impl RateLimiter for LocalRateLimiter {
    async fn acquire(&self, request: AcquireRequest) -> Result<Permit, AcquireError> {
        self.acquire_reserved(request, None).await
    }

    fn check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError> {
        match request.operation {
            Some(operation) if !request.bypass => {
                self.0.quotas.check(operation.into()).map_err(|wait| AcquireError::QuotaExceeded { wait })
            }
            _ => Ok(()),
        }
    }

    fn block_until(&self, until: Timestamp) {
        let wait = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
        if !wait.is_zero() {
            let now = Instant::now();
            let mut state = self.0.lock();
            state.budget.block_until(now + wait.min(A_YEAR));
            state.wake_expired(now);
        }
    }

    fn status(&self) -> RateLimit {
        let mut state = self.0.lock();
        let now = Instant::now();
        let wait = state.budget.blocked_until(now).map(|until| until.duration_since(now));
        let budget = state.budget.budget();
        RateLimit {
            waiting_until: wait.map(from_now),
            wait: wait.unwrap_or_default(),
            budget: budget.map(Budget::max),
            is_learned: matches!(budget, Some(Budget::Learned { .. })),
            sent: state.budget.sent(now),
            waiting_calls: state.queue.len(),
        }
    }

    fn usage(&self) -> Usage {
        self.0.quotas.usage()
    }
}

impl fmt::Debug for LocalRateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalRateLimiter").field(&self.status()).finish()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, LimiterState> {
        // No code panics while it holds the lock, and the state would still be consistent if it did.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum AdmitResult {
    Admitted(RequestId),
    /// Spotify asked for a wait that is longer than the call accepts.
    Blocked(Duration),
    /// Wait until another request is admitted or completed, or until this time.
    Wait(Arc<Notify>, Option<Instant>),
}

impl LimiterState {
    /// Admits a call, or adds it to the queue. Both happen under one lock, so that no change is missed in between.
    fn try_admit(&mut self, waiter: &mut Waiter<'_>) -> AdmitResult {
        let now = Instant::now();
        if let Some(until) = self.budget.blocked_until(now) {
            let wait = until.duration_since(now);
            if wait > waiter.max_wait {
                return AdmitResult::Blocked(wait);
            }
        }
        let mut until = None;
        let key = waiter.joined.as_ref().map(|(key, _)| key);
        if let Some(order) = self.queue.turn(waiter.priority, key, self.max_requests()) {
            let reserve = waiter.priority == Priority::Background && order == Order::InOrder;
            match self.budget.admit(now, reserve) {
                Admission::Go(id) => {
                    self.leave(waiter);
                    self.queue.went(waiter.priority, order);
                    self.wake_next();
                    return AdmitResult::Admitted(id);
                }
                Admission::At(moment) => until = Some(moment),
                Admission::Later => {}
            }
        }
        let (_, notify) = waiter.joined.get_or_insert_with(|| {
            self.joined += 1;
            (self.joined, self.queue.join(waiter.priority, self.joined, waiter.max_wait))
        });
        AdmitResult::Wait(Arc::clone(notify), until)
    }

    fn leave(&mut self, waiter: &mut Waiter<'_>) {
        if let Some((key, _)) = waiter.joined.take() {
            self.queue.leave(waiter.priority, &key);
        }
    }

    fn wake_next(&self) {
        self.queue.wake_next(self.max_requests());
    }

    /// Wakes the calls whose maximum wait is shorter than the block.
    fn wake_expired(&self, now: Instant) {
        let wait = self.budget.blocked_until(now).map(|until| until.duration_since(now));
        self.queue.wake_expired(wait.unwrap_or_default());
    }

    /// Returns the maximum number of requests in a window, if known.
    fn max_requests(&self) -> Option<u32> {
        self.budget.budget().map(Budget::max)
    }
}

/// A call's place in the queue. Dropping it leaves the queue.
struct Waiter<'a> {
    limiter: &'a Shared,
    priority: Priority,
    max_wait: Duration,
    joined: Option<(u64, Arc<Notify>)>,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let Some((key, _)) = &self.joined else { return };
        let mut state = self.limiter.lock();
        // Only the next call holds up others.
        let was_next = state.queue.turn(self.priority, Some(key), state.max_requests()).is_some();
        state.leave(self);
        if was_next {
            state.wake_next();
        }
    }
}

/// What a permit of this limiter returns on completion.
pub(super) struct LocalPermit {
    limiter: Arc<Shared>,
    id: RequestId,
    counted: Option<(Action, Counted)>,
}

impl LocalPermit {
    pub(super) fn complete(self, completion: Completion) {
        let quotas = &self.limiter.quotas;
        if let Some((action, counted)) = self.counted {
            match completion {
                Completion::NotSent => quotas.take_back(action, counted),
                Completion::Success => quotas.succeeded(action, self.id.sent),
                Completion::QuotaExceeded { retry_after } => quotas.exceeded(action, retry_after),
                _ => {}
            }
        }
        let mut state = self.limiter.lock();
        let now = Instant::now();
        state.budget.complete(self.id, now, completion);
        if matches!(completion, Completion::RateLimited { .. }) {
            state.wake_expired(now);
        }
        state.wake_next();
    }
}
