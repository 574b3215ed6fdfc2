//! [`FileCacheStore`]: responses in files, for runs one after another and at the same time.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hmac_sha256::Hash;
use spotify_sdk::BoxError;
use spotify_sdk::auth::TokenOwner;
use spotify_sdk::cache::{CacheKey, CacheLookup, CacheStore, CacheVersion, CachedResponse, Topic};

use super::entry::{Entry, Span};
use super::folder::{Folder, Held};

/// Keeps responses in the files of a folder, up to a number of bytes of the disk. Beyond it the oldest are dropped. The files are for
/// their owner alone, and any number of processes may use them at the same time. A file that is damaged is no response.
///
/// A response is stored with the version of its key, which is made of a file for each of its topics with a random number in it. To
/// make a topic out of date its file is removed, and the next to ask makes one with another number.
#[derive(Clone)]
pub(crate) struct FileCacheStore(Arc<Shared>);

struct Shared {
    folder: Folder,
    /// The topics that could not be made out of date yet.
    pending: Mutex<BTreeSet<Topic>>,
    now: Box<dyn Fn() -> SystemTime + Send + Sync>,
}

impl FileCacheStore {
    /// The store in a folder, which need not be there, of so many bytes.
    pub(crate) fn new(folder: PathBuf, max_bytes: u64) -> Self {
        Self::with_clock(folder, max_bytes, SystemTime::now)
    }

    pub(super) fn with_clock(
        folder: PathBuf,
        max_bytes: u64,
        now: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Self {
        let folder = Folder::new(folder, max_bytes);
        Self(Arc::new(Shared { folder, pending: Mutex::default(), now: Box::new(now) }))
    }

    /// Removes everything, of all apps and users.
    pub(crate) fn clear(&self) -> io::Result<()> {
        self.0.folder.clear()
    }

    /// Removes what has reached the end of its life; for the most part it is not yet time to look.
    pub(crate) fn tidy(&self) -> io::Result<()> {
        self.0.folder.tidy((self.0.now)())
    }

    /// What is stored.
    pub(crate) fn held(&self) -> Held {
        self.0.folder.held()
    }
}

impl Shared {
    /// Removes the versions of topics, also of those for which that has failed before.
    fn outdate(&self, topics: &[Topic]) -> io::Result<()> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.extend(topics);
        if !pending.is_empty() {
            let all: Vec<Topic> = pending.iter().copied().collect();
            self.folder.outdate(&all)?;
            pending.clear();
        }
        Ok(())
    }

    /// The version of a key, made of those of its topics.
    fn version(&self, key: &CacheKey) -> io::Result<CacheVersion> {
        let mut hash = Hash::new();
        for topic in key.topics() {
            hash.update(self.folder.version(topic)?.to_le_bytes());
        }
        let hash = hash.finalize();
        let version = hash.first_chunk().ok_or_else(|| io::Error::other("a hash is too short"))?;
        Ok(CacheVersion::new(u128::from_le_bytes(*version)))
    }

    fn get(&self, key: &CacheKey) -> io::Result<CacheLookup> {
        self.outdate(&[])?;
        let version = self.version(key)?;
        let Some(bytes) = self.folder.read(key)? else { return Ok(CacheLookup::new(version, None)) };
        let entry = Entry::from_bytes(&bytes, key.hash()).filter(|entry| entry.span.has((self.now)()));
        if entry.is_none() {
            self.folder.remove(key)?;
        }
        let entry = entry.filter(|entry| entry.version == version);
        Ok(CacheLookup::new(version, entry.map(|entry| entry.response)))
    }

    fn put(&self, key: &CacheKey, version: CacheVersion, response: CachedResponse, life: Duration) -> io::Result<()> {
        self.outdate(&[])?;
        let now = (self.now)();
        let entry = Entry { version, span: Span::new(now, life), response };
        self.folder.write(key, &entry.to_bytes(key.hash()), now, || Ok(self.version(key)? == version))
    }

    fn forget(&self, owner: TokenOwner) -> io::Result<()> {
        // First, so that nothing is stored after the files are removed.
        self.outdate(&[Topic::everything_of(owner)])?;
        self.folder.remove_owner(owner)
    }
}

// The files are small, and no lock is held while something is waited for: threads are not worth their cost.
impl CacheStore for FileCacheStore {
    async fn get(&self, key: &CacheKey) -> Result<CacheLookup, BoxError> {
        Ok(self.0.get(key)?)
    }

    async fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        life: Duration,
    ) -> Result<(), BoxError> {
        Ok(self.0.put(key, version, response, life)?)
    }

    async fn remove(&self, key: &CacheKey) -> Result<(), BoxError> {
        Ok(self.0.folder.remove(key)?)
    }

    async fn invalidate(&self, topics: &[Topic]) -> Result<(), BoxError> {
        Ok(self.0.outdate(topics)?)
    }

    async fn forget(&self, owner: TokenOwner) -> Result<(), BoxError> {
        Ok(self.0.forget(owner)?)
    }
}
