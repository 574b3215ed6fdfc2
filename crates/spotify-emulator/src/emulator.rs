//! The emulator as its user holds it: where it is, which tokens it accepts, what it has seen.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::faults::Faults;
use crate::quota::Quota;
use crate::requests::{RequestLog, SeenRequest};
use crate::server::{self, Server};
use crate::state::{Shared, State};
use crate::tokens::Tokens;

/// Settings of an [`Emulator`] that is yet to start.
#[derive(Clone, Debug, Default)]
#[must_use = "the emulator begins with `start`"]
pub struct EmulatorBuilder {
    quota: Quota,
    port: u16,
}

impl EmulatorBuilder {
    /// The quota mode of the app that the emulator answers to. Default: [`Quota::Development`].
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// The TCP port to listen on. Default: 0, which lets the operating system choose a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts the emulator, and returns once it accepts connections.
    ///
    /// # Errors
    /// When the port is taken, or the operating system grants no socket or no thread.
    pub fn start(self) -> io::Result<Emulator> {
        let listener = server::bind(self.port)?;
        let shared = Arc::new(State {
            base_url: format!("http://{}/v1", listener.local_addr()?),
            quota: self.quota,
            tokens: Tokens::generate(),
            faults: Faults::default(),
            requests: RequestLog::default(),
            connections: AtomicUsize::new(0),
        });
        let server = Server::start(listener, Arc::clone(&shared))?;
        Ok(Emulator { shared, server })
    }
}

/// Spotify on your own machine: an HTTP server on the loopback interface, for as long as this value lives.
///
/// It runs on a thread of its own, so that it serves synchronous programs and tokio programs alike, and can be
/// dropped in either. Dropping it closes every connection at once, also one in the middle of an answer.
pub struct Emulator {
    shared: Shared,
    server: Server,
}

impl Emulator {
    /// Starts an emulator with the default settings.
    ///
    /// # Errors
    /// As for [`EmulatorBuilder::start`].
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// An emulator's settings, each at its default.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// Where the emulated Web API is, without a slash at its end: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// The quota mode of the app that this emulator answers to.
    pub fn quota(&self) -> Quota {
        self.shared.quota
    }

    /// An access token that the emulator accepts, with every scope. It never expires, and no other emulator knows it.
    pub fn valid_token(&self) -> &str {
        self.shared.tokens.valid()
    }

    /// An access token that was good once: it is answered with 401 `The access token expired`.
    pub fn expired_token(&self) -> &str {
        self.shared.tokens.expired()
    }

    /// A well-formed access token that was never issued: it is answered with 401 `Invalid access token`.
    pub fn unknown_token(&self) -> &str {
        self.shared.tokens.unknown()
    }

    /// Issues a new access token that has just these scopes, spelled as in Spotify's reference. Without any it still
    /// reaches everything that is not about a user.
    pub fn token_with_scopes(&self, scopes: &[&str]) -> String {
        self.shared.tokens.issue(scopes)
    }

    /// The faults that the next requests will meet; none at first.
    pub fn faults(&self) -> Faults {
        self.shared.faults.clone()
    }

    /// Every request received so far, in order, also those that met a fault or were refused. One appears here once its
    /// body has arrived in full, which is before its answer begins.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.all()
    }

    /// Forgets every request received so far.
    pub fn clear_requests(&self) {
        self.shared.requests.clear();
    }

    /// How many TCP connections have been accepted so far, also those that are closed by now.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Stops the emulator and closes its connections, as dropping it does. Returns when its thread has ended.
    pub fn stop(self) {
        drop(self.server);
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("base_url", &self.base_url())
            .field("quota", &self.quota())
            .field("connections", &self.connections())
            .field("requests", &self.requests().len())
            .field("pending_faults", &self.faults().pending())
            .finish()
    }
}
