//! Prints a line for each change at the user's player.
//!
//! `SPOTIFY_SDK_ACCESS_TOKEN=… cargo run --example player_events`, with the scope `user-read-playback-state`. A number
//! ends it after so many lines: `cargo run --example player_events -- 10`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;
use std::time::Duration;

use spotify_sdk::watch::PlayerEvent;
use spotify_sdk::{AsyncSpotifyClient, Result};

#[tokio::main]
async fn main() -> ExitCode {
    let lines = std::env::args().nth(1).map_or(Ok(usize::MAX), |lines| lines.parse());
    let Ok(lines) = lines else {
        eprintln!("expected the number of lines after which to end");
        return ExitCode::FAILURE;
    };
    match print(lines).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn print(lines: usize) -> Result<()> {
    let client = AsyncSpotifyClient::from_env()?;
    let mut events = client.player().watch().stream();
    for _ in 0..lines {
        match events.next().await {
            Some(Ok(event)) => println!("{}", describe(&event)),
            // The watching goes on where that may help.
            Some(Err(error)) if error.is_retryable() => eprintln!("{error}"),
            Some(Err(error)) => return Err(error),
            None => break,
        }
    }
    Ok(())
}

fn describe(event: &PlayerEvent) -> String {
    let what = match event {
        PlayerEvent::Now { .. } if event.is_playing() => "now playing",
        PlayerEvent::Now { .. } => "not playing",
        PlayerEvent::TrackChanged { .. } => "next",
        PlayerEvent::TrackRepeated { .. } => "again",
        PlayerEvent::Paused { .. } => "paused",
        PlayerEvent::Resumed { .. } => "resumed",
        PlayerEvent::Seeked { from, to, .. } => return format!("seeked: from {} to {}", clock(*from), clock(*to)),
        PlayerEvent::VolumeChanged { state, .. } => {
            return format!("volume: {} %", state.device.volume_percent.unwrap_or_default());
        }
        PlayerEvent::DeviceChanged { state, .. } => return format!("device: {}", state.device.name),
        PlayerEvent::ShuffleChanged { state } => {
            return format!("shuffle: {}", if state.shuffle_state { "on" } else { "off" });
        }
        PlayerEvent::RepeatChanged { state } => {
            return format!("repeat: {}", state.repeat_state.as_ref().map_or("unknown", |repeat| repeat.as_str()));
        }
        PlayerEvent::Ended { .. } => return "ended".to_owned(),
        PlayerEvent::Reconnected { .. } => "seen again",
        _ => "something else",
    };
    let Some(item) = event.item() else { return what.to_owned() };
    format!("{what}: {} by {}, at {}", item.name(), item.by(), clock(event.progress().unwrap_or_default()))
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
