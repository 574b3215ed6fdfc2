//! Three programs, and what a day of each takes.

use std::time::{Duration, Instant};

use harness::Result;
use serde_json::{Value, json};
use spotify_emulator::Emulator;

use crate::clients::{Client, Use, rspotify, sdk, sdk_of_app};
use crate::lab::Lab;

const LATENCY: Duration = Duration::from_millis(20);
const RATE_LIMIT: u32 = 100;

const SECONDS_OF_A_DAY: u64 = 24 * 3600;
const POLL_EVERY: u64 = 30;
const PLAYLISTS: usize = 200;
const CHANGED: usize = 20;
const ITEMS: usize = 40;
const USERS: usize = 50;
const ALBUMS: usize = 500;
const OPENED: usize = 36;
const OPENED_AGAIN: usize = 4;
/// A little less than an hour, since a token is good for an hour, and the clock of the client stands still.
const SECONDS_OF_AN_HOUR: u64 = 3400;
const TRACKS_OF_AN_ALBUM: usize = 12;

pub const PROGRAMS: [&str; 3] = ["daemon", "backup", "web"];

/// Who runs a program.
pub fn clients(program: &str) -> Vec<&'static str> {
    let mut clients = vec!["rspotify", "spotipy", "sdk", "sdk-revalidation", "sdk-fresh"];
    if program == "web" {
        clients.extend(["app-revalidation", "app-fresh"]);
    }
    clients
}

fn use_of(client: &str) -> Use {
    match client.split_once('-').map(|(_, how)| how) {
        Some("revalidation") => Use::Revalidation,
        Some("fresh") => Use::Fresh,
        _ => Use::NoCache,
    }
}

/// Has a client run a program, and tells what passed.
pub async fn run(program: &str, client: &str) -> Result<Value> {
    let (mut said, lab) = match program {
        "daemon" => daemon(client).await?,
        "backup" => backup(client).await?,
        _ => web(client).await?,
    };
    said["passed"] = lab.seen()?;
    Ok(said)
}

/// The time that a program takes, and why it ended before its end.
async fn timed(program: impl Future<Output = Result<()>>) -> Value {
    let start = Instant::now();
    let end = program.await;
    json!({"seconds": start.elapsed().as_secs_f64(), "error": end.err().map(|error| error.to_string())})
}

/// The same for spotipy.
async fn of_spotipy(lab: &Lab, program: &str, input: Value) -> Result<Value> {
    lab.spotipy(program, &input).await
}

/// Asks what is played, every 30 seconds, and for the album of each new track. The clock of the emulator advances with each
/// question; what is played are albums, one after the other.
async fn daemon(client: &str) -> Result<(Value, Lab)> {
    let polls = SECONDS_OF_A_DAY / POLL_EVERY;
    let step = Duration::from_secs(POLL_EVERY);
    let lab = Lab::start(Emulator::builder().library(600), LATENCY, "/me/player/", step).await?;
    let outside = lab.outside()?;
    let mut tracks = outside.tracks().get_saved().collect_all().await?;
    tracks.sort_by_key(|saved| (saved.track.album.id.clone(), saved.track.track_number));
    let uris = tracks.into_iter().filter_map(|saved| saved.track.uri);
    let device = outside.player().get_devices().await?.into_iter().next().and_then(|device| device.id);
    outside.player().start_playback().device_id(device.ok_or("no device")?).uris(uris).await?;
    lab.emulator.rate_limit(RATE_LIMIT);
    lab.forget();

    let origin = &lab.relay.origin;
    let token = lab.emulator.valid_token();
    let said = match client {
        "spotipy" => of_spotipy(&lab, "daemon", json!({"polls": polls})).await?,
        "rspotify" => timed(poll(&rspotify(origin, token).await?, polls)).await,
        _ => timed(poll(&sdk(origin, token, use_of(client).cache())?, polls)).await,
    };
    Ok((said, lab))
}

async fn poll(client: &impl Client, polls: u64) -> Result<()> {
    let mut last = String::new();
    for _ in 0..polls {
        let (track, album) = client.now_playing().await?;
        if track != last {
            client.album(&album).await?;
            last = track;
        }
    }
    Ok(())
}

/// Reads all playlists, of which some have changed since the night before.
async fn backup(client: &str) -> Result<(Value, Lab)> {
    let builder = (0..PLAYLISTS).fold(Emulator::builder(), |builder, _| builder.playlist(ITEMS));
    let lab = Lab::start(builder, LATENCY, "/none", Duration::ZERO).await?;
    let (origin, token) = (lab.relay.origin.clone(), lab.emulator.valid_token().to_owned());
    let outside = lab.outside()?;
    let playlists = own_playlists(&lab).await?;
    let ours = sdk(&origin, &token, use_of(client).cache())?;
    if client.contains('-') {
        save(&ours).await?;
    }
    let track = outside.tracks().get_saved().limit(1).await?.items.into_iter().next();
    let uri = track.and_then(|saved| saved.track.uri).ok_or("no saved track")?;
    for playlist in playlists.iter().take(CHANGED) {
        outside.playlists().add_items(playlist, [&uri]).await?;
    }
    lab.emulator.rate_limit(RATE_LIMIT);
    lab.forget();

    let said = match client {
        "spotipy" => of_spotipy(&lab, "backup", json!({})).await?,
        "rspotify" => timed(save(&rspotify(&origin, &token).await?)).await,
        _ => timed(save(&ours)).await,
    };
    Ok((said, lab))
}

/// Leaves the user with so many playlists, all of them their own: an app in Development Mode may not read those of others.
async fn own_playlists(lab: &Lab) -> Result<Vec<String>> {
    let (outside, user) = (lab.outside()?, lab.emulator.users().into_iter().next());
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for playlist in outside.playlists().get_for_current_user().collect_all().await? {
        let id = playlist.id.ok_or("a playlist without an id")?.to_string();
        let is_own = playlist.owner.id.map(|id| id.to_string()) == user;
        if is_own { own.push(id) } else { others.push(id) }
    }
    others.extend(own.drain(PLAYLISTS.min(own.len())..));
    for id in others {
        outside.library().remove_items([format!("spotify:playlist:{id}")]).await?;
    }
    Ok(own)
}

async fn save(client: &impl Client) -> Result<()> {
    for playlist in client.playlists().await? {
        client.items(&playlist).await?;
    }
    Ok(())
}

/// Shows albums to users, each with a token of their own; or with one token of the app for all.
async fn web(client: &str) -> Result<(Value, Lab)> {
    let visits = (USERS * (OPENED + OPENED_AGAIN)) as u64;
    let step = Duration::from_millis(SECONDS_OF_AN_HOUR * 1000 / visits - LATENCY.as_millis() as u64);
    let lab = Lab::start(Emulator::builder().library(ALBUMS * TRACKS_OF_AN_ALBUM), LATENCY, "/albums/", step).await?;
    let saved = lab.outside()?.tracks().get_saved().collect_all().await?;
    let mut albums: Vec<String> =
        saved.iter().filter_map(|saved| Some(saved.track.album.id.as_ref()?.to_string())).collect();
    albums.sort();
    albums.dedup();
    let visits = visits_of(&albums);
    let user = lab.emulator.users().into_iter().next().ok_or("no user")?;
    let tokens: Option<Vec<String>> = (0..USERS).map(|_| lab.emulator.token_for_user(&user)).collect();
    let tokens = tokens.ok_or("no tokens")?;
    lab.emulator.rate_limit(RATE_LIMIT);
    lab.forget();

    let origin = &lab.relay.origin;
    let said = if client == "spotipy" {
        of_spotipy(&lab, "web", json!({"tokens": tokens, "visits": visits})).await?
    } else if client == "rspotify" {
        let mut clients = Vec::new();
        for token in &tokens {
            clients.push(rspotify(origin, token).await?);
        }
        timed(show(&clients, &visits)).await
    } else if client.starts_with("app") {
        let (id, secret) = (lab.emulator.client_id(), lab.emulator.client_secret());
        let app = sdk_of_app(origin, id, secret, use_of(client).cache())?;
        timed(show(&vec![app; USERS], &visits)).await
    } else {
        // One limiter and one cache for all of them.
        let first = sdk(origin, &tokens[0], use_of(client).cache())?;
        let siblings = tokens.iter().map(|token| Ok(first.with_auth(spotify_sdk::auth::AccessToken::new(token)?)));
        let clients: Result<Vec<_>> = siblings.collect();
        timed(show(&clients?, &visits)).await
    };
    Ok((said, lab))
}

async fn show<C: Client>(clients: &[C], visits: &[(usize, String)]) -> Result<()> {
    for (user, album) in visits {
        clients[*user].album(album).await?;
    }
    Ok(())
}

/// Which user opens which album, always the same.
fn visits_of(albums: &[String]) -> Vec<(usize, String)> {
    let mut random = fastrand::Rng::with_seed(19);
    let mut visits = Vec::new();
    for user in 0..USERS {
        let mut opened = albums.to_vec();
        random.shuffle(&mut opened);
        opened.truncate(OPENED);
        opened.extend_from_within(..OPENED_AGAIN);
        visits.extend(opened.into_iter().map(|album| (user, album)));
    }
    random.shuffle(&mut visits);
    visits
}
