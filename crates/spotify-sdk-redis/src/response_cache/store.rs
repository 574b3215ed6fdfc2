//! [`Store`]: the responses in Redis, as one process sees them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use redis::RedisError;
use spotify_sdk::auth::TokenOwner;
use spotify_sdk::cache::{CacheKey, CacheLookup, CacheVersion, CachedResponse, Topic};
use tracing::{debug, warn};

use super::error::CacheStoreError;
use super::health::Health;
use super::memory::Memory;
use super::place::{OwnerPlace, Place, TopicId};
use super::scripts::{self, Found, Mode, Order};
use super::version::of_key;
use super::{LIMIT, MAX_LIFE, upkeep, value};
use crate::connection::{Connection, Link};
use crate::encryption::EncryptionKeys;
use crate::error::CommandError;

/// How long Redis may take for a part of the work that no call waits for.
pub(super) const UNHURRIED_LIMIT: Duration = Duration::from_secs(2);

const READ: &str = "read the response";
const PUT: &str = "store the response";
const REMOVE: &str = "remove the response";
pub(super) const INVALIDATE: &str = "make responses out of date";
pub(super) const FORGET: &str = "forget the responses of a user";

/// What all handles to the store share.
pub(super) struct Store {
    pub(super) connection: Connection,
    pub(super) memory: Memory,
    health: Health,
    pub(super) is_listening: AtomicBool,
    has_warned: AtomicBool,
}

/// What each handle has of its own.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) keys: Option<Arc<EncryptionKeys>>,
    pub(super) max_response_bytes: usize,
}

impl Store {
    pub(super) fn new(connection: Connection) -> Self {
        let (memory, health) = (Memory::default(), Health::default());
        Self { connection, memory, health, is_listening: AtomicBool::new(false), has_warned: AtomicBool::new(false) }
    }

    pub(super) async fn get(
        self: &Arc<Self>,
        key: &CacheKey,
        settings: &Settings,
    ) -> Result<CacheLookup, CacheStoreError> {
        let place = Arc::new(Place::new(key));
        let owed = self.memory.owed_of(place.topics());
        let changes = self.orders(owed.iter().map(|owed| owed.topic), Mode::Change)?;
        let ensures = self.orders(place.topics(), Mode::Ensure)?;
        let (asked, changed) = (Arc::clone(&place), changes.clone());
        let (made, Found { value, versions }) = self
            .run_soon(READ, move |link| async move {
                let made = scripts::versions(&link, &changes).await?;
                Ok((made, scripts::get(link, &asked, &ensures).await?))
            })
            .await?;
        self.remember(&changed, &made);
        self.memory.paid(&owed);
        let (everything, others) = versions.split_first().ok_or(CacheStoreError::Away { action: READ })?;
        let version = of_key(*everything, others);
        let response = value.and_then(|value| self.read(value, &place.response(), version, settings));
        Ok(CacheLookup::new(version, response))
    }

    /// Returns a response that was stored for a version of its key. One that cannot be read counts as none, and is replaced.
    fn read(&self, value: Vec<u8>, entry: &str, version: CacheVersion, settings: &Settings) -> Option<CachedResponse> {
        match value::read(value, entry, settings.keys.as_deref()) {
            Ok((stored, response)) => (stored == version).then_some(response),
            Err(why) => {
                if self.has_warned.swap(true, Ordering::Relaxed) {
                    debug!(why, "a stored response cannot be read");
                } else {
                    warn!(why, "a stored response cannot be read: Spotify is asked, and it is replaced");
                }
                None
            }
        }
    }

    pub(super) async fn put(
        self: &Arc<Self>,
        key: &CacheKey,
        version: CacheVersion,
        response: &CachedResponse,
        life: Duration,
        settings: &Settings,
    ) -> Result<(), CacheStoreError> {
        let place = Place::new(key);
        // It was asked for before a change of which Redis does not know yet.
        if !self.memory.owed_of(place.topics()).is_empty() {
            return Ok(());
        }
        let bytes = response.to_bytes();
        let life_ms = u64::try_from(life.min(MAX_LIFE).as_millis()).unwrap_or(u64::MAX);
        let is_stored = bytes.len() <= settings.max_response_bytes && life_ms > 0;
        let value = match is_stored {
            true => value::write(&place.response(), version, &bytes, settings.keys.as_deref())?,
            false => None,
        };
        match value {
            Some(value) => {
                let put = move |link| async move { scripts::put(link, &place, version, value, life_ms).await };
                self.run_soon(PUT, put).await
            }
            // The one before it is not the last one any more.
            None => self.remove(key).await,
        }
    }

    pub(super) async fn remove(&self, key: &CacheKey) -> Result<(), CacheStoreError> {
        let place = Place::new(key);
        self.run_soon(REMOVE, move |link| async move { scripts::remove(link, &place).await }).await
    }

    pub(super) async fn invalidate(self: &Arc<Self>, topics: &[Topic]) -> Result<(), CacheStoreError> {
        if topics.is_empty() {
            return Ok(());
        }
        let topics: Vec<TopicId> = topics.iter().map(TopicId::of).collect();
        let debt = Debt::of_change(self, topics.clone());
        let orders = self.orders(topics.into_iter(), Mode::Change)?;
        let sent = orders.clone();
        let made = self.run_soon(INVALIDATE, move |link| async move { scripts::versions(&link, &sent).await }).await?;
        self.remember(&orders, &made);
        debt.settled();
        Ok(())
    }

    pub(super) async fn forget(self: &Arc<Self>, owner: TokenOwner) -> Result<(), CacheStoreError> {
        let debt = Debt::of_forgetting(self, owner);
        self.remove_all(owner).await?;
        debt.settled();
        Ok(())
    }

    /// Removes all responses of an owner, and makes those that are under way out of date.
    pub(super) async fn remove_all(self: &Arc<Self>, owner: TokenOwner) -> Result<(), CacheStoreError> {
        let place = Arc::new(OwnerPlace::new(owner));
        let orders = self.orders(std::iter::once(place.everything), Mode::Change)?;
        self.settle(FORGET, orders).await?;
        loop {
            let place = Arc::clone(&place);
            let some = move |link| async move { scripts::forget_some(link, &place).await };
            if !self.run(FORGET, UNHURRIED_LIMIT, some).await? {
                return Ok(());
            }
        }
    }

    /// Looks after the versions of topics, in no hurry.
    pub(super) async fn settle(
        self: &Arc<Self>,
        action: &'static str,
        orders: Vec<Order>,
    ) -> Result<(), CacheStoreError> {
        let sent = orders.clone();
        let versions = move |link| async move { scripts::versions(&link, &sent).await };
        let made = self.run(action, UNHURRIED_LIMIT, versions).await?;
        self.remember(&orders, &made);
        Ok(())
    }

    /// Returns what is to be done with the versions of topics.
    pub(super) fn orders(
        &self,
        topics: impl Iterator<Item = TopicId>,
        mode: Mode,
    ) -> Result<Vec<Order>, CacheStoreError> {
        let topics: Vec<TopicId> = topics.collect();
        let mut bytes = vec![0; size_of::<u64>() * topics.len()];
        getrandom::getrandom(&mut bytes).map_err(|error| CacheStoreError::NoRandomness(error.to_string()))?;
        let (randoms, _) = bytes.as_chunks();
        let floors = self.memory.floors(topics.iter().copied());
        let parts = topics.into_iter().zip(floors).zip(randoms);
        let order = |((topic, floor), random): ((_, _), &[u8; 8])| Order {
            topic,
            mode,
            floor,
            random: u64::from_be_bytes(*random),
        };
        Ok(parts.map(order).collect())
    }

    /// Remembers the versions that this process has made.
    fn remember(self: &Arc<Self>, orders: &[Order], made: &[Option<super::version::TopicVersion>]) {
        for (order, made) in orders.iter().zip(made) {
            if let Some(made) = made {
                self.memory.made(order.topic, *made);
                upkeep::listen(self);
            }
        }
    }

    /// Runs commands that a call waits for.
    async fn run_soon<T, F, Fut>(&self, action: &'static str, commands: F) -> Result<T, CacheStoreError>
    where
        T: Send + 'static,
        F: FnOnce(Link) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, RedisError>> + Send,
    {
        if !self.health.may_ask(Instant::now(), LIMIT) {
            return Err(CacheStoreError::Away { action });
        }
        self.run(action, LIMIT, commands).await
    }

    async fn run<T, F, Fut>(&self, action: &'static str, limit: Duration, commands: F) -> Result<T, CacheStoreError>
    where
        T: Send + 'static,
        F: FnOnce(Link) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, RedisError>> + Send,
    {
        let done = self.connection.run(limit, commands).await;
        match &done {
            Err(CommandError::Timeout(_) | CommandError::Closed) => self.health.is_away(Instant::now()),
            Err(CommandError::Redis(error)) if error.is_io_error() || error.is_connection_dropped() => {
                self.health.is_away(Instant::now());
            }
            _ => self.health.is_there(),
        }
        done.map_err(|error| CacheStoreError::command(action, &error))
    }
}

/// What Redis has to be told. Unless it is settled, it is remembered: also if the one who waits for it gives up.
struct Debt {
    store: Arc<Store>,
    topics: Vec<TopicId>,
    forgotten: Option<TokenOwner>,
}

impl Debt {
    fn of_change(store: &Arc<Store>, topics: Vec<TopicId>) -> Self {
        Self { store: Arc::clone(store), topics, forgotten: None }
    }

    fn of_forgetting(store: &Arc<Store>, owner: TokenOwner) -> Self {
        Self { store: Arc::clone(store), topics: Vec::new(), forgotten: Some(owner) }
    }

    fn settled(mut self) {
        self.topics.clear();
        self.forgotten = None;
    }
}

impl Drop for Debt {
    fn drop(&mut self) {
        let memory = &self.store.memory;
        let begins = match self.forgotten {
            Some(owner) => memory.owe_forgetting(owner),
            None if self.topics.is_empty() => false,
            None => memory.owe(&self.topics),
        };
        if begins {
            upkeep::begin(&self.store);
        }
    }
}
