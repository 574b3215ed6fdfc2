//! The state that both clients share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::batches::Done;
use crate::auth::{SharedAuthProvider, TokenOwner};
use crate::definition::{Operation, Quota, Request, Resource, ResponseBody};
use crate::error::{InternalError, Result, SetupError};
use crate::observe::ProgressListener;
use crate::options::CallOptions;
#[cfg(all(feature = "cache", feature = "extended-quota"))]
use crate::pipeline::Place;
use crate::pipeline::{CallFailure, Pipeline, Received};
use crate::rate_limit::{AcquireRequest, RateLimiter};

/// The pipeline, the auth provider whose tokens it uses, and the default options of calls. Cheap to clone.
#[derive(Clone)]
pub struct ClientInner(Arc<Inner>);

struct Inner {
    pipeline: Arc<Pipeline>,
    auth: SharedAuthProvider,
    /// The token owner that is used for a provider that reports none.
    own_owner: TokenOwner,
    options: CallOptions,
    quota: Quota,
    /// When the last successful player command completed.
    player_command: watch::Sender<Instant>,
}

impl ClientInner {
    pub(crate) fn new(pipeline: Arc<Pipeline>, auth: SharedAuthProvider, options: CallOptions, quota: Quota) -> Self {
        let player_command = watch::Sender::new(Instant::now());
        let own_owner = TokenOwner::unique();
        Self(Arc::new(Inner { pipeline, auth, own_owner, options, quota, player_command }))
    }

    /// Returns the same pipeline with the tokens of another provider.
    pub(crate) fn with_auth(&self, auth: SharedAuthProvider) -> Self {
        Self::new(Arc::clone(&self.0.pipeline), auth, self.0.options, self.0.quota)
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.0.pipeline
    }

    /// Returns the options of calls that set none of their own.
    pub(crate) fn options(&self) -> CallOptions {
        self.0.options
    }

    /// Returns the quota mode of the app.
    pub(crate) fn quota(&self) -> Quota {
        self.0.quota
    }

    pub(crate) async fn wait_for_rate_limit(&self) {
        let request = AcquireRequest::any().max_wait(Duration::MAX);
        // Nothing is sent: the permit is released at once.
        drop(self.0.pipeline.limiter.acquire(request).await);
    }

    /// Removes what the cache has stored of this client's user.
    #[cfg(feature = "cache")]
    pub(crate) async fn forget_user(&self) -> Result<()> {
        self.0.pipeline.forget_user(&self.0.auth).await
    }

    /// Runs one operation, from request to output. Composite work, which takes several calls, is built on this.
    pub(crate) async fn call<Op: Operation>(&self, operation: &Op, options: &CallOptions) -> Result<Op::Output> {
        self.call_with_progress(operation, options, &ProgressListener::default()).await
    }

    /// Like [`call`](Self::call), and reports progress where the operation takes more than one request.
    pub(crate) async fn call_with_progress<Op: Operation>(
        &self,
        operation: &Op,
        options: &CallOptions,
        progress: &ProgressListener,
    ) -> Result<Op::Output> {
        let batches = operation.batches()?;
        if batches.is_empty() {
            return self.call_as(operation, operation.response_body(), options).await;
        }
        joined(operation, self.run_batches(operation.info(), batches, options, progress).await?)
    }

    /// Runs an operation that takes one request, and decodes the response as `T`.
    pub(crate) async fn call_as<T: DeserializeOwned>(
        &self,
        operation: &impl Operation,
        response_body: ResponseBody,
        options: &CallOptions,
    ) -> Result<T> {
        let request = Request::new(operation)?;
        self.run(request, response_body, options).await?.decode(response_body)
    }

    /// Returns what the cache has for a request that is not sent: see [`Pipeline::look_up`].
    #[cfg(all(feature = "cache", feature = "extended-quota"))]
    pub(crate) async fn look_up(
        &self,
        request: Request,
        response_body: ResponseBody,
        options: &CallOptions,
    ) -> Result<Option<Result<Received, Place>>> {
        self.0.pipeline.look_up(request, response_body, (&self.0.auth, self.0.own_owner), options).await
    }

    /// Sends one request.
    pub(crate) async fn run(
        &self,
        request: Request,
        response_body: ResponseBody,
        options: &CallOptions,
    ) -> Result<Received, CallFailure> {
        if Handle::try_current().is_err() {
            let hint = "Call the client inside one, or use `SpotifyClient`, which needs none.";
            let error = SetupError::new("there is no tokio runtime here", hint).into();
            return Err(CallFailure { error, maybe_executed: false });
        }
        let operation = request.operation();
        let received = self.0.pipeline.run(request, response_body, (&self.0.auth, self.0.own_owner), options).await?;
        if operation.changes.contains(&Resource::Player) {
            self.0.player_command.send_replace(Instant::now());
        }
        Ok(received)
    }

    /// Returns a receiver that is notified of each player command that succeeds through this client or its clones.
    pub(crate) fn player_commands(&self) -> watch::Receiver<Instant> {
        self.0.player_command.subscribe()
    }
}

/// Joins the outputs of an operation's batches into one.
pub(crate) fn joined<Op: Operation>(operation: &Op, done: Vec<Done>) -> Result<Op::Output> {
    let info = operation.info();
    let part = |Done { values, received }: Done| {
        let output = received.decode(operation.response_body())?;
        match operation.result_count(&output) {
            Some(results) if results != values => {
                let why = format!("expected {values} results, got {results}");
                Err(received.unreadable(serde::de::Error::custom(why)))
            }
            _ => Ok(output),
        }
    };
    let parts = done.into_iter().map(part).collect::<Result<Vec<_>>>()?;
    // An operation with batches always has outputs that can be joined.
    let cannot_join = || InternalError::new(Some(info), "its outputs cannot be joined", info.method != Method::GET);
    operation.join(parts).ok_or_else(|| cannot_join().into())
}

impl fmt::Debug for ClientInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.0.options;
        f.debug_struct("Client")
            .field("base_url", &self.0.pipeline.base_url.as_str())
            .field("timeout", &options.timeout)
            .field("max_retries", &options.max_retries)
            .field("max_retry_wait", &options.max_retry_wait)
            .field("quota", &self.0.quota)
            .finish_non_exhaustive()
    }
}
