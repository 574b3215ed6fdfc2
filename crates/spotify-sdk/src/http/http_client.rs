//! [`HttpClient`]: the port to the network.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use super::{Body, BoxError};
use crate::definition::Action;
use crate::error::{ConnectionError, Error};

/// A boxed future, the type that awaiting a call yields.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one HTTP request and returns its response: no retries, no decisions.
///
/// Clients use [`ReqwestClient`](super::ReqwestClient) unless their builder is given another implementation with
/// `http`: for another HTTP library, or for tests without sockets. One HTTP client sends many requests concurrently.
///
/// Implementations must follow these rules:
/// - Do not follow redirects: the request carries the access token, which must only reach its own origin.
/// - Return a response of any status as a [`Response`]; an [`HttpError`] means that there was no response.
/// - Return [`HttpError::not_sent`] only if the request certainly was not sent.
/// - Decode any content encoding that the implementation requested.
///
/// Dropping the future cancels the request. The caller enforces time limits.
///
/// ```
/// use spotify_sdk::bytes::Bytes;
/// use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
///
/// /// Responds to every request with the same album.
/// struct OneAlbum;
///
/// impl HttpClient for OneAlbum {
///     async fn send(&self, _: Request<Bytes>) -> Result<Response<Body>, HttpError> {
///         Ok(Response::new(Body::from(r#"{"id": "4aawyAB9vmqN3uQ7FjRGTy", "name": "Global Warming"}"#)))
///     }
/// }
/// ```
pub trait HttpClient: Send + Sync + 'static {
    /// Sends `request`. The body of the response is streamed and read later.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Body>, HttpError>> + Send;
}

impl<H: HttpClient> HttpClient for Arc<H> {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Body>, HttpError>> + Send {
        (**self).send(request)
    }
}

/// A shared handle to any [`HttpClient`]. Clones share the same HTTP client.
#[derive(Clone)]
pub struct SharedHttpClient(Arc<dyn ErasedHttpClient>);

trait ErasedHttpClient: Send + Sync {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Body>, HttpError>>;
}

impl<H: HttpClient> ErasedHttpClient for H {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Body>, HttpError>> {
        Box::pin(HttpClient::send(self, request))
    }
}

impl SharedHttpClient {
    /// Creates a handle to `http`. A handle stays the same.
    pub fn new(http: impl HttpClient) -> Self {
        match (&http as &dyn Any).downcast_ref::<Self>() {
            Some(shared) => shared.clone(),
            None => Self(Arc::new(http)),
        }
    }
}

impl HttpClient for SharedHttpClient {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Body>, HttpError>> + Send {
        self.0.send(request)
    }
}

impl fmt::Debug for SharedHttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedHttpClient")
    }
}

/// The error of a request without a response, or with one that broke off.
#[derive(Debug)]
pub struct HttpError {
    pub(crate) sent: bool,
    pub(crate) source: BoxError,
}

impl HttpError {
    /// Creates an error for a request that certainly was not sent: the name could not be resolved, or no connection
    /// could be made. Such a request may be retried even if it is not idempotent.
    pub fn not_sent(source: impl Into<BoxError>) -> Self {
        Self { sent: false, source: source.into() }
    }

    /// Creates an error for a broken connection; the server may have received the request.
    pub fn lost(source: impl Into<BoxError>) -> Self {
        Self { sent: true, source: source.into() }
    }

    /// Converts this into the error of the call whose request to `address` failed.
    pub(crate) fn into_error(self, action: Option<Action>, address: &str) -> Error {
        let (address, maybe_executed) = (address.into(), self.sent);
        ConnectionError { action, address, maybe_executed, inner: self.source.into() }.into()
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sent { "the connection broke" } else { "no connection could be made" })
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
