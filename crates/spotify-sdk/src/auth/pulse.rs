//! [`Pulse`]: whether the task that renews a token still lives, and what it waits for.
//!
//! A task whose runtime is not driven any more stands still and does not end: those who wait for it have to find that out
//! by themselves. So it gives a sign of life now and then, and one that gives none for long counts as stuck. That is measured by
//! the machine's own clock: those who wait may be in runtimes whose clocks differ, as tests have them.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::definition::Action;
use crate::error::{BoxError, Error, Result, TimeoutError};

/// How often there is a sign of life.
const BEAT: Duration = Duration::from_millis(250);

/// How many signs of life must be missing at least: a machine under load is late now and then.
const MISSED_BEATS: u32 = 4;

/// What a call waits for before a renewal can begin.
pub(super) const QUEUE: Action = Action::Waiting("waiting for another renewal of the same token in this process");
pub(super) const CACHE: Action = Action::Waiting("waiting for the token cache");
pub(super) const LOCK: Action =
    Action::Waiting("waiting for the lock of the token cache, which another program or task holds");

/// For how long there must be no sign of life, where a call may take `limit`: so short that the call can still try itself.
pub(super) fn stuck_after(limit: Duration) -> Duration {
    (limit / 2).max(BEAT * MISSED_BEATS)
}

/// The error for what took all the time there was.
pub(super) fn timed_out(action: Action, limit: Duration) -> Error {
    TimeoutError { waiting_for_token: true, ..TimeoutError::new(Some(action), limit) }.into()
}

/// What the token cache gives within `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    action: Action,
    work: impl Future<Output = Result<T, BoxError>>,
) -> Result<T> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(Error::from_box),
        Err(_) => Err(timed_out(action, limit)),
    }
}

/// The signs of life of one task.
pub(super) struct Pulse(Mutex<Beat>);

struct Beat {
    last: Instant,
    waits_for: Action,
    /// For how long the task may be silent at least before others, who wait for something else, count it as stuck.
    stuck_after: Duration,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Beat { last: Instant::now(), waits_for: CACHE, stuck_after: Duration::ZERO })))
    }

    fn beat(&self) -> MutexGuard<'_, Beat> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what comes next.
    pub(super) fn enter(&self, waits_for: Action) {
        let mut beat = self.beat();
        (beat.last, beat.waits_for) = (Instant::now(), waits_for);
    }

    /// Lets the task be silent for so long where others wait for what it holds, but not for what it does.
    pub(super) fn allow(&self, stuck_after: Duration) {
        self.beat().stuck_after = stuck_after;
    }

    /// What the task waits for.
    pub(super) fn waits_for(&self) -> Action {
        self.beat().waits_for
    }

    /// After how long the task counts as stuck, should there be no sign of life until then.
    pub(super) fn left(&self, stuck_after: Duration) -> Duration {
        stuck_after.saturating_sub(self.beat().last.elapsed())
    }

    pub(super) fn is_stuck(&self, stuck_after: Duration) -> bool {
        self.left(stuck_after).is_zero()
    }

    /// Whether the task counts as stuck for those too who wait for the work of another one: no sooner than it was allowed.
    pub(super) fn is_stuck_for_all(&self, stuck_after: Duration) -> bool {
        let own = self.beat().stuck_after;
        self.is_stuck(stuck_after.max(own))
    }

    /// As if there had been no sign of life for so long.
    #[cfg(test)]
    pub(super) fn pause(&self, silence: Duration) {
        self.beat().last -= silence;
    }

    /// Does `work`, with a sign of life now and then.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match timeout(BEAT, work.as_mut()).await {
                Ok(done) => return done,
                Err(_) => self.beat().last = Instant::now(),
            }
        }
    }
}

/// Does `work` in a task of its own, so that it is done to its end although the caller gives up.
pub(super) async fn apart<T, F>(work: impl FnOnce(Arc<Pulse>) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let pulse = Pulse::new();
    let work = work(Arc::clone(&pulse));
    let done = tokio::spawn(async move { pulse.during(work).await });
    done.await.unwrap_or_else(|error| {
        let why = if error.is_panic() { "the token cache panicked" } else { "the runtime ended meanwhile" };
        Err(Error::from_box(why.into()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_takes_long_lives_as_long_as_it_is_driven() {
        let pulse = Pulse::new();
        let stuck_after = stuck_after(Duration::from_secs(4));
        pulse.pause(stuck_after);
        assert!(pulse.is_stuck(stuck_after));
        pulse.during(tokio::time::sleep(BEAT * 2)).await;
        assert!(!pulse.is_stuck(stuck_after));
        pulse.pause(stuck_after);
        pulse.enter(LOCK);
        assert!(!pulse.is_stuck(stuck_after));
        assert_eq!(pulse.waits_for(), LOCK);
    }

    #[test]
    fn a_short_limit_does_not_make_a_late_sign_of_life_a_missing_one() {
        assert_eq!(stuck_after(Duration::from_millis(10)), Duration::from_secs(1));
        assert_eq!(stuck_after(Duration::from_secs(30)), Duration::from_secs(15));
    }
}
