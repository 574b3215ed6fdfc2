//! The life of a token: given out until shortly before it expires, then renewed, once for everyone who waits.
//!
//! A renewal runs as a task of its own, so that a call which is given up does not take it along: what Spotify has answered
//! by then would be lost, and with it a refresh token that may be the only good one. Everyone who finds the token too old
//! while it runs gets its result. Should the task end without one, because its runtime did, the next to ask starts over.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::time::{Instant, timeout};

use super::{AccessToken, AuthContext, TokenInfo};
use crate::error::{ApiError, ConnectionError, DecodeError, Error, InvalidInput, Result, TimeoutError};
use crate::observe::TokenSource;
use crate::operation::OperationInfo;
use crate::transport::BoxFuture;

/// How long before its end a token is renewed, unless told otherwise.
pub(super) const EARLY: Duration = Duration::from_secs(30);
/// No token of Spotify's lives longer. One that seems to was written when the clock was wrong.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);
/// Longer than a renewal takes, with its retries and its wait for a cache. One that is still there stands in a runtime that
/// nobody drives any more.
const PATIENCE: Duration = Duration::from_secs(900);

/// Where tokens come from.
pub(super) trait Source: Send + Sync + 'static {
    /// A token that is good for now, and not `rejected`.
    fn renew<'a>(
        &'a self,
        rejected: Option<AccessToken>,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<TokenInfo, Failed>>;

    /// Whether there may be a token again after sign-in was found to be needed. Nothing is sent to find out.
    fn may_go_on<'a>(&'a self) -> BoxFuture<'a, bool>;
}

type Named = Option<&'static OperationInfo>;

/// Why there is no token: the same for everyone who waited, and so something that can be copied.
#[derive(Clone, Debug)]
pub(super) enum Failed {
    Reauthorize(Box<str>),
    Api(Box<ApiError>),
    Timeout(TimeoutError),
    Connection { operation: Named, address: Box<str>, maybe_executed: bool, source: Cause },
    Decode { operation: Named, status: StatusCode, start: String, cause: String },
    TooLarge { operation: Named, limit: usize },
    InvalidInput(InvalidInput),
    Other(Cause),
}

type Cause = Arc<dyn std::error::Error + Send + Sync>;

impl Failed {
    fn because(why: &str) -> Self {
        Self::Other(Cause::from(Box::<dyn std::error::Error + Send + Sync>::from(why)))
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        match error {
            Error::ReauthorizationRequired(why) => Self::Reauthorize(why),
            Error::Timeout(error) => Self::Timeout(error),
            Error::InvalidInput(error) => Self::InvalidInput(error),
            Error::Provider(error) => Self::Other(error.into()),
            Error::Connection(error) => Self::Connection {
                operation: error.operation,
                address: error.address,
                maybe_executed: error.maybe_executed,
                source: error.source.into(),
            },
            Error::Decode(error) => {
                let (operation, status, cause) = (error.operation, error.status, error.source.to_string());
                Self::Decode { operation, status, start: error.start, cause }
            }
            Error::ResponseTooLarge { operation, limit } => Self::TooLarge { operation, limit },
            error => match error.api() {
                Some(api) => Self::Api(Box::new(api.clone())),
                None => Self::because(&error.to_string()),
            },
        }
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Reauthorize(why) => Self::ReauthorizationRequired(why),
            Failed::Api(error) => Self::from_api(*error),
            Failed::Timeout(error) => Self::Timeout(error),
            Failed::InvalidInput(error) => Self::InvalidInput(error),
            Failed::Connection { operation, address, maybe_executed, source } => {
                let source = Box::new(source);
                Self::Connection(Box::new(ConnectionError { operation, address, maybe_executed, source }))
            }
            Failed::Decode { operation, status, start, cause } => {
                let source = serde::de::Error::custom(cause);
                Self::Decode(Box::new(DecodeError::new(operation, status, start.as_bytes(), source, "")))
            }
            Failed::TooLarge { operation, limit } => Self::ResponseTooLarge { operation, limit },
            Failed::Other(why) => Self::Provider(Box::new(why)),
        }
    }
}

type Outcome = Option<Result<TokenInfo, Failed>>;

/// Tokens from a source, for as many tasks as ask.
pub(super) struct Lifecycle<S> {
    source: Arc<S>,
    early: Duration,
    state: Arc<Mutex<State>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<watch::Receiver<Outcome>>,
    /// Set when only a new sign-in helps.
    ended: Option<Box<str>>,
}

struct Held {
    token: TokenInfo,
    /// The end by the clock that nobody can set.
    until: Instant,
}

impl Held {
    fn new(token: TokenInfo) -> Self {
        let left = token.expires_at().duration_since(Timestamp::now());
        let left = Duration::try_from(left).unwrap_or_default().min(LONGEST_LIFE);
        Self { token, until: Instant::now() + left }
    }

    /// Whether both clocks still allow it: a clock that was set back, and a machine that slept, deceive only one of them.
    fn is_fresh(&self, early: Duration) -> bool {
        is_fresh(&self.token, early) && Instant::now() + early < self.until
    }
}

/// Whether a token lives for longer than `early` by the wall clock.
pub(super) fn is_fresh(token: &TokenInfo, early: Duration) -> bool {
    let early = SignedDuration::try_from(early).unwrap_or(SignedDuration::MAX);
    token.expires_at().duration_since(Timestamp::now()) > early
}

impl<S: Source> Lifecycle<S> {
    pub(super) fn new(source: S, early: Duration) -> Self {
        Self { source: Arc::new(source), early, state: Arc::default(), turn: Arc::default() }
    }

    pub(super) fn source(&self) -> &S {
        &self.source
    }

    /// Held by whoever renews the token, puts another in its place or drops it, in the cache and here: so that no renewal
    /// undoes what was done while it waited for Spotify.
    pub(super) async fn turn(&self) -> Option<OwnedMutexGuard<()>> {
        turn(&self.turn).await
    }

    /// Takes a token from elsewhere: that of a new sign-in.
    pub(super) fn put(&self, token: TokenInfo) {
        let mut state = lock(&self.state);
        state.held = Some(Held::new(token));
        state.ended = None;
    }

    /// Forgets the token.
    pub(super) fn clear(&self) {
        let mut state = lock(&self.state);
        (state.ended, state.held) = (None, None);
    }

    /// A token that is good for now, and not `rejected`.
    pub(super) async fn token(&self, rejected: Option<&AccessToken>, context: &AuthContext) -> Result<AccessToken> {
        loop {
            let ended = lock(&self.state).ended.clone();
            if let Some(why) = ended {
                if !self.source.may_go_on().await {
                    return Err(Error::ReauthorizationRequired(why));
                }
                let mut state = lock(&self.state);
                (state.ended, state.held) = (None, None);
            }
            let (mut flight, is_ours) = {
                let mut state = lock(&self.state);
                let usable = |held: &&Held| held.is_fresh(self.early) && rejected != Some(held.token.access_token());
                if let Some(held) = state.held.as_ref().filter(usable) {
                    let token = held.token.access_token().clone();
                    drop(state);
                    context.observe(TokenSource::Memory);
                    return Ok(token);
                }
                match &state.flight {
                    Some(flight) => (flight.clone(), false),
                    None => {
                        let flight = self.start(rejected.cloned(), context.clone());
                        state.flight = Some(flight.clone());
                        (flight, true)
                    }
                }
            };
            let landed = flight.wait_for(Option::is_some).await.map(|outcome| match &*outcome {
                Some(Ok(token)) => Some(Ok(token.access_token().clone())),
                Some(Err(failed)) => Some(Err(failed.clone())),
                None => None,
            });
            match landed {
                Ok(Some(outcome)) => return outcome.map_err(Error::from),
                // It ended without a result.
                Ok(None) | Err(_) => {
                    let mut state = lock(&self.state);
                    if state.flight.as_ref().is_some_and(|other| other.same_channel(&flight)) {
                        state.flight = None;
                    }
                    // The runtime that ended is this call's own: another renewal would end in the same way.
                    if is_ours {
                        return Err(Failed::because("the runtime ended while the token was renewed").into());
                    }
                }
            }
        }
    }

    /// A token other than `rejected`, if there is one.
    pub(super) async fn newer_token(
        &self,
        rejected: &AccessToken,
        context: &AuthContext,
    ) -> Result<Option<AccessToken>> {
        let newer = self.token(Some(rejected), context).await?;
        Ok((newer != *rejected).then_some(newer))
    }

    /// Renews the token in a task of its own.
    fn start(&self, rejected: Option<AccessToken>, context: AuthContext) -> watch::Receiver<Outcome> {
        let (sender, receiver) = watch::channel(None);
        let (source, state, place) = (Arc::clone(&self.source), Arc::clone(&self.state), Arc::clone(&self.turn));
        tokio::spawn(async move {
            let _turn = turn(&place).await;
            // A task within the task, so that a cache or a transport which panics is an outcome too, and the same for all.
            let renewal = tokio::spawn(async move {
                let outcome = source.renew(rejected, &context).await;
                context.observe(match &outcome {
                    Ok(token) if token.access_token().is_shared() => TokenSource::Cache,
                    Ok(_) => TokenSource::Spotify,
                    Err(_) => TokenSource::None,
                });
                outcome
            });
            let outcome = match renewal.await {
                Ok(outcome) => outcome,
                Err(error) if error.is_panic() => {
                    Err(Failed::because("the token cache or the HTTP transport panicked"))
                }
                Err(_) => return,
            };
            let mut state = lock(&state);
            state.flight = None;
            match &outcome {
                Ok(token) => state.held = Some(Held::new(token.clone())),
                Err(Failed::Reauthorize(why)) => {
                    state.held = None;
                    state.ended = Some(why.clone());
                }
                Err(_) => {}
            }
            // Whoever waits finds the state as the outcome says.
            sender.send_replace(Some(outcome));
        });
        receiver
    }
}

async fn turn(place: &Arc<tokio::sync::Mutex<()>>) -> Option<OwnedMutexGuard<()>> {
    timeout(PATIENCE, Arc::clone(place).lock_owned()).await.ok()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
