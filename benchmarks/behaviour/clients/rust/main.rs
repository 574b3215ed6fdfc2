//! `behaviour CLIENT ACTION` does one thing with one client and prints, as JSON, what came of it.

mod rspotify_client;
mod spotify_rs_client;
mod spotify_sdk_client;

use std::fmt::{Debug, Display};
use std::io;

use serde_json::json;
use tracing_subscriber::EnvFilter;

/// What an action gives: a number where there is something to count.
type Outcome = Result<Option<usize>, Failure>;

enum Failure {
    Missing,
    Error(String),
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text.push_str(&format!(": {error}"));
            source = error.source();
        }
        Self::Error(text)
    }
}

/// What the actions are about.
struct Subject {
    token: String,
    refresh_token: String,
    client_id: String,
    client_secret: String,
    album: String,
    artist: String,
    track: String,
    playlist: String,
    calls: usize,
}

impl Subject {
    fn from_env() -> Self {
        let get = |name: &str| std::env::var(format!("BEHAVIOUR_{name}")).unwrap_or_default();
        Self {
            token: get("TOKEN"),
            refresh_token: get("REFRESH_TOKEN"),
            client_id: get("CLIENT_ID"),
            client_secret: get("CLIENT_SECRET"),
            album: get("ALBUM"),
            artist: get("ARTIST"),
            track: get("TRACK"),
            playlist: get("PLAYLIST"),
            calls: get("CALLS").parse().unwrap_or(100),
        }
    }

    fn track_uri(&self) -> String {
        format!("spotify:track:{}", self.track)
    }
}

/// Everything is set up: the driver now starts to count.
fn wait_for_go() {
    println!("ready");
    let mut line = String::new();
    io::stdin().read_line(&mut line).ok();
}

/// The whole log of this process, from every crate in it.
fn log_everything() {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new("debug")).with_writer(io::stderr).init();
}

fn represent(name: &str, value: &dyn Debug) {
    println!("Debug of the {name}: {value:?}");
}

fn done<T, E: Into<Failure>>(result: Result<T, E>) -> Outcome {
    result.map(|_| None).map_err(Into::into)
}

fn counted(results: Vec<Result<impl Sized, impl Display>>) -> Outcome {
    let asked = results.len();
    let mut errors = results.into_iter().filter_map(Result::err);
    match errors.next() {
        None => Ok(Some(asked)),
        Some(first) => Err(Failure::Error(format!("{} of {asked} failed, first: {first}", errors.count() + 1))),
    }
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let client = arguments.next().unwrap_or_default();
    let action = arguments.next().unwrap_or_default();
    let subject = Subject::from_env();
    let outcome = match client.as_str() {
        "spotify-sdk" => spotify_sdk_client::act(&action, &subject).await,
        "rspotify" => rspotify_client::act(&action, &subject).await,
        "spotify-rs" => spotify_rs_client::act(&action, &subject).await,
        _ => Err(Failure::Missing),
    };
    let report = match outcome {
        Ok(count) => json!({"ok": true, "result": count}),
        Err(Failure::Missing) => {
            json!({"ok": false, "error": "the client has no such operation", "missing": true})
        }
        Err(Failure::Error(error)) => {
            eprintln!("{error}");
            json!({"ok": false, "error": error.chars().take(600).collect::<String>()})
        }
    };
    println!("{report}");
}
