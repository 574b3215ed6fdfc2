//! The life of a token: given out until shortly before it expires, then renewed, once for everyone who waits.
//!
//! A renewal runs as a task of its own, so that a call which is given up does not take it along: what Spotify has answered
//! by then would be lost, and with it a refresh token that may be the only good one. Everyone who finds the token too old
//! while it runs gets its result. Should the task end without one, because its runtime did, or show no sign of life, because
//! its runtime is not driven, a caller that waits for it starts over. No caller waits for longer than a call may take.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::pulse::{Pulse, stuck_after, timed_out};
use super::{AccessToken, AuthContext, AuthProvider, TokenInfo, TokenOwner};
use crate::error::{Error, ReauthorizationRequiredError, Result};
use crate::http::BoxFuture;
use crate::observe::TokenSource;

/// How long before its end a token is renewed, unless told otherwise.
pub(super) const REFRESH_MARGIN: Duration = Duration::from_secs(30);
/// No token of Spotify's lives longer. One that seems to was written when the clock was wrong.
const MAX_TOKEN_LIFE: Duration = Duration::from_secs(3600);
/// How much earlier than the call a wait for a token ends, at most.
const MARGIN: Duration = Duration::from_millis(100);
/// The clock of a runtime need not be that of the machine.
const MIN_WAIT: Duration = Duration::from_millis(1);

/// Where tokens come from.
pub(super) trait Source: Send + Sync + 'static {
    /// A token that is good for now, and not `rejected`.
    fn renew<'a>(
        &'a self,
        rejected: Option<AccessToken>,
        context: &'a AuthContext,
        pulse: &'a Arc<Pulse>,
    ) -> BoxFuture<'a, Result<TokenInfo>>;

    /// Whose token it is. Asked once for each token.
    fn owner_of(&self, token: &TokenInfo) -> TokenOwner;

    /// Whether there may be a token again after sign-in was found to be needed. Nothing is sent to find out, and it takes
    /// no longer than `limit`.
    fn may_go_on(&self, limit: Duration) -> BoxFuture<'_, bool>;

    /// Whether it is time to ask for a token although there is a good one: what could not be done before is tried again.
    fn has_unfinished_work(&self) -> bool {
        false
    }
}

/// There is no token, for a reason of the SDK's own.
pub(super) fn no_token(why: &str) -> Error {
    Error::from_box(why.into())
}

/// What became of a renewal.
enum RefreshOutcome {
    /// It goes on.
    Pending,
    Ended(Result<AccessToken>),
    /// It is of no use: there was a sign-in or a sign-out meanwhile, or another renewal has taken its place.
    Overtaken,
}

/// Tokens from a source, for as many tasks as ask.
pub(super) struct TokenManager<S> {
    source: Arc<S>,
    refresh_margin: Duration,
    state: Arc<Mutex<ManagerState>>,
}

#[derive(Default)]
struct ManagerState {
    cached: Option<CachedToken>,
    in_flight: Option<RefreshInFlight>,
    /// Set when only a new sign-in helps.
    ended: Option<Box<ReauthorizationRequiredError>>,
}

/// A renewal that is under way.
#[derive(Clone)]
struct RefreshInFlight {
    outcome: watch::Receiver<RefreshOutcome>,
    pulse: Arc<Pulse>,
    /// The token that it was begun for. Another one that Spotify has refused as well may be its outcome.
    rejected: Option<AccessToken>,
}

impl RefreshInFlight {
    /// Whether a caller whose token was refused has nothing of this outcome, and begins a renewal for that token.
    fn is_of_no_use(&self, outcome: &Result<AccessToken>, rejected: Option<&AccessToken>) -> bool {
        outcome.as_ref().is_ok_and(|token| rejected == Some(token)) && self.rejected.as_ref() != rejected
    }
}

struct CachedToken {
    /// With its owner, so that both change together.
    token: TokenInfo,
    /// The end by the monotonic clock, which cannot be set.
    until: Instant,
}

impl CachedToken {
    fn new(token: TokenInfo, source: &impl Source) -> Self {
        let owner = source.owner_of(&token);
        let token = token.owned_by(owner);
        let left = token.expires_at().duration_since(Timestamp::now());
        let left = Duration::try_from(left).unwrap_or_default().min(MAX_TOKEN_LIFE);
        Self { token, until: Instant::now() + left }
    }

    /// Whether both clocks still allow it: a clock that was set back, and a machine that slept, deceive only one of them.
    fn is_fresh(&self, refresh_margin: Duration) -> bool {
        is_fresh(&self.token, refresh_margin) && Instant::now() + refresh_margin < self.until
    }
}

/// Whether a token lives for longer than `refresh_margin` by the wall clock.
pub(super) fn is_fresh(token: &TokenInfo, refresh_margin: Duration) -> bool {
    let refresh_margin = SignedDuration::try_from(refresh_margin).unwrap_or(SignedDuration::MAX);
    token.expires_at().duration_since(Timestamp::now()) > refresh_margin
}

impl<S: Source> TokenManager<S> {
    pub(super) fn new(source: S, refresh_margin: Duration) -> Self {
        Self { source: Arc::new(source), refresh_margin, state: Arc::default() }
    }

    pub(super) fn source(&self) -> &S {
        &self.source
    }

    /// Takes a token from elsewhere: that of a new sign-in.
    pub(super) fn put(&self, token: TokenInfo) {
        self.change(Some(CachedToken::new(token, &*self.source)));
    }

    /// Forgets the token.
    pub(super) fn clear(&self) {
        self.change(None);
    }

    /// A renewal that is under way is one of the sign-in before: calls that begin later have nothing to do with it.
    fn change(&self, cached: Option<CachedToken>) {
        *lock(&self.state) = ManagerState { cached, ..ManagerState::default() };
    }

    /// Whose token is in memory, good or not; `None` while there is none.
    pub(super) fn owner(&self) -> Option<TokenOwner> {
        lock(&self.state).cached.as_ref().and_then(|cached| cached.token.access_token().owner())
    }

    /// A token that is good for now, and not `rejected`. Its owner was [`owner`](Self::owner) at some time since this was called.
    pub(super) async fn token(&self, rejected: Option<&AccessToken>, context: &AuthContext) -> Result<AccessToken> {
        let limit = context.timeout;
        // A little earlier than the call, so that the error can say what the time went into.
        let give_up = Instant::now() + (limit - (limit / 10).min(MARGIN));
        loop {
            let ended = lock(&self.state).ended.clone();
            if let Some(why) = ended {
                if !self.source.may_go_on(limit).await {
                    return Err(Error::ReauthorizationRequired(why));
                }
                lock(&self.state).ended = None;
            }
            let (in_flight, is_ours) = match self.cached_or_in_flight(rejected, context) {
                Ok(token) => {
                    context.observe(TokenSource::Memory);
                    return Ok(token);
                }
                Err(in_flight) => in_flight,
            };
            // A renewal in a runtime that is not driven is not waited for.
            let left = in_flight.pulse.left(stuck_after(limit)).max(MIN_WAIT);
            let until = give_up.min(Instant::now() + left);
            let is_over = |outcome: &RefreshOutcome| !matches!(outcome, RefreshOutcome::Pending);
            match timeout_at(until, in_flight.outcome.clone().wait_for(is_over)).await {
                Ok(Ok(outcome)) => {
                    if let RefreshOutcome::Ended(outcome) = &*outcome
                        && !in_flight.is_of_no_use(outcome, rejected)
                    {
                        return outcome.clone();
                    }
                }
                // It ended without a result.
                Ok(Err(_)) => {
                    lock(&self.state).forget(&in_flight.pulse);
                    // The runtime that ended is this call's own: another renewal would end in the same way.
                    if is_ours {
                        return Err(no_token("the runtime ended while the token was renewed"));
                    }
                }
                Err(_) if Instant::now() >= give_up => return Err(timed_out(in_flight.pulse.waits_for(), limit)),
                Err(_) => {}
            }
        }
    }

    /// The token at hand where it is good, and else the renewal that is under way, with whether it was begun here.
    fn cached_or_in_flight(
        &self,
        rejected: Option<&AccessToken>,
        context: &AuthContext,
    ) -> Result<AccessToken, (RefreshInFlight, bool)> {
        let mut state = lock(&self.state);
        let usable = |cached: &&CachedToken| {
            cached.is_fresh(self.refresh_margin) && rejected != Some(cached.token.access_token())
        };
        if let Some(cached) = state.cached.as_ref().filter(usable)
            && !self.source.has_unfinished_work()
        {
            return Ok(cached.token.access_token().clone());
        }
        match &state.in_flight {
            Some(in_flight) if !in_flight.pulse.is_stuck(stuck_after(context.timeout)) => {
                Err((in_flight.clone(), false))
            }
            _ => {
                let in_flight = self.start(rejected.cloned(), context.clone());
                state.in_flight = Some(in_flight.clone());
                Err((in_flight, true))
            }
        }
    }

    /// A token other than `rejected`, if there is one.
    pub(super) async fn refresh(&self, rejected: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>> {
        let newer = self.token(Some(rejected), context).await?;
        Ok((newer != *rejected).then_some(newer))
    }

    /// Renews the token in a task of its own.
    fn start(&self, rejected: Option<AccessToken>, context: AuthContext) -> RefreshInFlight {
        let (sender, outcome) = watch::channel(RefreshOutcome::Pending);
        let pulse = Pulse::new();
        let in_flight = RefreshInFlight { outcome, pulse: Arc::clone(&pulse), rejected: rejected.clone() };
        let (source, state) = (Arc::clone(&self.source), Arc::clone(&self.state));
        tokio::spawn(async move {
            // A task within the task, so that a cache or an HTTP client that panics is an outcome too, and the same for all.
            let renewal = tokio::spawn({
                let (source, pulse) = (Arc::clone(&source), Arc::clone(&pulse));
                async move {
                    let outcome = source.renew(rejected, &context, &pulse).await;
                    context.observe(match &outcome {
                        Ok(token) if token.access_token().is_shared() => TokenSource::Cache,
                        Ok(_) => TokenSource::Spotify,
                        Err(_) => TokenSource::None,
                    });
                    outcome
                }
            });
            let outcome = match pulse.during(renewal).await {
                Ok(outcome) => outcome,
                Err(error) if error.is_panic() => Err(no_token("the token cache or the HTTP client panicked")),
                Err(_) => return,
            };
            let outcome = outcome.map(|token| CachedToken::new(token, &*source));
            // Callers that wait find the state as the outcome says.
            let outcome = lock(&state).complete(&pulse, outcome);
            sender.send_replace(outcome);
        });
        in_flight
    }
}

impl ManagerState {
    /// Takes the outcome of a renewal, unless another has taken its place, or its token is that of a sign-in which is over.
    fn complete(&mut self, pulse: &Arc<Pulse>, outcome: Result<CachedToken>) -> RefreshOutcome {
        if !self.forget(pulse) {
            return RefreshOutcome::Overtaken;
        }
        RefreshOutcome::Ended(match outcome {
            Ok(cached) => Ok(self.cached.insert(cached).token.access_token().clone()),
            Err(error) => {
                if let Error::ReauthorizationRequired(why) = &error {
                    self.cached = None;
                    self.ended = Some(why.clone());
                }
                Err(error)
            }
        })
    }

    /// Whether this renewal was the one that counts; it is no more.
    fn forget(&mut self, pulse: &Arc<Pulse>) -> bool {
        self.in_flight.take_if(|in_flight| Arc::ptr_eq(&in_flight.pulse, pulse)).is_some()
    }
}

fn lock(state: &Mutex<ManagerState>) -> MutexGuard<'_, ManagerState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
