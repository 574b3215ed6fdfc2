//! What the SDK does, for callgrind to count: `instructions WHAT TIMES`. Nothing here depends on a clock or a network: the call
//! goes through all of the client, to a transport in memory.

use std::hint::black_box;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::models::{Page, SavedTrack};
use spotify_sdk::{AsyncSpotifyClient, serde_json};

/// Answers every request with the same album.
struct Memory(Bytes);

impl HttpClient for Memory {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        Ok(Response::new(Body::from(self.0.clone())))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, times] = &arguments[..] else { return Err("expected what to do, and how many times".into()) };
    let times: usize = times.parse()?;
    match what.as_str() {
        "call" => calls(times),
        page => decode(&pages::by_name(page).ok_or("no such page")?, times),
    }
}

fn decode(page: &str, times: usize) -> Result<(), Box<dyn std::error::Error>> {
    for _ in 0..times {
        // As the client does it: the encoding is checked once, of the whole.
        let text = std::str::from_utf8(black_box(page.as_bytes()))?;
        black_box(serde_json::from_str::<Page<SavedTrack>>(text)?);
    }
    Ok(())
}

fn calls(times: usize) -> Result<(), Box<dyn std::error::Error>> {
    let album = pages::by_name(pages::SINGLE).ok_or("no such page")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let token = AccessToken::new("an-access-token")?;
        let client = AsyncSpotifyClient::builder(token).http(Memory(album.into())).build()?;
        for _ in 0..times {
            black_box(client.albums().get("5K79FLRUCSysQnVESLcTdb").await?);
        }
        Ok(())
    })
}
