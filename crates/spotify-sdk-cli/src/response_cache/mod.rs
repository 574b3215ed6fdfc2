//! The cache for responses on this machine: whether it is used, and where it is.

mod entry;
mod folder;
mod store;
#[cfg(test)]
mod tests;

use spotify_sdk::cache::ResponseCache;

use crate::cache_use::{CacheUse, MAX_AGE};
use crate::config::{self, CACHE, CACHE_SIZE, Config};
use crate::globals::Globals;
use crate::output::Failure;

pub(crate) use store::FileCacheStore;

/// The size of the cache in MiB, unless the settings say otherwise.
const SIZE: u64 = 64;
const MIB: u64 = 1024 * 1024;

/// How the cache is used: as was typed, or else as the settings say.
pub(crate) fn used(globals: &Globals, config: &Config) -> Result<CacheUse, Failure> {
    if globals.no_cache || globals.demo.is_some() {
        return Ok(CacheUse::Off);
    }
    if let Some(given) = globals.cache {
        return Ok(given);
    }
    let set = config.get(CACHE).map(|text| text.parse());
    set.unwrap_or(Ok(CacheUse::Off)).map_err(|why: String| Failure::Usage(format!("cache: {why}")))
}

/// The maximum size of the cache in bytes.
pub(crate) fn max_bytes(config: &Config) -> Result<u64, Failure> {
    let Some(size) = config.get(CACHE_SIZE) else { return Ok(SIZE * MIB) };
    let bytes = size.parse::<u64>().ok().filter(|size| *size > 0).and_then(|size| size.checked_mul(MIB));
    bytes.ok_or_else(|| Failure::Usage(format!("expected a number of MiB for cache_size, got `{size}`")))
}

/// Where responses are kept, whether the cache is used or not.
pub(crate) fn store(config: &Config) -> Result<FileCacheStore, Failure> {
    Ok(FileCacheStore::new(config::response_path()?, max_bytes(config)?))
}

/// The cache for the commands of this run, if it is used.
pub(crate) fn open(globals: &Globals, config: &Config) -> Result<Option<ResponseCache>, Failure> {
    let used = used(globals, config)?;
    if globals.demo.is_some() {
        return Ok(None);
    }
    let store = match (used, store(config)) {
        (_, Ok(store)) => store,
        // Whoever does not use it need not be able to.
        (CacheUse::Off, Err(_)) => return Ok(None),
        (_, Err(failure)) => return Err(failure),
    };
    // Also where the cache is not used any more: nothing is kept for longer than its life. What cannot be removed now is
    // removed later.
    let _ = store.tidy();
    let cache = ResponseCache::new(store).max_age(MAX_AGE);
    Ok(match used {
        CacheUse::Off => None,
        CacheUse::Revalidate => Some(cache),
        CacheUse::FreshFor(age) => Some(cache.fresh_for(age)),
    })
}
