//! [`Call`]: one operation bound to one client, with the options of this call.

mod batches;
mod inner;
mod task;

use std::fmt;

use crate::definition::Operation;
use crate::invalid_input::InvalidInput;
use crate::observe::{Progress, ProgressListener};
use crate::options::{CallOptions, call_options};

pub(crate) use self::inner::ClientInner;
#[cfg(feature = "blocking")]
pub(crate) use self::inner::joined;
pub(crate) use self::task::Task;

/// One operation bound to one client. Nothing is sent until the call is awaited or its `send` is called.
///
/// The optional parameters of the operation are methods of the call, and so are the client settings that can be
/// overridden for one request.
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
/// To run several calls concurrently, join the futures of `send` with the tools of any runtime or crate:
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
    /// The operation, or the first refusal of one of its parameters.
    pub(crate) operation: Result<Op, InvalidInput>,
    pub(crate) options: CallOptions,
    pub(crate) progress: ProgressListener,
}

impl<C, Op> Call<C, Op> {
    /// Returns the operation that will be sent.
    ///
    /// # Errors
    /// [`InvalidInput`] for the first parameter that was refused. Sending the call fails with the same error.
    pub fn operation(&self) -> Result<&Op, InvalidInput> {
        self.operation.as_ref().map_err(Clone::clone)
    }

    call_options!(options: timeout, max_retries, max_retry_wait, idempotent, ignore_rate_limit, priority, concurrency, no_coalescing, fresh_for, no_cache);

    /// Sets a closure that receives the progress of a call that takes several requests: after each page of a list, and
    /// after each batch of values. It runs in the task that sends the requests (with the blocking client, on the
    /// client's own thread) and must not block. Default: none.
    pub fn on_progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = ProgressListener::new(listener);
        self
    }

    /// Changes the operation, unless one of its parameters was refused already. A refusal of `change` is the error of the
    /// call.
    pub fn try_map<New>(self, change: impl FnOnce(Op) -> Result<New, InvalidInput>) -> Call<C, New> {
        let Self { client, operation, options, progress } = self;
        Call { client, operation: operation.and_then(change), options, progress }
    }
}

impl<C, Op: fmt::Debug> fmt::Debug for Call<C, Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// Gives access to the shared state of a client. Only the two clients of this crate implement it, so that no other
/// types can.
pub trait HasInner: Clone {
    fn inner(&self) -> &ClientInner;

    /// Returns the same client with another inner state.
    fn with_inner(&self, inner: ClientInner) -> Self;

    /// Binds an operation to this client.
    fn bind<Op: Operation>(&self, operation: Result<Op, InvalidInput>) -> Call<Self, Op> {
        let (options, progress) = (self.inner().options(), ProgressListener::default());
        Call { client: self.clone(), operation, options, progress }
    }
}
