//! How bytes travel: [`HttpClient`] is the port to the network, and [`ReqwestClient`] what is behind it by default.

mod base_url;
mod http_client;
#[cfg(feature = "reqwest")]
mod reqwest_client;
pub(crate) mod retry_after;

pub(crate) use base_url::BaseUrl;
/// The types of the `http` crate that stand in the signatures of this one.
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
pub use http_client::{Body, BoxFuture, HttpClient, HttpError};
pub(crate) use http_client::{Collected, ReadError, Sending};
/// What [`ReqwestClient::from_client`] takes, so that it need not be guessed which version.
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "reqwest")]
pub use reqwest_client::ReqwestClient;

/// Where the Accounts service is, unless told otherwise.
pub(crate) const ACCOUNTS_URL: &str = "https://accounts.spotify.com";

/// The transport that is used unless there is another.
#[cfg(feature = "reqwest")]
pub(crate) fn default_http() -> crate::error::Result<std::sync::Arc<dyn HttpClient>> {
    Ok(std::sync::Arc::new(ReqwestClient::new()?))
}

/// The transport that is used unless there is another.
#[cfg(not(feature = "reqwest"))]
pub(crate) fn default_http() -> crate::error::Result<std::sync::Arc<dyn HttpClient>> {
    let hint = "Give the builder one with `http`, or turn on the Cargo feature `rustls` or `native-tls`.";
    Err(crate::error::SetupError::new("there is no HTTP client", hint).into())
}
