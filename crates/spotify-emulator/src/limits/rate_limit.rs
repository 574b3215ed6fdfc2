//! The rate limit: a maximum number of requests of one app in a rolling window, and a longer wait for apps that ignore it.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::http::ApiError;
use crate::time::{later, whole_seconds};

/// The longest period over which requests are counted: the counters keep the time of each request in it.
const MAX_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Added to the wait by each request sent before it is over.
const PENALTY: SignedDuration = SignedDuration::from_secs(1);

/// The period over which requests are counted: longer than nothing, and up to a day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window(SignedDuration);

impl Window {
    pub(crate) fn new(window: Duration) -> Result<Self, WindowError> {
        match SignedDuration::try_from(window) {
            Ok(length) if !length.is_zero() && length <= MAX_WINDOW => Ok(Self(length)),
            _ => Err(WindowError(window)),
        }
    }

    pub(crate) fn length(self) -> SignedDuration {
        self.0
    }
}

impl Default for Window {
    /// Spotify's.
    fn default() -> Self {
        Self(SignedDuration::from_secs(30))
    }
}

/// A period over which no requests can be counted. `Display` says which ones can be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WindowError(Duration);

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the window of a rate limit must be longer than 0 s and at most 24 h, got {:?}", self.0)
    }
}

impl std::error::Error for WindowError {}

/// A maximum number of requests in a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) requests: u32,
    pub(crate) window: Window,
}

/// The limit, and the requests counted so far.
#[derive(Debug, Default)]
pub(crate) struct RateLimit {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    limit: Option<Limit>,
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
    pub(crate) fn set(&self, limit: Option<Limit>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.limit = limit;
        inner.apps.clear();
    }

    /// The limit; `None` if there is none.
    pub(crate) fn limit(&self) -> Option<Limit> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).limit
    }

    /// The number of requests rejected so far.
    pub(crate) fn refused(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).refused
    }

    /// Counts a request of `app`, or errors with Spotify's 429.
    pub(crate) fn admit(&self, app: &str, now: Timestamp) -> Result<(), ApiError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(limit) = inner.limit else {
            return Ok(());
        };
        let counted = inner.apps.entry(app.to_owned()).or_default();
        match counted.wait(limit, now) {
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
    fn wait(&mut self, limit: Limit, now: Timestamp) -> Option<SignedDuration> {
        if let Some(until) = self.until.filter(|until| *until > now) {
            let until = later(until, PENALTY);
            self.until = Some(until);
            return Some(until.duration_since(now));
        }
        let window = limit.window.length();
        let start = later(now, -window);
        while self.times.front().is_some_and(|time| *time <= start) {
            self.times.pop_front();
        }
        if self.times.len() < limit.requests as usize {
            self.times.push_back(now);
            return None;
        }
        let free = self.times.front().map_or(later(now, window), |first| later(*first, window));
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

    fn limit_of(requests: u32) -> RateLimit {
        let limit = RateLimit::default();
        limit.set(Some(Limit { requests, window: Window::default() }));
        limit
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
        let limit = limit_of(2);
        assert_eq!([wait(&limit, 0), wait(&limit, 10), wait(&limit, 20)], [None, None, Some(10)]);
        assert_eq!([wait(&limit, 30), wait(&limit, 39), wait(&limit, 40)], [None, Some(1), None]);
        assert_eq!(limit.refused(), 2);
    }

    #[test]
    fn going_on_makes_the_wait_longer() {
        let limit = limit_of(1);
        assert_eq!(
            [wait(&limit, 0), wait(&limit, 1), wait(&limit, 1), wait(&limit, 2)],
            [None, Some(29), Some(30), Some(30)]
        );
        assert_eq!(wait(&limit, 31), Some(2));
        assert_eq!(wait(&limit, 33), None);
    }

    #[test]
    fn each_app_has_its_own_limit() {
        let limit = limit_of(1);
        assert!(limit.admit("one", at(0)).is_ok() && limit.admit("two", at(0)).is_ok());
        assert!(limit.admit("one", at(0)).is_err());
    }

    #[test]
    fn a_limit_of_nothing_lets_nothing_through() {
        assert_eq!(wait(&limit_of(0), 0), Some(30));
    }

    #[test]
    fn a_shorter_window_rolls_sooner_and_a_wait_of_part_of_a_second_is_rounded_up() {
        let limit = RateLimit::default();
        limit.set(Some(Limit { requests: 2, window: Window::new(Duration::from_millis(2500)).unwrap() }));
        assert_eq!([wait(&limit, 0), wait(&limit, 1), wait(&limit, 1)], [None, None, Some(2)]);
        assert_eq!([wait(&limit, 3), wait(&limit, 3)], [None, Some(1)]);
        assert_eq!(wait(&limit, 4), None, "the one of second 1 is out of the window, and so is the wait");
    }

    #[test]
    fn a_window_is_longer_than_nothing_and_up_to_a_day() {
        let longest = Duration::from_secs(24 * 3600);
        for window in [Duration::from_nanos(1), Duration::from_secs(2), longest] {
            assert_eq!(Window::new(window).unwrap().length().unsigned_abs(), window);
        }
        for window in [Duration::ZERO, longest + Duration::from_nanos(1), Duration::MAX] {
            assert_eq!(Window::new(window), Err(WindowError(window)));
        }
        let message = Window::new(Duration::ZERO).unwrap_err().to_string();
        assert_eq!(message, "the window of a rate limit must be longer than 0 s and at most 24 h, got 0ns");
    }
}
