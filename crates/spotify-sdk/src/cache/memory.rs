//! [`MemoryCacheStore`]: responses in the memory of the process.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::sync::Cache;

use super::{CacheKey, CacheLookup, CacheStore, CacheVersion, CachedResponse, Topic};
use crate::auth::TokenOwner;
use crate::error::BoxError;

/// The part of the memory in which the versions of topics are remembered. The responses of a topic that is forgotten are out of date.
const VERSIONS_SHARE: u64 = 8;

/// The memory of the version of a topic.
const VERSION_SIZE: u64 = 192;

/// The memory of an entry beside its response: key, bookkeeping of the cache.
const ENTRY_OVERHEAD: usize = 400;

/// Keeps responses in the memory of the process, up to a number of bytes. Beyond it, those are dropped that are used least often.
/// Clones share the same memory.
#[derive(Clone)]
pub struct MemoryCacheStore {
    entries: Cache<[u8; 32], Entry>,
    versions: Cache<Topic, u64>,
    /// The last version of any topic: each new one is greater than all before.
    last_version: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Entry {
    owner: TokenOwner,
    version: CacheVersion,
    response: CachedResponse,
    life: Duration,
}

/// Each entry has a life of its own.
struct Life;

impl Expiry<[u8; 32], Entry> for Life {
    fn expire_after_create(&self, _: &[u8; 32], entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.life)
    }

    fn expire_after_update(&self, _: &[u8; 32], entry: &Entry, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(entry.life)
    }
}

impl MemoryCacheStore {
    /// Creates a store of this many bytes: bodies, headers and bookkeeping together. A response that is larger than that is not
    /// stored.
    pub fn new(max_bytes: u64) -> Self {
        let weight = |_: &[u8; 32], entry: &Entry| {
            u32::try_from(entry.response.size().saturating_add(ENTRY_OVERHEAD)).unwrap_or(u32::MAX)
        };
        let for_versions = max_bytes / VERSIONS_SHARE;
        let for_entries = max_bytes - for_versions;
        Self {
            entries: Cache::builder().max_capacity(for_entries).weigher(weight).expire_after(Life).build(),
            versions: Cache::new(for_versions / VERSION_SIZE),
            last_version: Arc::default(),
        }
    }

    /// Returns the number of stored responses.
    pub fn responses(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.entry_count()
    }

    /// Returns the number of bytes that they take.
    pub fn bytes(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.weighted_size()
    }

    /// Returns the version of a key: that of the topic that was invalidated last.
    fn version(&self, key: &CacheKey) -> CacheVersion {
        let version = |topic: &Topic| match self.versions.get(topic) {
            Some(version) => version,
            None => self.versions.get_with(*topic, || self.next_version()),
        };
        CacheVersion::new(key.topics().iter().map(version).max().unwrap_or_default().into())
    }

    fn next_version(&self) -> u64 {
        self.last_version.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn outdate(&self, topic: Topic) {
        self.versions.insert(topic, self.next_version());
    }
}

impl CacheStore for MemoryCacheStore {
    async fn get(&self, key: &CacheKey) -> Result<CacheLookup, BoxError> {
        let version = self.version(key);
        let entry = self.entries.get(key.hash()).filter(|entry| entry.version == version);
        Ok(CacheLookup::new(version, entry.map(|entry| entry.response)))
    }

    async fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> Result<(), BoxError> {
        if self.version(key) == version {
            self.entries.insert(*key.hash(), Entry { owner: key.owner(), version, response, life });
            // What was stored is weighed now: however much is stored at once, the memory stays within its bound.
            self.entries.run_pending_tasks();
            // Invalidated meanwhile, perhaps forgotten: nothing is left behind.
            if self.version(key) != version {
                self.entries.invalidate(key.hash());
            }
        }
        Ok(())
    }

    async fn remove(&self, key: &CacheKey) -> Result<(), BoxError> {
        self.entries.invalidate(key.hash());
        Ok(())
    }

    async fn invalidate(&self, topics: &[Topic]) -> Result<(), BoxError> {
        topics.iter().for_each(|topic| self.outdate(*topic));
        Ok(())
    }

    async fn forget(&self, owner: TokenOwner) -> Result<(), BoxError> {
        self.outdate(Topic::everything_of(owner));
        for (key, entry) in &self.entries {
            if entry.owner == owner {
                self.entries.invalidate(&*key);
            }
        }
        self.entries.run_pending_tasks();
        Ok(())
    }
}

impl fmt::Debug for MemoryCacheStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCacheStore").field("responses", &self.entries.entry_count()).finish_non_exhaustive()
    }
}
