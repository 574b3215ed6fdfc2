//! Credentials from environment variables. Nothing else is read: no `.env` file, no configuration.

use std::env::{self, VarError};

use super::{AuthorizationCode, AuthorizationCodeBuilder};
use crate::error::Result;
use crate::invalid_input::InvalidInput;

pub(crate) const ACCESS_TOKEN: &str = "SPOTIFY_SDK_ACCESS_TOKEN";
pub(crate) const CLIENT_ID: &str = "SPOTIFY_SDK_CLIENT_ID";
pub(crate) const CLIENT_SECRET: &str = "SPOTIFY_SDK_CLIENT_SECRET";
pub(crate) const REDIRECT_URI: &str = "SPOTIFY_SDK_REDIRECT_URI";
pub(crate) const BASE_URL: &str = "SPOTIFY_SDK_BASE_URL";
pub(crate) const ACCOUNTS_URL: &str = "SPOTIFY_SDK_ACCOUNTS_URL";

pub(super) fn authorization_code() -> Result<AuthorizationCodeBuilder> {
    let (client_id, redirect_uri) = (require(CLIENT_ID)?, require(REDIRECT_URI)?);
    let builder = match read(CLIENT_SECRET)? {
        Some(secret) => AuthorizationCode::with_secret(client_id, secret, redirect_uri),
        None => AuthorizationCode::pkce(client_id, redirect_uri),
    };
    builder.urls_from_env()
}

impl AuthorizationCodeBuilder {
    /// Takes the address in the environment variable `SPOTIFY_SDK_ACCOUNTS_URL`, where it is set: how a program is pointed
    /// at an emulator without a change, together with [`ClientBuilder::urls_from_env`](crate::ClientBuilder::urls_from_env).
    ///
    /// # Errors
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) when the variable is not UTF-8.
    pub fn urls_from_env(self) -> Result<Self> {
        Ok(match read(ACCOUNTS_URL)? {
            Some(url) => self.accounts_url(url),
            None => self,
        })
    }
}

pub(crate) fn require(name: &'static str) -> Result<String> {
    let value = read(name)?;
    value.ok_or_else(|| InvalidInput::new(name, "the environment variable is not set, or is empty").into())
}

/// The value of a variable; an empty one counts as not set, as shells and process managers leave them behind.
pub(crate) fn read(name: &'static str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // The error of `env::var` would show the value.
        Err(VarError::NotUnicode(_)) => Err(InvalidInput::new(name, "the environment variable is not UTF-8").into()),
    }
}
