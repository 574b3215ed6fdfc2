//! [`WatchStream`]: player events for async programs.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::driver::WatchDriver;
use super::{PlayerEvent, Watch};
use crate::client::AsyncSpotifyClient;
use crate::error::Result;
use crate::http::BoxFuture;

impl Watch<AsyncSpotifyClient> {
    /// Starts to watch. The first request is sent when the stream is first polled.
    pub fn stream(self) -> WatchStream {
        WatchStream(Work::Idle(Box::new(WatchDriver::new(&self))))
    }
}

/// A stream of player events, and the errors of requests. Created by [`Watch::stream`].
///
/// Requests are sent while the stream is polled. Dropping it ends the watch. [`next`](Self::next) is cancel safe: if
/// its future is dropped before it is ready, for example in a `select!`, the following call continues where it was.
#[must_use = "streams do nothing unless polled"]
pub struct WatchStream(Work);

enum Work {
    Idle(Box<WatchDriver>),
    /// The future owns the driver, and returns it with the result.
    Busy(BoxFuture<'static, (Box<WatchDriver>, Option<Result<PlayerEvent>>)>),
    Over,
}

impl WatchStream {
    /// Waits for the next event. Returns `None` after an error that ended the watch.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error) of a request; [`InvalidInput`](crate::Error::InvalidInput) for an invalid setting.
    /// [The module](crate::watch#errors) lists those that end the watch.
    pub async fn next(&mut self) -> Option<Result<PlayerEvent>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for WatchStream {
    type Item = Result<PlayerEvent>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut future: BoxFuture<'static, _> = match std::mem::replace(&mut self.0, Work::Over) {
            Work::Idle(mut driver) => Box::pin(async move {
                let item = driver.next().await;
                (driver, item)
            }),
            Work::Busy(future) => future,
            Work::Over => return Poll::Ready(None),
        };
        match future.as_mut().poll(context) {
            Poll::Pending => {
                self.0 = Work::Busy(future);
                Poll::Pending
            }
            Poll::Ready((driver, item)) => {
                if item.is_some() {
                    self.0 = Work::Idle(driver);
                }
                Poll::Ready(item)
            }
        }
    }
}

impl fmt::Debug for WatchStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").finish_non_exhaustive()
    }
}
