//! How bytes travel. There is one way from a request to an answer, for every operation, async and blocking alike: the
//! rate gate, where all calls of an app wait together, the token, one attempt, and a rule that says whether there is
//! another. [`HttpClient`] is the seam to the network, and [`ReqwestClient`] what is behind it by default.

mod base_url;
mod engine;
mod gate;
mod http_client;
#[cfg(feature = "reqwest")]
mod reqwest_client;
mod retry;
mod retry_after;
mod unwrap;

pub(crate) use base_url::BaseUrl;
pub(crate) use engine::{Engine, Success};
pub use http_client::{Body, BoxError, BoxFuture, HttpClient, HttpError};
#[cfg(feature = "reqwest")]
pub use reqwest_client::ReqwestClient;
pub(crate) use retry::Policy;
