//! The contract of a rate limiter, over a real Redis.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use common::redis::RedisServer;
use spotify_sdk::rate_limit::contract;
use spotify_sdk_redis::{Fleet, RedisRateLimiter};

/// The shortest that the rules leave room for.
const WINDOW: Duration = Duration::from_secs(3);

struct Redis {
    server: RedisServer,
    apps: AtomicU32,
}

impl contract::Subject for Redis {
    type Limiter = RedisRateLimiter;

    async fn limiter(&self, budget: Option<u32>) -> RedisRateLimiter {
        let app = self.apps.fetch_add(1, Ordering::Relaxed);
        let mut builder = Fleet::builder(self.server.url()).rate_window(WINDOW);
        if let Some(budget) = budget {
            builder = builder.rate_budget(budget);
        }
        builder.connect().await.unwrap().rate_limiter(&format!("app-{app}"))
    }

    fn window(&self) -> Duration {
        WINDOW
    }

    async fn advance(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

#[tokio::test]
async fn the_limiter_keeps_the_contract_of_rate_limiters() {
    let redis = Redis { server: RedisServer::start(), apps: AtomicU32::new(0) };
    contract::check(&redis).await;
}
