//! What both clients are made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::chunks::Done;
use crate::auth::SharedAuthProvider;
use crate::error::{InternalError, Result, SetupError};
use crate::operation::{Answer, Operation, OperationInfo, Quota, Request};
use crate::options::{Policy, Priority};
use crate::pipeline::{Engine, Failed, Success};

/// An engine, the one on whose behalf it works, and how patient its calls are. Cheap to clone.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

struct Inner {
    engine: Arc<Engine>,
    auth: SharedAuthProvider,
    policy: Policy,
    quota: Quota,
    /// When the last command to the user's player went through.
    player_command: watch::Sender<Instant>,
}

impl Core {
    pub(crate) fn new(engine: Arc<Engine>, auth: SharedAuthProvider, policy: Policy, quota: Quota) -> Self {
        let player_command = watch::Sender::new(Instant::now());
        Self(Arc::new(Inner { engine, auth, policy, quota, player_command }))
    }

    /// The same engine on another's behalf.
    pub(crate) fn with_auth(&self, auth: SharedAuthProvider) -> Self {
        Self::new(Arc::clone(&self.0.engine), auth, self.0.policy, self.0.quota)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn policy(&self) -> Policy {
        self.0.policy
    }

    /// What kind of app the client works for.
    pub(crate) fn quota(&self) -> Quota {
        self.0.quota
    }

    pub(crate) async fn wait_for_rate_limit(&self) {
        // Nothing is sent, so the place is free again at once.
        drop(self.0.engine.gate.pass(Duration::MAX, Priority::Awaited).await);
    }

    /// One operation, from request to output: what work that takes several calls is made of.
    pub(crate) async fn call<Op: Operation>(&self, operation: &Op, policy: &Policy) -> Result<Op::Output> {
        let chunks = operation.chunks()?;
        if chunks.is_empty() {
            let request = Request::new(operation)?;
            return self.run(&request, Op::ANSWER, policy).await?.decode(Op::ANSWER);
        }
        joined::<Op>(self.run_chunks(Op::INFO, chunks, Op::ANSWER, policy).await?)
    }

    pub(crate) async fn run(&self, request: &Request, answer: Answer, policy: &Policy) -> Result<Success, Failed> {
        if Handle::try_current().is_err() {
            let hint = "Call the client inside one, or use `SpotifyClient`, which needs none.";
            let error = SetupError::new("there is no tokio runtime here", hint).into();
            return Err(Failed { error, maybe_executed: false });
        }
        let success = self.0.engine.run(request, answer, &self.0.auth, policy).await?;
        if changes_player(request.operation()) {
            self.0.player_command.send_replace(Instant::now());
        }
        Ok(success)
    }

    /// Tells of each command to the player that goes through on behalf of the same user: of this client and its clones.
    pub(crate) fn player_commands(&self) -> watch::Receiver<Instant> {
        self.0.player_command.subscribe()
    }
}

/// Whether the playback state is another after `operation`. The queue is no part of it.
fn changes_player(operation: &OperationInfo) -> bool {
    operation.method != Method::GET && operation.path.starts_with("/me/player") && operation.path != "/me/player/queue"
}

/// The outputs of an operation's chunks as one.
pub(crate) fn joined<Op: Operation>(done: Vec<Done>) -> Result<Op::Output> {
    let part = |Done { values, success }: Done| {
        let output = success.decode(Op::ANSWER)?;
        match Op::answers(&output) {
            Some(answers) if answers != values => {
                let why = format!("expected {values} answers, got {answers}");
                Err(success.unreadable(serde::de::Error::custom(why)))
            }
            _ => Ok(output),
        }
    };
    let parts = done.into_iter().map(part).collect::<Result<Vec<_>>>()?;
    // An operation that has chunks has outputs to join.
    let cannot_join = || InternalError::new(Some(Op::INFO), "its outputs cannot be joined", Op::METHOD != Method::GET);
    Op::join(parts).ok_or_else(|| cannot_join().into())
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = &self.0.policy;
        f.debug_struct("Client")
            .field("base_url", &self.0.engine.base_url.as_str())
            .field("timeout", &policy.timeout)
            .field("max_retries", &policy.max_retries)
            .field("max_retry_wait", &policy.max_retry_wait)
            .field("quota", &self.0.quota)
            .finish_non_exhaustive()
    }
}
