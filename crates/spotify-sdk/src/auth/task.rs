//! [`AuthTask`]: something that needs the Accounts service, for async programs and for others.

use std::fmt;
use std::future::IntoFuture;

use crate::error::Result;
use crate::http::BoxFuture;

/// Something that is done with `.await`, or in a program that is not async with [`wait`](Self::wait).
#[must_use = "nothing is done until it is awaited or waited for"]
pub struct AuthTask<T>(BoxFuture<'static, Result<T>>);

impl<T: Send + 'static> AuthTask<T> {
    pub(super) fn new(task: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self(Box::pin(task))
    }

    /// Does it, and waits for the result. It works in any thread, and inside an async runtime too, though there it holds
    /// up the thread that waits.
    ///
    /// # Errors
    /// Those of the task; [`Setup`](crate::Error::Setup) when the system has no thread for it.
    #[cfg(feature = "blocking")]
    pub fn wait(self) -> Result<T> {
        use crate::error::{InternalError, SetupError};

        let cannot = |error: std::io::Error| SetupError::because("the thread that waits cannot be started", error);
        let task = self.0;
        // A thread of its own: a runtime cannot be driven inside another.
        let thread = std::thread::Builder::new().name("spotify-sdk-auth".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
            let result = runtime.block_on(task);
            // What still runs then is nothing that anyone waits for.
            runtime.shutdown_background();
            result
        });
        match thread.map_err(cannot)?.join() {
            Ok(result) => result,
            Err(_) => Err(InternalError::new(None, "the token cache or the HTTP client panicked", true).into()),
        }
    }
}

impl<T: Send + 'static> IntoFuture for AuthTask<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

impl<T> fmt::Debug for AuthTask<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthTask")
    }
}
