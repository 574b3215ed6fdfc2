//! Prints an album and its tracks, with the blocking client.
//!
//! `SPOTIFY_SDK_ACCESS_TOKEN=… cargo run --example album_blocking -- 5K79FLRUCSysQnVESLcTdb`

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use spotify_sdk::{Error, Result, SpotifyClient};

fn main() -> ExitCode {
    let album = std::env::args().nth(1).unwrap_or_else(|| "5K79FLRUCSysQnVESLcTdb".to_owned());
    match print(&album) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if matches!(error, Error::Authentication(_)) {
                eprintln!("Put a fresh token into SPOTIFY_SDK_ACCESS_TOKEN and run this again.");
            }
            ExitCode::FAILURE
        }
    }
}

fn print(album: &str) -> Result<()> {
    let client = SpotifyClient::from_env()?;
    let album = client.albums().get(album).send()?;
    println!("{} by {}", album.name, album.artist_names());
    for track in &client.albums().get_tracks(&album.id).limit(50).send()? {
        println!("{:>2}. {}", track.track_number.unwrap_or_default(), track.name);
    }
    client.close();
    Ok(())
}
