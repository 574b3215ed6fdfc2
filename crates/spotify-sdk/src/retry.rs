//! Decides whether a request is retried, and after which wait: one pure rule, without a clock or a network.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::StatusCode;

use crate::definition::Idempotency;
use crate::options::CallOptions;

/// The minimum wait before a retry for which Spotify named a wait, which may be zero.
const MIN_ASKED: Duration = Duration::from_millis(100);

/// Why an attempt failed, as far as retries are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryCause {
    /// Spotify responded with this status, which is not a success, and asks for this wait.
    Status(StatusCode, Option<Duration>),
    /// The request certainly was not sent.
    NotSent,
    /// The connection broke or the attempt timed out; it is not known whether Spotify executed the request.
    Unknown,
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// The call fails. After a 429, Spotify accepts no request of the app for `block_for`.
    GiveUp { block_for: Option<Duration> },
    /// The call is retried after `wait`. After a 429 it `blocks`: the other calls of the app wait too.
    Retry { wait: Duration, blocks: bool },
}

/// The retries of one call.
pub(crate) struct Retries {
    left: u32,
    max_wait: Duration,
    idempotency: Idempotency,
    /// Created for the first failure, since most calls have none.
    backoff: Option<ExponentialBackoff>,
}

impl Retries {
    pub(crate) fn new(options: &CallOptions, idempotency: Idempotency) -> Self {
        let idempotency = match options.idempotent {
            Some(true) => Idempotency::Idempotent,
            Some(false) => Idempotency::NotIdempotent,
            None => idempotency,
        };
        Self { left: options.max_retries, max_wait: options.max_retry_wait, idempotency, backoff: None }
    }

    /// Decides what to do about `cause`.
    pub(crate) fn decide(&mut self, cause: RetryCause) -> RetryDecision {
        self.decide_with(cause, 0.5 + fastrand::f64() / 2.0)
    }

    /// Like [`decide`](Self::decide) with a given jitter, from 0.5 to 1, so that calls that failed together are not
    /// retried together.
    fn decide_with(&mut self, cause: RetryCause, jitter: f64) -> RetryDecision {
        let limited = matches!(cause, RetryCause::Status(StatusCode::TOO_MANY_REQUESTS, _));
        let transient = match cause {
            RetryCause::Status(status, _) => {
                limited || (status.is_server_error() && self.idempotency == Idempotency::Idempotent)
            }
            RetryCause::NotSent => true,
            RetryCause::Unknown => self.idempotency == Idempotency::Idempotent,
        };
        if !transient {
            return RetryDecision::GiveUp { block_for: None };
        }
        let asked = match cause {
            RetryCause::Status(_, retry_after) => retry_after,
            RetryCause::NotSent | RetryCause::Unknown => None,
        };
        let computed = self.backoff.get_or_insert_with(backoff).next().unwrap_or_default().mul_f64(jitter);
        let wait = asked.map_or(computed, |asked| asked.max(MIN_ASKED));
        if self.left == 0 || wait > self.max_wait {
            return RetryDecision::GiveUp { block_for: limited.then_some(wait) };
        }
        self.left -= 1;
        RetryDecision::Retry { wait, blocks: limited }
    }
}

/// Returns the waits before the first retry, the second, and so on, if Spotify names none.
fn backoff() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(500))
        .with_factor(2.0)
        .with_max_delay(Duration::from_secs(8))
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Duration = Duration::from_secs(7);

    fn retries(options: CallOptions, idempotency: Idempotency) -> Retries {
        Retries::new(&options, idempotency)
    }

    fn status(code: u16) -> RetryCause {
        RetryCause::Status(StatusCode::from_u16(code).unwrap(), None)
    }

    #[test]
    fn waits_double_from_half_a_second_to_eight_and_stay_there() {
        let mut retries = retries(CallOptions { max_retries: 7, ..CallOptions::default() }, Idempotency::Idempotent);
        let waits: Vec<f64> = std::iter::from_fn(|| match retries.decide_with(status(503), 1.0) {
            RetryDecision::Retry { wait, .. } => Some(wait.as_secs_f64()),
            RetryDecision::GiveUp { .. } => None,
        })
        .collect();
        assert_eq!(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]);
    }

    #[test]
    fn jitter_shortens_the_wait_but_not_what_spotify_asked_for() {
        let wait = |cause| retries(CallOptions::default(), Idempotency::Idempotent).decide_with(cause, 0.5);
        let quarter = Duration::from_millis(250);
        assert_eq!(wait(status(500)), RetryDecision::Retry { wait: quarter, blocks: false });
        let asked = RetryCause::Status(StatusCode::SERVICE_UNAVAILABLE, Some(ASKED));
        assert_eq!(wait(asked), RetryDecision::Retry { wait: ASKED, blocks: false });
    }

    #[test]
    fn a_wait_of_nothing_is_a_tenth_of_a_second() {
        for (asked, wait) in [(0, 100), (99, 100), (100, 100), (101, 101)] {
            for code in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
                let cause = RetryCause::Status(code, Some(Duration::from_millis(asked)));
                let decision = retries(CallOptions::default(), Idempotency::Idempotent).decide_with(cause, 0.5);
                let blocks = code == StatusCode::TOO_MANY_REQUESTS;
                assert_eq!(decision, RetryDecision::Retry { wait: Duration::from_millis(wait), blocks });
            }
        }
        let last = CallOptions { max_retries: 0, ..CallOptions::default() };
        let cause = RetryCause::Status(StatusCode::TOO_MANY_REQUESTS, Some(Duration::ZERO));
        let decision = retries(last, Idempotency::Idempotent).decide_with(cause, 1.0);
        assert_eq!(decision, RetryDecision::GiveUp { block_for: Some(MIN_ASKED) });
    }

    #[test]
    fn what_is_sent_again_depends_on_the_failure_and_on_the_operation() {
        let again = |cause, idempotency| {
            matches!(retries(CallOptions::default(), idempotency).decide_with(cause, 1.0), RetryDecision::Retry { .. })
        };
        for (cause, safe, not_safe) in [
            (RetryCause::NotSent, true, true),
            (RetryCause::Unknown, true, false),
            (status(429), true, true),
            (status(500), true, false),
            (status(502), true, false),
            (status(503), true, false),
            (status(504), true, false),
            (status(302), false, false),
            (status(400), false, false),
            (status(401), false, false),
            (status(403), false, false),
            (status(404), false, false),
            (status(413), false, false),
        ] {
            assert_eq!(again(cause, Idempotency::Idempotent), safe, "{cause:?}");
            assert_eq!(again(cause, Idempotency::NotIdempotent), not_safe, "{cause:?}");
        }
    }

    #[test]
    fn a_caller_can_allow_what_is_not_safe() {
        let options = CallOptions { idempotent: Some(true), ..CallOptions::default() };
        let decision = retries(options, Idempotency::NotIdempotent).decide_with(RetryCause::Unknown, 1.0);
        assert!(matches!(decision, RetryDecision::Retry { .. }));
    }

    #[test]
    fn the_whole_app_is_held_back_by_a_429_even_when_the_call_gives_up() {
        let limited = RetryCause::Status(StatusCode::TOO_MANY_REQUESTS, Some(ASKED));
        let decide = |options| retries(options, Idempotency::NotIdempotent).decide_with(limited, 1.0);
        assert_eq!(decide(CallOptions::default()), RetryDecision::Retry { wait: ASKED, blocks: true });
        let impatient = CallOptions { max_retry_wait: ASKED - Duration::from_millis(1), ..CallOptions::default() };
        assert_eq!(decide(impatient), RetryDecision::GiveUp { block_for: Some(ASKED) });
        let once = CallOptions { max_retries: 0, ..CallOptions::default() };
        assert_eq!(decide(once), RetryDecision::GiveUp { block_for: Some(ASKED) });
    }

    #[test]
    fn there_are_as_many_retries_as_the_policy_says() {
        for max_retries in [0, 1, 3] {
            let mut retries = retries(CallOptions { max_retries, ..CallOptions::default() }, Idempotency::Idempotent);
            let sent_again = std::iter::from_fn(|| {
                matches!(retries.decide_with(status(500), 1.0), RetryDecision::Retry { .. }).then_some(())
            });
            assert_eq!(sent_again.take(100).count(), max_retries as usize);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_wait_is_longer_than_the_policy_allows(
            seconds in 0u64..200_000,
            allowed in 0u64..200_000,
            jitter in 0.5f64..=1.0,
        ) {
            let max_retry_wait = Duration::from_secs(allowed);
            let mut retries = retries(CallOptions { max_retry_wait, ..CallOptions::default() }, Idempotency::Idempotent);
            let limited = RetryCause::Status(StatusCode::TOO_MANY_REQUESTS, Some(Duration::from_secs(seconds)));
            if let RetryDecision::Retry { wait, .. } = retries.decide_with(limited, jitter) {
                proptest::prop_assert!(wait <= max_retry_wait);
            }
        }
    }
}
