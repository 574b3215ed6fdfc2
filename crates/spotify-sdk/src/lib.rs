//! The typed, current, hard-to-misuse SDK for the [Spotify Web API], async and blocking.
//!
//! ```no_run
//! use spotify_sdk::AsyncSpotifyClient;
//!
//! # async fn example() -> spotify_sdk::Result<()> {
//! let client = AsyncSpotifyClient::new("your access token")?;
//! let album = client.albums().get("5K79FLRUCSysQnVESLcTdb").market("SE").await?;
//! println!("{} by {}", album.name, album.artist_names());
//! # Ok(())
//! # }
//! ```
//!
//! New here? The [guides](guide) start with a [quick start](guide::quick_start). You need no account to write and
//! [test](guide::testing) an app: the crate `spotify-emulator` runs Spotify's API on your own machine.
//!
//! - [`AsyncSpotifyClient`] and [`SpotifyClient`] are the two clients, with the same functions.
//! - [`api`] has the operations, by the sections of Spotify's reference; a [`Call`] is one of them bound to a client.
//! - [`models`] are the objects in responses, and [`ids`] the ids and URIs that name them.
//! - [`many`] reads any number of items by their ids, [`paging`] reads whole lists, and [`playlist_sync`] keeps playlists in sync.
//! - [`watch`] reports changes of the user's player.
//! - [`Error`] covers everything that can fail, with hints on how to resolve it.
//! - [`auth`] provides access tokens, and [`http`] sends requests: you can implement both yourself.
//!
//! # Cargo features
//!
//! | feature | default | what it brings |
//! | --- | --- | --- |
//! | `async` | yes | [`AsyncSpotifyClient`] |
//! | `blocking` | yes | [`SpotifyClient`] |
//! | `rustls` | yes | the built-in HTTP client, with TLS by rustls and the platform's certificates |
//! | `loopback` | yes | [`auth::authorize_local`]: signing in with the browser on the same machine |
//! | `cache` | | `cache::ResponseCache`: responses are kept, and Spotify is asked only whether they have changed |
//! | `contract-tests` | | `rate_limit::contract`: a test suite for rate limiters of your own |
//! | `extended-quota` | | the operations that are open to apps with extended quota alone, and their models |
//! | `http2` | | HTTP/2 in the built-in HTTP client: many requests at a time over one connection |
//! | `keyring` | | `auth::KeyringTokenCache`: tokens in the platform's store for secrets |
//! | `native-tls` | | the built-in HTTP client, with TLS by the platform's own library |
//! | `reqwest` | | the built-in HTTP client without TLS; `rustls`, `native-tls` and `http2` bring it |
//!
//! With `rustls`, TLS works without a process-wide crypto provider. However, Cargo builds one reqwest for all crates of
//! a program: if your program uses reqwest 0.13 itself, without a TLS feature of its own, either enable one there, or
//! build your client with `tls_backend_preconfigured`, since reqwest panics if it finds no provider.
//!
//! Without `rustls`, `native-tls` and `reqwest`, pass an HTTP client to the builder with [`http`](ClientBuilder::http).
//!
//! # Logs
//!
//! The SDK logs with [`tracing`](https://docs.rs/tracing): a span for each call and one for each attempt, their results
//! at `debug`, waits and retries at `warn`. For metrics see [`observe`]. Tokens are never logged.
//!
//! [Spotify Web API]: https://developer.spotify.com/documentation/web-api

#![cfg_attr(docsrs, feature(doc_cfg))]

// The code that the derive macros write names this crate as its users do.
#[allow(unused_extern_crates)]
extern crate self as spotify_sdk;

pub mod api;
pub mod auth;
#[cfg(feature = "cache")]
pub mod cache;
mod call;
mod client;
mod definition;
pub mod error;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod http;
pub mod ids;
mod invalid_input;
mod invoke;
pub mod many;
mod memory;
pub mod models;
pub mod observe;
mod options;
pub mod paging;
mod percent;
mod pipeline;
pub mod playlist_sync;
mod poll;
pub mod rate_limit;
mod retry;
pub mod schema;
mod secret;
mod string_enum;
mod text;
pub mod watch;

pub mod operation {
    #![doc = include_str!("definition/operation.md")]

    pub use crate::api::raw::RawRequest;
    pub use crate::api::registry::{all, find};
    pub use crate::definition::*;
}

/// What the code that the derive macros write refers to. Not for programs: it changes without notice.
#[doc(hidden)]
pub mod __derive {
    pub use crate::api::param;
    pub use crate::api::params::{max_limit, page_size};
    pub use crate::definition::*;
    pub use crate::error::InvalidInput;
    pub use crate::schema::{AnySchema, SchemaOf};
    pub use http::Method;
}

// The crates whose types appear in the public API, re-exported so that programs need no second version of them.
pub use {bytes, futures_core, http_body, jiff, serde_json, url};

pub use api::AnyClient;
pub use call::Call;
#[cfg(feature = "async")]
pub use client::AsyncSpotifyClient;
#[cfg(feature = "blocking")]
pub use client::SpotifyClient;
pub use client::{BuildClient, ClientBuilder};
pub use definition::Quota;
pub use error::{BoxError, Error, Result};
pub use http::BoxFuture;
pub use invoke::Invocation;
pub use options::{CallOptions, Priority};
pub use pipeline::{Response, middleware};
pub use text::Text;

/// The README's programs compile.
#[cfg(all(doctest, feature = "async", feature = "blocking"))]
#[doc = include_str!("../README.md")]
struct Readme;
