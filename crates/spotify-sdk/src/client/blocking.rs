//! [`SpotifyClient`], and the thread on which its requests travel.

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
use crate::error::{InternalError, Result, SetupError};
use crate::http::BoxFuture;
use crate::ids::SpotifyUri;
use crate::operation::{Batched, Operation, OperationInfo, Request, ResponseBody};
use crate::pipeline::{Received, Response};

/// The blocking client of the Spotify Web API, for programs that are not async.
///
/// Its requests travel on a thread of its own, so it works anywhere: in any thread, and inside an async runtime too,
/// though there it holds up the thread that calls it. Many threads can use it at once. Clones are cheap and share
/// everything: thread, connections, rate limit, token. So does a client made by [`with_auth`](Self::with_auth), but for
/// the token.
///
/// A process that is forked off has no such thread: there its calls end with
/// [`Setup`](crate::Error::Setup). A program that forks makes its clients afterwards.
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
    /// A client with the default settings that sends `access_token` until it expires, one hour after Spotify gave it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) for a token that cannot be one.
    pub fn new(access_token: impl Into<Secret>) -> Result<Self> {
        Self::builder(AccessToken::new(access_token)?).build()
    }

    /// The settings of a client whose tokens come from `auth`, which runs on the client's own thread: it must not wait
    /// there for a call of the same client.
    pub fn builder(auth: impl AuthProvider) -> ClientBuilder<Self> {
        ClientBuilder::new(auth)
    }

    /// A client for the app itself, without a user: see [`ClientCredentials`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) for an id or a secret that cannot be one.
    pub fn from_client_credentials(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Result<Self> {
        Self::builder(ClientCredentials::new(client_id, client_secret)?).build()
    }

    /// A client from the environment: with the token in `SPOTIFY_SDK_ACCESS_TOKEN`, or else for the app itself with
    /// `SPOTIFY_SDK_CLIENT_ID` and `SPOTIFY_SDK_CLIENT_SECRET`. For tests and emulators the addresses are in
    /// `SPOTIFY_SDK_BASE_URL` and `SPOTIFY_SDK_ACCOUNTS_URL`. No `.env` file is read. For a user who signs in, see
    /// [`AuthorizationCode::from_env`](crate::auth::AuthorizationCode::from_env).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput), naming the variable that is missing or cannot be used.
    pub fn from_env() -> Result<Self> {
        Self::builder_from_env()?.build()
    }

    /// The settings of a client whose token and addresses come from the environment, as [`from_env`](Self::from_env) reads
    /// them: for more settings before it is built.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn builder_from_env() -> Result<ClientBuilder<Self>> {
        env::builder()
    }

    /// What a link names. A short link, `https://spotify.link/…`, says so only when it is asked: that takes a request
    /// without a token, or one more where it leads to another. Any other link and any URI is read without one.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::Error::InvalidInput) when it names no item; [`Connection`](crate::Error::Connection) and
    /// [`Timeout`](crate::Error::Timeout) when a short link cannot be asked.
    pub fn resolve_link(&self, link: &str) -> Result<SpotifyUri> {
        let (inner, link) = (self.inner.clone(), link.to_owned());
        self.drive(async move { inner.resolve_link(&link).await })
    }

    /// Waits for work that takes several calls, which the client's thread does.
    pub(crate) fn drive<T: Send + 'static>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        self.worker.run(None, work)
    }

    /// Waits until a call would be sent at once: until Spotify's wait is over, and there is room in the budget. For programs
    /// that have something else to do in other threads; calls wait by themselves.
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

    /// Gives this handle up. When it is the last of its clones and siblings, this closes the connections and waits until
    /// the client's thread has ended; dropping the handle does the same without waiting.
    pub fn close(self) {
        let Self { inner, worker } = self;
        drop(inner);
        if let Some(mut worker) = Arc::into_inner(worker) {
            worker.stop.take();
            // A process that was forked off has no such thread, and would wait for it for ever.
            if worker.is_elsewhere() {
                return;
            }
            if let Some(thread) = worker.thread.take() {
                // A panic there has already been reported by the panic hook, and nothing is left to do about it.
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
    /// Sends the request, and again where the settings allow it, and waits for the answer.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error).
    pub fn send(self) -> Result<Op::Output> {
        let chunks = self.operation.chunks()?;
        if chunks.is_empty() {
            let request = Request::new(&self.operation)?;
            return self.receive(request, Op::RESPONSE_BODY)?.decode(Op::RESPONSE_BODY);
        }
        let (inner, options, progress) = (self.client.inner.clone(), self.options, self.progress);
        let run = async move { inner.run_chunks(Op::INFO, chunks, Op::RESPONSE_BODY, &options, &progress).await };
        joined::<Op>(self.client.worker.run(Some(Op::INFO), run)?)
    }

    /// As [`send`](Self::send), with everything that Spotify sent: status, headers and the body's own bytes beside the
    /// decoded value.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`InvalidInput`](crate::Error::InvalidInput) for an operation that takes several requests,
    /// whose responses are not one.
    pub fn send_raw(self) -> Result<Response<Op::Output>> {
        let request = Request::only(&self.operation, "send_raw")?;
        self.receive(request, Op::RESPONSE_BODY)?.into_response(Op::RESPONSE_BODY)
    }

    /// As [`send`](Self::send), but reads the body of the response as JSON into a type of the caller's: for partial
    /// objects, or for more than the SDK's models hold.
    ///
    /// # Errors
    /// As [`send_raw`](Self::send_raw); [`Decode`](crate::Error::Decode) when the body does not fit `T`.
    pub fn send_as<T: DeserializeOwned>(self) -> Result<T> {
        let request = Request::only(&self.operation, "send_as")?;
        self.receive(request, ResponseBody::Json)?.decode(ResponseBody::Json)
    }

    fn receive(self, request: Request, response_body: ResponseBody) -> Result<Received> {
        let SpotifyClient { inner, worker } = self.client;
        let (operation, options) = (request.operation(), self.options);
        worker.run(Some(operation), async move { Ok(inner.run(request, response_body, &options).await?) })
    }
}

/// A thread with a runtime of its own. The runtime is built, driven and dropped there: dropping one inside another
/// runtime panics, and a client may well be dropped inside its user's.
struct Worker {
    runtime: Handle,
    /// The thread ends when this is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// The process that the thread is in.
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
                // An error is the sender's end, which is the signal.
                let _ = runtime.block_on(stopped);
            })
            .map_err(cannot_start)?;
        Ok(Self { runtime: handle, stop: Some(stop), thread: Some(thread), process: process::id() })
    }

    /// Whether this process was forked off the one that has the thread. A fork copies no thread but the one that forks.
    fn is_elsewhere(&self) -> bool {
        self.process != process::id()
    }

    /// Waits for `future`, which the thread drives.
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
        // Type-erased, so that the runtime's and the channel's code is compiled once and not for every kind of answer.
        let task: BoxFuture<'static, ()> = Box::pin(async move {
            // The future is gone before its result is out, so that a `close` that follows finds no handle left.
            let result = future.await;
            *theirs.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            let _ = sender.send(());
        });
        self.runtime.spawn(task);
        // Not tokio's channel: that one panics when it is waited for inside a runtime. An error is the sender's end, which
        // comes without a result where the task panicked.
        let _ = receiver.recv();
        let result = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.unwrap_or_else(|| {
            let why = "the client's thread gave no result: the auth provider or the HTTP client panicked";
            Err(InternalError::new(operation, why, true).into())
        })
    }
}
