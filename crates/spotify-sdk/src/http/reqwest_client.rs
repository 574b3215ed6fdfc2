//! [`ReqwestClient`]: the default HTTP client.

use bytes::Bytes;
use http::{Request, Response};

use super::{Body, HttpClient, HttpError};
use crate::error::{BoxError, Error, SetupError};

/// The built-in HTTP client: reqwest, with a connection pool, gzip, the system's proxy settings, and, with the Cargo
/// feature `http2`, HTTP/2 where the server supports it. It does not follow redirects.
///
/// For settings that the client's builder does not have, such as a proxy or a certificate, start from
/// [`builder`](Self::builder):
///
/// ```
/// use spotify_sdk::http::{ReqwestClient, reqwest};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let proxy = reqwest::Proxy::all("http://proxy.example:3128")?;
/// let http = ReqwestClient::from_builder(ReqwestClient::builder()?.proxy(proxy))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ReqwestClient(reqwest::Client);

impl ReqwestClient {
    /// Creates an HTTP client with its own connection pool.
    ///
    /// # Errors
    /// [`Error::Setup`] if TLS cannot be set up on this machine.
    pub fn new() -> Result<Self, Error> {
        Self::from_builder(Self::builder()?)
    }

    /// Returns the reqwest builder of [`new`](Self::new), with TLS set up, to be adjusted and passed to
    /// [`from_builder`](Self::from_builder).
    ///
    /// # Errors
    /// [`Error::Setup`] if TLS cannot be set up on this machine.
    pub fn builder() -> Result<reqwest::ClientBuilder, Error> {
        let builder = reqwest::Client::builder();
        #[cfg(feature = "rustls")]
        let builder = builder.tls_backend_preconfigured(rustls_config()?);
        Ok(builder)
    }

    /// Creates an HTTP client with custom settings, such as a proxy or a certificate. Redirects and the `Referer`
    /// header are disabled, whatever `builder` says, since the access token must not reach another origin.
    ///
    /// # Errors
    /// [`Error::Setup`] if reqwest rejects the settings.
    pub fn from_builder(builder: reqwest::ClientBuilder) -> Result<Self, Error> {
        match builder.redirect(reqwest::redirect::Policy::none()).referer(false).build() {
            Ok(client) => Ok(Self(client)),
            Err(error) => Err(cannot_set_up(error)),
        }
    }

    /// Wraps an existing reqwest client. [`from_builder`](Self::from_builder) is safer.
    ///
    /// The access token is only safe if `client` was built with `redirect(reqwest::redirect::Policy::none())`.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self(client)
    }
}

fn cannot_set_up(error: impl Into<BoxError>) -> Error {
    SetupError::because("the HTTP client cannot be set up", error).into()
}

/// Configures TLS with an explicit crypto provider: reqwest would otherwise use the process's default one, and panic if
/// there is none.
#[cfg(feature = "rustls")]
fn rustls_config() -> Result<rustls::ClientConfig, Error> {
    use std::sync::Arc;

    use rustls_platform_verifier::BuilderVerifierExt;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(cannot_set_up)?
        .with_no_client_auth();
    #[cfg(feature = "http2")]
    config.alpn_protocols.push(b"h2".to_vec());
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(config)
}

impl HttpClient for ReqwestClient {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(HttpError::not_sent)?;
        match self.0.execute(request).await {
            Ok(response) => Ok(Response::<reqwest::Body>::from(response).map(Body::streaming)),
            Err(error) if error.is_connect() || error.is_builder() => Err(HttpError::not_sent(error)),
            Err(error) => Err(HttpError::lost(error)),
        }
    }
}
