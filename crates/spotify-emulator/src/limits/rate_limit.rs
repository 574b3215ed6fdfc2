//! The rate limit: a maximum number of requests of one app in any 30 seconds, and a longer wait for apps that ignore it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::http::ApiError;
use crate::time::{later, whole_seconds};

/// The period over which requests are counted.
const WINDOW: SignedDuration = SignedDuration::from_secs(30);
/// Added to the wait by each request sent before it is over.
const PENALTY: SignedDuration = SignedDuration::from_secs(1);

/// The limit, and the requests counted so far.
#[derive(Debug, Default)]
pub(crate) struct RateLimit {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The maximum number of requests in a window; `None` if there is no limit.
    max: Option<u32>,
    apps: HashMap<String, Counted>,
    refused: usize,
}

#[derive(Debug, Default)]
struct Counted {
    /// The times of the requests in the last window.
    times: VecDeque<Timestamp>,
    until: Option<Timestamp>,
}

impl RateLimit {
    /// Sets or removes the limit, and resets the counters.
    pub(crate) fn set(&self, max: Option<u32>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.max = max;
        inner.apps.clear();
    }

    pub(crate) fn max(&self) -> Option<u32> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).max
    }

    /// The number of requests rejected so far.
    pub(crate) fn refused(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).refused
    }

    /// Counts a request of `app`, or errors with Spotify's 429.
    pub(crate) fn admit(&self, app: &str, now: Timestamp) -> Result<(), ApiError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(max) = inner.max else {
            return Ok(());
        };
        let counted = inner.apps.entry(app.to_owned()).or_default();
        match counted.wait(max, now) {
            None => Ok(()),
            Some(wait) => {
                inner.refused += 1;
                Err(ApiError::rate_limited(whole_seconds(wait)))
            }
        }
    }
}

impl Counted {
    /// Counts a request, or returns how long it has to wait.
    fn wait(&mut self, max: u32, now: Timestamp) -> Option<SignedDuration> {
        if let Some(until) = self.until.filter(|until| *until > now) {
            let until = later(until, PENALTY);
            self.until = Some(until);
            return Some(until.duration_since(now));
        }
        let start = later(now, -WINDOW);
        while self.times.front().is_some_and(|time| *time <= start) {
            self.times.pop_front();
        }
        if self.times.len() < max as usize {
            self.times.push_back(now);
            return None;
        }
        let free = self.times.front().map_or(later(now, WINDOW), |first| later(*first, WINDOW));
        self.until = Some(free);
        Some(free.duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn wait(limit: &RateLimit, second: i64) -> Option<u64> {
        limit.admit("app", at(second)).err().and_then(|error| error.retry_after)
    }

    #[test]
    fn without_a_limit_everything_is_let_through() {
        let limit = RateLimit::default();
        assert!((0..10_000).all(|_| wait(&limit, 0).is_none()));
    }

    #[test]
    fn the_window_rolls() {
        let limit = RateLimit::default();
        limit.set(Some(2));
        assert_eq!([wait(&limit, 0), wait(&limit, 10), wait(&limit, 20)], [None, None, Some(10)]);
        assert_eq!([wait(&limit, 30), wait(&limit, 39), wait(&limit, 40)], [None, Some(1), None]);
        assert_eq!(limit.refused(), 2);
    }

    #[test]
    fn going_on_makes_the_wait_longer() {
        let limit = RateLimit::default();
        limit.set(Some(1));
        assert_eq!(
            [wait(&limit, 0), wait(&limit, 1), wait(&limit, 1), wait(&limit, 2)],
            [None, Some(29), Some(30), Some(30)]
        );
        assert_eq!(wait(&limit, 31), Some(2));
        assert_eq!(wait(&limit, 33), None);
    }

    #[test]
    fn each_app_has_its_own_limit() {
        let limit = RateLimit::default();
        limit.set(Some(1));
        assert!(limit.admit("one", at(0)).is_ok() && limit.admit("two", at(0)).is_ok());
        assert!(limit.admit("one", at(0)).is_err());
    }

    #[test]
    fn a_limit_of_nothing_lets_nothing_through() {
        let limit = RateLimit::default();
        limit.set(Some(0));
        assert_eq!(wait(&limit, 0), Some(30));
    }
}
