//! An emulator and a client with a cache, and how calls were answered.

use std::time::Duration;

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::cache::{CacheStatus, ResponseCache};
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder};

pub(crate) use crate::common::ALBUM;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const FRESH: Option<CacheStatus> = Some(CacheStatus::Fresh);
pub(crate) const CONFIRMED: Option<CacheStatus> = Some(CacheStatus::Revalidated);
pub(crate) const STALE: Option<CacheStatus> = Some(CacheStatus::Stale);

pub(crate) fn cache() -> ResponseCache {
    ResponseCache::memory(8 << 20)
}

pub(crate) fn emulator() -> Emulator {
    Emulator::builder().quota(Quota::Extended).library(30).playlist(120).start().unwrap()
}

pub(crate) fn builder(emulator: &Emulator) -> ClientBuilder<AsyncSpotifyClient> {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).max_retries(0)
}

pub(crate) fn client(emulator: &Emulator, cache: ResponseCache) -> AsyncSpotifyClient {
    builder(emulator).cache(cache).build().unwrap()
}

/// How a call is answered.
macro_rules! status {
    ($call:expr) => {
        $call.send_raw().await.unwrap().from_cache
    };
}
pub(crate) use status;
