//! Spotify on your own machine: the Web API with all of its 97 operations and the Accounts service, with users, music
//! and a memory, so that an app can be written, shown and tested without an account, a network or a quota.
//!
//! ```
//! use std::time::Duration;
//! use spotify_emulator::{Emulator, Fault, FaultRule, Quota};
//!
//! # fn main() -> std::io::Result<()> {
//! let emulator = Emulator::builder().quota(Quota::Extended).library(10_000).start()?;
//! println!("{}", emulator.instructions());
//!
//! // The next two requests fail as Spotify's do, whatever they ask for; then every tenth read of the library.
//! emulator.faults().fail_next(2, Fault::status(503));
//! emulator.faults().add(FaultRule::new(Fault::reset()).path("/me/tracks").probability(0.1, 42));
//! // Access tokens expire, tracks end, and the rate limit forgets.
//! emulator.rate_limit(100);
//! emulator.clock().advance(Duration::from_secs(3600));
//! for request in emulator.requests() {
//!     println!("{} {}", request.method, request.path);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `spotify-cli emulator` runs one for programs in any language.
//!
//! # What is there
//! - **The Web API**, with state: what is saved is in the library afterwards, playlists get new snapshots, the player
//!   plays as time goes by. Limits, error messages, scopes and fields are Spotify's, in the [`Quota`] mode of the app:
//!   Development Mode, legacy Development Mode or extended quota.
//! - **The Accounts service**: `/authorize` with a page for the browser, and `/api/token` with Authorization Code (with
//!   secret or with PKCE), Client Credentials and refreshing, in each way in which refresh tokens can [rotate](Rotation).
//! - **Two users**, whom [`Emulator::users`] names: the first has Premium, several devices, and a library with everything
//!   in it; the second has neither Premium nor much else. Others own playlists and can be followed.
//! - **A [catalog]** of real albums from seven decades, with podcasts and audiobooks, and generated libraries of any size.
//!   All ids exist that stand in the examples of Spotify's reference: what is copied from there works.
//! - **Caching** as it was recorded: catalogue, playlists and search have an `ETag` and answer 304 to `If-None-Match`, which
//!   counts for rate limit and quota like any other response; shows and episodes may be kept for a minute.
//! - **Control**, from Rust through [`Emulator`], and over HTTP for tests in other languages.
//!
//! # The control over HTTP
//! It needs no token. Bodies and answers are JSON; mistakes are answered with a status from 400 on and `{"error": "…"}`.
//! Programs may use it, and the emulator's own pages; requests that a browser sends for another page (`Origin`) answer 403.
//!
//! | request to `/_emulator/…` | what it does |
//! | --- | --- |
//! | `GET /` | addresses, client id and secret, an access token, the users |
//! | `GET`, `POST /clock` | `{"advance": "1h 30m"}` or seconds, `{"now": "2030-01-01T00:00:00Z"}`, `{"stopped": true}` |
//! | `GET`, `POST`, `DELETE /faults` | `{"method": "GET", "path": "/me/*", "times": 3, "status": 503}`; instead of `times` also `"probability": 0.1, "seed": 42`, and `"after": 6` spares the first six; the fault itself is one by name, `"fault": "device-not-found"` ([the names](#faults-by-name)), or any of `status`, `headers`, `body`, `delay_ms`, `reset`, `truncate`, `drip`, `endless`, `announce`, as [`Fault`] has them |
//! | `GET`, `PUT`, `DELETE /rate-limit` | `{"requests": 100}` in any 30 seconds |
//! | `GET`, `PUT`, `DELETE /daily-quota` | `{"requests": 1000, "groups": {"shows": 600}, "retry_after": 48925}` in any 24 hours, as [`DailyQuota`] has it; `"retry_after": false` leaves the header out; the answer says what is used |
//! | `GET`, `DELETE /requests` | those seen so far, without secrets, and how many were dropped for want of room |
//! | `GET`, `PUT /state` | the whole state |
//! | `GET`, `PUT /settings` | `{"rotation": "always", "consent": "agree", "migration": "operations"}`, in the words of [`Rotation`], [`Consent`] and [`Migration`]; `{"owner_has_premium": false, "registered_users": ["alma"]}`, or `null` for everyone |
//! | `POST /tokens` | `{"user": "bo", "scopes": ["user-library-read"]}` gives an access token that never expires |
//! | `POST /tokens/expire` | makes the access tokens expire that came from `/api/token` |
//! | `POST /consent` | `{"url": "…/authorize?…", "user": "bo", "cancel": false}` gives the address to which the browser would go |
//! | `POST /consent/revoke` | `{"user": "bo"}`, or everyone's |
//! | `GET`, `POST /users/{id}/devices` | a [`Device`] as JSON |
//! | `DELETE /users/{id}/devices/{id}` | loses it |
//!
//! # Faults by name
//! The errors that apps meet most, in Spotify's words: as constructors of [`Fault`], by [`Fault::named`], and over HTTP.
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
//! | `captive-portal` | 200 | a web page, as of a network that asks for a sign-in |
//!
//! None of them has a `Retry-After`, unless [`Fault::header`] or `"headers": {"retry-after": "30"}` adds it.
//!
//! # Who reaches it
//! It runs next to a browser, in which any page can send requests to it. So it answers only under its own names: loopback
//! addresses, `localhost`, the address that it listens on, `api.spotify.com` and `accounts.spotify.com` for those who lead
//! these here, and the names that [`EmulatorBuilder::host`] adds; 421 otherwise. Its control and its consent page take
//! nothing from other pages. The Web API itself may be called from any page, as Spotify's may.
//!
//! # What it is not
//! An honest double says where it differs:
//! - **Facts.** Titles, artists, dates and labels of the albums are real. Where Spotify's own identifier of something is
//!   not known, one was made up and [says so](catalog::Identifier::is_made_up). Lengths are the published minutes and seconds where
//!   they are known, and near them else. Popularity, followers, pictures, ISRCs, audio features and analyses are made up.
//!   So are which episodes a podcast has, how long they and the chapters of audiobooks are, and all descriptions. Of some
//!   ids in the examples of Spotify's reference it is not known what they name: there, something well-known stands in.
//! - **Judgement.** Search, recommendations, related artists and top items are simple and always alike: what Spotify
//!   would choose is not known.
//! - **Sound.** Nothing can be heard, and the addresses of pictures lead nowhere.
//! - **Numbers.** Spotify publishes neither its rate limit nor its daily quota; there are none until
//!   [`Emulator::rate_limit`] and [`Emulator::daily_quota`] set them. The quota's groups of endpoints are the sections of
//!   the reference. 304 is recorded for playlists; here everything that has an `ETag` answers it. With the items of a
//!   playlist in Development Mode come the first 100, as they do in the older shapes.
//! - **Left out**: track relinking (`linked_from`), the Implicit Grant (which is gone), HTTP/2, TLS and compression.
//!
//! It listens on the loopback interface only, unless told otherwise; stores nothing; and ends with the [`Emulator`].

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
pub use limits::{DailyQuota, EndpointGroup};
pub use registration::{Migration, Quota};
pub use request_log::SeenRequest;
pub use world::accounts::{Consent, Rotation};
pub use world::player::Device;

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
