//! The port `RateLimiter`: its contract, and a limiter of the program's own.

#![cfg(feature = "contract-tests")]
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{ALBUM, Script, Step, album, limited, quota_exceeded, status};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::rate_limit::{
    AcquireError, AcquireRequest, Completion, LocalRateLimiter, Permit, RateLimit, RateLimiter, Usage, contract,
};
use spotify_sdk::{Error, Priority};

/// A limiter with a fault, and one without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    ForgetsLimits,
    ForgetsQuotas,
    ForgetsBudget,
    IgnoresPriority,
    IgnoresMaxWait,
    CountsWhatWasNotSent,
    IgnoresBypass,
    LosesDroppedPermits,
}

#[derive(Clone)]
struct Faulty(LocalRateLimiter, Fault);

impl RateLimiter for Faulty {
    async fn acquire(&self, mut request: AcquireRequest) -> Result<Permit, AcquireError> {
        match self.1 {
            Fault::IgnoresPriority => request = request.priority(Priority::Interactive),
            Fault::IgnoresMaxWait => request = request.max_wait(Duration::MAX),
            Fault::IgnoresBypass => request = request.bypass(false),
            Fault::ForgetsBudget => request = request.bypass(true),
            _ => {}
        }
        let mut permit = self.0.acquire(request).await?;
        let fault = self.1;
        if fault == Fault::LosesDroppedPermits {
            permit.mark_sent();
        }
        Ok(Permit::new(move |completion| match (fault, completion) {
            (Fault::ForgetsLimits, Completion::RateLimited { .. })
            | (Fault::ForgetsQuotas, Completion::QuotaExceeded { .. }) => permit.complete(Completion::Response),
            (Fault::CountsWhatWasNotSent, Completion::NotSent) => permit.complete(Completion::Success),
            (Fault::LosesDroppedPermits, Completion::NotSent) => drop(permit),
            (_, completion) => permit.complete(completion),
        }))
    }

    fn block_until(&self, until: Timestamp) {
        self.0.block_until(until);
    }

    fn status(&self) -> RateLimit {
        self.0.status()
    }

    fn usage(&self) -> Usage {
        self.0.usage()
    }
}

impl contract::Subject for Fault {
    type Limiter = Faulty;

    async fn limiter(&self, budget: Option<u32>) -> Faulty {
        Faulty(budget.map_or_else(LocalRateLimiter::new, LocalRateLimiter::with_budget), *self)
    }

    async fn advance(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_local_limiter_keeps_the_contract_also_behind_another() {
    contract::check(&Fault::None).await;
}

#[test]
fn a_limiter_that_breaks_a_rule_does_not_pass() {
    for fault in [
        Fault::ForgetsLimits,
        Fault::ForgetsQuotas,
        Fault::ForgetsBudget,
        Fault::IgnoresPriority,
        Fault::IgnoresMaxWait,
        Fault::CountsWhatWasNotSent,
        Fault::IgnoresBypass,
        Fault::LosesDroppedPermits,
    ] {
        let checked = std::panic::catch_unwind(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
            runtime.unwrap().block_on(contract::check(&fault));
        });
        let panic = checked.expect_err(&format!("{fault:?} passed"));
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.starts_with("the contract is broken: "), "{fault:?}: {message}");
    }
}

/// Gives every permit, and notes what became of each.
#[derive(Clone, Default)]
struct Noting(Arc<Mutex<Vec<String>>>);

impl RateLimiter for Noting {
    async fn acquire(&self, request: AcquireRequest) -> Result<Permit, AcquireError> {
        let (notes, name) = (Arc::clone(&self.0), request.operation.unwrap().name);
        Ok(Permit::new(move |completion| notes.lock().unwrap().push(format!("{name} {completion:?}"))))
    }

    fn block_until(&self, _: Timestamp) {}

    fn status(&self) -> RateLimit {
        RateLimit::default()
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_limiter_of_the_programs_own_hears_what_became_of_every_request() {
    let script = Script::new([
        album(),
        status(404),
        limited("7"),
        album(),
        quota_exceeded(Some(60)),
        Step::Lost,
        Step::Refused,
        album(),
    ]);
    let limiter = Noting::default();
    let client = script.builder().rate_limiter(limiter.clone()).build().unwrap();
    for _ in 0..5 {
        let _ = client.albums().get(ALBUM).await;
    }
    let notes: Vec<String> =
        limiter.0.lock().unwrap().iter().map(|note| note.strip_prefix("albums.get ").unwrap().to_owned()).collect();
    assert_eq!(
        notes,
        [
            "Success",
            "Response",
            "RateLimited { wait: 7s }",
            "Success",
            "QuotaExceeded { retry_after: Some(60s) }",
            "Unknown",
            "NotSent",
            "Success",
        ]
    );
}

/// Refuses everything.
struct Closed;

impl RateLimiter for Closed {
    async fn acquire(&self, _: AcquireRequest) -> Result<Permit, AcquireError> {
        Err(AcquireError::Blocked { wait: Duration::from_secs(90) })
    }

    fn block_until(&self, _: Timestamp) {}

    fn status(&self) -> RateLimit {
        RateLimit::default()
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

#[tokio::test]
async fn a_request_without_a_permit_is_not_sent() {
    let script = Script::new([]);
    let client = script.builder().rate_limiter(Closed).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(&error, Error::RateLimit(_)), "{error}");
    assert_eq!((error.retry_after(), script.count()), (Some(Duration::from_secs(90)), 0));
}

#[tokio::test]
async fn clients_that_share_a_limiter_share_its_limit() {
    let limiter = LocalRateLimiter::new();
    let (one, other) = (Script::new([limited("3600")]), Script::new([]));
    let one = one.builder().rate_limiter(limiter.clone()).build().unwrap();
    let sharing = other.builder().rate_limiter(limiter).build().unwrap();
    one.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(sharing.albums().get(ALBUM).await, Err(Error::RateLimit(_))));
    assert_eq!(other.count(), 0);
}

#[test]
fn a_budget_beside_a_limiter_is_refused_when_the_client_is_built() {
    let builder = Script::new([]).builder().rate_limiter(LocalRateLimiter::new()).rate_budget(10);
    let error = builder.build().unwrap_err();
    assert!(matches!(&error, Error::InvalidInput(_)) && error.to_string().contains("rate_budget"), "{error}");
}
