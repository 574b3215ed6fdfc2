//! Spotify on your own machine: a server on the loopback interface that answers like the Spotify Web API, for tests
//! and demos without an account and without a network.
//!
//! ```
//! use spotify_emulator::{Emulator, Fault, Quota};
//!
//! # fn main() -> std::io::Result<()> {
//! let emulator = Emulator::builder().quota(Quota::Extended).start()?;
//! println!("GET {}/albums/{}", emulator.base_url(), spotify_emulator::catalog().albums[0].id.as_str());
//!
//! // The next two requests fail as Spotify's do, whatever they ask for.
//! emulator.faults().next(2, Fault::status(503));
//! # Ok(())
//! # }
//! ```
//!
//! # What it answers
//! - `GET /albums/{id}`, `GET /albums/{id}/tracks` and `GET /me/albums`, with Spotify's limits, pages and error
//!   messages, and with the fields that the chosen [`Quota`] sees.
//! - Three real albums from a built-in [`catalog()`]. Where Spotify's own identifier of something is not known, one
//!   was made up and [says so](Identifier::is_made_up). Some durations are rounded down to the second, and
//!   popularity stands still.
//!
//! # What it does not do yet
//! The other operations of the Web API are answered with 404 `Service not found`. Nothing can be written: what the
//! user has saved is always the whole catalog. There is no Accounts service, so tokens come from the [`Emulator`]
//! itself and never expire on their own. There is no rate limit but the one that a [`Fault`] makes, no track
//! relinking, no TLS, no HTTP/2 and no compression.

mod accounts;
mod bodies;
mod builder;
mod call;
mod catalog;
mod clock;
mod connection;
mod control;
mod emulator;
mod error;
mod errors;
mod faults;
mod fields;
mod folding;
mod instructions;
mod intercept;
mod objects;
mod pages;
mod query;
mod quota;
mod random;
mod rate_limit;
mod reply;
mod requests;
mod routes;
mod search;
mod server;
mod state;
mod uri;
mod world;

pub use builder::EmulatorBuilder;
pub use catalog::{
    Album, Artist, Audiobook, Catalog, Chapter, Copyright, Credit, Episode, Identifier, Markets, Show, Track, catalog,
};
pub use clock::Clock;
pub use emulator::Emulator;
pub use error::{ConsentError, StateError};
pub use faults::{Fault, FaultRule, Faults};
pub use quota::Quota;
pub use requests::SeenRequest;
pub use world::accounts::{Consent, Rotation};
pub use world::devices::Device;
