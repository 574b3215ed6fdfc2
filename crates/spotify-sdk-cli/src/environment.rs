//! The environment variables that are no settings of the config file. One that is empty counts as not set.

use std::env;
use std::ffi::OsString;

pub(crate) const ACCESS_TOKEN: &str = "SPOTIFY_SDK_ACCESS_TOKEN";
pub(crate) const BASE_URL: &str = "SPOTIFY_SDK_BASE_URL";
pub(crate) const ACCOUNTS_URL: &str = "SPOTIFY_SDK_ACCOUNTS_URL";

/// The access token that is used instead of a sign-in, as it is set: it need not be UTF-8.
pub(crate) fn access_token() -> Option<OsString> {
    env::var_os(ACCESS_TOKEN).filter(|token| !token.is_empty())
}

/// The text of a variable.
pub(crate) fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|text| !text.is_empty())
}
