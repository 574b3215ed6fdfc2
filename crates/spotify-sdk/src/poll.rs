//! Futures that are ready when they are polled first, which need no clock and no timer.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

/// What a future gives, and how long it was waited for. One that is ready when it is polled first needs no clock.
pub(crate) async fn timed<F: Future>(future: F) -> (F::Output, Duration) {
    let mut future = pin!(future);
    if let Some(output) = at_once(future.as_mut()).await {
        return (output, Duration::ZERO);
    }
    let begun = Instant::now();
    let output = future.await;
    (output, begun.elapsed())
}

/// What a future gives when it is polled once, if that is enough.
pub(crate) async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
