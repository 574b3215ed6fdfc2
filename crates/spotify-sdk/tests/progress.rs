//! Progress: what a closure hears of calls that take several requests.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::{Arc, Mutex};

use common::{Script, Step, status};
use spotify_emulator::Emulator;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::observe::{Activity, Progress};
use spotify_sdk::{AsyncSpotifyClient, SpotifyClient};

/// What a closure has heard: what is done, of how much.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Progress>>>);

impl Heard {
    fn listener(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let heard = Arc::clone(&self.0);
        move |progress| heard.lock().unwrap().push(progress)
    }

    fn counts(&self) -> Vec<(u64, Option<u64>)> {
        self.0.lock().unwrap().iter().map(|progress| (progress.done, progress.total)).collect()
    }
}

fn uris(count: u32) -> Vec<String> {
    (0..count).map(|number| format!("spotify:track:{number:022}")).collect()
}

fn blocking(emulator: &Emulator) -> SpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

#[tokio::test]
async fn a_write_in_batches_reports_after_each_request() {
    let heard = Heard::default();
    let client = Script::new([]).client();
    client.library().save_items(uris(90)).on_progress(heard.listener()).await.unwrap();
    assert_eq!(heard.counts(), [(40, Some(90)), (80, Some(90)), (90, Some(90))]);
    let first = heard.0.lock().unwrap()[0];
    assert_eq!((first.activity, first.operation.name), (Activity::Writing, "library.save_items"));
    assert_eq!(first.to_string(), "library.save_items: 40 of 90");
}

#[tokio::test]
async fn a_batch_that_fails_is_not_reported_as_done() {
    let heard = Heard::default();
    let client = Script::new([status(200), status(403)]).client();
    client.library().save_items(uris(90)).on_progress(heard.listener()).await.unwrap_err();
    assert_eq!(heard.counts(), [(40, Some(90))]);
}

#[tokio::test]
async fn a_call_of_one_request_reports_nothing() {
    let heard = Heard::default();
    let client = Script::new([Step::Respond(200, vec![], r#"{"snapshot_id":"1"}"#)]).client();
    client.library().save_items(uris(2)).on_progress(heard.listener()).await.unwrap();
    assert!(heard.counts().is_empty());
}

#[test]
fn a_list_reports_after_each_page_whichever_client_reads_it() {
    let emulator = Emulator::start().unwrap();
    let client = blocking(&emulator);
    let albums = client.artists().get_albums("0TnOYISbd1XYRBk9myaseg").limit(2);
    let heard = Heard::default();
    let count = albums.on_progress(heard.listener()).collect_all().unwrap().len() as u64;
    let counts = heard.counts();
    assert_eq!(counts.last(), Some(&(count, Some(count))));
    assert_eq!(counts.len() as u64, count.div_ceil(2));
    assert!(counts.is_sorted(), "{counts:?}");
}

#[tokio::test]
async fn a_sync_reports_what_it_reads_and_each_step() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let playlist = client.playlists().create("Progress").await.unwrap();
    let tracks = client.search().search("a", "track").limit(10).await.unwrap().tracks.unwrap();
    let uris: Vec<_> = tracks.items.iter().filter_map(|track| track.uri.clone()).collect();
    assert!(uris.len() >= 4);

    let heard = Heard::default();
    let sync = client.playlists().sync(&playlist, &uris).on_progress(heard.listener());
    let steps = sync.await.unwrap().plan.steps.len() as u64;
    let written: Vec<_> =
        heard.0.lock().unwrap().iter().filter(|heard| heard.activity == Activity::Writing).copied().collect();
    assert_eq!(written.len() as u64, steps);
    assert_eq!(written.last().map(|last| (last.done, last.total)), Some((steps, Some(steps))));
}
