//! [`Call`]: one operation bound to one client, with what is different for this one request.

mod batches;
mod bound;
mod inner;
mod task;

use std::fmt;

use crate::options::{CallOptions, call_options};

pub(crate) use self::bound::HasInner;
pub(crate) use self::inner::ClientInner;
#[cfg(feature = "blocking")]
pub(crate) use self::inner::joined;
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
    pub(crate) options: CallOptions,
}

impl<C, Op> Call<C, Op> {
    /// The operation that will be sent.
    pub fn operation(&self) -> &Op {
        &self.operation
    }

    call_options!(options: timeout, max_retries, max_retry_wait, idempotent, ignore_rate_limit, priority, concurrency);

    /// Changes the operation, for operations outside the SDK whose optional parameters are methods of the call.
    pub fn map<New>(self, change: impl FnOnce(Op) -> New) -> Call<C, New> {
        Call { client: self.client, operation: change(self.operation), options: self.options }
    }
}

impl<C, Op: fmt::Debug> fmt::Debug for Call<C, Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}
