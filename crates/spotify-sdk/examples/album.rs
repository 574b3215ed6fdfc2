//! Prints an album and its tracks, with the async client.
//!
//! `SPOTIFY_SDK_ACCESS_TOKEN=… cargo run --example album -- 5K79FLRUCSysQnVESLcTdb`

#![allow(clippy::print_stdout)]

use spotify_sdk::AsyncSpotifyClient;

#[tokio::main]
async fn main() -> spotify_sdk::Result<()> {
    let album = std::env::args().nth(1).unwrap_or_else(|| "5K79FLRUCSysQnVESLcTdb".to_owned());
    let client = AsyncSpotifyClient::from_env()?;
    let album = client.albums().get(album).await?;
    println!("{} by {}", album.name, album.artist_names());
    for track in &client.albums().get_tracks(&album).limit(50).await? {
        println!("{:>2}. {}", track.track_number.unwrap_or_default(), track.name);
    }
    client.close().await;
    Ok(())
}
