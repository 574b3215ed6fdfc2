//! Polls futures that are usually ready at once, and so need no clock or timer.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

/// Returns the output of a future, and how long it took. Reads no clock for a future that is ready at its first poll.
pub(crate) async fn timed<F: Future>(future: F) -> (F::Output, Duration) {
    let mut future = pin!(future);
    if let Some(output) = at_once(future.as_mut()).await {
        return (output, Duration::ZERO);
    }
    let begun = Instant::now();
    let output = future.await;
    (output, begun.elapsed())
}

/// Polls a future once, and returns its output if it is ready.
pub(crate) async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
