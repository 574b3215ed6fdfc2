//! A client from environment variables. Nothing else is read: no `.env` file, no configuration.

use std::env::{self, VarError};

use super::{BuildClient, ClientBuilder};
use crate::auth::AccessToken;
use crate::error::{InvalidInput, Result};

const ACCESS_TOKEN: &str = "SPOTIFY_SDK_ACCESS_TOKEN";
const BASE_URL: &str = "SPOTIFY_SDK_BASE_URL";
const ACCOUNTS_URL: &str = "SPOTIFY_SDK_ACCOUNTS_URL";

pub(super) fn builder<C: BuildClient>() -> Result<ClientBuilder<C>> {
    let Some(token) = read(ACCESS_TOKEN)? else {
        return Err(InvalidInput::new(ACCESS_TOKEN, "the environment variable is not set, or is empty").into());
    };
    let mut builder = ClientBuilder::new(AccessToken::new(token)?);
    if let Some(url) = read(BASE_URL)? {
        builder = builder.base_url(url);
    }
    if let Some(url) = read(ACCOUNTS_URL)? {
        builder = builder.accounts_url(url);
    }
    Ok(builder)
}

/// The value of a variable; an empty one counts as not set, as shells and process managers leave them behind.
fn read(name: &'static str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // The error of `env::var` would show the value.
        Err(VarError::NotUnicode(_)) => Err(InvalidInput::new(name, "the environment variable is not UTF-8").into()),
    }
}
