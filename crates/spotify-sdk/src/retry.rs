//! Whether a request is sent again, and after which wait: one pure rule, with no clock and no network in it.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::StatusCode;

use crate::operation::Idempotency;
use crate::options::Policy;

/// The shortest wait before a request is sent again because Spotify named one, which may be none.
const MIN_ASKED: Duration = Duration::from_millis(100);

/// How an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Spotify answered with something that is no success.
    Status(StatusCode, Option<Duration>),
    /// The request certainly did not go out.
    NotSent,
    /// The connection broke, or time ran out, and nobody knows whether the request was carried out.
    Unknown,
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The call ends. Other calls of the app are held back for `hold` where Spotify asked for that.
    GiveUp { hold: Option<Duration> },
    /// The call tries again after `wait`; the other calls of the app wait with it where `hold` says so.
    Retry { wait: Duration, hold: bool },
}

/// The retries of one call.
pub(crate) struct Retries {
    left: u32,
    max_wait: Duration,
    idempotency: Idempotency,
    /// Made for the first failure, since most calls have none.
    backoff: Option<ExponentialBackoff>,
}

impl Retries {
    pub(crate) fn new(policy: &Policy, idempotency: Idempotency) -> Self {
        let idempotency = if policy.allow_replay { Idempotency::Idempotent } else { idempotency };
        Self { left: policy.max_retries, max_wait: policy.max_retry_wait, idempotency, backoff: None }
    }

    /// What to do about `failure`. `jitter`, from 0.5 to 1, keeps calls that failed together from coming back together.
    pub(crate) fn judge(&mut self, failure: Failure, jitter: f64) -> Verdict {
        let limited = matches!(failure, Failure::Status(StatusCode::TOO_MANY_REQUESTS, _));
        let transient = match failure {
            Failure::Status(status, _) => {
                limited || (status.is_server_error() && self.idempotency == Idempotency::Idempotent)
            }
            Failure::NotSent => true,
            Failure::Unknown => self.idempotency == Idempotency::Idempotent,
        };
        if !transient {
            return Verdict::GiveUp { hold: None };
        }
        let asked = match failure {
            Failure::Status(_, retry_after) => retry_after,
            Failure::NotSent | Failure::Unknown => None,
        };
        let computed = self.backoff.get_or_insert_with(backoff).next().unwrap_or_default().mul_f64(jitter);
        let wait = asked.map_or(computed, |asked| asked.max(MIN_ASKED));
        if self.left == 0 || wait > self.max_wait {
            return Verdict::GiveUp { hold: limited.then_some(wait) };
        }
        self.left -= 1;
        Verdict::Retry { wait, hold: limited }
    }
}

/// The waits before the first retry, the second, and so on, where Spotify names none.
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

    fn retries(policy: Policy, idempotency: Idempotency) -> Retries {
        Retries::new(&policy, idempotency)
    }

    fn status(code: u16) -> Failure {
        Failure::Status(StatusCode::from_u16(code).unwrap(), None)
    }

    #[test]
    fn waits_double_from_half_a_second_to_eight_and_stay_there() {
        let mut retries = retries(Policy { max_retries: 7, ..Policy::default() }, Idempotency::Idempotent);
        let waits: Vec<f64> = std::iter::from_fn(|| match retries.judge(status(503), 1.0) {
            Verdict::Retry { wait, .. } => Some(wait.as_secs_f64()),
            Verdict::GiveUp { .. } => None,
        })
        .collect();
        assert_eq!(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]);
    }

    #[test]
    fn jitter_shortens_the_wait_but_not_what_spotify_asked_for() {
        let wait = |failure| retries(Policy::default(), Idempotency::Idempotent).judge(failure, 0.5);
        let quarter = Duration::from_millis(250);
        assert_eq!(wait(status(500)), Verdict::Retry { wait: quarter, hold: false });
        let asked = Failure::Status(StatusCode::SERVICE_UNAVAILABLE, Some(ASKED));
        assert_eq!(wait(asked), Verdict::Retry { wait: ASKED, hold: false });
    }

    #[test]
    fn a_wait_of_nothing_is_a_tenth_of_a_second() {
        for (asked, wait) in [(0, 100), (99, 100), (100, 100), (101, 101)] {
            for code in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
                let failure = Failure::Status(code, Some(Duration::from_millis(asked)));
                let verdict = retries(Policy::default(), Idempotency::Idempotent).judge(failure, 0.5);
                let hold = code == StatusCode::TOO_MANY_REQUESTS;
                assert_eq!(verdict, Verdict::Retry { wait: Duration::from_millis(wait), hold });
            }
        }
        let last = Policy { max_retries: 0, ..Policy::default() };
        let failure = Failure::Status(StatusCode::TOO_MANY_REQUESTS, Some(Duration::ZERO));
        let verdict = retries(last, Idempotency::Idempotent).judge(failure, 1.0);
        assert_eq!(verdict, Verdict::GiveUp { hold: Some(MIN_ASKED) });
    }

    #[test]
    fn what_is_sent_again_depends_on_the_failure_and_on_the_operation() {
        let again = |failure, idempotency| {
            matches!(retries(Policy::default(), idempotency).judge(failure, 1.0), Verdict::Retry { .. })
        };
        for (failure, safe, not_safe) in [
            (Failure::NotSent, true, true),
            (Failure::Unknown, true, false),
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
            assert_eq!(again(failure, Idempotency::Idempotent), safe, "{failure:?}");
            assert_eq!(again(failure, Idempotency::NotIdempotent), not_safe, "{failure:?}");
        }
    }

    #[test]
    fn a_caller_can_allow_what_is_not_safe() {
        let policy = Policy { allow_replay: true, ..Policy::default() };
        let verdict = retries(policy, Idempotency::NotIdempotent).judge(Failure::Unknown, 1.0);
        assert!(matches!(verdict, Verdict::Retry { .. }));
    }

    #[test]
    fn the_whole_app_is_held_back_by_a_429_even_when_the_call_gives_up() {
        let limited = Failure::Status(StatusCode::TOO_MANY_REQUESTS, Some(ASKED));
        let judge = |policy| retries(policy, Idempotency::NotIdempotent).judge(limited, 1.0);
        assert_eq!(judge(Policy::default()), Verdict::Retry { wait: ASKED, hold: true });
        let impatient = Policy { max_retry_wait: ASKED - Duration::from_millis(1), ..Policy::default() };
        assert_eq!(judge(impatient), Verdict::GiveUp { hold: Some(ASKED) });
        let once = Policy { max_retries: 0, ..Policy::default() };
        assert_eq!(judge(once), Verdict::GiveUp { hold: Some(ASKED) });
    }

    #[test]
    fn there_are_as_many_retries_as_the_policy_says() {
        for max_retries in [0, 1, 3] {
            let mut retries = retries(Policy { max_retries, ..Policy::default() }, Idempotency::Idempotent);
            let sent_again =
                std::iter::from_fn(|| matches!(retries.judge(status(500), 1.0), Verdict::Retry { .. }).then_some(()));
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
            let mut retries = retries(Policy { max_retry_wait, ..Policy::default() }, Idempotency::Idempotent);
            let limited = Failure::Status(StatusCode::TOO_MANY_REQUESTS, Some(Duration::from_secs(seconds)));
            if let Verdict::Retry { wait, .. } = retries.judge(limited, jitter) {
                proptest::prop_assert!(wait <= max_retry_wait);
            }
        }
    }
}
