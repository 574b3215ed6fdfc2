//! Answers that go wrong on purpose, and the rules by which requests meet them.

mod named;

use std::fmt::{self, Display};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// One thing that goes wrong with one answer.
///
/// A constructor says what goes wrong; the methods add to it, in any order and combination:
///
/// ```
/// use std::time::Duration;
/// use spotify_emulator::Fault;
///
/// let limited = Fault::status(429).header("retry-after", "2").body("Too many requests");
/// let slow_and_cut_short = Fault::truncate(100).delayed(Duration::from_millis(5));
/// # let _ = (limited, slow_and_cut_short);
/// ```
///
/// A fault that sets no status gives the answer that the request would have had anyway, with the fault's headers and
/// body in place of the answer's own.
#[derive(Clone, Default)]
#[must_use = "a fault does nothing until it is queued with `Faults::next` or `Faults::add`"]
pub struct Fault {
    pub(crate) reset: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) delay: Duration,
    pub(crate) truncate: Option<usize>,
    pub(crate) drip: Option<Drip>,
    pub(crate) filler: Option<Filler>,
    pub(crate) mistake: Option<String>,
}

/// The pace of a slow body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drip {
    pub(crate) bytes_per_chunk: usize,
    pub(crate) interval: Duration,
}

/// What comes after the body proper.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Filler {
    Endless,
    UpTo(u64),
}

impl Filler {
    /// How many bytes the body has in all, unless it never ends.
    pub(crate) fn length(self) -> Option<u64> {
        match self {
            Self::Endless => None,
            Self::UpTo(length) => Some(length),
        }
    }
}

impl Fault {
    /// Answers with `status`, no headers of its own and an empty body, until [`header`](Self::header) and
    /// [`body`](Self::body) add them. A number that cannot be the status of an answer (below 200 or above 999) is
    /// sent as 500.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
        Self { status: Some(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)), ..Self::default() }
    }

    /// Answers as usual, but only after `delay`.
    pub fn delay(delay: Duration) -> Self {
        Self::default().delayed(delay)
    }

    /// Reads the whole request, then resets the connection (TCP RST) without an answer. Of the methods only
    /// [`delayed`](Self::delayed) changes anything about it.
    pub fn reset() -> Self {
        Self { reset: true, ..Self::default() }
    }

    /// Answers as usual and with the true `Content-Length`, but sends only the first `after` bytes of the body and
    /// then closes the connection. A body of no more than `after` bytes is sent whole.
    pub fn truncate(after: usize) -> Self {
        Self::default().truncated(after)
    }

    /// Answers as usual, but sends the body in chunks of `bytes_per_chunk` (at least 1) with `interval` between one
    /// chunk and the next. The first chunk is sent at once.
    pub fn drip(bytes_per_chunk: usize, interval: Duration) -> Self {
        Self::default().dripping(bytes_per_chunk, interval)
    }

    /// Answers 200 with `Content-Type: application/json` and a chunked body that never ends: white space, of which no
    /// JSON parser tires. It is produced only as fast as the client reads, and costs no memory.
    pub fn endless() -> Self {
        let fault = Self { filler: Some(Filler::Endless), ..Self::status(200) };
        fault.header("content-type", "application/json; charset=utf-8")
    }

    /// Adds a header to the answer. One of the same name in the usual answer is replaced; one that this fault already
    /// has is kept, so that a header can be sent twice.
    ///
    /// `Content-Length` and `Transfer-Encoding` are sent as given, true or not, and the connection is closed after the
    /// body. What cannot be a header at all turns the fault into a 500 whose body says so.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Display>,
        V: TryInto<HeaderValue, Error: Display>,
    {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            (Err(error), _) => {
                self.mistake = Some(format!("a fault has an impossible header name: {error}"));
            }
            (_, Err(error)) => {
                self.mistake = Some(format!("a fault has an impossible header value: {error}"));
            }
        }
        self
    }

    /// Sets the body: any bytes, sent as they are. It brings no `Content-Type` with it.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Waits for `delay` before the answer begins. A second delay replaces the first.
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Cuts the body short, as [`truncate`](Self::truncate) does.
    pub fn truncated(mut self, after: usize) -> Self {
        self.truncate = Some(after);
        self
    }

    /// Slows the body down, as [`drip`](Self::drip) does.
    pub fn dripping(mut self, bytes_per_chunk: usize, interval: Duration) -> Self {
        self.drip = Some(Drip { bytes_per_chunk: bytes_per_chunk.max(1), interval });
        self
    }

    /// Declares a `Content-Length` of `content_length` bytes, and sends as many: the body first, cut off if it is
    /// longer, then white space. It is produced only as fast as the client reads, so that even terabytes cost
    /// nothing.
    pub fn announce(mut self, content_length: u64) -> Self {
        self.filler = Some(Filler::UpTo(content_length));
        self
    }
}

/// Leaves out the body and the values of the headers: a test may well put a token there.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("reset", &self.reset)
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_length", &self.body.as_ref().map(Bytes::len))
            .field("delay", &self.delay)
            .field("truncate", &self.truncate)
            .field("drip", &self.drip)
            .field("filler", &self.filler)
            .field("mistake", &self.mistake)
            .finish()
    }
}

/// Which requests meet a fault, and how often.
///
/// ```
/// use spotify_emulator::{Fault, FaultRule};
///
/// // Every tenth read of the library fails on average, always the same ones for the same seed.
/// let flaky = FaultRule::new(Fault::status(503)).method("GET").path("/me/*").probability(0.1, 42);
/// // The next two requests for a token are slow.
/// let slow = FaultRule::new(Fault::delay(std::time::Duration::from_secs(1))).path("/api/token").times(2);
/// # let _ = (flaky, slow);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a rule does nothing until it is given to `Faults::add`"]
pub struct FaultRule {
    fault: Fault,
    method: Option<String>,
    path: Option<String>,
    spared: usize,
    left: Option<usize>,
    probability: Option<(f64, Rng)>,
}

impl FaultRule {
    /// Every request meets this fault, until the faults are cleared.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, path: None, spared: 0, left: None, probability: None }
    }

    /// Only requests with this method: `GET`.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests for this path, where `*` stands for anything: `/me/tracks`, `/playlists/*/items`, `/api/token`. It
    /// may begin with `/v1`, and has no query.
    pub fn path(mut self, pattern: impl Into<String>) -> Self {
        self.path = Some(pattern.into());
        self
    }

    /// Spares the first `requests` that the rule would be for.
    pub fn after(mut self, requests: usize) -> Self {
        self.spared = requests;
        self
    }

    /// Only so many requests; the rule is gone afterwards.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Only this share of the requests, from 0 to 1, chosen by chance, but alike for the same seed.
    pub fn probability(mut self, share: f64, seed: u64) -> Self {
        self.probability = Some((share, Rng::with_seed(seed)));
        self
    }

    fn meets(&mut self, method: &str, path: &str) -> bool {
        let of_method = self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let of_path = self.path.as_deref().is_none_or(|pattern| {
            fits(pattern, path) || path.strip_prefix("/v1").is_some_and(|path| fits(pattern, path))
        });
        if !of_method || !of_path {
            return false;
        }
        if self.spared > 0 {
            self.spared -= 1;
            return false;
        }
        self.probability.as_mut().is_none_or(|(share, rng)| rng.f64() < *share)
    }
}

/// Whether `text` fits a pattern in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// The faults that requests to one emulator meet: a handle, so that clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Arc<Mutex<Vec<FaultRule>>>,
}

impl Faults {
    /// Gives `fault` to the next `n` requests, behind all faults that are already queued. Every request takes one
    /// fault from the front of the queue, whatever its path and whether its token is good or not; `usize::MAX` means
    /// all of them.
    pub fn next(&self, n: usize, fault: Fault) {
        self.add(FaultRule::new(fault).times(n));
    }

    /// Adds a rule behind those that are there. Of several rules that fit a request, it meets the first alone.
    pub fn add(&self, rule: FaultRule) {
        if rule.left != Some(0) {
            self.lock().push(rule);
        }
    }

    /// Drops every fault that no request has met yet. Answers that are under way stay as they are.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// How many requests can still meet a fault; `usize::MAX` if a rule has no end.
    pub fn pending(&self) -> usize {
        self.lock().iter().fold(0, |sum, rule| sum.saturating_add(rule.left.unwrap_or(usize::MAX)))
    }

    pub(crate) fn rules(&self) -> Vec<FaultRule> {
        self.lock().clone()
    }

    /// The fault that a request meets, if it meets one.
    pub(crate) fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut rules = self.lock();
        let at = rules.iter_mut().position(|rule| rule.meets(method, path))?;
        match &mut rules[at].left {
            Some(left) if *left <= 1 => Some(rules.remove(at).fault),
            Some(left) => {
                *left -= 1;
                Some(rules[at].fault.clone())
            }
            None => Some(rules[at].fault.clone()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<FaultRule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_taken_in_the_order_in_which_they_were_queued() {
        let faults = Faults::default();
        faults.next(2, Fault::status(500));
        faults.next(0, Fault::status(501));
        faults.next(1, Fault::status(502));
        assert_eq!(faults.pending(), 3);
        let statuses: Vec<_> = std::iter::from_fn(|| faults.take("GET", "/v1/me"))
            .filter_map(|fault| fault.status)
            .map(|s| s.as_u16())
            .collect();
        assert_eq!(statuses, [500, 500, 502]);
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn a_fault_for_all_requests_does_not_overflow_the_count() {
        let faults = Faults::default();
        faults.next(usize::MAX, Fault::reset());
        faults.next(1, Fault::reset());
        assert_eq!(faults.pending(), usize::MAX);
        faults.clear();
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn a_status_that_no_answer_can_have_becomes_500() {
        for status in [0, 100, 101, 1000] {
            assert_eq!(Fault::status(status).status, Some(StatusCode::INTERNAL_SERVER_ERROR), "{status}");
        }
        assert_eq!(Fault::status(599).status.map(|status| status.as_u16()), Some(599));
    }

    #[test]
    fn a_rule_is_for_the_requests_that_it_names() {
        let faults = Faults::default();
        faults.add(FaultRule::new(Fault::status(500)).method("put").path("/me/*").times(2));
        assert!(faults.take("GET", "/v1/me/tracks").is_none());
        assert!(faults.take("PUT", "/v1/albums").is_none());
        assert!(faults.take("PUT", "/v1/me/tracks").is_some());
        assert!(faults.take("PUT", "/v1/me/library").is_some());
        assert!(faults.take("PUT", "/v1/me/tracks").is_none());
    }

    #[test]
    fn a_rule_can_spare_the_first_requests_that_it_is_for() {
        let faults = Faults::default();
        faults.add(FaultRule::new(Fault::status(500)).method("PUT").after(2).times(1));
        let met = ["PUT", "GET", "PUT", "GET", "PUT", "PUT"].map(|method| faults.take(method, "/v1/me").is_some());
        assert_eq!(met, [false, false, false, false, true, false]);
    }

    #[test]
    fn the_first_rule_that_fits_is_the_one() {
        let faults = Faults::default();
        faults.add(FaultRule::new(Fault::status(500)).path("/me"));
        faults.add(FaultRule::new(Fault::status(501)));
        let status = |path: &str| faults.take("GET", path).and_then(|fault| fault.status).map(|status| status.as_u16());
        assert_eq!([status("/v1/me"), status("/v1/albums"), status("/v1/me")], [Some(500), Some(501), Some(500)]);
        assert_eq!(faults.pending(), usize::MAX);
    }

    #[test]
    fn chance_is_alike_for_the_same_seed() {
        let met = |seed: u64| {
            let faults = Faults::default();
            faults.add(FaultRule::new(Fault::status(500)).probability(0.25, seed));
            (0..1000).map(|_| faults.take("GET", "/v1/me").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(met(1), met(1));
        assert_ne!(met(1), met(2));
        assert!((150..350).contains(&met(1).iter().filter(|met| **met).count()));
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("/me", "/me"),
            ("/me*", "/me"),
            ("*", ""),
            ("/playlists/*/items", "/playlists/x/items"),
            ("*a*b", "xaybab"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/me", "/me/x"), ("/me/*", "/me"), ("", "x"), ("/a*/b", "/a/c"), ("*a*b", "b")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
