//! One rate limit and one token store for all machines of a Spotify app, over Redis 7 or Valkey.

mod connection;
mod error;
mod fleet;
mod keys;

pub use error::ConnectError;
pub use fleet::{Fleet, FleetBuilder};
