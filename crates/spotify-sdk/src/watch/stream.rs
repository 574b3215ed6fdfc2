//! [`WatchStream`]: the events for programs that are async.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::driver::Driver;
use super::{PlayerEvent, Watch};
use crate::client::AsyncSpotifyClient;
use crate::error::Result;
use crate::http::BoxFuture;

impl Watch<AsyncSpotifyClient> {
    /// Begins to watch. The first request is made when the stream is first polled.
    pub fn stream(self) -> WatchStream {
        WatchStream(Work::Idle(Box::new(Driver::new(&self))))
    }
}

/// The events of the player, and what kept them from being seen. Made by [`Watch::stream`].
///
/// Requests are made while it is polled. Dropping it ends the watching. It is no loss to drop the future of
/// [`next`](Self::next) before it is ready, in a `select!` for one: the following call goes on where it was.
#[must_use = "streams do nothing unless polled"]
pub struct WatchStream(Work);

enum Work {
    Idle(Box<Driver>),
    /// The driver is in the future, and comes back with what it found.
    Busy(BoxFuture<'static, (Box<Driver>, Option<Result<PlayerEvent>>)>),
    Over,
}

impl WatchStream {
    /// The next event, as soon as there is one. `None` after an error that ended the watching.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error) of a request; [`InvalidInput`](crate::Error::InvalidInput) for a setting that cannot
    /// be used. [The module](crate::watch#errors) says which of them are the last.
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
