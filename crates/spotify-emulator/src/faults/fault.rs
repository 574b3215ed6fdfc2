//! One fault: what goes wrong with a response.

use std::fmt::{self, Display};
use std::time::Duration;

use bytes::Bytes;
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
#[must_use = "a fault does nothing until it is queued with `Faults::fail_next`, `Faults::always` or `Faults::add`"]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_no_answer_can_have_becomes_500() {
        for status in [0, 100, 101, 1000] {
            assert_eq!(Fault::status(status).status, Some(StatusCode::INTERNAL_SERVER_ERROR), "{status}");
        }
        assert_eq!(Fault::status(599).status.map(|status| status.as_u16()), Some(599));
    }
}
