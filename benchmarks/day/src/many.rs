//! Many items by their ids, and one item for many tasks.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt};
use harness::Result;
use rspotify::AuthCodeSpotify;
use rspotify::clients::BaseClient;
use rspotify::model::TrackId;
use serde_json::{Value, json};
use spotify_emulator::{Emulator, Quota};

use crate::clients::{Client, Use, rspotify, sdk};
use crate::lab::Lab;

const LATENCY: Duration = Duration::from_millis(50);
/// How many requests at once.
const AT_ONCE: usize = 8;
/// The most ids that Spotify takes in one request.
const BATCH: usize = 50;
/// What takes one request after the other is measured with a part of the ids.
const PART: usize = 20;

/// Who reads, how, and in which kind of app.
pub const WAYS: [(&str, &str, Quota); 11] = [
    ("sdk", "get_many", Quota::Development),
    ("sdk", "get_many-refused", Quota::Development),
    ("sdk", "single", Quota::Development),
    ("rspotify", "buffered", Quota::Development),
    ("rspotify", "single", Quota::Development),
    ("rspotify", "batches", Quota::Development),
    ("spotipy", "single", Quota::Development),
    ("spotipy", "batches", Quota::Development),
    ("sdk", "get_many-batches", Quota::Extended),
    ("rspotify", "batches", Quota::Extended),
    ("spotipy", "batches", Quota::Extended),
];

/// Reads `count` tracks.
pub async fn read(count: usize, client: &str, way: &str, quota: Quota) -> Result<Value> {
    let count = if way == "single" { count / PART } else { count };
    let builder = Emulator::builder().library(count).quota(quota);
    let lab = Lab::start(builder, LATENCY, "/none", Duration::ZERO).await?;
    let saved = lab.outside()?.tracks().get_saved().collect_all().await?;
    let ids: Vec<String> = saved.iter().filter_map(|saved| Some(saved.track.id.as_ref()?.to_string())).collect();
    lab.forget();

    let (origin, token) = (&lab.relay.origin, lab.emulator.valid_token());
    let mut start = Instant::now();
    let read = match client {
        "sdk" => with_sdk(origin, token, &ids, way).await,
        "rspotify" => with_rspotify(&rspotify(origin, token).await?, &ids, way).await,
        _ => {
            let size = if way == "batches" { BATCH } else { 1 };
            let said = lab.spotipy("many", &json!({"ids": ids, "size": size})).await?;
            // Without the start of Python.
            start = Instant::now() - Duration::from_secs_f64(said["seconds"].as_f64().unwrap_or_default());
            match said["error"].as_str() {
                Some(error) => Err(error.into()),
                None => Ok(count),
            }
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    let error = match read {
        Ok(read) if read == count => None,
        Ok(read) => Some(format!("{read} of {count} were read")),
        Err(error) => Some(error.to_string()),
    };
    Ok(json!({
        "client": client, "way": way, "quota": quota.word(), "ids": count, "seconds": seconds, "error": error,
        "passed": lab.seen()?,
    }))
}

async fn with_sdk(origin: &str, token: &str, ids: &[String], way: &str) -> Result<usize> {
    let auth = spotify_sdk::auth::AccessToken::new(token)?;
    let quota = if matches!(way, "get_many-refused" | "get_many-batches") {
        spotify_sdk::Quota::Extended
    } else {
        spotify_sdk::Quota::Development
    };
    let builder = spotify_sdk::AsyncSpotifyClient::builder(auth).base_url(format!("{origin}/v1")).quota(quota);
    let client = builder.build()?;
    if way == "single" {
        for id in ids {
            client.tracks().get(id).await?;
        }
        return Ok(ids.len());
    }
    Ok(client.tracks().get_many(ids).concurrency(AT_ONCE).await?.iter().flatten().count())
}

async fn with_rspotify(client: &AuthCodeSpotify, ids: &[String], way: &str) -> Result<usize> {
    let ids: Vec<TrackId<'_>> = ids.iter().map(TrackId::from_id).collect::<std::result::Result<_, _>>()?;
    match way {
        "single" => {
            for id in &ids {
                client.track(id.clone(), None).await?;
            }
            Ok(ids.len())
        }
        "buffered" => {
            let tracks = futures_util::stream::iter(&ids).map(|id| client.track(id.clone(), None)).buffered(AT_ONCE);
            Ok(tracks.try_collect::<Vec<_>>().await?.len())
        }
        _ => {
            let mut read = 0;
            for ids in ids.chunks(BATCH) {
                #[allow(deprecated)]
                let tracks = client.tracks(ids.iter().cloned(), None).await?;
                read += tracks.len();
            }
            Ok(read)
        }
    }
}

/// Has `tasks` tasks ask for the same album at the same time.
pub async fn same(tasks: usize, client: &str) -> Result<Value> {
    let lab = Lab::start(Emulator::builder(), LATENCY, "/none", Duration::ZERO).await?;
    let (origin, token) = (&lab.relay.origin, lab.emulator.valid_token());
    let start = Instant::now();
    match client {
        "rspotify" => all(&rspotify(origin, token).await?, tasks).await?,
        _ => all(&sdk(origin, token, Use::NoCache.cache())?, tasks).await?,
    }
    Ok(json!({"client": client, "tasks": tasks, "seconds": start.elapsed().as_secs_f64(), "passed": lab.seen()?}))
}

async fn all(client: &impl Client, tasks: usize) -> Result<()> {
    let calls = (0..tasks).map(|_| client.album(crate::ALBUM));
    futures_util::future::try_join_all(calls).await?;
    Ok(())
}
