//! [`Connection`]: one connection to Redis for everything that a fleet does, on a thread of its own.
//!
//! The thread has a runtime of its own, so that the connection outlives the runtimes of the program, and makes progress while
//! a program without a runtime, or a blocked one, does nothing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use redis::{PushInfo, RedisError};
use tokio::runtime::Handle;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::error::{CommandError, ConnectError};
pub(crate) use crate::link::Link;

/// The number of messages of Redis that a slow receiver may be behind. One that misses some asks for the state.
const MESSAGES: usize = 1024;

/// A shared handle. The connection ends with the last of them.
#[derive(Clone)]
pub(crate) struct Connection {
    link: Link,
    messages: broadcast::Sender<PushInfo>,
    thread: Arc<Thread>,
}

/// The thread that drives the connection, which ends when this is dropped.
struct Thread {
    runtime: Handle,
    _end: oneshot::Sender<()>,
}

/// Where Redis is.
#[derive(Clone)]
pub(crate) struct Address {
    /// One URL, or several of a cluster's nodes. They may hold a password.
    urls: Vec<String>,
    is_cluster: bool,
}

impl Address {
    pub(crate) fn single(url: impl Into<String>) -> Self {
        Self { urls: vec![url.into()], is_cluster: false }
    }

    #[cfg(feature = "cluster")]
    pub(crate) fn cluster(urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { urls: urls.into_iter().map(Into::into).collect(), is_cluster: true }
    }

    /// The address without user and password, for errors.
    pub(crate) fn shown(&self) -> String {
        let shown = self.urls.iter().map(|url| match redis::parse_redis_url(url) {
            Some(mut url) => {
                // A password that is not percent-encoded can end up anywhere.
                if [Some(url.path()), url.query(), url.fragment()].into_iter().flatten().any(|part| part.contains('@'))
                {
                    return "Redis".to_owned();
                }
                let hidden = url.set_username("").and_then(|()| url.set_password(None));
                url.set_query(None);
                url.set_fragment(None);
                if hidden.is_ok() { url.to_string() } else { "Redis".to_owned() }
            }
            None => "a URL that cannot be read".to_owned(),
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

impl Connection {
    /// Connects. With `lazy` it does not matter whether the server is there now.
    ///
    /// # Errors
    /// [`ConnectError`] if the URL cannot be used, or if the server is not there and `lazy` is not set.
    pub(crate) async fn open(address: Address, lazy: bool) -> Result<Self, ConnectError> {
        let opening = Opening::start(address, lazy)?;
        let link = opening.link.await.map_err(|_| ConnectError::closed())?;
        opening.rest.finish(link)
    }

    /// The same for a program without a runtime. Within one it blocks the thread, and does not enter the runtime.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_blocking(address: Address, lazy: bool) -> Result<Self, ConnectError> {
        let opening = Opening::start(address, lazy)?;
        let (done, link) = std::sync::mpsc::sync_channel(1);
        drop(opening.rest.thread.runtime.spawn(async move { drop(done.send(opening.link.await)) }));
        let link = link.recv().ok().and_then(Result::ok).ok_or_else(ConnectError::closed)?;
        opening.rest.finish(link)
    }

    /// Runs commands on the connection's own thread. They go on if the future is dropped.
    ///
    /// # Errors
    /// [`CommandError`], no later than after `limit`.
    pub(crate) async fn run<T, F, Fut>(&self, limit: Duration, commands: F) -> Result<T, CommandError>
    where
        T: Send + 'static,
        F: FnOnce(Link) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, RedisError>> + Send,
    {
        let link = self.link.clone();
        let task = self.thread.runtime.spawn(async move { timeout(limit, commands(link)).await });
        match task.await {
            Ok(Ok(result)) => Ok(result?),
            Ok(Err(_)) => Err(CommandError::Timeout(limit)),
            Err(_) => Err(CommandError::Closed),
        }
    }

    /// Runs a task on the connection's own thread, for as long as the connection lives.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(self.thread.runtime.spawn(task));
    }

    /// Returns what is published on the channels that the connection has subscribed to.
    pub(crate) fn messages(&self) -> broadcast::Receiver<PushInfo> {
        self.messages.subscribe()
    }

    /// Returns the connection for commands within [`spawn`](Self::spawn). It does not keep the thread running.
    pub(crate) fn link(&self) -> Link {
        self.link.clone()
    }
}

/// A connection that its thread is about to open.
struct Opening {
    link: JoinHandle<Result<Link, RedisError>>,
    rest: Rest,
}

/// What a connection has besides its link.
struct Rest {
    messages: broadcast::Sender<PushInfo>,
    thread: Arc<Thread>,
    /// The address, for errors.
    shown: String,
}

impl Opening {
    fn start(address: Address, lazy: bool) -> Result<Self, ConnectError> {
        #[cfg(feature = "tls")]
        choose_tls();
        let (messages, _) = broadcast::channel(MESSAGES);
        let thread = Arc::new(Thread::start().map_err(ConnectError::thread)?);
        let (push, shown) = (messages.clone(), address.shown());
        let link = thread.runtime.spawn(async move { Link::open(address.urls, address.is_cluster, lazy, push).await });
        Ok(Self { link, rest: Rest { messages, thread, shown } })
    }
}

impl Rest {
    fn finish(self, link: Result<Link, RedisError>) -> Result<Connection, ConnectError> {
        let link = link.map_err(|error| ConnectError::redis(&self.shown, &error))?;
        Ok(Connection { link, messages: self.messages, thread: self.thread })
    }
}

/// The Redis client uses the cryptography that the process has chosen, and panics without. If the program has chosen none, it is
/// ring, as in the SDK.
#[cfg(feature = "tls")]
fn choose_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails only if another thread was first.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

impl Thread {
    fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        std::thread::Builder::new().name("spotify-sdk-redis".to_owned()).spawn(move || {
            // The sender is dropped with the last handle.
            let _ = runtime.block_on(ended);
            runtime.shutdown_background();
        })?;
        Ok(Self { runtime: handle, _end: end })
    }
}
