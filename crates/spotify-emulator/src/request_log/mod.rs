//! The log of the requests that an emulator has received.

mod seen_request;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::request::Parts;

pub use seen_request::SeenRequest;

/// The maximum size of a log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogBounds {
    /// In requests.
    pub(crate) requests: usize,
    /// In bytes, of all requests together.
    pub(crate) bytes: usize,
}

/// A body takes at most this fraction of the log, so that it does not displace all earlier requests.
const MAX_BODY_SHARE: usize = 4;

/// The latest requests, in the order in which they arrived.
#[derive(Debug)]
pub(crate) struct RequestLog {
    bounds: LogBounds,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    requests: VecDeque<(SeenRequest, usize)>,
    bytes: usize,
    dropped: usize,
}

impl Entries {
    /// Drops the oldest requests until the rest and `more` bytes are within the bounds.
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
        Self { bounds, entries: Mutex::default() }
    }

    pub(crate) fn record(&self, parts: &Parts, body: &[u8]) {
        let request = SeenRequest::new(parts, body, self.bounds.bytes / MAX_BODY_SHARE);
        let size = request.size();
        let mut entries = self.lock();
        if self.bounds.requests == 0 || size > self.bounds.bytes {
            entries.dropped += 1;
            return;
        }
        entries.make_room(self.bounds, size);
        entries.bytes += size;
        entries.requests.push_back((request, size));
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        self.lock().requests.iter().map(|(request, _)| request.clone()).collect()
    }

    /// Returns all requests and empties the log.
    pub(crate) fn take(&self) -> Vec<SeenRequest> {
        std::mem::take(&mut *self.lock()).requests.into_iter().map(|(request, _)| request).collect()
    }

    /// The number of requests dropped since the log was last emptied.
    pub(crate) fn dropped(&self) -> usize {
        self.lock().dropped
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().requests.len()
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Entries::default();
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
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
