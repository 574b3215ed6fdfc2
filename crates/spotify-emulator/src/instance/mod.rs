//! The parts of one running emulator, shared by its handlers.

mod instructions;

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::faults::Faults;
use crate::http::Hosts;
use crate::limits::{DailyQuota, QuotaLedger, RateLimit};
use crate::registration::{CurrentRegistration, Registration};
use crate::request_log::{LogBounds, RequestLog};
use crate::world::World;

/// A handle on the state of one emulator.
pub(crate) type Shared = Arc<Instance>;

/// The state of one emulator.
pub(crate) struct Instance {
    /// Where the emulator is, without a path: `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    /// Where the Web API is: the origin with `/v1`.
    pub(crate) base_url: String,
    pub(crate) hosts: Hosts,
    pub(crate) registration: CurrentRegistration,
    pub(crate) tokens: DefaultTokens,
    pub(crate) faults: Faults,
    pub(crate) requests: RequestLog,
    pub(crate) rate_limit: RateLimit,
    pub(crate) daily_quota: QuotaLedger,
    pub(crate) connections: AtomicUsize,
    world: Mutex<World>,
}

/// The settings of an instance, apart from the world.
pub(crate) struct Settings {
    pub(crate) origin: String,
    pub(crate) hosts: Hosts,
    pub(crate) registration: Registration,
    pub(crate) daily_quota: Option<DailyQuota>,
    pub(crate) requests: LogBounds,
}

/// The tokens that [`Emulator`](crate::Emulator) hands out. They belong to no consent, and loading another state does not
/// change them.
pub(crate) struct DefaultTokens {
    pub(crate) valid: String,
    pub(crate) expired: String,
    pub(crate) unknown: String,
}

impl Instance {
    pub(crate) fn new(settings: Settings, world: World) -> Self {
        let Settings { origin, hosts, registration, daily_quota, requests } = settings;
        let token = crate::text::random::token;
        let instance = Self {
            base_url: format!("{origin}/v1"),
            origin,
            hosts,
            registration: CurrentRegistration::new(registration),
            tokens: DefaultTokens { valid: token(), expired: token(), unknown: token() },
            faults: Faults::default(),
            requests: RequestLog::new(requests),
            rate_limit: RateLimit::default(),
            daily_quota: QuotaLedger::new(daily_quota),
            connections: AtomicUsize::new(0),
            world: Mutex::new(world),
        };
        instance.add_default_tokens(&mut instance.world());
        instance
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the world.
    pub(crate) fn replace_world(&self, mut world: World) {
        self.add_default_tokens(&mut world);
        *self.world() = world;
    }

    fn add_default_tokens(&self, world: &mut World) {
        world.add_default_token(&self.tokens.valid, None);
        world.add_default_token(&self.tokens.expired, Some(jiff::Timestamp::UNIX_EPOCH));
    }
}
