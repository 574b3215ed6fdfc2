//! How bytes travel. There is one way from a request to an answer, for every operation, async and blocking alike: the
//! token, the rate gate, where all calls of an app wait together, one attempt, and a rule that says whether there is
//! another. [`HttpClient`] is the seam to the network, and [`ReqwestClient`] what is behind it by default.

mod base_url;
mod call_token;
mod decode;
mod engine;
mod gate;
mod http_client;
mod quota;
#[cfg(feature = "reqwest")]
mod reqwest_client;
mod retry;
pub(crate) mod retry_after;
mod success;
mod unwrap;

pub(crate) use base_url::BaseUrl;
pub(crate) use engine::{Engine, Failed, may_have_been_done};
pub use gate::RateLimit;
pub(crate) use gate::{Gate, Priority};
pub use http_client::{Body, BoxError, BoxFuture, HttpClient, HttpError};
pub(crate) use http_client::{Collected, ReadError};
pub use quota::{OperationUsage, QuotaClosure, Usage};
pub(crate) use quota::{QUOTA_EXCEEDED, Quotas};
/// What [`ReqwestClient::from_client`] takes, so that it need not be guessed which version.
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "reqwest")]
pub use reqwest_client::ReqwestClient;
pub(crate) use retry::{Failure, Policy, Retries, Verdict};
pub(crate) use success::Success;

/// As good as for ever, and still safe to add to a clock: nothing that is added to one is longer.
pub(crate) const A_YEAR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 60 * 60);

/// Where the Accounts service is, unless told otherwise.
pub(crate) const ACCOUNTS_URL: &str = "https://accounts.spotify.com";

/// The transport that is used unless there is another.
#[cfg(feature = "reqwest")]
pub(crate) fn default_http() -> crate::Result<std::sync::Arc<dyn HttpClient>> {
    Ok(std::sync::Arc::new(ReqwestClient::new()?))
}

/// The transport that is used unless there is another.
#[cfg(not(feature = "reqwest"))]
pub(crate) fn default_http() -> crate::Result<std::sync::Arc<dyn HttpClient>> {
    let why = "there is none: give one with `http`, or turn on the Cargo feature `rustls` or `native-tls`";
    Err(crate::error::InvalidInput::new("http transport", why).into())
}

/// The moment that is so far from now, or the last that there is.
fn from_now(wait: std::time::Duration) -> jiff::Timestamp {
    let wait = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::MAX);
    jiff::Timestamp::now().checked_add(wait).unwrap_or(jiff::Timestamp::MAX)
}
