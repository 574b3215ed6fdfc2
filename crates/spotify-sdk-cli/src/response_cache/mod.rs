//! The cache for responses on this machine: how it is used, and where it is.

mod entry;
mod folder;
mod store;
#[cfg(test)]
mod tests;

use std::str::FromStr;
use std::time::Duration;

use spotify_sdk::cache::ResponseCache;

use crate::config::{self, CACHE, CACHE_SIZE, Config};
use crate::globals::Globals;
use crate::output::Failure;

pub(crate) use store::FileCacheStore;

/// The longest time for which a response is kept.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// The size of the cache in MiB, unless the settings say otherwise.
const SIZE: u64 = 64;
const MIB: u64 = 1024 * 1024;

/// How the cache is used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum CacheUse {
    #[default]
    Off,
    /// Spotify is asked whether what is stored has changed.
    Revalidate,
    /// Responses of the catalog that are not older than this are used without a request.
    FreshFor(Duration),
}

impl FromStr for CacheUse {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => return Ok(Self::Off),
            "on" => return Ok(Self::Revalidate),
            _ => {}
        }
        let seconds = text.char_indices().last().and_then(|(at, unit)| {
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 60 * 60,
                'd' => 24 * 60 * 60,
                _ => return None,
            };
            text[..at].parse::<u64>().ok()?.checked_mul(seconds)
        });
        match seconds.map(Duration::from_secs) {
            Some(age) if age > MAX_AGE => Err(format!("responses are kept for up to 24 hours, got `{text}`")),
            Some(age) => Ok(Self::FreshFor(age)),
            None => Err(format!("expected on, off, or a maximum age such as 30m or 1h, got `{text}`")),
        }
    }
}

impl CacheUse {
    /// How the cache is used: as was typed, or else as the settings say.
    pub(crate) fn of(globals: &Globals, config: &Config) -> Result<Self, Failure> {
        if globals.no_cache || globals.demo.is_some() {
            return Ok(Self::Off);
        }
        if let Some(given) = globals.cache {
            return Ok(given);
        }
        let set = config.get(CACHE).map(|text| text.parse());
        set.unwrap_or(Ok(Self::Off)).map_err(|why: String| Failure::Usage(format!("cache: {why}")))
    }
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
    let used = CacheUse::of(globals, config)?;
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
