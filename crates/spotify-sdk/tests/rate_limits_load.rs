//! The rate gate under load: what many calls at once come to. Time is paused.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{ALBUM, Script, album, limited};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Always answers 429, and asks for no wait.
#[derive(Clone)]
struct Refusing {
    retry_after: &'static str,
    count: Arc<AtomicUsize>,
}

impl HttpClient for Refusing {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        self.count.fetch_add(1, Ordering::SeqCst);
        let response = Response::builder().status(429).header("retry-after", self.retry_after);
        Ok(response.body(Body::from("Too many requests")).unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_everything_and_asks_for_no_wait_is_left_in_peace() {
    for retry_after in ["0", "0.001", "Mon, 23 Nov 2020 12:00:00 GMT"] {
        let http = Refusing { retry_after, count: Arc::default() };
        let builder = AsyncSpotifyClient::builder(AccessToken::new("BQrefused").unwrap()).http(http.clone());
        let client = builder.build().unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..200 {
            let client = client.clone();
            tasks.spawn(async move {
                loop {
                    client.albums().get(ALBUM).no_coalescing().await.unwrap_err();
                    tokio::task::yield_now().await;
                }
            });
        }
        let mut counts = Vec::new();
        for seconds in [2, 58] {
            sleep(Duration::from_secs(seconds)).await;
            counts.push(http.count.swap(0, Ordering::SeqCst));
        }
        println!("Retry-After: {retry_after}: {} requests in 2 s, and {} in the 58 s after", counts[0], counts[1]);
        assert!(counts[0] <= 5 && counts[1] <= 10, "{counts:?}");
        tasks.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_calls_that_wait_can_be_given_up() {
    const CALLS: usize = 100_000;
    let script = Script::new([limited("3600"), album()]);
    let client = script.builder().max_retry_wait(Duration::MAX).max_retries(0).build().unwrap();
    client.albums().get(ALBUM).await.unwrap_err();
    let mut tasks = JoinSet::new();
    for _ in 0..CALLS {
        tasks.spawn(client.albums().get(ALBUM).no_coalescing().send());
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(client.rate_limit().waiting_calls, CALLS);
    // That this takes no longer than it should is counted where the line is kept; here it can be looked at.
    let start = std::time::Instant::now();
    tasks.shutdown().await;
    println!("{CALLS} calls given up in {:?}", start.elapsed());
    assert_eq!(client.rate_limit().waiting_calls, 0);
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(script.count(), 2);
}

/// Fills a budget with urgent calls for ten minutes, and gives how many of those in the background went meanwhile.
async fn in_the_background(budget: u32) -> (usize, usize) {
    let client = Script::new([]).builder().rate_budget(budget).build().unwrap();
    let counts = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
    let mut tasks = JoinSet::new();
    for index in 0..4 * budget as usize {
        let (client, is_background) = (client.clone(), index % 2 == 1);
        let count = Arc::clone(&counts[index % 2]);
        tasks.spawn(async move {
            loop {
                let call = client.player().pause_playback();
                (if is_background { call.priority(spotify_sdk::Priority::Background) } else { call }).await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    sleep(Duration::from_secs(600)).await;
    let count = |index: usize| counts[index].load(Ordering::SeqCst);
    (count(0), count(1))
}

#[tokio::test(start_paused = true)]
async fn calls_in_the_background_go_on_while_others_fill_the_budget() {
    for (budget, share) in [(1, 2.0), (2, 2.0), (5, 5.0), (10, 10.0), (50, 10.0)] {
        let (urgent, background) = in_the_background(budget).await;
        println!("a budget of {budget}: {urgent} urgent, {background} in the background");
        let all = (urgent + background) as f64;
        assert!(all >= f64::from(budget) * 19.0, "the whole budget is used");
        let wanted = all / share;
        // The first of all went before there was anyone to share with.
        let least = wanted - f64::from(budget) / 10.0 - 1.0;
        assert!((least..=wanted + 1.0).contains(&(background as f64)), "{background} of {all}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_ahead_go_on_while_others_fill_the_budget() {
    let page = || {
        let page = r#"{"href": "/", "items": [{"track": {}}], "limit": 1, "next": null, "total": 5}"#;
        common::Step::Respond(200, vec![], page)
    };
    let pages = Script::new(std::iter::repeat_with(page).take(1_000));
    let client = pages.builder().rate_budget(10).build().unwrap();
    let mut others = JoinSet::new();
    for _ in 0..40 {
        let client = client.clone();
        others.spawn(async move {
            loop {
                client.player().pause_playback().await.unwrap();
            }
        });
    }
    sleep(Duration::from_secs(1)).await;
    let list = client.tracks().get_saved().limit(1).collect_all();
    let tracks = tokio::time::timeout(Duration::from_secs(600), list).await.unwrap().unwrap();
    assert_eq!(tracks.len(), 5);
}
