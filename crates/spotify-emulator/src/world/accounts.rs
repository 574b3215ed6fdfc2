//! The state of the Accounts service: apps, consents, authorization codes and tokens.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::text::random;
use crate::time::later;

/// The lifetime of an access token.
pub(crate) const ACCESS_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// The lifetime of a user's consent, and of the refresh tokens issued for it.
const MONTHS_OF_CONSENT: i32 = 6;
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long expired tokens are distinguished from unknown ones.
const EXPIRED_TOKEN_RETENTION: SignedDuration = SignedDuration::from_hours(24);
/// The number of replaced refresh tokens remembered for a consent.
const MAX_OLD_TOKENS: usize = 32;
/// The maximum number of consents, and of sign-ins in browsers.
const MAX_REMEMBERED: usize = 10_000;

/// When refreshing returns a new refresh token.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rotation {
    /// As Spotify does: for apps that use PKCE, but not for those with a client secret.
    #[default]
    AsSpotify,
    /// Always. The old one becomes invalid, and using it again revokes the consent.
    Always,
    /// Every second time.
    Sometimes,
    /// Never: the refresh token remains valid.
    Never,
    /// An empty string, which means that the refresh token remains valid.
    EmptyString,
}

/// How the authorization page responds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Consent {
    /// Ask the user at the browser.
    #[default]
    Ask,
    /// The first user agrees at once, so that programs without a browser can sign in.
    Agree,
    /// The user cancels at once.
    Cancel,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Accounts {
    pub(crate) apps: Vec<App>,
    pub(crate) rotation: Rotation,
    pub(crate) consent: Consent,
    codes: BTreeMap<String, Code>,
    grants: Vec<Grant>,
    tokens: BTreeMap<String, Token>,
    /// The signed-in users, by the cookie of their browser.
    sessions: BTreeMap<String, String>,
    refreshes: u64,
}

/// An app as it is registered in Spotify's dashboard.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) name: String,
    /// If empty, every redirect URI that could be registered is accepted.
    pub(crate) redirect_uris: Vec<String>,
}

/// An authorization code.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) user: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) redirect_uri: String,
    /// The challenge of PKCE.
    pub(crate) challenge: Option<String>,
    pub(crate) issued_at: Timestamp,
}

/// A user's consent, with its refresh token.
#[derive(Clone, Serialize, Deserialize)]
struct Grant {
    refresh_token: String,
    dead: Vec<String>,
    client_id: String,
    user: String,
    scopes: BTreeSet<String>,
    pkce: bool,
    consented_at: Timestamp,
    revoked: bool,
}

/// An access token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) client_id: String,
    /// `None` for Client Credentials.
    pub(crate) user: Option<String>,
    pub(crate) scopes: Scopes,
    /// Never, for tokens that the emulator itself has given to its owner.
    pub(crate) expires_at: Option<Timestamp>,
}

/// The scopes of an access token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scopes {
    All,
    These(BTreeSet<String>),
}

impl Scopes {
    pub(crate) fn include(&self, scope: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(scopes) => scopes.contains(scope),
        }
    }
}

/// The response to a successful token request.
pub(crate) struct IssuedTokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scopes: BTreeSet<String>,
}

/// Why there is no token, in the words of OAuth and of Spotify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TokenError {
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

impl TokenError {
    pub(crate) const fn grant(description: &'static str) -> Self {
        Self { error: "invalid_grant", description }
    }

    pub(crate) const fn request(description: &'static str) -> Self {
        Self { error: "invalid_request", description }
    }

    pub(crate) const fn client(description: &'static str) -> Self {
        Self { error: "invalid_client", description }
    }
}

/// The result of looking up an access token.
pub(crate) enum Lookup<'a> {
    Good(&'a Token),
    Expired,
    Unknown,
}

impl Accounts {
    pub(crate) fn new(app: App, rotation: Rotation, consent: Consent) -> Self {
        Self { apps: vec![app], rotation, consent, ..Self::default() }
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    /// Stores an access token.
    pub(crate) fn keep(&mut self, access_token: String, token: Token) {
        self.tokens.insert(access_token, token);
    }

    pub(crate) fn look_up(&self, access_token: &str, now: Timestamp) -> Lookup<'_> {
        match self.tokens.get(access_token) {
            None => Lookup::Unknown,
            Some(token) if token.expires_at.is_some_and(|end| end <= now) => Lookup::Expired,
            Some(token) => Lookup::Good(token),
        }
    }

    fn issue(&mut self, client_id: &str, user: Option<String>, scopes: BTreeSet<String>, now: Timestamp) -> String {
        let forgotten = later(now, -EXPIRED_TOKEN_RETENTION);
        self.tokens.retain(|_, token| token.expires_at.is_none_or(|end| end > forgotten));
        let access_token = random::token();
        let expires_at = Some(later(now, ACCESS_TOKEN_LIFE));
        let token = Token { client_id: client_id.to_owned(), user, scopes: Scopes::These(scopes), expires_at };
        self.keep(access_token.clone(), token);
        access_token
    }

    /// Records that a user agreed, and returns the authorization code.
    pub(crate) fn agree(&mut self, code: Code) -> String {
        let now = code.issued_at;
        self.codes.retain(|_, code| later(code.issued_at, CODE_LIFE) > now);
        let name = random::token();
        self.codes.insert(name.clone(), code);
        name
    }

    /// The scopes to which this user has agreed for this app.
    pub(crate) fn agreed_scopes(&self, client_id: &str, user: &str, now: Timestamp) -> Option<BTreeSet<String>> {
        let mut grants =
            self.grants.iter().filter(|grant| grant.client_id == client_id && grant.user == user && grant.lives(now));
        let first = grants.next()?.scopes.clone();
        Some(grants.fold(first, |all, grant| all.union(&grant.scopes).cloned().collect()))
    }

    /// The grant `client_credentials`.
    pub(crate) fn client_credentials(&mut self, client_id: &str, now: Timestamp) -> IssuedTokens {
        let access_token = self.issue(client_id, None, BTreeSet::new(), now);
        IssuedTokens { access_token, refresh_token: None, scopes: BTreeSet::new() }
    }

    /// The grant `authorization_code`. A code is good for one try.
    pub(crate) fn exchange(
        &mut self,
        client_id: &str,
        code: &str,
        redirect_uri: &str,
        proof: Proof<'_>,
        now: Timestamp,
    ) -> Result<IssuedTokens, TokenError> {
        let code = self.codes.remove(code).filter(|code| code.client_id == client_id);
        let code = code.ok_or(TokenError::grant("Invalid authorization code"))?;
        if later(code.issued_at, CODE_LIFE) <= now {
            return Err(TokenError::grant("Authorization code expired"));
        }
        if code.redirect_uri != redirect_uri {
            return Err(TokenError::grant("Invalid redirect URI"));
        }
        let pkce = match (&code.challenge, proof.verifier) {
            (None, _) if proof.secret => false,
            (None, _) => return Err(TokenError::client("Invalid client secret")),
            (Some(_), None) => return Err(TokenError::request("code_verifier must be supplied")),
            (Some(challenge), Some(verifier)) => {
                if !is_verifier(verifier) {
                    return Err(TokenError::request("code_verifier is invalid"));
                }
                if challenge_of(verifier) != *challenge {
                    return Err(TokenError::grant("code_verifier was incorrect"));
                }
                true
            }
        };
        let refresh_token = random::token();
        self.grants.retain(|grant| grant.lives(now) || ended_recently(grant, now));
        if self.grants.len() >= MAX_REMEMBERED {
            self.grants.remove(0);
        }
        self.grants.push(Grant {
            refresh_token: refresh_token.clone(),
            dead: Vec::new(),
            client_id: code.client_id.clone(),
            user: code.user.clone(),
            scopes: code.scopes.clone(),
            pkce,
            consented_at: code.issued_at,
            revoked: false,
        });
        let access_token = self.issue(client_id, Some(code.user), code.scopes.clone(), now);
        Ok(IssuedTokens { access_token, refresh_token: Some(refresh_token), scopes: code.scopes })
    }

    /// The grant `refresh_token`.
    pub(crate) fn refresh(
        &mut self,
        client_id: &str,
        refresh_token: &str,
        secret: bool,
        now: Timestamp,
    ) -> Result<IssuedTokens, TokenError> {
        let rotation = self.rotation;
        let grant = self.grants.iter_mut().find(|grant| {
            grant.client_id == client_id
                && (grant.refresh_token == refresh_token || grant.dead.iter().any(|dead| dead == refresh_token))
        });
        let grant = grant.ok_or(TokenError::grant("Invalid refresh token"))?;
        if !grant.pkce && !secret {
            return Err(TokenError::client("Invalid client secret"));
        }
        if grant.refresh_token != refresh_token {
            // Two parties hold the same token, and one of them may have stolen it.
            grant.revoked = true;
        }
        if grant.revoked {
            return Err(TokenError::grant("Refresh token revoked"));
        }
        if !grant.lives(now) {
            return Err(TokenError::grant("Refresh token expired"));
        }
        self.refreshes += 1;
        let rotates = match rotation {
            Rotation::AsSpotify => grant.pkce,
            Rotation::Always => true,
            Rotation::Sometimes => self.refreshes.is_multiple_of(2),
            Rotation::Never | Rotation::EmptyString => false,
        };
        let new = if rotates {
            let old = std::mem::replace(&mut grant.refresh_token, random::token());
            grant.dead.insert(0, old);
            grant.dead.truncate(MAX_OLD_TOKENS);
            Some(grant.refresh_token.clone())
        } else {
            (rotation == Rotation::EmptyString).then(String::new)
        };
        let (user, scopes) = (grant.user.clone(), grant.scopes.clone());
        let access_token = self.issue(client_id, Some(user), scopes.clone(), now);
        Ok(IssuedTokens { access_token, refresh_token: new, scopes })
    }

    /// Ends the consents of this user, or of all. Access tokens live on until their hour is over.
    pub(crate) fn revoke(&mut self, user: Option<&str>) {
        for grant in &mut self.grants {
            if user.is_none_or(|user| user == grant.user) {
                grant.revoked = true;
            }
        }
    }

    /// Expires every access token, except those that never expire.
    pub(crate) fn expire_access_tokens(&mut self, now: Timestamp) {
        for token in self.tokens.values_mut() {
            token.expires_at = token.expires_at.map(|end| end.min(now));
        }
    }

    /// Signs a user in, and returns the cookie.
    pub(crate) fn sign_in(&mut self, user: &str) -> String {
        if self.sessions.len() >= MAX_REMEMBERED {
            self.sessions.pop_first();
        }
        let cookie = random::token();
        self.sessions.insert(cookie.clone(), user.to_owned());
        cookie
    }

    pub(crate) fn signed_in(&self, cookie: &str) -> Option<&str> {
        self.sessions.get(cookie).map(String::as_str)
    }
}

/// How a token request proves its origin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proof<'a> {
    /// Whether the request has the app's secret.
    pub(crate) secret: bool,
    /// The verifier of PKCE.
    pub(crate) verifier: Option<&'a str>,
}

impl Grant {
    fn lives(&self, now: Timestamp) -> bool {
        !self.revoked && now < end_of_consent(self.consented_at)
    }
}

/// For a while, ended consents are distinguished from unknown ones.
fn ended_recently(grant: &Grant, now: Timestamp) -> bool {
    now < end_of_consent(end_of_consent(grant.consented_at))
}

fn end_of_consent(consented_at: Timestamp) -> Timestamp {
    let end = TimeZone::UTC.to_datetime(consented_at).checked_add(MONTHS_OF_CONSENT.months());
    end.and_then(|end| TimeZone::UTC.to_timestamp(end)).unwrap_or(Timestamp::MAX)
}

/// The code challenge `S256` of a verifier.
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A code verifier has 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        let challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
        for text in ["a".repeat(42), "a".repeat(129), "ä".repeat(43), "+".repeat(50)] {
            assert!(!is_verifier(&text), "{text}");
        }
    }

    #[test]
    fn consent_ends_on_the_same_day_six_months_later() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(end_of_consent(at("2026-01-15T10:00:00Z")), at("2026-07-15T10:00:00Z"));
        assert_eq!(end_of_consent(at("2026-08-31T10:00:00Z")), at("2027-02-28T10:00:00Z"));
    }
}
