//! [`Task`]: a request that runs on its own and is cancelled when its handle is dropped.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::inner::ClientInner;
use crate::definition::OperationInfo;
use crate::error::{Error, InternalError};
use crate::http::BoxFuture;

/// Work in flight. Its output is `None` if the work ended without one: the runtime shut down, or the work panicked.
pub(crate) struct Task<T>(Work<T>);

enum Work<T> {
    Spawned(JoinHandle<T>),
    /// There is no runtime to spawn the work on: the task that awaits it polls it, and receives the error that says so.
    Waiting(BoxFuture<'static, T>),
}

impl<T: Send + 'static> Task<T> {
    pub(crate) fn begin(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(match Handle::try_current() {
            Ok(runtime) => Work::Spawned(runtime.spawn(work.in_current_span())),
            Err(_) => Work::Waiting(Box::pin(work)),
        })
    }
}

impl<T> Future for Task<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        match &mut self.0 {
            Work::Spawned(task) => Pin::new(task).poll(context).map(Result::ok),
            Work::Waiting(work) => work.as_mut().poll(context).map(Some),
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Work::Spawned(task) = &self.0 {
            task.abort();
        }
    }
}

impl ClientInner {
    /// Returns the error of a request whose task ended without a result.
    pub(crate) fn cancelled(&self, operation: &'static OperationInfo) -> Error {
        let why = "the request was cancelled: its runtime ended, or the auth provider, the HTTP client or a middleware panicked";
        InternalError::new(Some(operation), why, true).into()
    }
}
