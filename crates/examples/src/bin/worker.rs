//! A worker in the background, as a chat bot is one: it takes commands, and does a job of its own from time to time.
//!
//! ```sh
//! cargo run -p examples --bin worker -- --demo
//! ```
//!
//! reads commands from standard input, where a bot reads them from its chat: `!np`, `!queue`, `!search words`, `!add a link`,
//! `!play`, `!pause`, `!skip`, `!stats`. Meanwhile it looks for new albums of the artists whom the user follows, with calls that
//! let the commands go first. No error ends it: each becomes an answer that says what to do. Ctrl-C, or the end of the
//! input, ends it in order. Scopes: `user-read-playback-state`, `user-read-currently-playing`, `user-modify-playback-state`,
//! `user-follow-read`.

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Parser;
use examples::{Result, connect_async, end};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::api::SearchType;
use spotify_sdk::auth::Scope;
use spotify_sdk::ids::AlbumId;
use spotify_sdk::models::PlaybackItem;
use spotify_sdk::observe::Event;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::MissedTickBehavior;

/// A worker in the background, as a chat bot is one.
#[derive(Parser)]
struct Options {
    /// Answer from an emulator: no account, no network
    #[arg(long)]
    demo: bool,
    /// How many minutes are between two looks for new albums
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
}

/// What the observer counts, for whoever watches over the worker.
#[derive(Default)]
struct Metrics {
    requests: AtomicU64,
    failed: AtomicU64,
}

#[tokio::main]
async fn main() -> ExitCode {
    end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result {
    let scopes = [
        Scope::UserReadPlaybackState,
        Scope::UserReadCurrentlyPlaying,
        Scope::UserModifyPlaybackState,
        Scope::UserFollowRead,
    ];
    let metrics = Arc::new(Metrics::default());
    let counted = Arc::clone(&metrics);
    let (client, _emulator) = connect_async(options.demo, &scopes, |settings| {
        // Well below what Spotify allows: other programs of the same app want their share.
        settings.rate_budget(60).observer(move |event: &Event<'_>| match event {
            Event::Attempt(_) => drop(counted.requests.fetch_add(1, Ordering::Relaxed)),
            Event::Call(call) if call.error.is_some() => drop(counted.failed.fetch_add(1, Ordering::Relaxed)),
            _ => {}
        })
    })
    .await?;

    let job = tokio::spawn(look_for_albums(client.clone(), Duration::from_secs(options.every * 60)));
    let mut commands = BufReader::new(tokio::io::stdin()).lines();
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            command = commands.next_line() => match command? {
                Some(command) => match answer(&client, &metrics, command.trim()).await {
                    Ok(text) => println!("{text}"),
                    Err(error) => println!("{}", excuse(&error)),
                },
                None => break,
            },
            _ = &mut interrupted => break,
        }
    }
    job.abort();
    client.close().await;
    println!("Bye.");
    Ok(())
}

/// What people in a chat can do something with.
fn excuse(error: &spotify_sdk::Error) -> String {
    match error.hint() {
        Some(hint) => format!("That did not work: {}. {hint}", error.message()),
        None => format!("That did not work: {}.", error.message()),
    }
}

async fn answer(client: &AsyncSpotifyClient, metrics: &Metrics, command: &str) -> spotify_sdk::Result<String> {
    let (command, rest) = command.split_once(' ').unwrap_or((command, ""));
    Ok(match command {
        "!np" => match client.player().get_playback_state().await?.and_then(|state| state.item) {
            Some(item) => format!("Now: {}", described(&item)),
            None => "Nothing plays.".to_owned(),
        },
        "!queue" => {
            let queue = client.player().get_queue().await?;
            let next: Vec<_> = queue.queue.iter().take(3).map(described).collect();
            if next.is_empty() { "Nothing comes next.".to_owned() } else { format!("Next: {}", next.join("; ")) }
        }
        "!search" => {
            let found = client.search().search(rest, [SearchType::Track]).limit(3).await?;
            let tracks = found.tracks.into_iter().flatten();
            let lines: Vec<_> = tracks
                .filter_map(|track| Some(format!("{} – {} {}", track.artist_names(), track.name, track.id?.url())))
                .collect();
            if lines.is_empty() { "Nothing found.".to_owned() } else { lines.join("\n") }
        }
        "!add" => {
            client.player().add_to_queue(rest).await?;
            "It comes next.".to_owned()
        }
        "!play" => {
            client.player().start_playback().await?;
            "Playing.".to_owned()
        }
        "!pause" => {
            client.player().pause_playback().await?;
            "Paused.".to_owned()
        }
        "!skip" => {
            client.player().skip_to_next().await?;
            "Skipped.".to_owned()
        }
        "!stats" => {
            let (requests, failed) = (metrics.requests.load(Ordering::Relaxed), metrics.failed.load(Ordering::Relaxed));
            format!("{requests} requests, {failed} failed calls")
        }
        "" => String::new(),
        _ => "I know !np, !queue, !search words, !add link, !play, !pause, !skip and !stats.".to_owned(),
    })
}

fn described(item: &PlaybackItem) -> String {
    format!("{} – {}", item.by(), item.name())
}

async fn look_for_albums(client: AsyncSpotifyClient, every: Duration) {
    let mut looks = tokio::time::interval(every);
    // After a machine has slept, one look is enough.
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = HashSet::new();
    loop {
        looks.tick().await;
        match new_albums(&client, &mut known).await {
            Ok(new) => new.iter().for_each(|album| println!("New: {album}")),
            Err(error) => eprintln!("looking for new albums: {}", excuse(&error)),
        }
    }
}

/// The albums that the artists whom the user follows have brought out since the last look. All calls are in the background:
/// there may be hundreds of artists, and someone who types a command should not wait for them.
async fn new_albums(client: &AsyncSpotifyClient, known: &mut HashSet<AlbumId>) -> spotify_sdk::Result<Vec<String>> {
    let first_look = known.is_empty();
    let mut new = Vec::new();
    let mut artists = client.users().get_followed_artists().priority(spotify_sdk::Priority::Background).stream();
    while let Some(artist) = artists.next().await {
        let artist = artist?;
        for album in
            client.artists().get_albums(&artist.id).limit(5).priority(spotify_sdk::Priority::Background).await?
        {
            let Some(id) = &album.id else { continue };
            if known.insert(id.clone()) && !first_look {
                new.push(format!("{} by {}", album.name, album.artist_names()));
            }
        }
    }
    Ok(new)
}
