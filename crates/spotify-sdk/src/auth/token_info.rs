//! [`TokenInfo`]: an access token with all that came with it, and how it is written down.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize, Serializer};

use super::{AccessToken, Scope, TokenOwner};
use crate::error::Result;
use crate::invalid_input::InvalidInput;
use crate::secret::Secret;

/// How long a user's consent lives, and with it every refresh token that comes of it.
const MONTHS_OF_CONSENT: i32 = 6;

/// An access token, when it expires, what it may do, and what renews it.
///
/// `Debug` shows times and scopes, and neither token.
#[derive(Clone)]
pub struct TokenInfo {
    access_token: AccessToken,
    refresh_token: Option<Secret>,
    expires_at: Timestamp,
    scopes: Option<Vec<Scope>>,
    authorized_at: Option<Timestamp>,
    /// What tells the sign-in from every other, from its first token to its last.
    sign_in: Option<String>,
}

impl TokenInfo {
    /// An access token that expires at `expires_at`, with nothing that renews it.
    pub fn new(access_token: AccessToken, expires_at: Timestamp) -> Self {
        Self { access_token, refresh_token: None, expires_at, scopes: None, authorized_at: None, sign_in: None }
    }

    /// The same with a refresh token. An empty one counts as none.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<Secret>) -> Self {
        let refresh_token = Some(refresh_token.into()).filter(is_given);
        if self.refresh_token.as_ref().map(Secret::expose) != refresh_token.as_ref().map(Secret::expose) {
            // Nothing says that both come from the same sign-in.
            self.sign_in = None;
        }
        self.refresh_token = refresh_token;
        self
    }

    /// The same with the scopes that the user agreed to.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// The same with the time at which the user agreed.
    #[must_use]
    pub fn with_authorized_at(mut self, authorized_at: Timestamp) -> Self {
        self.authorized_at = Some(authorized_at);
        self
    }

    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The refresh token; `None` for an app's own token. Keep it out of logs.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// When the access token expires: an hour after Spotify gave it.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The scopes that Spotify says the token has; `None` where it said nothing.
    pub fn scopes(&self) -> Option<&[Scope]> {
        self.scopes.as_deref()
    }

    /// When the user agreed; `None` where that is not known, and for an app's own token.
    pub fn authorized_at(&self) -> Option<Timestamp> {
        self.authorized_at
    }

    /// The day on which the user's consent ends, six months after it was given. Refreshing does not move it: from then on
    /// only a new sign-in helps.
    pub fn reauthorize_by(&self) -> Option<Timestamp> {
        let end = TimeZone::UTC.to_datetime(self.authorized_at?).checked_add(MONTHS_OF_CONSENT.months()).ok()?;
        TimeZone::UTC.to_timestamp(end).ok()
    }

    /// The same as the first token of a sign-in that equals no other.
    pub(super) fn with_sign_in(mut self, sign_in: impl Into<String>) -> Self {
        self.sign_in = Some(sign_in.into());
        self
    }

    /// What tells the sign-in from every other: the same for all of its tokens, in every process that reads them.
    ///
    /// A token that was got elsewhere, or stored by a program that knows nothing of this, has a hash of what renews it instead, or
    /// of itself where nothing does. Tokens that it is renewed by keep that.
    pub(super) fn sign_in(&self) -> Cow<'_, str> {
        match &self.sign_in {
            Some(sign_in) => Cow::Borrowed(sign_in),
            None => {
                let first = self.refresh_token.as_ref().map_or(self.access_token.expose(), Secret::expose);
                let hash = TokenOwner::of(&[b"first token", first.as_bytes()]);
                Cow::Owned(URL_SAFE_NO_PAD.encode(hash.as_bytes()))
            }
        }
    }

    /// This token, renewed by `response`, which may bring a new refresh token or leave the old one in place.
    pub(super) fn renewed(&self, response: Self) -> Self {
        Self {
            refresh_token: response.refresh_token.or_else(|| self.refresh_token.clone()),
            scopes: response.scopes.or_else(|| self.scopes.clone()),
            authorized_at: self.authorized_at,
            sign_in: Some(self.sign_in().into_owned()),
            ..response
        }
    }

    /// This token, as one that another holder of the same sign-in has renewed.
    pub(super) fn shared(self) -> Self {
        Self { access_token: self.access_token.shared(), ..self }
    }

    /// This token, with an access token that tells its owner.
    pub(super) fn owned_by(self, owner: TokenOwner) -> Self {
        Self { access_token: self.access_token.owned_by(owner), ..self }
    }

    /// Writes everything, secrets too, as JSON: for a [`TokenCache`](super::TokenCache) of your own.
    pub fn to_json(&self) -> Secret {
        let written = serde_json::to_string(&self.to_stored(None));
        Secret::from(written.unwrap_or_default())
    }

    /// Reads what [`to_json`](Self::to_json) wrote, and what the Python package `spotify-sdk` writes.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is not that. The error shows nothing of the text.
    pub fn from_json(json: &str) -> Result<Self> {
        let stored: Result<Stored, _> = serde_json::from_str(json);
        stored
            .ok()
            .and_then(Stored::into_token)
            .ok_or_else(|| InvalidInput::new("token", "expected JSON with `access_token` and `expires_at`").into())
    }

    pub(super) fn to_stored(&self, key: Option<(&str, &str)>) -> Stored {
        Stored {
            client_id: key.map(|(client_id, _)| client_id.to_owned()),
            user: key.map(|(_, user)| user.to_owned()),
            access_token: Secret::from(self.access_token.expose()),
            expires_at: self.expires_at.as_millisecond() as f64 / 1000.0,
            refresh_token: self.refresh_token.clone(),
            scope: self.scopes.as_ref().map(|scopes| Scope::join(scopes)),
            authorized_at: self.authorized_at.map(|at| at.as_millisecond() as f64 / 1000.0),
            sign_in: self.sign_in.clone(),
        }
    }
}

impl fmt::Debug for TokenInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenInfo")
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .field("authorized_at", &self.authorized_at)
            .field("has_refresh_token", &self.refresh_token.is_some())
            .finish_non_exhaustive()
    }
}

/// A token as it stands in a file: the fields of the Python package, and a few more. It is never kept for longer than
/// reading and writing take.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(serialize_with = "exposed")]
    access_token: Secret,
    /// Unix seconds.
    expires_at: f64,
    #[serde(default, serialize_with = "exposed_if_any")]
    refresh_token: Option<Secret>,
    #[serde(default)]
    pub(super) scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authorized_at: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_in: Option<String>,
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

fn exposed_if_any<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(serializer)
}

impl Stored {
    pub(super) fn into_token(self) -> Option<TokenInfo> {
        let time = |seconds: f64| Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok();
        let mut token = TokenInfo::new(AccessToken::new(self.access_token).ok()?, time(self.expires_at)?);
        token.refresh_token = self.refresh_token.filter(is_given);
        token.scopes = self.scope.as_deref().and_then(said);
        token.authorized_at = self.authorized_at.and_then(time);
        token.sign_in = self.sign_in.filter(|sign_in| !sign_in.is_empty());
        Some(token)
    }
}

/// The response of the token endpoint to a success.
#[derive(Deserialize)]
pub(super) struct TokenResponse {
    access_token: Secret,
    #[serde(default)]
    expires_in: Option<f64>,
    #[serde(default)]
    refresh_token: Option<Secret>,
    #[serde(default)]
    scope: Option<String>,
}

impl TokenResponse {
    /// What an access token lives for where Spotify does not say it.
    const USUAL_LIFE: f64 = 3600.0;

    pub(super) fn into_token(self, now: Timestamp) -> Result<TokenInfo> {
        let seconds = self.expires_in.filter(|seconds| seconds.is_finite()).unwrap_or(Self::USUAL_LIFE).max(0.0);
        let life = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::from_hours(1));
        let expires_at = now.checked_add(life).unwrap_or(Timestamp::MAX);
        let mut token = TokenInfo::new(AccessToken::new(self.access_token)?, expires_at);
        token.refresh_token = self.refresh_token.filter(is_given);
        token.scopes = self.scope.as_deref().and_then(said);
        Ok(token)
    }
}

/// An empty refresh token is none: the old one goes on.
fn is_given(refresh_token: &Secret) -> bool {
    !refresh_token.expose().is_empty()
}

/// An empty list of scopes says no more than an absent one, whatever the token may do.
fn said(scope: &str) -> Option<Vec<Scope>> {
    Some(Scope::split(scope)).filter(|scopes| !scopes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> TokenInfo {
        let expires_at = Timestamp::from_second(1_900_000_000).unwrap();
        TokenInfo::new(AccessToken::new("access-secret").unwrap(), expires_at)
            .with_refresh_token("refresh-secret")
            .with_scopes([Scope::UserReadEmail, Scope::from("something-new")])
            .with_authorized_at(Timestamp::from_second(1_790_000_000).unwrap())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let json = token().to_json();
        let read = TokenInfo::from_json(json.expose()).unwrap();
        assert_eq!(read.access_token(), token().access_token());
        assert_eq!(read.refresh_token().unwrap().expose(), "refresh-secret");
        assert_eq!((read.expires_at(), read.authorized_at()), (token().expires_at(), token().authorized_at()));
        assert_eq!(read.scopes(), token().scopes());
    }

    #[test]
    fn the_python_packages_file_is_read() {
        let text =
            r#"{"access_token":"BQa","expires_at":1790000000.25,"refresh_token":"AQb","scope":"user-read-email"}"#;
        let token = TokenInfo::from_json(text).unwrap();
        assert_eq!(token.expires_at().as_millisecond(), 1_790_000_000_250);
        assert_eq!(token.scopes(), Some(&[Scope::UserReadEmail][..]));
        let text = r#"{"access_token":"BQa","expires_at":1790000000,"refresh_token":null,"scope":null}"#;
        assert!(TokenInfo::from_json(text).unwrap().refresh_token().is_none());
        for text in ["", "{}", "[]", r#"{"access_token":"","expires_at":1}"#, r#"{"access_token":"a"}"#] {
            assert!(TokenInfo::from_json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_old_refresh_token_goes_on_where_the_response_has_none_or_an_empty_one() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for (response, expected) in [
            (r#"{"access_token":"new"}"#, "refresh-secret"),
            (r#"{"access_token":"new","refresh_token":""}"#, "refresh-secret"),
            (r#"{"access_token":"new","refresh_token":null,"scope":""}"#, "refresh-secret"),
            (r#"{"access_token":"new","refresh_token":"other","expires_in":60}"#, "other"),
        ] {
            let response: TokenResponse = serde_json::from_str(response).unwrap();
            let renewed = token().renewed(response.into_token(now).unwrap());
            assert_eq!(renewed.refresh_token().unwrap().expose(), expected);
            assert_eq!(renewed.authorized_at(), token().authorized_at());
            assert_eq!(renewed.scopes(), token().scopes());
            assert!(renewed.expires_at() > now);
        }
    }

    #[test]
    fn consent_ends_six_months_after_it_was_given() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let token = token().with_authorized_at(at("2026-08-31T12:00:00Z"));
        assert_eq!(token.reauthorize_by(), Some(at("2027-02-28T12:00:00Z")));
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?} {:#?}", token(), token());
        assert!(shown.contains("user-read-email") || shown.contains("UserReadEmail"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
}
