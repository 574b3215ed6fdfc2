//! [`CallToken`]: the access token of one call, from attempt to attempt.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{AccessToken, AuthContext, AuthProvider, SharedAuthProvider, TokenOwner};
use crate::definition::OperationInfo;
use crate::error::{BoxError, Error, Result, TimeoutError};
use crate::poll::at_once;

/// The maximum number of tokens in a row that a call takes from others who have renewed them.
const MAX_SHARED: u32 = 4;

/// The access token of one call: where it comes from, and what has become of those before. What follows a 401 is decided here; the
/// pipeline only asks for a better token.
pub(crate) struct CallToken<'a> {
    provider: &'a SharedAuthProvider,
    context: &'a AuthContext,
    operation: &'static OperationInfo,
    /// How long one attempt may take.
    limit: Duration,
    /// A token that the provider gave before, and what is left of the time of the first attempt.
    at_hand: Option<(OwnedToken, Duration)>,
    /// What Spotify refused last, and what the provider gave instead.
    refreshed: Option<(AccessToken, OwnedToken)>,
    shared: u32,
}

/// A token, and whose it is.
#[derive(Clone)]
pub(crate) struct OwnedToken {
    pub(crate) token: AccessToken,
    /// `None` if the provider named one owner before it gave the token, and another one after it.
    pub(crate) owner: Option<TokenOwner>,
}

impl OwnedToken {
    /// A token that the provider gave just now, and named this owner before. Its owner may have changed while it was asked, and then
    /// it is not certain whose the token is. One that names none by itself has the owner written on its tokens, or each token for an
    /// owner.
    pub(crate) fn new(token: AccessToken, provider: &SharedAuthProvider, before: Option<TokenOwner>) -> Self {
        let written = if provider.names_owner() { token.written_owner() } else { None };
        let owner = written.or_else(|| match (before, provider.owner()) {
            (None, None) => token.owner(),
            (None, after) => after,
            (before, after) => after.filter(|_| before == after),
        });
        Self { token, owner }
    }
}

/// Why an attempt cannot be made.
pub(crate) enum NotReady {
    /// Waiting for the token took all the time that an attempt has. Another attempt may have more luck.
    TokenTimedOut(Error),
    /// The call ends with this.
    Ended(Error),
}

impl<'a> CallToken<'a> {
    pub(crate) fn new(
        provider: &'a SharedAuthProvider,
        context: &'a AuthContext,
        operation: &'static OperationInfo,
        limit: Duration,
    ) -> Self {
        Self { provider, context, operation, limit, at_hand: None, refreshed: None, shared: 0 }
    }

    /// Has the first attempt send a token that the provider has just given.
    pub(crate) fn at_hand(self, token: Option<(OwnedToken, Duration)>) -> Self {
        Self { at_hand: token, ..self }
    }

    /// The token for the next attempt, and how much of the attempt's time is left.
    pub(crate) async fn get(&mut self) -> Result<(OwnedToken, Duration), NotReady> {
        let refreshed = self.refreshed.as_ref().map(|(_, newer)| (newer.clone(), self.limit));
        match refreshed.or_else(|| self.at_hand.take()) {
            Some(given) => Ok(given),
            None => self.ask().await,
        }
    }

    /// A token of the provider.
    async fn ask(&self) -> Result<(OwnedToken, Duration), NotReady> {
        let before = self.provider.owner();
        let (token, left) = self.within_limit(self.provider.token(self.context)).await?;
        Ok((OwnedToken::new(token, self.provider, before), left))
    }

    /// The token for an attempt whose first one was got long ago, as [`get`](Self::get) gives it. While it is at hand, this
    /// is ready when it is polled first.
    pub(crate) async fn get_again(&self) -> Result<(OwnedToken, Duration), NotReady> {
        let (given, left) = self.ask().await?;
        match &self.refreshed {
            // A provider may know of a token that was refused no more than that it is not old.
            Some((rejected, newer)) if given.token == *rejected => Ok((newer.clone(), left)),
            _ => Ok((given, left)),
        }
    }

    /// Spotify answered 401 to `rejected`: whether there is a better token, which [`get`](Self::get) gives from now on.
    ///
    /// A call asks for one once. A token that another process has renewed does not count, since it may be refused as well.
    pub(crate) async fn refresh(&mut self, rejected: AccessToken) -> Result<bool> {
        let may_refresh = match &self.refreshed {
            None => true,
            Some((_, newer)) => newer.token.is_shared() && self.shared < MAX_SHARED,
        };
        if !may_refresh {
            return Ok(false);
        }
        self.shared += 1;
        let before = self.provider.owner();
        let asked = self.within_limit(self.provider.refresh(&rejected, self.context)).await;
        let (newer, _) = asked.map_err(|(NotReady::TokenTimedOut(error) | NotReady::Ended(error))| error)?;
        let there_is_one = newer.is_some();
        self.refreshed = newer.map(|newer| (rejected, OwnedToken::new(newer, self.provider, before)));
        Ok(there_is_one)
    }

    /// The provider's error, which ends the call. Of a sign-in that is needed it tells what for.
    fn ended(&self, error: BoxError) -> NotReady {
        let mut error = Error::from_box(error);
        if let Error::ReauthorizationRequired(error) = &mut error {
            error.operation.get_or_insert(self.operation);
        }
        NotReady::Ended(error)
    }

    /// What a provider gives within the time of one attempt, and how much of that is left.
    async fn within_limit<T>(
        &self,
        asked: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<(T, Duration), NotReady> {
        let mut asked = pin!(asked);
        // As a rule there is one at hand, for which no clock is needed.
        if let Some(given) = at_once(asked.as_mut()).await {
            return Ok((given.map_err(|error| self.ended(error))?, self.limit));
        }
        let begun = Instant::now();
        match timeout(self.limit, asked).await {
            Ok(given) => Ok((given.map_err(|error| self.ended(error))?, self.limit.saturating_sub(begun.elapsed()))),
            Err(_) => Err(NotReady::TokenTimedOut(Error::from(TimeoutError {
                waiting_for_token: true,
                ..TimeoutError::new(Some(self.operation.into()), self.limit)
            }))),
        }
    }
}
