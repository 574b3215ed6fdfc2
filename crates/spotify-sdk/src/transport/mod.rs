//! How bytes travel. [`Engine::run`] is the one way from a request to an answer, for every operation, async and
//! blocking alike; around it are the parts it decides with: [`retry`], a pure rule, [`gate`], where all calls of an app
//! wait together, and [`HttpClient`], the seam to the network.

mod base_url;
mod engine;
mod gate;
mod http_client;
#[cfg(feature = "reqwest")]
mod reqwest_client;
mod retry;
mod retry_after;

pub(crate) use base_url::BaseUrl;
pub(crate) use engine::{Engine, Success};
pub use http_client::{Body, BoxError, BoxFuture, HttpClient, HttpError};
#[cfg(feature = "reqwest")]
pub use reqwest_client::ReqwestClient;
pub(crate) use retry::Policy;
