//! The rules of the models: decoding survives what Spotify sends, and nothing of it is lost.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic)]

mod conveniences;
mod generated;
mod own;
mod payload;
mod payloads;
mod quirks;
mod rules;
mod schemas;
mod values;
