//! HTTP: [`HttpClient`] is the port to the network, and [`ReqwestClient`] its default implementation.

mod base_url;
mod body;
mod exchange;
mod http_client;
#[cfg(feature = "reqwest")]
mod reqwest_client;
pub(crate) mod retry_after;

pub(crate) use crate::error::BoxError;
pub(crate) use base_url::BaseUrl;
pub use body::{Body, BodyError};
pub(crate) use exchange::{BodyRule, ExchangeError, exchange};
/// The types of the `http` crate that appear in the signatures of this crate.
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
pub use http_client::{BoxFuture, HttpClient, HttpError, SharedHttpClient};
/// The version of reqwest that [`ReqwestClient::from_client`] accepts.
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "reqwest")]
pub use reqwest_client::ReqwestClient;

/// The default address of the Accounts service.
pub(crate) const ACCOUNTS_URL: &str = "https://accounts.spotify.com";

/// Returns the HTTP client that is used unless the builder is given another.
#[cfg(feature = "reqwest")]
pub(crate) fn default_http() -> crate::error::Result<SharedHttpClient> {
    Ok(SharedHttpClient::new(ReqwestClient::new()?))
}

/// Returns the HTTP client that is used unless the builder is given another.
#[cfg(not(feature = "reqwest"))]
pub(crate) fn default_http() -> crate::error::Result<SharedHttpClient> {
    let hint = "Give the builder one with `http`, or turn on the Cargo feature `rustls` or `native-tls`.";
    Err(crate::error::SetupError::new("there is no HTTP client", hint).into())
}
