//! The [contract of a rate limiter](super#the-contract-of-a-rate-limiter) as a test suite for any implementation.
//!
//! ```
//! use std::time::Duration;
//! use spotify_sdk::rate_limit::{LocalRateLimiter, contract};
//!
//! struct Local;
//!
//! impl contract::Subject for Local {
//!     type Limiter = LocalRateLimiter;
//!
//!     async fn limiter(&self, budget: Option<u32>) -> LocalRateLimiter {
//!         budget.map_or_else(LocalRateLimiter::new, LocalRateLimiter::with_budget)
//!     }
//!
//!     async fn advance(&self, time: Duration) {
//!         tokio::time::sleep(time).await;
//!     }
//! }
//!
//! # fn main() {
//! // A paused clock, which advances when no task has anything else to do.
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
//! runtime.block_on(contract::check(&Local));
//! # }
//! ```

use std::fmt::Debug;
use std::pin::pin;
use std::time::Duration;

use http::Method;

use super::budget::WINDOW;
use super::{AcquireError, AcquireRequest, Completion, Permit, Priority, RateLimiter};
use crate::definition::OperationInfo;

/// How much longer than its window a budget may count, for clock differences.
const MARGIN: Duration = Duration::from_millis(500);
/// The time that an implementation may take for a decision, and by which clocks may differ.
const TOLERANCE: Duration = Duration::from_millis(500);
/// After this many calls of a higher priority, the share of a lower priority is due.
const SHARE: usize = 10;

static ONE: OperationInfo = OperationInfo::new("contract.one", Method::GET, "/contract");
static OTHER: OperationInfo = OperationInfo::new("contract.other", Method::GET, "/contract");

/// The implementation under test, and its clock.
pub trait Subject: Sync {
    /// The implementation.
    type Limiter: RateLimiter + Clone;

    /// Returns a new limiter that shares no state with earlier ones, with a budget of so many requests in any
    /// [window](Self::window), or without one. Clones of it share its state.
    fn limiter(&self, budget: Option<u32>) -> impl Future<Output = Self::Limiter> + Send;

    /// Returns the window over which the limiters count. Default: 30 s. With a shorter one the suite takes less time on a clock
    /// that cannot be advanced; one of less than 3 s leaves no room for what the rules expect within it.
    fn window(&self) -> Duration {
        WINDOW
    }

    /// Advances the time of the limiters and of tokio.
    fn advance(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// Checks every rule of the contract. It takes several minutes on a clock that cannot be advanced.
///
/// # Panics
/// Panics if a rule is violated, with what was expected.
pub async fn check<S: Subject>(subject: &S) {
    everything_goes_while_nothing_is_known(subject).await;
    a_block_holds_until_its_end(subject).await;
    a_longer_block_is_not_made_shorter(subject).await;
    the_first_request_after_a_wait_goes_alone(subject).await;
    a_call_that_may_not_wait_so_long_is_refused_at_once(subject).await;
    a_budget_bounds_the_requests_of_a_window(subject).await;
    requests_that_were_not_sent_do_not_count(subject).await;
    urgent_calls_go_first_and_leave_a_share(subject).await;
    a_quota_closes_its_operation_alone(subject).await;
    a_bypass_does_not_wait_and_its_success_ends_a_block(subject).await;
    a_dropped_permit_is_given_back(subject).await;
    a_call_that_stops_waiting_holds_up_no_other(subject).await;
}

fn expect<T, E: Debug>(result: Result<T, E>, rule: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => fail(rule, &format!("{error:?}")),
    }
}

#[allow(clippy::panic)]
fn fail(rule: &str, what: &str) -> ! {
    panic!("the contract is broken: {rule}: {what}")
}

fn ensure(holds: bool, rule: &str, what: &str) {
    if !holds {
        fail(rule, what);
    }
}

/// Returns a permit, which must be available without a wait.
async fn at_once<L: RateLimiter>(limiter: &L, request: AcquireRequest, rule: &str) -> Permit {
    match tokio::time::timeout(TOLERANCE, limiter.acquire(request)).await {
        Ok(result) => expect(result, rule),
        Err(_) => fail(rule, "the request had to wait"),
    }
}

/// Checks that a request has to wait.
async fn waits<L: RateLimiter>(limiter: &L, request: AcquireRequest, rule: &str) {
    let result = tokio::time::timeout(TOLERANCE, limiter.acquire(request)).await;
    ensure(result.is_err(), rule, "the request did not have to wait");
}

fn sent(mut permit: Permit) -> Permit {
    permit.mark_sent();
    permit
}

fn request() -> AcquireRequest {
    AcquireRequest::new(&ONE)
}

async fn everything_goes_while_nothing_is_known<S: Subject>(subject: &S) {
    let rule = "without a budget and a limit, every request goes at once";
    let limiter = subject.limiter(None).await;
    for _ in 0..100 {
        sent(at_once(&limiter, request(), rule).await).complete(Completion::Success);
    }
    let status = limiter.status();
    ensure(status.budget.is_none() && status.wait.is_zero(), rule, &format!("{status:?}"));
}

async fn a_block_holds_until_its_end<S: Subject>(subject: &S) {
    let rule = "after a 429 no request goes until the wait is over (1)";
    let limiter = subject.limiter(None).await;
    let permit = sent(at_once(&limiter, request(), rule).await);
    permit.complete(Completion::RateLimited { wait: Duration::from_secs(3) });
    let other = limiter.clone();
    waits(&other, request(), rule).await;
    ensure(limiter.status().waiting_until.is_some(), rule, "the status names no end of the wait");
    subject.advance(Duration::from_secs(3)).await;
    at_once(&other, request(), rule).await.complete(Completion::Success);
}

async fn a_longer_block_is_not_made_shorter<S: Subject>(subject: &S) {
    let rule = "a longer block is not made shorter by another response (1)";
    let limiter = subject.limiter(None).await;
    let (first, second) = (at_once(&limiter, request(), rule).await, at_once(&limiter, request(), rule).await);
    let third = at_once(&limiter, request(), rule).await;
    sent(first).complete(Completion::RateLimited { wait: Duration::from_secs(6) });
    sent(second).complete(Completion::RateLimited { wait: Duration::from_secs(1) });
    sent(third).complete(Completion::Success);
    subject.advance(Duration::from_secs(3)).await;
    waits(&limiter, request(), rule).await;
}

async fn the_first_request_after_a_wait_goes_alone<S: Subject>(subject: &S) {
    let rule = "the first request after a wait goes alone, and the others follow its success (2)";
    let limiter = subject.limiter(None).await;
    let wait = Duration::from_secs(1);
    sent(at_once(&limiter, request(), rule).await).complete(Completion::RateLimited { wait });
    subject.advance(wait).await;
    let probe = sent(at_once(&limiter, request(), rule).await);
    waits(&limiter, request(), rule).await;
    probe.complete(Completion::Success);
    let (one, two) = (at_once(&limiter, request(), rule).await, at_once(&limiter, request(), rule).await);
    drop((one, two));

    let rule = "the wait begins anew when the first request after it is rate limited too (2)";
    sent(at_once(&limiter, request(), rule).await).complete(Completion::RateLimited { wait });
    subject.advance(wait).await;
    sent(at_once(&limiter, request(), rule).await).complete(Completion::RateLimited { wait });
    waits(&limiter, request(), rule).await;
}

async fn a_call_that_may_not_wait_so_long_is_refused_at_once<S: Subject>(subject: &S) {
    let rule = "a call that may not wait for as long as a block lasts is refused (3)";
    let limiter = subject.limiter(None).await;
    let impatient = request().max_wait(Duration::from_secs(2));
    sent(at_once(&limiter, request(), rule).await).complete(Completion::RateLimited { wait: Duration::from_secs(5) });
    match tokio::time::timeout(TOLERANCE, limiter.acquire(impatient)).await {
        Ok(Err(AcquireError::Blocked { wait })) => {
            let right = Duration::from_secs(5).saturating_sub(TOLERANCE * 2)..=Duration::from_secs(5) + TOLERANCE;
            ensure(right.contains(&wait), rule, &format!("the error names a wait of {wait:?}"));
        }
        other => fail(rule, &format!("{other:?}")),
    }

    let rule = "a call that waits is refused when a block begins that is too long for it (3)";
    let limiter = subject.limiter(Some(1)).await;
    let permit = sent(at_once(&limiter, request(), rule).await);
    let mut waiting = pin!(limiter.acquire(impatient));
    ensure(tokio::time::timeout(TOLERANCE, waiting.as_mut()).await.is_err(), rule, "the budget was not kept");
    permit.complete(Completion::RateLimited { wait: Duration::from_secs(60) });
    match tokio::time::timeout(TOLERANCE, waiting).await {
        Ok(Err(AcquireError::Blocked { .. })) => {}
        other => fail(rule, &format!("{other:?}")),
    }
}

async fn a_budget_bounds_the_requests_of_a_window<S: Subject>(subject: &S) {
    let rule = "no more requests than the budget go in 30 seconds (4)";
    let limiter = subject.limiter(Some(5)).await;
    for completion in [Completion::Success, Completion::Response, Completion::Unknown, Completion::Success] {
        sent(at_once(&limiter, request(), rule).await).complete(completion);
    }
    let last = sent(at_once(&limiter, request(), rule).await);
    waits(&limiter, request(), rule).await;
    subject.advance(subject.window() + MARGIN).await;
    // The last one is still in flight.
    for _ in 0..4 {
        sent(at_once(&limiter, request(), rule).await).complete(Completion::Success);
    }
    waits(&limiter, request(), rule).await;
    drop(last);
}

async fn requests_that_were_not_sent_do_not_count<S: Subject>(subject: &S) {
    let rule = "a request that was not sent does not count (4)";
    let limiter = subject.limiter(Some(2)).await;
    for _ in 0..10 {
        at_once(&limiter, request(), rule).await.complete(Completion::NotSent);
    }
    let usage = limiter.usage();
    ensure(usage.operation(ONE.name).is_none_or(|usage| usage.requests == 0), rule, &format!("{usage:?}"));
}

async fn urgent_calls_go_first_and_leave_a_share<S: Subject>(subject: &S) {
    let rule = "a background call leaves a tenth of the budget to the others (5)";
    let limiter = subject.limiter(Some(10)).await;
    let background = request().priority(Priority::Background);
    for _ in 0..9 {
        sent(at_once(&limiter, background, rule).await).complete(Completion::Success);
    }
    waits(&limiter, background, rule).await;
    sent(at_once(&limiter, request(), rule).await).complete(Completion::Success);

    let rule = "interactive calls go first, and one request in ten is a background one while one waits (5)";
    let limiter = subject.limiter(Some(40)).await;
    let mut held: Vec<Permit> = Vec::new();
    for _ in 0..40 {
        held.push(sent(at_once(&limiter, request(), rule).await));
    }
    let waiter = |priority| {
        let limiter = limiter.clone();
        async move { (priority, limiter.acquire(request().priority(priority)).await) }
    };
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(waiter(Priority::Background));
    subject.advance(Duration::from_millis(100)).await;
    for _ in 0..SHARE + 2 {
        tasks.spawn(waiter(Priority::Interactive));
    }
    subject.advance(Duration::from_millis(100)).await;
    let mut order = Vec::new();
    for permit in held {
        permit.complete(Completion::NotSent);
        if let Ok(Some(Ok((priority, permit)))) = tokio::time::timeout(TOLERANCE * 4, tasks.join_next()).await {
            order.push(priority);
            sent(expect(permit, rule)).complete(Completion::NotSent);
        }
        if order.len() == SHARE + 2 {
            break;
        }
    }
    let place = order.iter().position(|priority| *priority == Priority::Background);
    ensure(place.is_some_and(|place| (1..=SHARE).contains(&place)), rule, &format!("{order:?}"));
}

async fn a_quota_closes_its_operation_alone<S: Subject>(subject: &S) {
    let rule = "a quota that is used up closes its operation, and no other (6)";
    let limiter = subject.limiter(None).await;
    let wait = Duration::from_secs(7);
    sent(at_once(&limiter, request(), rule).await).complete(Completion::QuotaExceeded { retry_after: Some(wait) });
    match limiter.acquire(request()).await {
        Err(AcquireError::QuotaExceeded { .. }) => {}
        other => fail(rule, &format!("{other:?}")),
    }
    at_once(&limiter, AcquireRequest::new(&OTHER), rule).await.complete(Completion::Success);
    let closed = limiter.usage().operation(ONE.name).is_some_and(|usage| usage.closed.is_some());
    ensure(closed, rule, "the usage does not say so");
    subject.advance(wait + TOLERANCE).await;
    at_once(&limiter, request(), rule).await.complete(Completion::Success);
}

async fn a_bypass_does_not_wait_and_its_success_ends_a_block<S: Subject>(subject: &S) {
    let rule = "a request that bypasses the limiter goes at once, and its success ends the block (7)";
    let limiter = subject.limiter(None).await;
    let wait = Duration::from_secs(600);
    sent(at_once(&limiter, request(), rule).await).complete(Completion::RateLimited { wait });
    subject.advance(Duration::from_millis(10)).await;
    let bypass = sent(at_once(&limiter, request().bypass(true), rule).await);
    bypass.complete(Completion::Success);
    at_once(&limiter, request(), rule).await.complete(Completion::Success);
}

async fn a_dropped_permit_is_given_back<S: Subject>(subject: &S) {
    let rule = "a permit that is dropped before it is marked as sent does not count (8)";
    let limiter = subject.limiter(Some(1)).await;
    drop(at_once(&limiter, request(), rule).await);
    let permit = at_once(&limiter, request(), rule).await;
    let rule = "a permit that is dropped after it is marked as sent counts as unknown (8)";
    drop(sent(permit));
    waits(&limiter, request(), rule).await;
}

async fn a_call_that_stops_waiting_holds_up_no_other<S: Subject>(subject: &S) {
    let rule = "a call that stops waiting holds up no other (8)";
    let limiter = subject.limiter(Some(1)).await;
    let permit = at_once(&limiter, request(), rule).await;
    {
        let mut given_up = pin!(limiter.acquire(request()));
        ensure(tokio::time::timeout(TOLERANCE, given_up.as_mut()).await.is_err(), rule, "the budget was not kept");
    }
    let mut waiting = pin!(limiter.acquire(request()));
    ensure(tokio::time::timeout(TOLERANCE, waiting.as_mut()).await.is_err(), rule, "the budget was not kept");
    permit.complete(Completion::NotSent);
    match tokio::time::timeout(TOLERANCE, waiting).await {
        Ok(permit) => drop(expect(permit, rule)),
        Err(_) => fail(rule, "the next call did not go"),
    }
}
