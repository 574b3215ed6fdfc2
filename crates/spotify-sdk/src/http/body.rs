//! [`Body`]: the body of a response.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{BoxError, HttpError};

/// The body of a response: bytes in memory, or a stream. Read it as an [`http_body::Body`], or collect it with
/// [`bytes`](Self::bytes).
pub struct Body(Kind);

enum Kind {
    Full(Bytes),
    Streaming(Pin<Box<dyn http_body::Body<Data = Bytes, Error = HttpError> + Send>>),
}

impl Body {
    /// Creates a body that is streamed from `body`. An error of `body` counts as a broken connection.
    pub fn streaming<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self(Kind::Streaming(Box::pin(Streaming(Box::pin(body)))))
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// [`BodyError::TooLong`] if it has more than `limit` bytes; reading stops there. [`BodyError::Broken`] if the
    /// connection breaks before the end.
    pub async fn bytes(self, limit: usize) -> Result<Bytes, BodyError> {
        let mut collected = Collected::default();
        self.read_into(limit, &mut collected).await?;
        Ok(collected.into_bytes())
    }

    /// Reads up to `limit` bytes into `collected`, which keeps what has arrived if this fails or is dropped.
    pub(super) async fn read_into(self, limit: usize, collected: &mut Collected) -> Result<(), BodyError> {
        let mut body = match self.0 {
            Kind::Full(bytes) => return collected.push(bytes, limit),
            Kind::Streaming(body) => body,
        };
        if body.size_hint().lower() > limit as u64 {
            return Err(BodyError::TooLong);
        }
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            if let Ok(bytes) = frame.map_err(BodyError::Broken)?.into_data() {
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

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        match &mut self.0 {
            Kind::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Streaming(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full(bytes) => bytes.is_empty(),
            Kind::Streaming(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Streaming(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

/// The reason why a body was not read completely.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The connection broke.
    #[error(transparent)]
    Broken(#[from] HttpError),
    /// The body exceeds the caller's limit.
    #[error("the body is longer than allowed")]
    TooLong,
}

/// The chunks of a body received so far. A body of one chunk, the usual case, is never copied, and memory is never
/// reserved beyond the limit.
#[derive(Debug, Default)]
pub(super) struct Collected {
    first: Bytes,
    all: Vec<u8>,
}

impl Collected {
    fn push(&mut self, piece: Bytes, limit: usize) -> Result<(), BodyError> {
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
        if fits { Ok(()) } else { Err(BodyError::TooLong) }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.into() }
    }
}

/// A body whose errors are [`HttpError`]s.
struct Streaming<B>(Pin<Box<B>>);

impl<B> http_body::Body for Streaming<B>
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
