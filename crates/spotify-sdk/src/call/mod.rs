//! [`Call`]: one operation bound to one client, with what is different for this one request.

mod chunks;
mod client;
mod core;
mod task;

use std::fmt;
use std::time::Duration;

use crate::options::{Policy, Priority};

pub use self::client::Client;
pub(crate) use self::client::HasCore;
pub(crate) use self::core::Core;
#[cfg(feature = "blocking")]
pub(crate) use self::core::joined;
pub(crate) use self::task::Task;

/// One operation bound to one client. Nothing is sent until it is awaited, or its `send` is called.
///
/// The optional parameters of the operation are methods of the call; so are the settings of the client that can be
/// different for one request.
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
/// let album = client
///     .albums()
///     .get("4aawyAB9vmqN3uQ7FjRGTy")
///     .market("SE")
///     .timeout(Duration::from_secs(5))
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// Several at once are futures of `send`, which any runtime's and any crate's means of joining take:
///
/// ```no_run
/// # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
/// let (album, artist) = tokio::try_join!(
///     client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").send(),
///     client.artists().get("0TnOYISbd1XYRBk9myaseg").send(),
/// )?;
/// let later = tokio::spawn(client.tracks().get("11dFghVXANMlKmJXsNCbNl").send());
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited or sent"]
#[derive(Clone)]
pub struct Call<C, Op> {
    pub(crate) client: C,
    pub(crate) operation: Op,
    pub(crate) policy: Policy,
    /// How many pages are fetched ahead, where the operation has pages.
    pub(crate) concurrency: usize,
}

impl<C, Op> Call<C, Op> {
    /// The operation that will be sent.
    pub fn operation(&self) -> &Op {
        &self.operation
    }

    /// Sets how long one attempt may take, from asking for its access token to the last byte of the answer, instead of the
    /// client's `timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.policy.timeout = timeout;
        self
    }

    /// Sets how often the request is sent again, at most, instead of the client's `max_retries`.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.policy.max_retries = max_retries;
        self
    }

    /// Sets the longest wait before a retry, or for the end of a rate limit, instead of the client's `max_retry_wait`.
    /// A longer wait ends the call at once.
    pub fn max_retry_wait(mut self, max_retry_wait: Duration) -> Self {
        self.policy.max_retry_wait = max_retry_wait;
        self
    }

    /// Lets the request be sent again also when nobody knows whether it was carried out, although the operation is not
    /// [idempotent](crate::operation::Idempotency): it may then be done twice.
    pub fn allow_replay(mut self) -> Self {
        self.policy.allow_replay = true;
        self
    }

    /// Sends the request although Spotify told the app to wait, which makes the wait longer if it is not over yet, and although
    /// the [quota](crate::Error::QuotaExceeded) of the operation is used up. When it succeeds, the other calls of the app no
    /// longer wait either, and the operation is no longer refused.
    pub fn ignore_rate_limit(mut self) -> Self {
        self.policy.ignore_rate_limit = true;
        self
    }

    /// Marks the request as one that nobody waits for at a screen: where requests are paced, the others go first, and a tenth
    /// of what Spotify allows is left for them. However many of the others there are, one request in ten is one of these,
    /// or one in 30 seconds where the budget is smaller than that.
    pub fn background(mut self) -> Self {
        self.policy.priority = Priority::Background;
        self
    }

    /// Changes the operation: how the methods for optional parameters are made.
    pub(crate) fn map(self, change: impl FnOnce(Op) -> Op) -> Self {
        Self { operation: change(self.operation), ..self }
    }
}

impl<C, Op: fmt::Debug> fmt::Debug for Call<C, Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}
