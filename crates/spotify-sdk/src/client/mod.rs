//! The two clients, [`AsyncSpotifyClient`] and [`SpotifyClient`], their common builder, and the services that both
//! offer. Both use the same pipeline and behave the same.

#[cfg(feature = "async")]
mod asynchronous;
#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod env;
mod links;
mod services;

#[cfg(feature = "async")]
pub use asynchronous::AsyncSpotifyClient;
#[cfg(feature = "blocking")]
pub use blocking::SpotifyClient;
pub use builder::{BuildClient, ClientBuilder};
