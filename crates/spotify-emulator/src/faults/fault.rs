//! A fault: the failure of one response.

use std::fmt::{self, Display};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// A failure of one response.
///
/// A constructor sets the kind of failure; methods add to it, in any order and combination:
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
/// A fault without a status keeps the regular response, with the fault's headers and body in place of the response's own.
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
    pub(crate) padding: Option<Padding>,
    pub(crate) invalid: Option<String>,
}

/// The speed of a slow body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drip {
    pub(crate) bytes_per_chunk: usize,
    pub(crate) interval: Duration,
}

/// White space after the actual body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Padding {
    Endless,
    UpTo(u64),
}

impl Padding {
    /// The length of the whole body in bytes, unless it is endless.
    pub(crate) fn length(self) -> Option<u64> {
        match self {
            Self::Endless => None,
            Self::UpTo(length) => Some(length),
        }
    }
}

impl Fault {
    /// Responds with `status` and an empty body; [`header`](Self::header) and [`body`](Self::body) add to it. A number that
    /// is not a valid response status (below 200 or above 999) is sent as 500.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
        Self { status: Some(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)), ..Self::default() }
    }

    /// Sends the regular response after `delay`.
    pub fn delay(delay: Duration) -> Self {
        Self::default().delayed(delay)
    }

    /// Reads the whole request, then resets the connection (TCP RST) without a response. Only [`delayed`](Self::delayed) has
    /// an effect on it.
    pub fn reset() -> Self {
        Self { reset: true, ..Self::default() }
    }

    /// Sends the regular response with its correct `Content-Length`, but closes the connection after the first `after` bytes
    /// of the body. A body of at most `after` bytes is sent completely.
    pub fn truncate(after: usize) -> Self {
        Self::default().truncated(after)
    }

    /// Sends the regular response with its body in chunks of `bytes_per_chunk` bytes (at least 1), with `interval` between
    /// two chunks. The first chunk is sent immediately.
    pub fn drip(bytes_per_chunk: usize, interval: Duration) -> Self {
        Self::default().dripping(bytes_per_chunk, interval)
    }

    /// Responds with 200, `Content-Type: application/json` and a chunked body that never ends: white space, which JSON parsers
    /// skip. It is produced only as fast as the client reads, and takes no memory.
    pub fn endless() -> Self {
        let fault = Self { padding: Some(Padding::Endless), ..Self::status(200) };
        fault.header("content-type", "application/json; charset=utf-8")
    }

    /// Adds a header to the response. It replaces headers of the same name in the regular response, but not those already
    /// added to the fault, so a header can be sent twice.
    ///
    /// `Content-Length` and `Transfer-Encoding` are sent as given, correct or not, and the connection is closed after the
    /// body. An invalid header name or value turns the fault into a 500 whose body says so.
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
                self.invalid = Some(format!("a fault has an impossible header name: {error}"));
            }
            (_, Err(error)) => {
                self.invalid = Some(format!("a fault has an impossible header value: {error}"));
            }
        }
        self
    }

    /// Sets the body: any bytes, sent unchanged. It adds no `Content-Type`.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Waits for `delay` before the response begins. A second delay replaces the first.
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Truncates the body, as [`truncate`](Self::truncate) does.
    pub fn truncated(mut self, after: usize) -> Self {
        self.truncate = Some(after);
        self
    }

    /// Slows the body down, as [`drip`](Self::drip) does.
    pub fn dripping(mut self, bytes_per_chunk: usize, interval: Duration) -> Self {
        self.drip = Some(Drip { bytes_per_chunk: bytes_per_chunk.max(1), interval });
        self
    }

    /// Declares a `Content-Length` of `content_length` bytes and sends that many: the body, truncated if it is longer, then
    /// white space. It is produced only as fast as the client reads, so even terabytes take no memory.
    pub fn announce(mut self, content_length: u64) -> Self {
        self.padding = Some(Padding::UpTo(content_length));
        self
    }
}

/// Omits the body and the header values, which may contain tokens.
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
            .field("padding", &self.padding)
            .field("invalid", &self.invalid)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_no_response_can_have_becomes_500() {
        for status in [0, 100, 101, 1000] {
            assert_eq!(Fault::status(status).status, Some(StatusCode::INTERNAL_SERVER_ERROR), "{status}");
        }
        assert_eq!(Fault::status(599).status.map(|status| status.as_u16()), Some(599));
    }
}
