//! A local server that behaves like Spotify: the Web API with all 97 operations, and the Accounts service. It has users,
//! music and state, so that you can write, demonstrate and test an app without an account, a network or a quota.
//!
//! ```
//! use std::time::Duration;
//! use spotify_emulator::{Emulator, Fault, FaultRule, Quota};
//!
//! # fn main() -> std::io::Result<()> {
//! let emulator = Emulator::builder().quota(Quota::Extended).library(10_000).start()?;
//! println!("{}", emulator.instructions());
//!
//! // The next two requests fail, whatever their path; after them, on average every tenth read of the library.
//! emulator.faults().fail_next(2, Fault::status(503));
//! emulator.faults().add(FaultRule::new(Fault::reset()).path("/me/tracks").probability(0.1, 42));
//! // An hour later: access tokens have expired, tracks have ended, the rate limit has recovered.
//! emulator.rate_limit(100);
//! emulator.clock().advance(Duration::from_secs(3600));
//! for request in emulator.requests() {
//!     println!("{} {}", request.method, request.path);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `spotify-cli emulator` starts one for programs in any language.
//!
//! # Cargo features
//! - `client`, off by default: `Emulator::client` and `Emulator::async_client` give clients of
//!   [`spotify-sdk`](https://docs.rs/spotify-sdk) that are ready to use.
//!
//! # Contents
//! - **The Web API**, with state: saved items are in the library afterwards, playlists get new snapshots, playback progresses
//!   with time. Limits, error messages, scopes and fields are Spotify's, for the [`Quota`] mode of the app: Development Mode,
//!   legacy Development Mode or extended quota.
//! - **The Accounts service**: `/authorize` with a page for the browser, and `/api/token` with Authorization Code (with a
//!   client secret or PKCE), Client Credentials and refresh, with each known behaviour of [refresh tokens](Rotation).
//! - **Two users** who can sign in, listed by [`Emulator::users`]. The first has Premium, several devices, and a library with
//!   items of every kind; the second has no Premium and a small library. Other users own playlists and can be followed.
//! - **A [catalog]** of real albums from seven decades, with podcasts and audiobooks, and generated libraries of any size.
//!   All ids in the examples of Spotify's reference exist, so requests copied from there work.
//! - **Caching** as recorded from Spotify: catalog, playlists and search have an `ETag` and respond with 304 to
//!   `If-None-Match`, which counts for the rate limit and the quota like any other response; shows and episodes have
//!   `max-age=60`.
//! - **Control** from Rust with [`Emulator`], and over HTTP for tests in other languages.
//!
//! # Control over HTTP
//! It needs no token. Request and response bodies are JSON; an invalid request gets a status from 400 up and
//! `{"error": "…"}`. It is open to programs and to the emulator's own pages; requests that a browser sends for another page
//! (`Origin`) get 403.
//!
//! | request to `/_emulator/…` | effect |
//! | --- | --- |
//! | `GET /` | addresses, client id and secret, an access token, the users |
//! | `GET`, `POST /clock` | `{"advance": "1h 30m"}` or seconds, `{"now": "2030-01-01T00:00:00Z"}`, `{"stopped": true}` |
//! | `GET`, `POST`, `DELETE /faults` | `{"method": "GET", "path": "/me/*", "times": 3, "status": 503}`; instead of `times` also `"probability": 0.1, "seed": 42`; `"after": 6` skips the first six requests. The fault is a [named one](#named-faults), `"fault": "device-not-found"`, or any of `status`, `headers`, `body`, `delay_ms`, `reset`, `truncate`, `drip`, `endless`, `announce`, as in [`Fault`] |
//! | `GET`, `PUT`, `DELETE /rate-limit` | `{"requests": 100}` in any 30 seconds, or `{"requests": 10, "window": "2s"}`: a duration or seconds, up to a day; the response has the limit, its window, and the number of requests rejected so far |
//! | `GET`, `PUT`, `DELETE /daily-quota` | `{"requests": 1000, "groups": {"shows": 600}, "retry_after": 48925}` in any 24 hours, as in [`DailyQuota`]; `"retry_after": false` omits the header; the response includes the current usage |
//! | `GET`, `DELETE /requests` | the requests received so far, without secrets, and the number that the log dropped |
//! | `GET`, `PUT /state` | the whole state |
//! | `GET`, `PUT /settings` | `{"rotation": "always", "consent": "agree", "migration": "operations"}`, as in [`Rotation`], [`Consent`] and [`Migration`]; `{"owner_has_premium": false, "registered_users": ["alma"]}`, or `null` for everyone |
//! | `POST /tokens` | `{"user": "bo", "scopes": ["user-library-read"]}` issues an access token that never expires |
//! | `POST /tokens/expire` | expires the access tokens that `/api/token` issued |
//! | `POST /consent` | `{"url": "…/authorize?…", "user": "bo", "cancel": false}` returns the URL to which the browser would be redirected |
//! | `POST /consent/revoke` | `{"user": "bo"}`, or everyone's |
//! | `GET`, `POST /users/{id}/devices` | a [`Device`] as JSON |
//! | `DELETE /users/{id}/devices/{id}` | removes the device |
//!
//! # Named faults
//! Common errors, with Spotify's own messages: as constructors of [`Fault`], by [`Fault::named`], and over HTTP.
//!
//! | name | status | body |
//! | --- | --- | --- |
//! | `owner-needs-premium` | 403 | text: `Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.` |
//! | `user-not-registered` | 403 | text: `Check settings on developer.spotify.com/dashboard, the user may not be registered.` |
//! | `insufficient-scope` | 403 | `Insufficient client scope` |
//! | `premium-required` | 403 | `Player command failed: Premium required`, `PREMIUM_REQUIRED` |
//! | `restriction-violated` | 403 | `Player command failed: Restriction violated`, `UNKNOWN` |
//! | `volume-control-disallow` | 403 | `Player command failed: Cannot control device volume`, `VOLUME_CONTROL_DISALLOW` |
//! | `restricted-device` | 403 | `Player command failed: Restricted device`, `DEVICE_NOT_CONTROLLABLE` |
//! | `device-not-found` | 404 | `Device not found` |
//! | `no-active-device` | 404 | `Player command failed: No active device found`, `NO_ACTIVE_DEVICE` |
//! | `service-not-found` | 404 | text: `Service not found` |
//! | `rate-limited` | 429 | `API rate limit exceeded` |
//! | `too-many-requests` | 429 | text: `Too many requests` |
//! | `quota-exceeded` | 429 | `Too many requests`, `QUOTA_EXCEEDED` |
//! | `withdrawn-client` | 429 | `API rate limit exceeded`, for every request of a client id that Spotify has withdrawn |
//! | `captive-portal` | 200 | a web page, as from a network with a captive portal |
//!
//! None of them has a `Retry-After`, unless [`Fault::header`] or `"headers": {"retry-after": "30"}` adds it.
//!
//! # Access from browsers
//! The emulator runs next to a browser, in which any page can send requests to it. It therefore responds only under its own
//! host names: loopback addresses, `localhost`, the address that it listens on, `api.spotify.com` and `accounts.spotify.com`
//! (for setups that redirect these to it), and the names added with [`EmulatorBuilder::host`]; other hosts get 421. Its
//! control and its authorization page reject requests from other pages. The Web API itself allows requests from any page, as
//! Spotify's does.
//!
//! # Differences from Spotify
//! - **Data.** Titles, artists, dates and labels of the albums are real. Where Spotify's identifier of something is not known,
//!   one is made up and [marked](catalog::Identifier::is_made_up). Durations are the published minutes and seconds where known,
//!   otherwise approximate. Popularity, followers, pictures, ISRCs, audio features and analyses are made up, and so are the
//!   episodes of podcasts, the durations of episodes and chapters, and all descriptions. For some ids in the examples of
//!   Spotify's reference it is not known what they identify; a well-known item stands in.
//! - **Ranking.** Search, recommendations, related artists and top items use simple, deterministic rules.
//! - **Media.** There is no audio, and the URLs of images lead nowhere.
//! - **Limits.** Spotify publishes neither its rate limit nor its daily quota, so there are none until
//!   [`Emulator::rate_limit`] and [`Emulator::daily_quota`] set them. The quota's groups of endpoints are the sections of the
//!   reference. 304 is recorded for playlists; here every response with an `ETag` supports it. In Development Mode a playlist
//!   includes its first 100 items, as in the older shapes.
//! - **Not implemented**: track relinking (`linked_from`), the Implicit Grant (which Spotify has removed), HTTP/2, TLS and
//!   compression.
//!
//! The emulator listens on the loopback interface unless configured otherwise, writes nothing to disk, and stops when the
//! [`Emulator`] is dropped.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod accounts;
pub mod catalog;
mod control;
mod emulator;
mod faults;
mod http;
mod ids;
mod instance;
mod limits;
mod objects;
mod registration;
mod request_log;
mod routes;
mod search;
mod server;
mod text;
mod time;
mod world;

pub use emulator::{Clock, ConsentError, Emulator, EmulatorBuilder, StateError};
pub use faults::{Fault, FaultRule, Faults};
pub use limits::{DailyQuota, EndpointGroup, WindowError};
pub use registration::{Migration, Quota};
pub use request_log::SeenRequest;
pub use world::accounts::{Consent, Rotation};
pub use world::player::Device;

/// The README's program compiles.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
