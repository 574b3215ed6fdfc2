//! Prints an album and its tracks, with the blocking client.
//!
//! `SPOTIFY_SDK_ACCESS_TOKEN=… cargo run --example album_blocking -- 5K79FLRUCSysQnVESLcTdb`

#![allow(clippy::print_stdout)]

use spotify_sdk::SpotifyClient;

fn main() -> spotify_sdk::Result<()> {
    let album = std::env::args().nth(1).unwrap_or_else(|| "5K79FLRUCSysQnVESLcTdb".to_owned());
    let client = SpotifyClient::from_env()?;
    let album = client.albums().get(album).send()?;
    println!("{} by {}", album.name, album.artist_names());
    for track in &client.albums().get_tracks(&album).limit(50).send()? {
        println!("{:>2}. {}", track.track_number.unwrap_or_default(), track.name);
    }
    client.close();
    Ok(())
}
