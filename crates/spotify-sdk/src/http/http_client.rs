//! [`HttpClient`]: the seam between this SDK and the network.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};

use crate::error::BoxError;

/// A boxed future, as the traits of this SDK return them.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A request on its way, and in the end the head of the response with its body.
pub(crate) type Sending<'a> = BoxFuture<'a, Result<Response<Body>, HttpError>>;

/// Sends one HTTP request and gives its answer: no retries, no decisions.
///
/// [`ReqwestClient`](super::ReqwestClient) is the one that clients use unless their builder is given another with
/// `http`: for an HTTP library of the program's own, or for tests without sockets. One client sends many requests at
/// the same time.
///
/// What an implementation must keep to:
/// - It does not follow redirects: the request carries the access token, which belongs to its own address only.
/// - It gives an answer of any status as a [`Response`]; an [`HttpError`] means that there was no answer.
/// - It says [`HttpError::not_sent`] only when the request certainly did not go out.
/// - It decodes any content encoding that it asked for.
///
/// Dropping the future gives the request up. Time limits are the caller's.
pub trait HttpClient: Send + Sync + 'static {
    /// Sends `request`. The body of the answer is read later, piece by piece.
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Body>, HttpError>>;
}

impl<H: HttpClient + ?Sized> HttpClient for Arc<H> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Body>, HttpError>> {
        (**self).send(request)
    }
}

/// There was no answer, or it broke off.
#[derive(Debug)]
pub struct HttpError {
    pub(crate) sent: bool,
    pub(crate) source: BoxError,
}

impl HttpError {
    /// The request certainly did not go out: the name could not be resolved, or no connection could be made. Such a
    /// request may be sent again whatever it does.
    pub fn not_sent(source: impl Into<BoxError>) -> Self {
        Self { sent: false, source: source.into() }
    }

    /// The connection broke, and the request may have been received.
    pub fn lost(source: impl Into<BoxError>) -> Self {
        Self { sent: true, source: source.into() }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sent { "the connection broke" } else { "no connection could be made" })
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

/// The body of an answer: bytes that are there already, or that arrive while it is read.
pub struct Body(Kind);

enum Kind {
    Full(Bytes),
    Streaming(Pin<Box<dyn http_body::Body<Data = Bytes, Error = HttpError> + Send>>),
}

impl Body {
    /// A body that arrives piece by piece. An error of `body` counts as a broken connection.
    pub fn streaming<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self(Kind::Streaming(Box::pin(Lost(Box::pin(body)))))
    }

    /// Reads to the end, or to `limit` bytes.
    pub(crate) async fn read(self, limit: usize) -> Result<Bytes, ReadError> {
        let mut collected = Collected::default();
        let end = self.read_into(limit, &mut collected).await;
        end.map(|()| collected.into_bytes())
    }

    /// Reads what there is, up to `limit` bytes, into `collected`, which holds it also when the end is an error.
    pub(crate) async fn read_into(self, limit: usize, collected: &mut Collected) -> Result<(), ReadError> {
        let mut body = match self.0 {
            Kind::Full(bytes) => return collected.push(bytes, limit),
            Kind::Streaming(body) => body,
        };
        if body.size_hint().lower() > limit as u64 {
            return Err(ReadError::TooLong);
        }
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            if let Ok(bytes) = frame.map_err(ReadError::Broken)?.into_data() {
                collected.push(bytes, limit)?;
            }
        }
        Ok(())
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self(Kind::Full(bytes.into()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

/// Why a body was not read to its end.
#[derive(Debug)]
pub(crate) enum ReadError {
    Broken(HttpError),
    TooLong,
}

/// The pieces of a body so far. A body of one piece, which most are, is never copied, and no more room is made than there
/// may be bytes.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    first: Bytes,
    all: Vec<u8>,
}

impl Collected {
    fn push(&mut self, piece: Bytes, limit: usize) -> Result<(), ReadError> {
        let have = self.first.len().max(self.all.len());
        let fits = piece.len() <= limit - have;
        let piece = if fits { piece } else { piece.slice(..limit - have) };
        if have == 0 {
            self.first = piece;
        } else if !piece.is_empty() {
            let all = have + piece.len();
            if all > self.all.capacity() {
                self.all.reserve_exact(all.saturating_mul(2).min(limit) - self.all.len());
            }
            if self.all.is_empty() {
                self.all.extend_from_slice(&self.first);
                self.first = Bytes::new();
            }
            self.all.extend_from_slice(&piece);
        }
        if fits { Ok(()) } else { Err(ReadError::TooLong) }
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.into() }
    }
}

/// A body whose errors are [`HttpError`]s.
struct Lost<B>(Pin<Box<B>>);

impl<B> http_body::Body for Lost<B>
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>>,
{
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        self.0.as_mut().poll_frame(context).map_err(HttpError::lost)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
