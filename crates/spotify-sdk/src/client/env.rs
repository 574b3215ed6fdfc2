//! A client configured from environment variables.

use super::{BuildClient, ClientBuilder};
use crate::auth::env::{ACCESS_TOKEN, ACCOUNTS_URL, BASE_URL, CLIENT_ID, CLIENT_SECRET, read, require};
use crate::auth::{AccessToken, ClientCredentials};
use crate::error::Result;
use crate::invalid_input::InvalidInput;

/// Uses the access token if it is set, else the app's id and secret.
pub(super) fn builder<C: BuildClient>() -> Result<ClientBuilder<C>> {
    let builder = match (read(ACCESS_TOKEN)?, read(CLIENT_ID)?) {
        (Some(token), _) => ClientBuilder::new(AccessToken::new(token)?),
        (None, Some(client_id)) => ClientBuilder::new(ClientCredentials::new(client_id, require(CLIENT_SECRET)?)?),
        (None, None) => {
            let why = "neither this environment variable nor SPOTIFY_SDK_CLIENT_ID is set";
            return Err(InvalidInput::new(ACCESS_TOKEN, why).into());
        }
    };
    builder.urls_from_env()
}

impl<C: BuildClient> ClientBuilder<C> {
    /// Sets the addresses from the environment variables `SPOTIFY_SDK_BASE_URL` and `SPOTIFY_SDK_ACCOUNTS_URL`, where
    /// they are set: this points a program at an emulator without a code change.
    ///
    /// # Errors
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) if a variable is not UTF-8.
    pub fn urls_from_env(mut self) -> Result<Self> {
        if let Some(url) = read(BASE_URL)? {
            self = self.base_url(url);
        }
        if let Some(url) = read(ACCOUNTS_URL)? {
            self = self.accounts_url(url);
        }
        Ok(self)
    }
}
