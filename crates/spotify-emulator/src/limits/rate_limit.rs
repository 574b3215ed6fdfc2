//! A rate limit as Spotify has it: so many requests of one app in any 30 seconds, and a longer wait for those who go on.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::http::ApiError;
use crate::time::{later, whole_seconds};

/// The window over which requests are counted.
const WINDOW: SignedDuration = SignedDuration::from_secs(30);
/// What each request adds to the wait that comes before the wait is over.
const PENALTY: SignedDuration = SignedDuration::from_secs(1);

/// The limit, and what has been counted.
#[derive(Debug, Default)]
pub(crate) struct RateLimit {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// How many requests an app has in a window; without it there is no limit.
    most: Option<u32>,
    apps: HashMap<String, Counted>,
    refused: usize,
}

#[derive(Debug, Default)]
struct Counted {
    /// When each request of the last window came.
    times: VecDeque<Timestamp>,
    until: Option<Timestamp>,
}

impl RateLimit {
    /// Sets the limit, or lifts it, and forgets what has been counted.
    pub(crate) fn set(&self, most: Option<u32>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.most = most;
        inner.apps.clear();
    }

    pub(crate) fn most(&self) -> Option<u32> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).most
    }

    /// How many requests have been refused so far.
    pub(crate) fn refused(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).refused
    }

    /// Counts a request of `app`, or errors with Spotify's 429.
    pub(crate) fn admit(&self, app: &str, now: Timestamp) -> Result<(), ApiError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(most) = inner.most else {
            return Ok(());
        };
        let counted = inner.apps.entry(app.to_owned()).or_default();
        match counted.wait(most, now) {
            None => Ok(()),
            Some(wait) => {
                inner.refused += 1;
                Err(ApiError::rate_limited(whole_seconds(wait)))
            }
        }
    }
}

impl Counted {
    /// How long the request that comes now has to wait, unless it is let through.
    fn wait(&mut self, most: u32, now: Timestamp) -> Option<SignedDuration> {
        if let Some(until) = self.until.filter(|until| *until > now) {
            let until = later(until, PENALTY);
            self.until = Some(until);
            return Some(until.duration_since(now));
        }
        let start = later(now, -WINDOW);
        while self.times.front().is_some_and(|time| *time <= start) {
            self.times.pop_front();
        }
        if self.times.len() < most as usize {
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
