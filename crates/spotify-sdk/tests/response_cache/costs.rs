//! What an answer from the cache costs: nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider, TokenOwner};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
use spotify_sdk::rate_limit::{AcquireError, AcquireRequest, LocalRateLimiter, Permit, RateLimit, RateLimiter, Usage};
use spotify_sdk::{AsyncSpotifyClient, BoxError, SpotifyClient};

use crate::support::*;

/// Counts what passes it.
#[derive(Clone)]
struct Counting {
    token: AccessToken,
    limiter: Arc<LocalRateLimiter>,
    tokens: Arc<AtomicUsize>,
    permits: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Counting {
    fn new(token: &str) -> Self {
        Self {
            token: AccessToken::new(token).unwrap(),
            limiter: Arc::new(LocalRateLimiter::new()),
            tokens: Arc::default(),
            permits: Arc::default(),
            calls: Arc::default(),
        }
    }

    fn counted(&self) -> [usize; 3] {
        [&self.tokens, &self.permits, &self.calls].map(|count| count.load(Ordering::SeqCst))
    }
}

impl AuthProvider for Counting {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        self.tokens.fetch_add(1, Ordering::SeqCst);
        Ok(self.token.clone())
    }

    fn owner(&self) -> Option<TokenOwner> {
        Some(TokenOwner::new("counted"))
    }
}

impl RateLimiter for Counting {
    async fn acquire(&self, request: AcquireRequest) -> Result<Permit, AcquireError> {
        self.permits.fetch_add(1, Ordering::SeqCst);
        self.limiter.acquire(request).await
    }

    fn block_until(&self, until: Timestamp) {
        self.limiter.block_until(until);
    }

    fn status(&self) -> RateLimit {
        self.limiter.status()
    }

    fn usage(&self) -> Usage {
        self.limiter.usage()
    }
}

impl Middleware for Counting {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Ok(next.run(request).await?)
    }
}

#[tokio::test]
async fn an_answer_from_the_cache_costs_no_permit_and_no_token_and_passes_the_middleware() {
    let emulator = emulator();
    let counting = Counting::new(emulator.valid_token());
    let builder = AsyncSpotifyClient::builder(counting.clone()).base_url(emulator.base_url());
    let builder = builder.rate_limiter(counting.clone()).middleware(counting.clone());
    let client = builder.cache(cache().fresh_for(HOUR)).build().unwrap();
    for calls in 1..=3 {
        let status = status!(client.albums().get(ALBUM));
        assert_eq!(status, if calls == 1 { None } else { FRESH });
        assert_eq!(counting.counted(), [1, 1, calls]);
    }
    assert_eq!((client.rate_limit().sent, client.usage().requests), (1, 1));
    // While the app may send nothing, too.
    counting.block_until(Timestamp::now() + HOUR);
    assert_eq!(status!(client.albums().get(ALBUM)), FRESH);
    client.tracks().get("11dFghVXANMlKmJXsNCbNl").await.unwrap_err();
}

#[test]
fn the_blocking_client_has_the_same_cache() {
    let emulator = emulator();
    let counting = Counting::new(emulator.valid_token());
    let builder = SpotifyClient::builder(counting.clone()).base_url(emulator.base_url());
    let client = builder.rate_limiter(counting.clone()).cache(cache().fresh_for(HOUR)).build().unwrap();
    let statuses: Vec<_> = (0..3).map(|_| client.albums().get(ALBUM).send_raw().unwrap().from_cache).collect();
    assert_eq!(statuses, [None, FRESH, FRESH]);
    assert_eq!(counting.counted(), [1, 1, 0]);
    client.forget_user().unwrap();
    assert_eq!(client.albums().get(ALBUM).send_raw().unwrap().from_cache, None);
    client.library().save_items([format!("spotify:album:{ALBUM}")]).send().unwrap();
}

#[tokio::test]
async fn clones_siblings_and_other_clients_of_the_same_user_share_what_is_kept() {
    let emulator = emulator();
    let cache = cache().fresh_for(HOUR);
    let client = client(&emulator, cache.clone());
    assert_eq!(status!(client.albums().get(ALBUM)), None);
    assert_eq!(status!(client.clone().albums().get(ALBUM)), FRESH);
    let sibling = client.with_auth(AccessToken::new(emulator.valid_token()).unwrap());
    assert_eq!(status!(sibling.albums().get(ALBUM)), FRESH);
    let other = builder(&emulator).cache(cache).build().unwrap();
    assert_eq!(status!(other.albums().get(ALBUM)), FRESH);
}
