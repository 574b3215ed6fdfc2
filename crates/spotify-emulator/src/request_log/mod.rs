//! The log of the requests that an emulator has received.

mod seen_request;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::request::Parts;

pub use seen_request::SeenRequest;

/// How much a log remembers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogBounds {
    /// The number of requests.
    pub(crate) requests: usize,
    /// The bytes of all of them.
    pub(crate) bytes: usize,
}

/// One body takes at most this part of the log, so that it does not push out all that came before.
const PART_OF_ONE_BODY: usize = 4;

/// The latest requests, in the order in which they arrived.
#[derive(Debug)]
pub(crate) struct RequestLog {
    bounds: LogBounds,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    requests: VecDeque<(SeenRequest, usize)>,
    bytes: usize,
    dropped: usize,
}

impl Seen {
    /// Forgets the oldest until the rest and `more` are within the bounds.
    fn make_room(&mut self, bounds: LogBounds, more: usize) {
        while self.requests.len() >= bounds.requests || self.bytes + more > bounds.bytes {
            let Some((_, size)) = self.requests.pop_front() else {
                return;
            };
            self.bytes -= size;
            self.dropped += 1;
        }
    }
}

impl RequestLog {
    pub(crate) fn new(bounds: LogBounds) -> Self {
        Self { bounds, seen: Mutex::default() }
    }

    pub(crate) fn record(&self, parts: &Parts, body: &[u8]) {
        let request = SeenRequest::new(parts, body, self.bounds.bytes / PART_OF_ONE_BODY);
        let size = request.size();
        let mut seen = self.lock();
        if self.bounds.requests == 0 || size > self.bounds.bytes {
            seen.dropped += 1;
            return;
        }
        seen.make_room(self.bounds, size);
        seen.bytes += size;
        seen.requests.push_back((request, size));
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        self.lock().requests.iter().map(|(request, _)| request.clone()).collect()
    }

    /// The requests, and nothing of them is kept.
    pub(crate) fn take(&self) -> Vec<SeenRequest> {
        std::mem::take(&mut *self.lock()).requests.into_iter().map(|(request, _)| request).collect()
    }

    /// How many have been forgotten for want of room since the log was last emptied.
    pub(crate) fn dropped(&self) -> usize {
        self.lock().dropped
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().requests.len()
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Seen::default();
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: usize) -> Parts {
        let request = http::Request::builder().uri("/v1/me").header("x-long", "x".repeat(headers));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_request_that_has_no_room_at_all_pushes_out_none_of_those_before() {
        let log = RequestLog::new(LogBounds { requests: 10, bytes: 10_000 });
        log.record(&parts(10), b"");
        log.record(&parts(20_000), b"");
        assert_eq!((log.len(), log.dropped()), (1, 1));
        log.record(&parts(9_500), b"");
        assert_eq!((log.len(), log.dropped()), (1, 2), "one that has room pushes out the oldest");
    }
}
