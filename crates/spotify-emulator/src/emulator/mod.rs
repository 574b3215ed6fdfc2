//! The public API of a running emulator.

mod builder;
#[cfg(feature = "client")]
mod client;
mod clock;
mod error;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub use builder::EmulatorBuilder;
pub use clock::Clock;
pub use error::{ConsentError, StateError};

use crate::accounts::{Decision, decide_at};
use crate::faults::Faults;
use crate::instance::Shared;
use crate::limits::{DailyQuota, Limit, Window, WindowError};
use crate::registration::{Migration, Quota};
use crate::request_log::SeenRequest;
use crate::server::Server;
use crate::world::World;
use crate::world::accounts::Rotation;
use crate::world::player::Device;

/// A running emulator: an HTTP server on the loopback interface that stops when this value is dropped.
///
/// The server runs on its own thread, so it can be used and dropped in synchronous programs and inside a tokio runtime.
/// Dropping it closes all connections immediately, including those in the middle of a response.
pub struct Emulator {
    shared: Shared,
    server: Server,
}

impl Emulator {
    pub(crate) fn new(shared: Shared, server: Server) -> Self {
        Self { shared, server }
    }

    /// The base URL of the emulated Web API, without a trailing slash: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// The base URL of the emulated Accounts service, without a trailing slash: `http://127.0.0.1:PORT`. It has the
    /// authorization page at `/authorize` and the token endpoint at `/api/token`.
    pub fn accounts_url(&self) -> &str {
        &self.shared.origin
    }

    /// The quota mode of the app.
    pub fn quota(&self) -> Quota {
        self.shared.registration.lock().quota
    }

    /// Instructions for pointing a program at this emulator: environment variables and code for the SDK and for clients in
    /// other languages.
    pub fn instructions(&self) -> String {
        self.shared.instructions()
    }

    /// The client id of the registered app.
    pub fn client_id(&self) -> String {
        self.app(|app| app.client_id.clone())
    }

    /// The client secret of the registered app.
    pub fn client_secret(&self) -> String {
        self.app(|app| app.client_secret.clone())
    }

    fn app(&self, field: impl Fn(&crate::world::accounts::App) -> String) -> String {
        self.shared.world().accounts.apps.first().map(field).unwrap_or_default()
    }

    /// The ids of the users who can sign in. The first one has Premium and owns [`valid_token`](Self::valid_token).
    pub fn users(&self) -> Vec<String> {
        self.shared.world().members().map(|(user, _)| user.id.clone()).collect()
    }

    /// An access token of the first user with every scope. It never expires, and no other emulator accepts it.
    pub fn valid_token(&self) -> &str {
        &self.shared.tokens.valid
    }

    /// An expired access token: requests with it get 401 `The access token expired`.
    pub fn expired_token(&self) -> &str {
        &self.shared.tokens.expired
    }

    /// A well-formed access token that was never issued: requests with it get 401 `Invalid access token`.
    pub fn unknown_token(&self) -> &str {
        &self.shared.tokens.unknown
    }

    /// Issues an access token of the first user with only these scopes, spelled as in Spotify's reference. An empty list
    /// still gives access to everything that needs no scope. The token never expires.
    pub fn token_with_scopes(&self, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        self.shared.world().issue_token(None, Some(scopes)).unwrap_or_default()
    }

    /// Issues an access token with every scope for one of the [`users`](Self::users); `None` for any other id. The token
    /// never expires.
    pub fn token_for_user(&self, user: impl AsRef<str>) -> Option<String> {
        self.shared.world().issue_token(Some(user.as_ref()), None)
    }

    /// Agrees to an authorization request in the name of `user`, as if the user had opened `authorization_url` in a
    /// browser. Returns the URL to which the browser would be redirected: the redirect URI with the code.
    ///
    /// # Errors
    /// If the authorization request is invalid, with the message of the page, or if there is no such user.
    pub fn agree(&self, authorization_url: impl AsRef<str>, user: impl AsRef<str>) -> Result<String, ConsentError> {
        self.decide(authorization_url.as_ref(), user.as_ref(), Decision::Agree)
    }

    /// Denies an authorization request in the name of `user`. The returned URL has `error=access_denied`.
    ///
    /// # Errors
    /// As for [`agree`](Self::agree).
    pub fn cancel(&self, authorization_url: impl AsRef<str>, user: impl AsRef<str>) -> Result<String, ConsentError> {
        self.decide(authorization_url.as_ref(), user.as_ref(), Decision::Cancel)
    }

    fn decide(&self, url: &str, user: &str, decision: Decision) -> Result<String, ConsentError> {
        let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let query = query.split('#').next().unwrap_or_default();
        decide_at(&mut self.shared.world(), query, Some(user), decision).map_err(ConsentError::new)
    }

    /// Revokes every consent that users have given: their refresh tokens get `invalid_grant`, `Refresh token revoked`.
    /// Access tokens remain valid until they expire.
    pub fn revoke_consent(&self) {
        self.shared.world().accounts.revoke(None);
    }

    /// Expires every access token that the token endpoint issued.
    pub fn expire_access_tokens(&self) {
        let mut world = self.shared.world();
        let now = world.now();
        world.accounts.expire_access_tokens(now);
    }

    /// Sets when refreshing returns a new refresh token, from now on.
    pub fn rotate_refresh_tokens(&self, rotation: Rotation) {
        self.shared.world().accounts.rotation = rotation;
    }

    /// The clock that token expiry, playback and limits are based on.
    pub fn clock(&self) -> Clock {
        Clock::new(Arc::clone(&self.shared))
    }

    /// The faults to apply to requests; none at first.
    pub fn faults(&self) -> Faults {
        self.shared.faults.clone()
    }

    /// Limits an app to `requests` in any 30 seconds, counting from now. Further requests get 429 with `Retry-After`; each
    /// request sent before that wait is over extends it by a second.
    pub fn rate_limit(&self, requests: u32) {
        self.shared.rate_limit.set(Some(Limit { requests, window: Window::default() }));
    }

    /// Limits an app to `requests` in any period as long as `window`, as [`rate_limit`](Self::rate_limit) does for Spotify's 30
    /// seconds. With a shorter window, tests of a rate limiter need not wait for long. `Retry-After` is in whole seconds, rounded
    /// up, as Spotify's.
    ///
    /// # Errors
    /// If the window is zero or longer than a day; then the limit does not change.
    pub fn rate_limit_in(&self, requests: u32, window: Duration) -> Result<(), WindowError> {
        self.shared.rate_limit.set(Some(Limit { requests, window: Window::new(window)? }));
        Ok(())
    }

    /// Removes the rate limit; there is none at first.
    pub fn lift_rate_limit(&self) {
        self.shared.rate_limit.set(None);
    }

    /// The number of requests that the rate limit has rejected so far.
    pub fn rate_limited(&self) -> usize {
        self.shared.rate_limit.refused()
    }

    /// Sets the daily quota, counting from now.
    pub fn daily_quota(&self, quota: DailyQuota) {
        self.shared.daily_quota.set(Some(quota));
    }

    /// Removes the daily quota; there is none at first.
    pub fn lift_daily_quota(&self) {
        self.shared.daily_quota.set(None);
    }

    /// The number of requests that the daily quota has rejected so far.
    pub fn quota_exceeded(&self) -> usize {
        self.shared.daily_quota.refused()
    }

    /// Sets which of the changes of 2026 apply to an app in legacy Development Mode, from now on.
    pub fn migrate(&self, migration: Migration) {
        self.shared.registration.lock().migration = migration;
    }

    /// Sets whether the owner of the app has Premium, from now on; see
    /// [`EmulatorBuilder::owner_has_premium`](crate::EmulatorBuilder::owner_has_premium).
    pub fn owner_has_premium(&self, has_premium: bool) {
        self.shared.registration.lock().owner_has_premium = has_premium;
    }

    /// Adds a device for `user`, or replaces the one with the same id. Returns whether there is such a user.
    pub fn add_device(&self, user: impl AsRef<str>, device: Device) -> bool {
        let mut world = self.shared.world();
        world.private_mut(user.as_ref()).map(|private| private.player.add_device(device)).is_some()
    }

    /// Removes a device, as if it had lost its network; playback on it pauses. Returns whether the device existed.
    pub fn lose_device(&self, user: impl AsRef<str>, device_id: impl AsRef<str>) -> bool {
        self.shared.world().lose_device(user.as_ref(), device_id.as_ref())
    }

    /// The latest requests received, in order, including those with a fault and those rejected. A request is listed once
    /// its body has been received in full, before its response begins.
    /// [`requests_kept`](crate::EmulatorBuilder::requests_kept) and
    /// [`request_bytes_kept`](crate::EmulatorBuilder::request_bytes_kept) limit how many are kept.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.all()
    }

    /// Returns the same requests and removes them from the log, in one step: repeated calls return each request once.
    pub fn take_requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.take()
    }

    /// The number of requests dropped because the log was full, since it was last taken or cleared.
    pub fn dropped_requests(&self) -> usize {
        self.shared.requests.dropped()
    }

    /// Removes every request from the log.
    pub fn clear_requests(&self) {
        self.shared.requests.clear();
    }

    /// The number of TCP connections accepted so far, including closed ones.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Returns everything that requests can change, as JSON: users, libraries, playlists, players, apps, consents and tokens.
    /// The JSON contains access and refresh tokens: keep it as secret as these.
    ///
    /// # Errors
    /// None in practice.
    pub fn save_state(&self) -> Result<String, StateError> {
        self.shared.world().to_json().map_err(StateError::new)
    }

    /// Replaces the state with one that [`save_state`](Self::save_state) returned, of this emulator or another. This
    /// emulator's [`valid_token`](Self::valid_token) remains valid; registration, faults, rate limit, daily quota and the
    /// request log do not change.
    ///
    /// # Errors
    /// If the text is not a saved state; then nothing changes.
    pub fn load_state(&self, json: impl AsRef<str>) -> Result<(), StateError> {
        self.shared.replace_world(World::from_json(json.as_ref()).map_err(StateError::new)?);
        Ok(())
    }

    /// Stops the emulator and closes its connections, as dropping it does. Returns when its thread has ended.
    pub fn stop(self) {
        drop(self.server);
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("base_url", &self.base_url())
            .field("quota", &self.quota())
            .field("connections", &self.connections())
            .field("requests", &self.shared.requests.len())
            .field("pending_faults", &self.faults().pending())
            .finish()
    }
}
