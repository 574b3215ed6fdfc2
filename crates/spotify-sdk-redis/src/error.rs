//! [`ConnectError`]: why there is no connection to Redis; [`CommandError`]: why a command has no result; [`StatusError`]: why it does not say how a fleet is.

use std::time::Duration;

use redis::RedisError;

/// The reason why a program could not join its fleet. The message names the address without user and password.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    message: String,
    #[source]
    source: Option<std::io::Error>,
}

impl ConnectError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    pub(crate) fn redis(address: &str, error: &RedisError) -> Self {
        // The details of some errors quote the URL.
        let what = match error.kind() {
            _ if !cfg!(feature = "tls") && (address.starts_with("rediss:") || address.starts_with("valkeys:")) => {
                "TLS needs the Cargo feature `tls` of spotify-sdk-redis".to_owned()
            }
            redis::ErrorKind::InvalidClientConfig => {
                "the URL cannot be used; it looks like `redis://127.0.0.1:6379/`".to_owned()
            }
            redis::ErrorKind::AuthenticationFailed => "it refuses the user or the password in the URL".to_owned(),
            _ if error.is_connection_refusal() => {
                "no server listens there; start Redis 7 or Valkey, or correct the address".to_owned()
            }
            _ => error.to_string(),
        };
        Self::new(format!("could not connect to {address}: {what}"))
    }

    pub(crate) fn thread(error: std::io::Error) -> Self {
        Self { message: "could not start a thread for the connection to Redis".to_owned(), source: Some(error) }
    }

    pub(crate) fn closed() -> Self {
        Self::new("the thread of the connection to Redis ended")
    }
}

/// The reason why the status of a fleet could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Redis could not {action}: {reason}")]
pub struct StatusError {
    action: &'static str,
    reason: String,
}

impl StatusError {
    pub(crate) fn new(action: &'static str, error: &CommandError) -> Self {
        Self { action, reason: error.to_string() }
    }
}

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("Redis did not respond within {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("{0}")]
    Redis(#[from] RedisError),
    #[error("the connection to Redis is closed")]
    Closed,
}
