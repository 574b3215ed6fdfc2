//! What the cache itself takes: time for a hit, and memory.

use std::hint::black_box;
use std::time::Instant;

use harness::Result;
use harness::client::peak_kb;
use serde_json::{Value, json};
use spotify_emulator::Emulator;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::cache::{MemoryCacheStore, ResponseCache};
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::models::Album;
use spotify_sdk::{AsyncSpotifyClient, serde_json as sdk_json};

use crate::ALBUM;
use crate::clients::{Use, sdk};

/// The mean time of a call that the cache answers, and of the decoding in it.
pub async fn hit(times: u32) -> Result<Value> {
    let emulator = Emulator::start()?;
    let client = sdk(emulator.accounts_url(), emulator.valid_token(), Use::Fresh.cache())?;
    let body = client.albums().get(ALBUM).send_raw().await?.body;
    let mean = |start: Instant| start.elapsed().as_secs_f64() * 1e6 / f64::from(times);
    let start = Instant::now();
    for _ in 0..times {
        black_box(client.albums().get(ALBUM).await?);
    }
    let hit = mean(start);
    let start = Instant::now();
    for _ in 0..times {
        let text = std::str::from_utf8(black_box(&body))?;
        black_box(sdk_json::from_str::<Album>(text)?);
    }
    let requests = emulator.requests().len();
    Ok(json!({"hit_us": hit, "decode_us": mean(start), "body_bytes": body.len(), "requests": requests}))
}

/// Responds to every request with a body of the same length.
struct Memory(Bytes);

impl HttpClient for Memory {
    async fn send(&self, _: Request<Bytes>) -> std::result::Result<Response<Body>, HttpError> {
        let response = Response::builder()
            .header("content-type", "application/json; charset=utf-8")
            .header("cache-control", "public, max-age=0")
            .header("etag", "\"MC-EwZ1Kzw3V2ZkYmJkZTRm\"")
            .header("date", "Mon, 30 Nov 2026 12:00:00 GMT")
            .header("vary", "Authorization")
            .body(Body::from(self.0.clone()));
        response.map_err(HttpError::not_sent)
    }
}

/// The memory of a process that stores more than it may keep.
pub async fn memory(bound: u64, entries: usize, body: usize) -> Result<Value> {
    let store = MemoryCacheStore::new(bound);
    let body = Bytes::from(format!("{{\"id\":\"{}\"}}", "x".repeat(body.saturating_sub(9))));
    let client = AsyncSpotifyClient::builder(AccessToken::new("an-access-token")?)
        .http(Memory(body.clone()))
        .cache(ResponseCache::new(store.clone()))
        .build()?;
    let before = peak_kb();
    for number in 0..entries {
        client.albums().get(format!("{number:022}")).send_as::<Small>().await?;
    }
    Ok(json!({
        "bound": bound, "entries": entries, "body_bytes": body.len(), "responses": store.responses(),
        "bytes": store.bytes(), "before_kb": before, "peak_kb": peak_kb(),
    }))
}

/// All that is read of a body, so that storing is what is measured.
type Small = std::collections::BTreeMap<String, String>;
