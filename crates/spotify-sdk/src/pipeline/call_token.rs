//! [`CallToken`]: the access token of one call, from attempt to attempt.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::auth::{AccessToken, AuthContext, AuthProvider};
use crate::error::{Error, Result, TimeoutError};
use crate::operation::OperationInfo;

/// How many tokens in a row a call takes that others have renewed.
const MAX_SHARED: u32 = 4;

/// Where a call gets its token, and what has become of those before.
pub(super) struct CallToken<'a> {
    provider: &'a dyn AuthProvider,
    context: &'a AuthContext,
    operation: &'static OperationInfo,
    /// How long one attempt may take.
    limit: Duration,
    /// What Spotify refused last, and what the provider gave instead.
    renewed: Option<(AccessToken, AccessToken)>,
    shared: u32,
}

/// Why an attempt cannot be made.
pub(super) enum NotReady {
    /// Waiting for the token took all the time that an attempt has. Another attempt may have more luck.
    TokenTimedOut(Error),
    /// The call ends with this.
    Ended(Error),
}

impl<'a> CallToken<'a> {
    pub(super) fn new(
        provider: &'a dyn AuthProvider,
        context: &'a AuthContext,
        operation: &'static OperationInfo,
        limit: Duration,
    ) -> Self {
        Self { provider, context, operation, limit, renewed: None, shared: 0 }
    }

    /// The token for the next attempt, and how much of the attempt's time is left.
    pub(super) async fn get(&self) -> Result<(AccessToken, Duration), NotReady> {
        match &self.renewed {
            Some((_, token)) => Ok((token.clone(), self.limit)),
            None => self.within_limit(self.provider.token(self.context)).await,
        }
    }

    /// The token for an attempt whose first one was got long ago, as [`get`](Self::get) gives it. While it is at hand, this
    /// is ready when it is polled first.
    pub(super) async fn get_again(&self) -> Result<(AccessToken, Duration), NotReady> {
        let (token, left) = self.within_limit(self.provider.token(self.context)).await?;
        match &self.renewed {
            // A provider may know of a token that was refused no more than that it is not old.
            Some((refused, renewed)) if token == *refused => Ok((renewed.clone(), left)),
            _ => Ok((token, left)),
        }
    }

    /// Whether a token may be asked for in place of one that Spotify refused: once for a call. A token that another process
    /// has renewed does not count, since it may be refused as well.
    pub(super) fn may_renew(&self) -> bool {
        self.renewed.as_ref().is_none_or(|(_, token)| token.is_shared() && self.shared < MAX_SHARED)
    }

    /// Asks for a token in place of `refused`; whether there is one.
    pub(super) async fn renew(&mut self, refused: AccessToken) -> Result<bool, NotReady> {
        self.shared += 1;
        let (newer, _) = self.within_limit(self.provider.newer_token(&refused, self.context)).await?;
        let there_is_one = newer.is_some();
        self.renewed = newer.map(|newer| (refused, newer));
        Ok(there_is_one)
    }

    /// What a provider gives within the time of one attempt, and how much of that is left.
    async fn within_limit<T>(&self, asked: impl Future<Output = Result<T>>) -> Result<(T, Duration), NotReady> {
        let mut asked = pin!(asked);
        // As a rule there is one at hand, for which no clock is needed.
        if let Some(given) = at_once(asked.as_mut()).await {
            return Ok((given.map_err(NotReady::Ended)?, self.limit));
        }
        let begun = Instant::now();
        match timeout(self.limit, asked).await {
            Ok(given) => Ok((given.map_err(NotReady::Ended)?, self.limit.saturating_sub(begun.elapsed()))),
            Err(_) => Err(NotReady::TokenTimedOut(Error::from(TimeoutError {
                waiting_for_token: true,
                ..TimeoutError::new(Some(self.operation), self.limit)
            }))),
        }
    }
}

/// What a future gives, and how long it was waited for. One that is ready when it is polled first needs no clock.
pub(super) async fn timed<F: Future>(future: F) -> (F::Output, Duration) {
    let mut future = pin!(future);
    if let Some(output) = at_once(future.as_mut()).await {
        return (output, Duration::ZERO);
    }
    let begun = Instant::now();
    let output = future.await;
    (output, begun.elapsed())
}

/// What a future gives when it is polled once, if that is enough.
pub(super) async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
