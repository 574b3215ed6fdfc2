//! A store of responses outside the process, as far as a cache can tell: it keeps bytes alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use spotify_sdk::BoxError;
use spotify_sdk::auth::TokenOwner;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::cache::{CacheKey, CacheLookup, CacheStore, CacheVersion, CachedResponse, Topic};

/// Clones are the stores of other processes with the same database.
#[derive(Clone, Default)]
pub struct SharedStore(Arc<Mutex<Database>>);

#[derive(Default)]
struct Database {
    responses: HashMap<[u8; 32], (TokenOwner, CacheVersion, Bytes)>,
    versions: HashMap<Topic, u128>,
    last: u128,
}

impl Database {
    fn version(&self, key: &CacheKey) -> CacheVersion {
        let versions = key.topics().iter().filter_map(|topic| self.versions.get(topic));
        CacheVersion::new(versions.max().copied().unwrap_or_default())
    }

    fn outdate(&mut self, topics: &[Topic]) {
        for topic in topics {
            self.last += 1;
            self.versions.insert(*topic, self.last);
        }
    }
}

impl SharedStore {
    pub fn responses(&self) -> usize {
        self.0.lock().unwrap().responses.len()
    }

    /// Everything that it holds, as text.
    pub fn text(&self) -> String {
        let database = self.0.lock().unwrap();
        database.responses.values().map(|(.., bytes)| String::from_utf8_lossy(bytes).into_owned()).collect()
    }
}

impl CacheStore for SharedStore {
    async fn get(&self, key: &CacheKey) -> Result<CacheLookup, BoxError> {
        tokio::task::yield_now().await;
        let (version, bytes) = {
            let database = self.0.lock().unwrap();
            let version = database.version(key);
            let stored = database.responses.get(key.hash()).filter(|(_, stored, _)| *stored == version);
            (version, stored.map(|(.., bytes)| bytes.clone()))
        };
        tokio::task::yield_now().await;
        Ok(CacheLookup::new(version, bytes.as_ref().map(CachedResponse::from_bytes).transpose()?))
    }

    async fn put(
        &self,
        key: &CacheKey,
        version: CacheVersion,
        response: CachedResponse,
        _: Duration,
    ) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        let mut database = self.0.lock().unwrap();
        if database.version(key) == version {
            database.responses.insert(*key.hash(), (key.owner(), version, response.to_bytes()));
        }
        Ok(())
    }

    async fn remove(&self, key: &CacheKey) -> Result<(), BoxError> {
        self.0.lock().unwrap().responses.remove(key.hash());
        Ok(())
    }

    async fn invalidate(&self, topics: &[Topic]) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        self.0.lock().unwrap().outdate(topics);
        Ok(())
    }

    async fn forget(&self, owner: TokenOwner) -> Result<(), BoxError> {
        let mut database = self.0.lock().unwrap();
        database.outdate(&[Topic::everything_of(owner)]);
        database.responses.retain(|_, (stored, ..)| *stored != owner);
        Ok(())
    }
}
