//! What the cache itself takes: time for a hit, and memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

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

/// How many calls are timed together.
const TOGETHER: u32 = 20;

/// The time of a call that the cache answers, and of the decoding in it: the median of the means of a few, so that what else
/// the machine does counts for little.
pub async fn hit(times: u32) -> Result<Value> {
    let emulator = Emulator::start()?;
    let client = sdk(emulator.accounts_url(), emulator.valid_token(), Use::Fresh.cache())?;
    let body = client.albums().get(ALBUM).send_raw().await?.body;
    let (mut hits, mut decodings) = (Vec::new(), Vec::new());
    for _ in 0..times / TOGETHER {
        let start = Instant::now();
        for _ in 0..TOGETHER {
            black_box(client.albums().get(ALBUM).await?);
        }
        hits.push(start.elapsed() / TOGETHER);
        let start = Instant::now();
        for _ in 0..TOGETHER {
            let text = std::str::from_utf8(black_box(&body))?;
            black_box(sdk_json::from_str::<Album>(text)?);
        }
        decodings.push(start.elapsed() / TOGETHER);
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).map(|time| time.as_secs_f64() * 1e6)
    };
    let requests = emulator.requests().len();
    Ok(json!({
        "hit_us": median(hits), "decode_us": median(decodings), "body_bytes": body.len(), "requests": requests,
    }))
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

/// The same with responses that come over connections, as tracks: what is read from them may share memory.
pub async fn memory_over_http(bound: u64, entries: usize) -> Result<Value> {
    let emulator = Emulator::builder().library(entries).requests_kept(0).start()?;
    let (origin, token) = (emulator.accounts_url(), emulator.valid_token());
    let store = MemoryCacheStore::new(bound);
    let plain = sdk(origin, token, None)?;
    let saved = plain.tracks().get_saved().collect_all().await?;
    let ids: Vec<String> = saved.into_iter().filter_map(|saved| Some(saved.track.id?.to_string())).collect();
    read(&plain, &ids).await?;
    let before = peak_kb();
    read(&sdk(origin, token, Some(ResponseCache::new(store.clone())))?, &ids).await?;
    Ok(json!({
        "bound": bound, "entries": entries, "responses": store.responses(), "bytes": store.bytes(),
        "before_kb": before, "peak_kb": peak_kb(),
    }))
}

async fn read(client: &AsyncSpotifyClient, ids: &[String]) -> Result<()> {
    for id in ids {
        client.tracks().get(id).await?;
    }
    Ok(())
}

/// All that is read of a body, so that storing is what is measured.
type Small = std::collections::BTreeMap<String, String>;
