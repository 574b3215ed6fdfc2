//! [`SpotifyClient`], and the thread that sends its requests.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::{fmt, process};

use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::builder::sealed::FromInner;
use super::{ClientBuilder, env};
use crate::auth::{AccessToken, AuthProvider, ClientCredentials, Secret};
use crate::call::{Call, ClientInner, HasInner, joined};
use crate::definition::{Operation, OperationInfo, Request, ResponseBody};
use crate::error::{InternalError, Result, SetupError};
use crate::http::BoxFuture;
use crate::ids::SpotifyUri;
use crate::options::CallOptions;
use crate::pipeline::{Received, Response};

/// The blocking client of the Spotify Web API, for programs that are not async.
///
/// The client sends its requests from a thread of its own, so it works in any thread, and also inside an async runtime,
/// where it blocks the calling thread. Several threads can use it at once. Clones are cheap and share everything:
/// thread, connections, rate limit and token. A client made by [`with_auth`](Self::with_auth) shares everything except
/// the token.
///
/// A forked child process does not have that thread: calls in it fail with [`Setup`](crate::Error::Setup). A program
/// that forks creates its clients after the fork.
///
/// ```no_run
/// use spotify_sdk::SpotifyClient;
///
/// let client = SpotifyClient::new("BQ…")?;
/// let album = client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").send()?;
/// println!("{}", album.name);
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[derive(Clone)]
pub struct SpotifyClient {
    inner: ClientInner,
    worker: Arc<Worker>,
}

impl SpotifyClient {
    /// Creates a client with the default settings that sends `access_token` until it expires, one hour after Spotify
    /// issued it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) if the token is malformed.
    pub fn new(access_token: impl Into<Secret>) -> Result<Self> {
        Self::builder(AccessToken::new(access_token)?).build()
    }

    /// Returns a builder for a client whose tokens come from `auth`. The provider runs on the client's own thread and
    /// must not wait there for a call of the same client.
    pub fn builder(auth: impl AuthProvider) -> ClientBuilder<Self> {
        ClientBuilder::new(auth)
    }

    /// Creates a client for the app itself, without a user: see [`ClientCredentials`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) if the id or the secret is malformed.
    pub fn from_client_credentials(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Result<Self> {
        Self::builder(ClientCredentials::new(client_id, client_secret)?).build()
    }

    /// Creates a client from environment variables: with the token in `SPOTIFY_SDK_ACCESS_TOKEN` or, without one, for
    /// the app itself with `SPOTIFY_SDK_CLIENT_ID` and `SPOTIFY_SDK_CLIENT_SECRET`. `SPOTIFY_SDK_BASE_URL` and
    /// `SPOTIFY_SDK_ACCOUNTS_URL` override the addresses, for tests and emulators. No `.env` file is read. For a user
    /// who signs in, see [`AuthorizationCode::from_env`](crate::auth::AuthorizationCode::from_env).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput), which names the variable that is missing or invalid.
    pub fn from_env() -> Result<Self> {
        Self::builder_from_env()?.build()
    }

    /// Returns a builder that is configured from the same environment variables as [`from_env`](Self::from_env), for
    /// clients that need more settings.
    ///
    /// # Errors
    /// Same as [`from_env`](Self::from_env).
    pub fn builder_from_env() -> Result<ClientBuilder<Self>> {
        env::builder()
    }

    /// Returns the item that a link names. A short link, `https://spotify.link/…`, is resolved with a request without a
    /// token, and one more for each short link that it redirects to. Any other link and any URI is parsed without a
    /// request.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) if the link names no item; [`Connection`](crate::Error::Connection)
    /// and [`Timeout`](crate::Error::Timeout) if a short link cannot be resolved.
    pub fn resolve_link(&self, link: &str) -> Result<SpotifyUri> {
        let (inner, link) = (self.inner.clone(), link.to_owned());
        self.drive(async move { inner.resolve_link(&link).await })
    }

    /// Runs composite work, which takes several calls, on the client's thread and waits for it.
    pub(crate) fn drive<T: Send + 'static>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        self.worker.run(None, work)
    }

    /// Waits until a call would be sent at once: until the wait that Spotify asked for is over and the rate budget has
    /// room. For programs that can do other work in other threads; calls wait on their own.
    ///
    /// # Errors
    /// None in practice.
    pub fn wait_for_rate_limit(&self) -> Result<()> {
        let inner = self.inner.clone();
        self.drive(async move {
            inner.wait_for_rate_limit().await;
            Ok(())
        })
    }

    /// Removes all responses of this client's user from the [cache](crate::cache): when they leave the app. Call it before they are
    /// signed out, while it is known who they are. Does nothing without a cache.
    ///
    /// # Errors
    /// [`Provider`](crate::Error::Provider) if the store fails: responses may be left. Any error of the auth provider that keeps it
    /// from saying whose tokens it gives.
    #[cfg(feature = "cache")]
    pub fn forget_user(&self) -> Result<()> {
        let inner = self.inner.clone();
        self.drive(async move { inner.forget_user().await })
    }

    /// Drops this handle. If it is the last of its clones and siblings, this closes the connections and waits until the
    /// client's thread has ended; dropping the handle does the same without waiting.
    pub fn close(self) {
        let Self { inner, worker } = self;
        drop(inner);
        if let Some(mut worker) = Arc::into_inner(worker) {
            worker.stop.take();
            // A forked child process does not have the thread, so joining it would never return.
            if worker.is_elsewhere() {
                return;
            }
            if let Some(thread) = worker.thread.take() {
                // The panic hook has already reported a panic of the thread; there is nothing left to do.
                let _ = thread.join();
            }
        }
    }
}

impl FromInner for SpotifyClient {
    fn from_inner(inner: ClientInner) -> Result<Self> {
        Ok(Self { inner, worker: Arc::new(Worker::start()?) })
    }
}

impl HasInner for SpotifyClient {
    fn inner(&self) -> &ClientInner {
        &self.inner
    }

    fn with_inner(&self, inner: ClientInner) -> Self {
        Self { inner, worker: Arc::clone(&self.worker) }
    }
}

impl fmt::Debug for SpotifyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SpotifyClient").field(&self.inner).finish()
    }
}

impl<Op: Operation> Call<SpotifyClient, Op> {
    /// Sends the request, retries it where the settings allow, and waits for the response.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error).
    pub fn send(self) -> Result<Op::Output> {
        let Self { client, operation, options, progress } = self;
        let operation = operation?;
        let (info, batches) = (operation.info(), operation.batches()?);
        if batches.is_empty() {
            let request = Request::new(&operation)?;
            return receive(client, request, operation.response_body(), options)?.decode(operation.response_body());
        }
        let inner = client.inner.clone();
        let run = async move { inner.run_batches(info, batches, &options, &progress).await };
        joined(&operation, client.worker.run(Some(info), run)?)
    }

    /// Like [`send`](Self::send), and returns the whole response: status, headers and the unmodified body beside the
    /// decoded value.
    ///
    /// # Errors
    /// Same as [`send`](Self::send); [`InvalidInput`](crate::Error::InvalidInput) for an operation that takes several
    /// requests, and so has no single response.
    pub fn send_raw(self) -> Result<Response<Op::Output>> {
        let operation = self.operation?;
        let (request, response_body) = (Request::only(&operation, "send_raw")?, operation.response_body());
        receive(self.client, request, response_body, self.options)?.into_response(response_body)
    }

    /// Like [`send`](Self::send), but deserializes the body of the response as JSON into a type of the caller's: for
    /// partial objects, or for more than the SDK's models hold.
    ///
    /// # Errors
    /// Same as [`send_raw`](Self::send_raw); [`Decode`](crate::Error::Decode) if the body does not fit `T`.
    pub fn send_as<T: DeserializeOwned>(self) -> Result<T> {
        let request = Request::only(&self.operation?, "send_as")?;
        receive(self.client, request, ResponseBody::Json, self.options)?.decode(ResponseBody::Json)
    }
}

/// Sends one request on the thread of the client.
fn receive(
    client: SpotifyClient,
    request: Request,
    response_body: ResponseBody,
    options: CallOptions,
) -> Result<Received> {
    let SpotifyClient { inner, worker } = client;
    worker.run(Some(request.operation()), async move { Ok(inner.run(request, response_body, &options).await?) })
}

/// A thread with a runtime of its own. The runtime is built, driven and dropped on that thread: dropping a runtime
/// inside another one panics, and the caller may drop a client inside its own runtime.
struct Worker {
    runtime: Handle,
    /// The thread ends when this is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// The id of the process that started the thread.
    process: u32,
}

impl Worker {
    fn start() -> Result<Self> {
        let cannot_start =
            |error: std::io::Error| SetupError::because("the thread of the client cannot be started", error);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(cannot_start)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new()
            .name("spotify-sdk".to_owned())
            .spawn(move || {
                // `Err` means that the sender was dropped, which is the signal to stop.
                let _ = runtime.block_on(stopped);
            })
            .map_err(cannot_start)?;
        Ok(Self { runtime: handle, stop: Some(stop), thread: Some(thread), process: process::id() })
    }

    /// Returns whether this process is a fork of the one that has the thread. A fork copies only the thread that calls
    /// it.
    fn is_elsewhere(&self) -> bool {
        self.process != process::id()
    }

    /// Runs `future` on the thread and waits for its result.
    fn run<T: Send + 'static>(
        &self,
        operation: Option<&'static OperationInfo>,
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        if self.is_elsewhere() {
            let what = "the client was made before this process was forked off, and its thread stayed behind";
            return Err(SetupError::new(what, "Make a client after the fork.").into());
        }
        let result = Arc::new(Mutex::new(None));
        let (sender, receiver) = mpsc::sync_channel(1);
        let theirs = Arc::clone(&result);
        // Type-erased, so that the code of the runtime and the channel is compiled once and not for every output type.
        let task: BoxFuture<'static, ()> = Box::pin(async move {
            // The future is dropped before its result is sent, so that a `close` that follows finds no other handle.
            let result = future.await;
            *theirs.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            let _ = sender.send(());
        });
        self.runtime.spawn(task);
        // Not tokio's channel, which panics when a thread inside a runtime blocks on it. `Err` means that the sender
        // was dropped without a result: the task panicked.
        let _ = receiver.recv();
        let result = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.unwrap_or_else(|| {
            let why = "the client's thread gave no result: the auth provider, the HTTP client or a middleware panicked";
            Err(InternalError::new(operation, why, true).into())
        })
    }
}
