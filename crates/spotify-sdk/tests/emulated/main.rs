//! Every operation against the emulator: what one does is looked at through another.

#![cfg(all(test, feature = "async"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(feature = "extended-quota")]
mod browse;
mod catalog;
#[path = "../common/examples.rs"]
mod examples;
#[cfg(feature = "extended-quota")]
mod following;
mod invoke;
mod library;
#[cfg(feature = "extended-quota")]
mod library_by_kind;
mod player;
mod playlists;
mod scopes;
mod search;
#[cfg(feature = "extended-quota")]
mod several;
mod support;
mod users;
#[cfg(feature = "blocking")]
mod watch;
