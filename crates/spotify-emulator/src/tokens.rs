//! Access tokens: those that an emulator has issued, and what each may do.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::errors::ApiError;
use crate::state::Shared;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Spotify's user tokens are a few hundred characters long and begin like this.
const PREFIX: &str = "BQ";
const RANDOM_CHARACTERS: u64 = 200;

/// What the holder of a token may do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Grant {
    Everything,
    Scopes(HashSet<String>),
}

impl Grant {
    fn includes(&self, scope: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Scopes(scopes) => scopes.contains(scope),
        }
    }
}

/// Every token of one emulator. Its `Debug` output shows no token.
pub(crate) struct Tokens {
    valid: String,
    expired: String,
    unknown: String,
    issued: Mutex<HashMap<String, Grant>>,
}

impl Tokens {
    pub(crate) fn generate() -> Self {
        let valid = new_token();
        let issued = Mutex::new(HashMap::from([(valid.clone(), Grant::Everything)]));
        Self { valid, expired: new_token(), unknown: new_token(), issued }
    }

    pub(crate) fn valid(&self) -> &str {
        &self.valid
    }

    pub(crate) fn expired(&self) -> &str {
        &self.expired
    }

    pub(crate) fn unknown(&self) -> &str {
        &self.unknown
    }

    pub(crate) fn issue(&self, scopes: &[&str]) -> String {
        let token = new_token();
        let grant = Grant::Scopes(scopes.iter().map(ToString::to_string).collect());
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), grant);
        token
    }

    fn grant(&self, token: &str) -> Result<Grant, ApiError> {
        if token == self.expired {
            return Err(ApiError::EXPIRED_TOKEN);
        }
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.get(token).cloned().ok_or(ApiError::INVALID_TOKEN)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// Whoever sent a request, after their token was found to be good.
#[derive(Debug)]
pub(crate) struct Caller {
    grant: Grant,
}

impl Caller {
    /// Errors with Spotify's 403 unless the token has `scope`.
    pub(crate) fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.grant.includes(scope) { Ok(()) } else { Err(ApiError::INSUFFICIENT_SCOPE) }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, ApiError> {
        let Some(header) = parts.headers.get(AUTHORIZATION) else {
            return Err(ApiError::NO_TOKEN);
        };
        let header = header.to_str().map_err(|_| ApiError::INVALID_TOKEN)?.trim();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::NOT_BEARER);
        }
        match token.trim() {
            "" => Err(ApiError::NO_TOKEN),
            token => Ok(Self { grant: shared.tokens.grant(token)? }),
        }
    }
}

/// A token like Spotify's. It protects nothing, so the standard library's hash seeds are random enough.
fn new_token() -> String {
    let seed = RandomState::new();
    let mut token = String::from(PREFIX);
    for index in 0..RANDOM_CHARACTERS {
        let position = usize::try_from(seed.hash_one(index) % 64).unwrap_or_default();
        token.push(char::from(ALPHABET[position]));
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_base64url_and_all_different() {
        let (one, two) = (Tokens::generate(), Tokens::generate());
        let all = [one.valid(), one.expired(), one.unknown(), two.valid(), two.expired(), two.unknown()];
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for token in all {
            assert_eq!(token.len(), 202);
            assert!(token.bytes().all(|byte| ALPHABET.contains(&byte)));
        }
    }

    #[test]
    fn debug_output_has_no_token() {
        let tokens = Tokens::generate();
        let issued = tokens.issue(&["user-library-read"]);
        let text = format!("{tokens:?}");
        for token in [tokens.valid(), tokens.expired(), tokens.unknown(), &issued] {
            assert!(!text.contains(token));
        }
    }

    #[test]
    fn an_issued_token_has_just_its_scopes() {
        let tokens = Tokens::generate();
        let caller = Caller { grant: tokens.grant(&tokens.issue(&["user-library-read"])).unwrap() };
        assert!(caller.require("user-library-read").is_ok());
        assert!(caller.require("user-library-modify").is_err());
    }
}
