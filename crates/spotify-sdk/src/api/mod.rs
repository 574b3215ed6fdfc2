//! The operations of the Web API, one module for each section of Spotify's reference: every operation as a value, and
//! the service through which clients offer it.
//!
//! `client.albums().get(id)` makes a [`Call`](crate::Call) that holds an [`albums::GetAlbum`].
//!
//! # Operations for every app
#![doc = include_str!("operations_everyone.md")]
//! # Operations for apps with extended quota
//!
//! These need the Cargo feature `extended-quota`, and an app with extended quota: to others Spotify responds with
//! 403, and for some with 404.
#![cfg_attr(feature = "extended-quota", doc = include_str!("operations_extended.md"))]

#[macro_use]
mod service;
pub mod albums;
mod any_client;
pub mod artists;
pub mod audiobooks;
#[cfg(feature = "extended-quota")]
pub mod browse;
pub mod chapters;
pub mod episodes;
mod into_param;
pub mod library;
#[cfg(feature = "extended-quota")]
pub mod markets;
pub mod params;
pub mod player;
pub mod playlists;
pub(crate) mod raw;
pub(crate) mod registry;
pub mod search;
pub mod shows;
pub mod tracks;
pub mod users;

pub use albums::Albums;
pub use any_client::AnyClient;
pub(crate) use any_client::services;
pub use artists::Artists;
pub use audiobooks::Audiobooks;
#[cfg(feature = "extended-quota")]
pub use browse::Browse;
pub use chapters::Chapters;
pub use episodes::Episodes;
pub use into_param::IntoParam;
#[doc(hidden)]
pub use into_param::param;
pub use library::Library;
#[cfg(feature = "extended-quota")]
pub use markets::Markets;
pub use params::{
    AdditionalType, IncludeExternal, IncludeGroup, ItemToRemove, Market, PlaybackOffset, RepeatMode, SearchType,
    TimeRange,
};
pub use player::Player;
pub use playlists::Playlists;
pub use search::{Search, SearchQuery};
pub use shows::Shows;
pub use tracks::Tracks;
#[cfg(feature = "extended-quota")]
pub use tracks::{Attribute, Tuning};
pub use users::Users;
