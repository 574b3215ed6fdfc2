//! The emulator as its user holds it: where it is, which tokens it accepts, what it has seen.

mod builder;
mod clock;
mod error;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub use builder::EmulatorBuilder;
pub use clock::Clock;
pub use error::{ConsentError, StateError};

use crate::accounts::{Decision, decide_at};
use crate::faults::Faults;
use crate::instance::Shared;
use crate::limits::DailyQuota;
use crate::registration::{Migration, Quota};
use crate::request_log::SeenRequest;
use crate::server::Server;
use crate::world::World;
use crate::world::accounts::Rotation;
use crate::world::player::Device;

/// Spotify on your own machine: an HTTP server on the loopback interface, for as long as this value lives.
///
/// It runs on a thread of its own, so that it serves synchronous programs and tokio programs alike, and can be
/// dropped in either. Dropping it closes every connection at once, also one in the middle of an answer.
pub struct Emulator {
    shared: Shared,
    server: Server,
}

impl Emulator {
    pub(crate) fn new(shared: Shared, server: Server) -> Self {
        Self { shared, server }
    }

    /// Where the emulated Web API is, without a slash at its end: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Where the emulated Accounts service is, without a slash at its end: `http://127.0.0.1:PORT`. The authorization
    /// page is at `/authorize` there, the token endpoint at `/api/token`.
    pub fn accounts_url(&self) -> &str {
        &self.shared.origin
    }

    /// The quota mode of the app that this emulator answers to.
    pub fn quota(&self) -> Quota {
        self.shared.registration.lock().quota
    }

    /// How to point an app at this emulator: this SDK, and the clients of other languages.
    pub fn instructions(&self) -> String {
        self.shared.instructions()
    }

    /// The client id of the app that is registered with this emulator.
    pub fn client_id(&self) -> String {
        self.app(|app| app.client_id.clone())
    }

    /// The client secret of the app that is registered with this emulator.
    pub fn client_secret(&self) -> String {
        self.app(|app| app.client_secret.clone())
    }

    fn app(&self, field: impl Fn(&crate::world::accounts::App) -> String) -> String {
        self.shared.world().accounts.apps.first().map(field).unwrap_or_default()
    }

    /// The ids of the users who can sign in; the first has Premium, and is whose the tokens are.
    pub fn users(&self) -> Vec<String> {
        self.shared.world().members().map(|(user, _)| user.id.clone()).collect()
    }

    /// An access token that the emulator accepts, with every scope. It never expires, and no other emulator knows it.
    pub fn valid_token(&self) -> &str {
        &self.shared.owner.valid
    }

    /// An access token that was good once: it is answered with 401 `The access token expired`.
    pub fn expired_token(&self) -> &str {
        &self.shared.owner.expired
    }

    /// A well-formed access token that was never issued: it is answered with 401 `Invalid access token`.
    pub fn unknown_token(&self) -> &str {
        &self.shared.owner.unknown
    }

    /// Issues a new access token that has just these scopes, spelled as in Spotify's reference. Without any it still
    /// reaches everything that is not about a user. It never expires.
    pub fn token_with_scopes(&self, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        self.shared.world().issue_token(None, Some(scopes)).unwrap_or_default()
    }

    /// Issues a new access token with every scope for one of the [`users`](Self::users); `None` for anyone else. It
    /// never expires.
    pub fn token_for_user(&self, user: impl AsRef<str>) -> Option<String> {
        self.shared.world().issue_token(Some(user.as_ref()), None)
    }

    /// Does what a user does who opens `authorization_url` in a browser and agrees, and gives the address to which the
    /// browser goes then: the redirect URI with the code.
    ///
    /// # Errors
    /// With what the page would say, when there is something wrong with the request, or no such user.
    pub fn agree(&self, authorization_url: impl AsRef<str>, user: impl AsRef<str>) -> Result<String, ConsentError> {
        self.decide(authorization_url.as_ref(), user.as_ref(), Decision::Agree)
    }

    /// Does what a user does who opens `authorization_url` in a browser and cancels. The address that it gives says
    /// `error=access_denied`.
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

    /// Ends every consent that users have given: their refresh tokens are answered with `invalid_grant`, `Refresh token
    /// revoked`. Access tokens live on until their hour is over.
    pub fn revoke_consent(&self) {
        self.shared.world().accounts.revoke(None);
    }

    /// Makes every access token expire that came from the token endpoint.
    pub fn expire_access_tokens(&self) {
        let mut world = self.shared.world();
        let now = world.now();
        world.accounts.expire_access_tokens(now);
    }

    /// Sets what the answer to a refresh says about the refresh token, from now on.
    pub fn rotate_refresh_tokens(&self, rotation: Rotation) {
        self.shared.world().accounts.rotation = rotation;
    }

    /// The clock by which tokens expire and tracks play.
    pub fn clock(&self) -> Clock {
        Clock::new(Arc::clone(&self.shared))
    }

    /// The faults that requests will meet; none at first.
    pub fn faults(&self) -> Faults {
        self.shared.faults.clone()
    }

    /// Lets an app send `requests` in any 30 seconds; more are answered with 429 and `Retry-After`, and each one that
    /// comes before the wait is over makes it a second longer. Counts from now on.
    pub fn rate_limit(&self, requests: u32) {
        self.shared.rate_limit.set(Some(requests));
    }

    /// Lifts the rate limit; there is none at first.
    pub fn lift_rate_limit(&self) {
        self.shared.rate_limit.set(None);
    }

    /// How many requests the rate limit has refused so far.
    pub fn rate_limited(&self) -> usize {
        self.shared.rate_limit.refused()
    }

    /// Sets Spotify's daily quota; it counts from now on.
    pub fn daily_quota(&self, quota: DailyQuota) {
        self.shared.daily_quota.set(Some(quota));
    }

    /// Lifts the daily quota; there is none at first.
    pub fn lift_daily_quota(&self) {
        self.shared.daily_quota.set(None);
    }

    /// How many requests the daily quota has refused so far.
    pub fn quota_exceeded(&self) -> usize {
        self.shared.daily_quota.refused()
    }

    /// Sets how far the changes of 2026 have come for an app in legacy Development Mode, from now on.
    pub fn migrate(&self, migration: Migration) {
        self.shared.registration.lock().migration = migration;
    }

    /// Sets whether the app's owner has Premium, from now on; see
    /// [`EmulatorBuilder::owner_has_premium`](crate::EmulatorBuilder::owner_has_premium).
    pub fn owner_has_premium(&self, has_premium: bool) {
        self.shared.registration.lock().owner_has_premium = has_premium;
    }

    /// Adds a device on which `user` can play, or puts it in the place of the one with the same id. Says whether there
    /// is such a user.
    pub fn add_device(&self, user: impl AsRef<str>, device: Device) -> bool {
        let mut world = self.shared.world();
        world.private_mut(user.as_ref()).map(|private| private.player.add_device(device)).is_some()
    }

    /// Takes a device away, as if it had lost its network; what it played pauses. Says whether it was there.
    pub fn lose_device(&self, user: impl AsRef<str>, device_id: impl AsRef<str>) -> bool {
        self.shared.world().lose_device(user.as_ref(), device_id.as_ref())
    }

    /// The latest requests received, in order, also those that met a fault or were refused. One appears here once its
    /// body has arrived in full, which is before its answer begins. How many are remembered,
    /// [`requests_kept`](crate::EmulatorBuilder::requests_kept) and
    /// [`request_bytes_kept`](crate::EmulatorBuilder::request_bytes_kept) say.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.all()
    }

    /// The same requests, which are forgotten with it: none is seen twice, and none is missed for which there was room.
    pub fn take_requests(&self) -> Vec<SeenRequest> {
        self.shared.requests.take()
    }

    /// How many requests have been forgotten for want of room since they were last taken or cleared.
    pub fn dropped_requests(&self) -> usize {
        self.shared.requests.dropped()
    }

    /// Forgets every request received so far.
    pub fn clear_requests(&self) {
        self.shared.requests.clear();
    }

    /// How many TCP connections have been accepted so far, also those that are closed by now.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Everything that requests can change, as JSON: users, libraries, playlists, players, apps, consents and tokens.
    /// The text holds every token, so it is no secret less than they are.
    ///
    /// # Errors
    /// None in practice.
    pub fn save_state(&self) -> Result<String, StateError> {
        self.shared.world().to_json().map_err(StateError::new)
    }

    /// Puts a state that was saved, here or in another emulator, in the place of the present one. The emulator's own
    /// [`valid_token`](Self::valid_token) stays good; registration, faults, rate limit, daily quota and
    /// requests stay as they are.
    ///
    /// # Errors
    /// When the text is no such state; then nothing changes.
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
