//! The settings of an emulator that is yet to start.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Emulator, StateError};
use crate::http::Hosts;
use crate::instance::{Settings, State};
use crate::limits::DailyQuota;
use crate::registration::{Migration, Quota, Registration};
use crate::request_log::LogBounds;
use crate::server::{self, Server};
use crate::world::accounts::{App, Consent, Rotation};
use crate::world::{Beginning, Generated, World};

/// How many requests are remembered by default.
const REQUESTS_KEPT: usize = 10_000;
/// How many bytes they take by default.
const REQUEST_BYTES_KEPT: usize = 64 * 1024 * 1024;
const CLIENT_ID: &str = "e0a1b2c3d4e5f60718293a4b5c6d7e8f";
const CLIENT_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const APP: &str = "Your app";

/// Settings of an [`Emulator`] that is yet to start.
#[derive(Clone)]
#[must_use = "the emulator begins with `start`"]
pub struct EmulatorBuilder {
    registration: Registration,
    daily_quota: Option<DailyQuota>,
    address: IpAddr,
    port: u16,
    hosts: Vec<String>,
    log: LogBounds,
    beginning: Beginning,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            registration: Registration::default(),
            daily_quota: None,
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            hosts: Vec::new(),
            log: LogBounds { requests: REQUESTS_KEPT, bytes: REQUEST_BYTES_KEPT },
            beginning: Beginning {
                now: None,
                generated: Generated::default(),
                playlists: Vec::new(),
                app: App {
                    client_id: CLIENT_ID.to_owned(),
                    client_secret: CLIENT_SECRET.to_owned(),
                    name: APP.to_owned(),
                    redirect_uris: Vec::new(),
                },
                rotation: Rotation::default(),
                consent: Consent::default(),
            },
        }
    }
}

impl EmulatorBuilder {
    /// The quota mode of the app that the emulator answers to. Default: [`Quota::Development`].
    pub fn quota(mut self, quota: Quota) -> Self {
        self.registration.quota = quota;
        self
    }

    /// How far the changes of 2026 have come for an app in legacy Development Mode; it does nothing for others. Default:
    /// [`Migration::Postponed`].
    pub fn migration(mut self, migration: Migration) -> Self {
        self.registration.migration = migration;
        self
    }

    /// Whether the app's owner has Premium. Without it, every request of an app in Development Mode, legacy or not, is
    /// answered with 403 `Active premium subscription required for the owner of the app. …`. Default: `true`.
    pub fn owner_has_premium(mut self, has_premium: bool) -> Self {
        self.registration.owner_has_premium = has_premium;
        self
    }

    /// The ids of the users who are registered for the app, at most 5. To an app in Development Mode, legacy or not,
    /// requests for others are answered with 403 `Check settings on developer.spotify.com/dashboard, the user may not be
    /// registered.` Default: everyone is registered.
    pub fn registered_users<U: Into<String>>(mut self, users: impl IntoIterator<Item = U>) -> Self {
        self.registration.users = Some(users.into_iter().map(Into::into).collect());
        self
    }

    /// Spotify's daily quota. Default: none, since Spotify does not publish its numbers.
    pub fn daily_quota(mut self, quota: DailyQuota) -> Self {
        self.daily_quota = Some(quota);
        self
    }

    /// The TCP port to listen on. Default: 0, which lets the operating system choose a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The address to listen on. Default: 127.0.0.1, which nobody else reaches. Elsewhere everyone who can reach the
    /// address can read and change everything.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Another name by which the emulator is reached, such as that of a container or of a proxy that speaks TLS; can be
    /// called again for more. It answers to loopback addresses, `localhost`, the [`address`](Self::address) that it listens
    /// on (any, where that is 0.0.0.0 or `::`), `api.spotify.com` and `accounts.spotify.com`. Requests to other hosts are
    /// answered with 421, so that no page in a browser reaches it under a name of its own.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// The name, the id and the secret of the app that is registered. By default an app called `Your app` is, with an
    /// id and a secret that are the same in every emulator.
    pub fn app(
        mut self,
        name: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        let app = &mut self.beginning.app;
        (app.name, app.client_id, app.client_secret) = (name.into(), client_id.into(), client_secret.into());
        self
    }

    /// Registers a redirect URI; can be called again for more. With at least one registered, no other is taken. Without
    /// any, every URI is taken that Spotify would let an app register: `https`, or `http` on 127.0.0.1 or `[::1]`.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.beginning.app.redirect_uris.push(uri.into());
        self
    }

    /// What the answer to a refresh says about the refresh token. Default: [`Rotation::AsSpotify`].
    pub fn rotation(mut self, rotation: Rotation) -> Self {
        self.beginning.rotation = rotation;
        self
    }

    /// How the authorization page decides. Default: [`Consent::Ask`].
    pub fn consent(mut self, consent: Consent) -> Self {
        self.beginning.consent = consent;
        self
    }

    /// Gives the first user so many saved tracks, made up, instead of the real ones. Default: 0, which keeps the real
    /// ones.
    pub fn library(mut self, tracks: usize) -> Self {
        self.beginning.generated.tracks = tracks;
        self
    }

    /// What the made-up tracks depend on: the same seed makes the same ones. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.beginning.generated.seed = seed;
        self
    }

    /// Gives the first user one playlist more, of so many items, at most 10,000; can be called again for more.
    pub fn playlist(mut self, items: usize) -> Self {
        self.beginning.playlists.push(items);
        self
    }

    /// The time at which the emulator's clock begins. Default: the machine's.
    pub fn starts_at(mut self, now: Timestamp) -> Self {
        self.beginning.now = Some(now);
        self
    }

    /// How many requests are remembered for [`Emulator::requests`]: the latest. Default: 10,000.
    pub fn requests_kept(mut self, requests: usize) -> Self {
        self.log.requests = requests;
        self
    }

    /// How many bytes the remembered requests may take in memory. Where there is no room for all of them, the oldest are
    /// forgotten, and [`Emulator::dropped_requests`] counts them; a body that would take more than a quarter of it is cut,
    /// and [`SeenRequest::body_length`](crate::SeenRequest::body_length) says how long it was. Default: 64 MiB, in which no
    /// body is cut.
    pub fn request_bytes_kept(mut self, bytes: usize) -> Self {
        self.log.bytes = bytes;
        self
    }

    /// Starts the emulator, and returns once it accepts connections.
    ///
    /// # Errors
    /// When the port is taken, or the operating system grants no socket or no thread. Of the kind
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) when more than five users are registered.
    pub fn start(self) -> io::Result<Emulator> {
        let world = World::beginning(&self.beginning);
        self.start_with(world)
    }

    /// Starts the emulator with a state that was saved, in which all is kept but the settings of the server. Settings of
    /// what the state holds, such as [`library`](Self::library), do nothing.
    ///
    /// # Errors
    /// As for [`start`](Self::start), and when the text is no such state.
    pub fn start_from(self, json: impl AsRef<str>) -> io::Result<Emulator> {
        let world = World::from_json(json.as_ref())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, StateError::new(error)))?;
        self.start_with(world)
    }

    fn start_with(self, world: World) -> io::Result<Emulator> {
        Registration::check_users(self.registration.users.as_deref().unwrap_or_default())
            .map_err(|mistake| io::Error::new(io::ErrorKind::InvalidInput, mistake))?;
        let listener = server::bind(SocketAddr::new(self.address, self.port))?;
        let settings = Settings {
            origin: format!("http://{}", listener.local_addr()?),
            hosts: Hosts::new(self.address, &self.hosts),
            registration: self.registration,
            daily_quota: self.daily_quota,
            requests: self.log,
        };
        let shared = Arc::new(State::new(settings, world));
        let server = Server::start(listener, Arc::clone(&shared))?;
        Ok(Emulator::new(shared, server))
    }
}

impl Emulator {
    /// Starts an emulator with the default settings.
    ///
    /// # Errors
    /// As for [`EmulatorBuilder::start`].
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// An emulator's settings, each at its default.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("registration", &self.registration)
            .field("address", &self.address)
            .field("port", &self.port)
            .field("generated", &self.beginning.generated)
            .finish_non_exhaustive()
    }
}
