//! The thread of an emulator: it accepts connections until it is stopped.

mod connection;
mod guard;
mod intercept;
mod router;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::instance::Shared;

/// The pause after a failed accept, such as with too many open files, which would otherwise repeat immediately.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(10);

/// A running server. Dropping it stops the thread, and with it every connection.
#[derive(Debug)]
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Reserves an address; port 0 means any free one.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Server {
    /// Starts the thread, and returns once it accepts connections.
    pub(crate) fn start(listener: TcpListener, shared: Shared) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (report, started) = mpsc::channel();
        let thread =
            thread::Builder::new().name("spotify-emulator".to_owned()).spawn(move || match prepare(listener) {
                Ok((runtime, listener)) => {
                    if report.send(Ok(())).is_ok() {
                        let router = router::router(&shared);
                        runtime.block_on(async {
                            tokio::select! {
                                _ = stopped => {}
                                () = accept(listener, router, shared) => {}
                            }
                        });
                    }
                }
                Err(error) => {
                    let _ = report.send(Err(error));
                }
            })?;
        started.recv().unwrap_or_else(|_| Err(io::Error::other("the emulator's thread ended unexpectedly")))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The runtime is created on its own thread: tokio forbids dropping one inside another runtime, such as the caller's.
fn prepare(listener: TcpListener) -> io::Result<(Runtime, tokio::net::TcpListener)> {
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    Ok((runtime, listener))
}

async fn accept(listener: tokio::net::TcpListener, router: Router, shared: Shared) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_BACKOFF).await;
            continue;
        };
        shared.connections.fetch_add(1, Ordering::SeqCst);
        // Without it the small chunks of a fault would be delayed. If it fails, the socket still works.
        let _ = stream.set_nodelay(true);
        tokio::spawn(connection::serve(stream, router.clone()));
    }
}
