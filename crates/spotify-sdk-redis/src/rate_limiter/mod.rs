//! [`RedisRateLimiter`]: one rate limit for all processes of an app.

mod driver;
mod exchange;
mod lease;
mod member;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod model;
mod quota;
mod script;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::operation::OperationInfo;
use spotify_sdk::rate_limit::{AcquireError, AcquireRequest, Completion, Permit, RateLimit, RateLimiter, Usage};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

pub(crate) use self::exchange::millis;
use self::member::{AdmitResult, Admitted, Caller, Member, Settings};
use self::quota::QuotaBook;
pub(crate) use self::script::{APP_TIME, BUCKET, BUCKETS, GIVEN_TIME, GRACE};
use crate::connection::Connection;
use crate::event::Listener;
use crate::keys::Keys;

/// A limit can last no longer than a year.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A [`RateLimiter`] that all processes of an app share over Redis. Clones are the same process to the others.
///
/// It keeps the [contract](spotify_sdk::rate_limit#the-contract-of-a-rate-limiter) for all of them together. While no budget is
/// set and Spotify has not limited a request, requests are sent without asking Redis, and reported about once a second. Otherwise
/// a process asks for several permits at once, and uses them within a second. Without Redis, each process goes on with its
/// share of the last known budget; a call waits at most 250 ms to find that out.
///
/// [`Fleet::rate_limiter`](crate::Fleet::rate_limiter) creates one, and [`Fleet::join`](crate::Fleet::join) gives one to a client.
#[derive(Clone)]
pub struct RedisRateLimiter {
    shared: Arc<Shared>,
    /// Its end is the end of the task that talks to Redis.
    _alive: Arc<Alive>,
}

/// What calls and the task that talks to Redis share.
struct Shared {
    id: String,
    member: Mutex<Member>,
    quotas: Mutex<QuotaBook>,
    /// Whether any operation was ever refused: usually none is, and then the lock is not taken.
    any_closed: AtomicBool,
    /// The number of times that Redis was asked.
    round_trips: AtomicU64,
    /// Wakes the task.
    poke: Notify,
    listener: Listener,
}

/// Returns how long a process is taken to be alive after a step, where requests are counted over this window.
pub(crate) fn alive_time(window: Duration) -> Duration {
    Settings { budget: None, window }.ttl()
}

/// Wakes the task for the last time.
struct Alive(Arc<Shared>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.poke.notify_one();
    }
}

/// What a limiter is made of.
pub(crate) struct Parts {
    pub(crate) connection: Connection,
    /// The keys of the app.
    pub(crate) app: Keys,
    /// The keys of the account, for its quotas.
    pub(crate) account: Keys,
    pub(crate) budget: Option<u32>,
    pub(crate) window: Duration,
    /// The name of the process.
    pub(crate) id: String,
    /// What people are shown of the process, as JSON.
    pub(crate) info: String,
    pub(crate) listener: Listener,
}

impl RedisRateLimiter {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { connection, app, account, budget, window, id, info, listener } = parts;
        let settings = Settings { budget: budget.map(|budget| budget.max(1)), window };
        let member = Member::new(id.clone(), info, settings, Instant::now());
        let shared = Arc::new(Shared {
            id,
            member: Mutex::new(member),
            quotas: Mutex::default(),
            any_closed: AtomicBool::new(false),
            round_trips: AtomicU64::new(0),
            poke: Notify::new(),
            listener,
        });
        let alive = Arc::new(Alive(Arc::clone(&shared)));
        driver::start(&connection, app, account, Arc::clone(&shared), Arc::downgrade(&alive));
        Self { shared, _alive: alive }
    }

    /// Returns whether Redis is away, so that this process goes on with its share of the last known budget.
    pub fn is_offline(&self) -> bool {
        self.shared.member().status(Instant::now()).is_away
    }

    /// Returns how many times this process has asked Redis, or told it something.
    pub fn round_trips(&self) -> u64 {
        self.shared.round_trips.load(Ordering::Relaxed)
    }

    async fn admit(&self, request: &AcquireRequest) -> Result<Admitted, AcquireError> {
        if request.bypass {
            return Ok(self.shared.member().bypass(Instant::now()));
        }
        let mut waiter = Waiter {
            shared: &self.shared,
            caller: Caller { priority: request.priority, max_wait: request.max_wait, joined: None },
        };
        loop {
            let result = self.shared.member().try_admit(&mut waiter.caller, Instant::now());
            match result {
                AdmitResult::Admitted(admitted) => return Ok(admitted),
                AdmitResult::Blocked(wait) => return Err(AcquireError::Blocked { wait }),
                AdmitResult::Wait(notify, until) => {
                    self.shared.poke.notify_one();
                    match until {
                        // Either the state has changed, or the time has come.
                        Some(until) => drop(timeout_at(until, notify.notified()).await),
                        None => notify.notified().await,
                    }
                }
            }
        }
    }
}

impl RateLimiter for RedisRateLimiter {
    async fn acquire(&self, request: AcquireRequest) -> Result<Permit, AcquireError> {
        self.check_quota(&request)?;
        let admitted = self.admit(&request).await?;
        if let Some(operation) = request.operation {
            self.shared.quotas().count(operation);
        }
        let holder = Holder { shared: Arc::clone(&self.shared), admitted, operation: request.operation };
        let permit = Permit::new(move |completion| holder.complete(completion));
        // Another call may have exceeded the quota during the wait.
        self.check_quota(&request)?;
        Ok(permit)
    }

    fn check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError> {
        let Some(operation) = request.operation.filter(|_| !request.bypass) else { return Ok(()) };
        if !self.shared.any_closed.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.shared.quotas().refusal(operation.name, Instant::now()) {
            Some(wait) => Err(AcquireError::QuotaExceeded { wait }),
            None => Ok(()),
        }
    }

    fn block_until(&self, until: Timestamp) {
        let wait = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
        if !wait.is_zero() {
            let now = Instant::now();
            self.shared.member().block_until(now + wait.min(A_YEAR), now);
            self.shared.poke.notify_one();
        }
    }

    /// Returns what this process knows: what it was told by Redis in the last seconds, and its own requests.
    fn status(&self) -> RateLimit {
        let status = self.shared.member().status(Instant::now());
        let mut limit = RateLimit::default();
        limit.waiting_until = (!status.wait.is_zero()).then(|| from_now(status.wait));
        limit.wait = status.wait;
        limit.budget = status.budget;
        limit.is_learned = status.is_learned;
        limit.sent = status.sent;
        limit.waiting_calls = status.waiting;
        limit
    }

    /// Returns the requests of all processes of the account, as this one was told in the last seconds. Requests of operations that
    /// neither the SDK nor this process knows are left out.
    fn usage(&self) -> Usage {
        self.shared.quotas().usage(Instant::now())
    }
}

impl fmt::Debug for RedisRateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedisRateLimiter").field(&self.status()).finish()
    }
}

impl Shared {
    fn member(&self) -> MutexGuard<'_, Member> {
        // No code panics while it holds the lock, and the state would still be consistent if it did.
        self.member.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn quotas(&self) -> MutexGuard<'_, QuotaBook> {
        self.quotas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call's place in the queue. Dropping it leaves the queue.
struct Waiter<'a> {
    shared: &'a Shared,
    caller: Caller,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if self.caller.joined.is_some() {
            self.shared.member().give_up(&mut self.caller, Instant::now());
            self.shared.poke.notify_one();
        }
    }
}

/// What a permit returns on completion.
struct Holder {
    shared: Arc<Shared>,
    admitted: Admitted,
    operation: Option<&'static OperationInfo>,
}

impl Holder {
    fn complete(self, completion: Completion) {
        let now = Instant::now();
        let mut is_urgent = false;
        if let Some(operation) = self.operation {
            let mut quotas = self.shared.quotas();
            match completion {
                Completion::NotSent => quotas.take_back(operation),
                Completion::Success => quotas.succeeded(operation, self.admitted.id.sent),
                Completion::QuotaExceeded { retry_after } => {
                    quotas.exceeded(operation, retry_after, now);
                    self.shared.any_closed.store(true, Ordering::Release);
                }
                _ => {}
            }
            is_urgent = quotas.is_urgent();
        }
        let mut member = self.shared.member();
        member.complete(self.admitted, completion, now);
        if is_urgent || member.is_due(now) {
            self.shared.poke.notify_one();
        }
    }
}

/// Returns the time that is `wait` from now, capped at the maximum of a timestamp.
fn from_now(wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX)
}
