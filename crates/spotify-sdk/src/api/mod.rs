//! The operations of the Web API, one module for each section of Spotify's reference: every operation as a value, and
//! the service through which clients offer it.
//!
//! `client.albums().get(id)` makes a [`Call`](crate::Call) that holds an [`albums::GetAlbum`].

#[macro_use]
mod define;
pub mod albums;
mod input;
mod params;

pub use albums::Albums;
pub use input::Input;
pub use params::{Limit, Market};
