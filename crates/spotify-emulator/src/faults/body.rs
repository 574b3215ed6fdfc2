//! Response bodies of faults: slow ones and endless ones.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;
use tokio::time::{Instant, Sleep, sleep};

use super::{Drip, Padding};

/// JSON white space, shared by every chunk of filler.
static SPACES: [u8; 16 * 1024] = [b' '; 16 * 1024];

/// A body followed by white space, up to a length or endlessly.
pub(crate) struct PaddedBody {
    start: Bytes,
    left: Option<u64>,
}

impl PaddedBody {
    pub(crate) fn new(mut start: Bytes, padding: Padding) -> Self {
        let left = padding.length().map(|length| {
            start.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            length - start.len() as u64
        });
        Self { start, left }
    }
}

impl http_body::Body for PaddedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.start.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.start)))));
        }
        let mut chunk = Bytes::from_static(&SPACES);
        if let Some(left) = &mut self.left {
            chunk.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= chunk.len() as u64;
        }
        Poll::Ready((!chunk.is_empty()).then(|| Ok(Frame::data(chunk))))
    }
}

/// A body in small chunks with a pause before each but the first.
pub(crate) struct SlowBody {
    inner: Body,
    waiting: Bytes,
    drip: Drip,
    pause: Option<Pin<Box<Sleep>>>,
}

impl SlowBody {
    pub(crate) fn new(inner: Body, drip: Drip) -> Self {
        Self { inner, waiting: Bytes::new(), drip, pause: None }
    }
}

impl http_body::Body for SlowBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        while this.waiting.is_empty() {
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                Some(Ok(frame)) => this.waiting = frame.into_data().unwrap_or_default(),
                end => return Poll::Ready(end),
            }
        }
        match &mut this.pause {
            None => this.pause = Some(Box::pin(sleep(this.drip.interval))),
            Some(pause) => {
                ready!(pause.as_mut().poll(cx));
                pause.as_mut().reset(Instant::now() + this.drip.interval);
            }
        }
        let length = this.drip.bytes_per_chunk.min(this.waiting.len());
        Poll::Ready(Some(Ok(Frame::data(this.waiting.split_to(length)))))
    }
}
