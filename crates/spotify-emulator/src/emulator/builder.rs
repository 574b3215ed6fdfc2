//! The settings of an emulator before it starts.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Emulator, StateError};
use crate::http::Hosts;
use crate::instance::{Instance, Settings};
use crate::limits::DailyQuota;
use crate::registration::{Migration, Quota, Registration};
use crate::request_log::LogBounds;
use crate::server::{self, Server};
use crate::world::accounts::{App, Consent, Rotation};
use crate::world::{Generated, InitialState, World};

const REQUESTS_KEPT: usize = 10_000;
const REQUEST_BYTES_KEPT: usize = 64 * 1024 * 1024;
const CLIENT_ID: &str = "e0a1b2c3d4e5f60718293a4b5c6d7e8f";
const CLIENT_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const APP: &str = "Your app";

/// The settings of an [`Emulator`]; [`start`](Self::start) starts it.
#[derive(Clone)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct EmulatorBuilder {
    registration: Registration,
    daily_quota: Option<DailyQuota>,
    address: IpAddr,
    port: u16,
    hosts: Vec<String>,
    log: LogBounds,
    initial: InitialState,
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
            initial: InitialState {
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
    /// Sets the quota mode of the app. Default: [`Quota::Development`].
    pub fn quota(mut self, quota: Quota) -> Self {
        self.registration.quota = quota;
        self
    }

    /// Sets which of the changes of 2026 apply to an app in legacy Development Mode; no effect in other modes. Default:
    /// [`Migration::Postponed`].
    pub fn migration(mut self, migration: Migration) -> Self {
        self.registration.migration = migration;
        self
    }

    /// Sets whether the owner of the app has Premium. Without it, every request of an app in Development Mode, legacy or
    /// not, gets 403 `Active premium subscription required for the owner of the app. …`. Default: `true`.
    pub fn owner_has_premium(mut self, has_premium: bool) -> Self {
        self.registration.owner_has_premium = has_premium;
        self
    }

    /// Sets the ids of the users who are registered for the app, at most 5. In Development Mode, legacy or not, requests
    /// with tokens of other users get 403 `Check settings on developer.spotify.com/dashboard, the user may not be
    /// registered.` Default: all users are registered.
    pub fn registered_users<U: Into<String>>(mut self, users: impl IntoIterator<Item = U>) -> Self {
        self.registration.users = Some(users.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the daily quota. Default: none, since Spotify does not publish its numbers.
    pub fn daily_quota(mut self, quota: DailyQuota) -> Self {
        self.daily_quota = Some(quota);
        self
    }

    /// Sets the TCP port to listen on. Default: 0, a free port chosen by the operating system.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the IP address to listen on. Default: 127.0.0.1, which only this machine can reach. Anyone who can reach another
    /// address can read and change everything.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Adds a host name under which the emulator can be reached, such as that of a container or of a TLS proxy; can be called
    /// repeatedly. Always allowed are loopback addresses, `localhost`, the [`address`](Self::address) that it listens on (any
    /// address if that is 0.0.0.0 or `::`), `api.spotify.com` and `accounts.spotify.com`. Requests to other hosts get 421,
    /// which protects against DNS rebinding.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Sets name, client id and client secret of the registered app. Default: `Your app`, with an id and a secret that are the
    /// same in every emulator.
    pub fn app(
        mut self,
        name: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        let app = &mut self.initial.app;
        (app.name, app.client_id, app.client_secret) = (name.into(), client_id.into(), client_secret.into());
        self
    }

    /// Registers a redirect URI; can be called repeatedly. If at least one is registered, only registered ones are accepted.
    /// Default: none, and every URI is accepted that an app could register with Spotify: `https`, a custom scheme, or `http`
    /// on 127.0.0.1 or `[::1]`.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.initial.app.redirect_uris.push(uri.into());
        self
    }

    /// Sets when refreshing returns a new refresh token. Default: [`Rotation::AsSpotify`].
    pub fn rotation(mut self, rotation: Rotation) -> Self {
        self.initial.rotation = rotation;
        self
    }

    /// Sets how the authorization page responds. Default: [`Consent::Ask`].
    pub fn consent(mut self, consent: Consent) -> Self {
        self.initial.consent = consent;
        self
    }

    /// Replaces the saved tracks of the first user with this number of generated ones. Default: 0, which keeps the real
    /// ones.
    pub fn library(mut self, tracks: usize) -> Self {
        self.initial.generated.tracks = tracks;
        self
    }

    /// Sets the seed of the generated tracks: the same seed generates the same tracks. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.initial.generated.seed = seed;
        self
    }

    /// Adds a generated playlist with this number of items, at most 10,000, to the first user; can be called repeatedly.
    pub fn playlist(mut self, items: usize) -> Self {
        self.initial.playlists.push(items);
        self
    }

    /// Sets the time at which the emulator's clock starts. Default: the current time.
    pub fn starts_at(mut self, now: Timestamp) -> Self {
        self.initial.now = Some(now);
        self
    }

    /// Sets the maximum number of requests kept for [`Emulator::requests`]; the oldest are dropped. Default: 10,000.
    pub fn requests_kept(mut self, requests: usize) -> Self {
        self.log.requests = requests;
        self
    }

    /// Sets the maximum memory for the kept requests, in bytes. Beyond it the oldest are dropped and counted by
    /// [`Emulator::dropped_requests`]. A body that takes more than a quarter of it is truncated;
    /// [`SeenRequest::body_length`](crate::SeenRequest::body_length) is its full length. Default: 64 MiB, which truncates no
    /// body.
    pub fn request_bytes_kept(mut self, bytes: usize) -> Self {
        self.log.bytes = bytes;
        self
    }

    /// Starts the emulator, and returns once it accepts connections.
    ///
    /// # Errors
    /// If the port is in use, or the socket or the thread cannot be created. Of the kind
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if more than five users are registered.
    pub fn start(self) -> io::Result<Emulator> {
        let world = World::initial(&self.initial);
        self.start_with(world)
    }

    /// Starts the emulator with a state that [`Emulator::save_state`] returned. Settings of what the state contains, such as
    /// [`library`](Self::library), have no effect.
    ///
    /// # Errors
    /// As for [`start`](Self::start). Of the kind [`InvalidData`](io::ErrorKind::InvalidData) if the text is not a saved
    /// state.
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
        let shared = Arc::new(Instance::new(settings, world));
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

    /// A builder with the default settings.
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
            .field("generated", &self.initial.generated)
            .finish_non_exhaustive()
    }
}
