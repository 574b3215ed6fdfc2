//! [`Permit`]: the right to send one request, until it is completed.

use std::fmt;
use std::time::Duration;

use super::local::LocalPermit;
use super::quota::CountedRequest;

/// The result of a request that had a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Completion {
    /// Spotify responded with a success.
    Success,
    /// Spotify responded with a status that is neither a success nor 429.
    Response,
    /// Spotify responded with 429.
    RateLimited {
        /// How long the app has to wait.
        wait: Duration,
    },
    /// Spotify responded with 429 because the quota of the operation is used up.
    QuotaExceeded {
        /// The wait that Spotify asks for, if any.
        retry_after: Option<Duration>,
    },
    /// There was no response: Spotify may have counted the request.
    Unknown,
    /// The request certainly was not sent.
    NotSent,
}

/// The right to send one request. It counts as in flight until it is [completed](Self::complete) or dropped.
#[must_use = "the request counts as in flight until its permit is completed or dropped"]
pub struct Permit {
    /// `None` once it is completed.
    holder: Option<Holder>,
    sent: bool,
    /// The count of a daily budget beside that of the limiter.
    counted: Option<Box<CountedRequest>>,
}

enum Holder {
    Local(LocalPermit),
    Other(Box<dyn FnOnce(Completion) + Send>),
}

impl Permit {
    /// Creates a permit that calls `complete` with the result of the request: exactly once, in every case.
    pub fn new(complete: impl FnOnce(Completion) + Send + 'static) -> Self {
        Self { holder: Some(Holder::Other(Box::new(complete))), sent: false, counted: None }
    }

    pub(super) fn local(permit: LocalPermit) -> Self {
        Self { holder: Some(Holder::Local(permit)), sent: false, counted: None }
    }

    /// Takes the request out of a daily budget if it was not sent.
    pub(super) fn counted(mut self, counted: CountedRequest) -> Self {
        self.counted = Some(Box::new(counted));
        self
    }

    /// Marks the request as sent: if the permit is dropped from now on, it is completed as [`Completion::Unknown`]
    /// instead of [`Completion::NotSent`].
    pub fn mark_sent(&mut self) {
        self.sent = true;
    }

    /// Reports the result of the request to the limiter.
    pub fn complete(mut self, completion: Completion) {
        self.finish(completion);
    }

    fn finish(&mut self, completion: Completion) {
        match self.holder.take() {
            Some(Holder::Local(permit)) => permit.complete(completion),
            Some(Holder::Other(complete)) => complete(completion),
            None => {}
        }
        // Afterwards, so that the limiter never knows of more requests than the budget, which would be those of others.
        if let Some(counted) = self.counted.take()
            && completion == Completion::NotSent
        {
            counted.take_back();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.finish(if self.sent { Completion::Unknown } else { Completion::NotSent });
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("sent", &self.sent).finish_non_exhaustive()
    }
}
