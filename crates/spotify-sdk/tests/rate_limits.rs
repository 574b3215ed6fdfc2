//! The rate gate: how many requests go, in which order, and what it learns. Time is paused, and the emulator's clock goes
//! with it, so that no wait is waited for.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::{Read, Write};
use std::iter;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{ALBUM, Script, Step, album, limited, status};
use spotify_emulator::Emulator;
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider};
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// Real HTTP to an emulator, for which no time passes: the emulator's clock is set by the paused one of the test.
#[derive(Clone)]
struct Timeless {
    emulator: Arc<Emulator>,
    address: String,
    clock: Arc<Mutex<Instant>>,
}

impl Timeless {
    fn new(emulator: &Arc<Emulator>) -> Self {
        emulator.clock().stop();
        let address = emulator.accounts_url().strip_prefix("http://").unwrap().to_owned();
        Self { emulator: Arc::clone(emulator), address, clock: Arc::new(Mutex::new(Instant::now())) }
    }
}

impl HttpClient for Timeless {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let now = Instant::now();
        let before = std::mem::replace(&mut *self.clock.lock().unwrap(), now);
        self.emulator.clock().advance(now - before);
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let target = request.uri().path_and_query().unwrap();
        let mut head =
            format!("{} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", request.method(), self.address);
        for (name, value) in request.headers() {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        write!(stream, "{head}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut response = Response::builder().status(head[9..12].parse::<u16>().unwrap());
        for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            response = response.header(name, value);
        }
        let response = response.body(Body::from(body.to_owned())).unwrap();
        Ok(response)
    }
}

/// Sends 1,000 requests from 16 tasks to an emulator that takes 100 in 30 s; gives how long it took and how many were
/// refused.
async fn thousand(budget: Option<u32>) -> (Duration, usize, AsyncSpotifyClient) {
    let emulator = Arc::new(Emulator::start().unwrap());
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let mut builder = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).http(Timeless::new(&emulator));
    if let Some(budget) = budget {
        builder = builder.rate_budget(budget);
    }
    let client = builder.build().unwrap();
    emulator.rate_limit(100);
    let start = Instant::now();
    a_thousand_calls(&client, |client| client.albums().get(ALBUM).no_coalescing().send()).await;
    (start.elapsed(), emulator.rate_limited(), client)
}

/// Ten times a hundred, with nine waits in between.
const SHORTEST: Duration = Duration::from_secs(270);

/// Sixteen tasks that make a thousand calls between them.
async fn a_thousand_calls<T, F>(client: &AsyncSpotifyClient, call: fn(AsyncSpotifyClient) -> F)
where
    T: Debug + Send + 'static,
    F: Future<Output = spotify_sdk::Result<T>> + Send + 'static,
{
    let left = Arc::new(AtomicUsize::new(1000));
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (client, left) = (client.clone(), Arc::clone(&left));
        tasks.spawn(async move {
            while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                call(client.clone()).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_learn_the_limit_from_one_429() {
    let (took, refused, client) = thousand(None).await;
    println!("learning: {took:?}, {refused} refused");
    assert_eq!(refused, 1);
    assert!(took <= SHORTEST.mul_f64(1.1), "{took:?}");
    let limit = client.rate_limit();
    assert_eq!((limit.budget, limit.is_learned), (Some(100), true));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_within_a_budget_meet_no_429() {
    let (took, refused, client) = thousand(Some(100)).await;
    println!("with a budget: {took:?}, {refused} refused");
    assert_eq!(refused, 0);
    assert!(took <= SHORTEST.mul_f64(1.1), "{took:?}");
    assert!(!client.rate_limit().is_learned);
}

#[tokio::test(start_paused = true)]
async fn the_state_of_the_limit_can_be_asked_for_and_waited_for() {
    let script = Script::new([album(), album(), limited("3600"), album()]);
    let client = script.client();
    assert_eq!((client.rate_limit().sent, client.rate_limit().budget), (0, None));
    for _ in 0..2 {
        client.albums().get(ALBUM).await.unwrap();
    }
    let before = client.rate_limit();
    assert_eq!((before.sent, before.waiting_until, before.wait), (2, None, Duration::ZERO));
    client.albums().get(ALBUM).await.unwrap_err();
    let limit = client.rate_limit();
    assert_eq!(limit.wait, Duration::from_secs(3600));
    assert!(limit.waiting_until.unwrap() > spotify_sdk::jiff::Timestamp::now());
    let start = Instant::now();
    client.wait_for_rate_limit().await;
    assert_eq!(start.elapsed().as_secs(), 3600);
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!((client.rate_limit().waiting_until, client.rate_limit().sent), (None, 1));
}

#[tokio::test(start_paused = true)]
async fn after_a_wait_one_request_goes_first_and_the_others_follow_when_it_went_well() {
    let script = Script::new([limited("30"), limited("30"), album()]);
    let client = script.client();
    let mut tasks = JoinSet::new();
    for index in 0..10 {
        let client = client.clone();
        tasks.spawn(async move {
            sleep(Duration::from_millis(index)).await;
            client.albums().get(ALBUM).no_coalescing().await.map(drop)
        });
    }
    sleep(Duration::from_secs(29)).await;
    assert_eq!(script.count(), 1);
    sleep(Duration::from_secs(15)).await;
    assert_eq!(script.count(), 2, "one alone finds out that the limit is not over");
    tasks.join_all().await;
    assert_eq!(script.count(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_budget_is_no_question_of_patience() {
    let script = Script::new([]);
    let client = script.builder().rate_budget(10).max_retry_wait(Duration::ZERO).build().unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        tasks.spawn(async move { client.player().pause_playback().await });
    }
    let start = Instant::now();
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert_eq!(start.elapsed().as_secs(), 120);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_the_budget_hears_of_a_wait_that_is_too_long() {
    let script = Script::new([status(204), limited("7200")]);
    let client = script.builder().rate_budget(2).build().unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        tasks.spawn(async move { client.player().pause_playback().await });
    }
    let start = Instant::now();
    let refused = tasks.join_all().await.into_iter().filter(|answer| matches!(answer, Err(Error::RateLimit(_))));
    assert_eq!(refused.count(), 19);
    assert_eq!(start.elapsed().as_secs(), 0);
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_bulk_read_in_the_background_leaves_room_for_others() {
    let script = Script::new([]);
    let client = script.builder().rate_budget(50).build().unwrap();
    let mut bulk = JoinSet::new();
    for _ in 0..200 {
        let client = client.clone();
        bulk.spawn(async move { client.player().pause_playback().priority(spotify_sdk::Priority::Background).await });
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(script.count(), 45, "a tenth is kept free");
    assert_eq!(client.rate_limit().waiting_calls, 155);
    let start = Instant::now();
    for _ in 0..5 {
        client.player().skip_to_next().await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO, "somebody waits for these");
    // The sixth has to wait for the budget, and still goes before all of the bulk.
    client.player().skip_to_next().await.unwrap();
    assert!(start.elapsed() <= Duration::from_secs(30));
    assert_eq!(script.count(), 51);
    bulk.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn calls_go_in_the_order_in_which_they_came() {
    let script = Script::new([]);
    let client = script.builder().rate_budget(1).build().unwrap();
    let mut tasks = JoinSet::new();
    for index in 0..6_u32 {
        let client = client.clone();
        tasks.spawn(async move {
            sleep(Duration::from_millis(u64::from(index))).await;
            client.player().set_volume(index).await
        });
    }
    tasks.join_all().await;
    let order: Vec<String> =
        script.requests().iter().map(|request| request.uri().query().unwrap().to_owned()).collect();
    assert_eq!(order, (0..6).map(|index| format!("volume_percent={index}")).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_keeps_nobody_waiting() {
    let script = Script::new([]);
    let client = script.builder().rate_budget(1).build().unwrap();
    client.player().pause_playback().await.unwrap();
    let mut given_up = JoinSet::new();
    for _ in 0..5 {
        let client = client.clone();
        given_up.spawn(async move { timeout(Duration::from_secs(3), client.player().pause_playback()).await.is_err() });
    }
    sleep(Duration::from_millis(1)).await;
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.player().skip_to_next().await }
    });
    assert!(given_up.join_all().await.iter().all(|given_up| *given_up));
    waiting.await.unwrap().unwrap();
    assert_eq!(script.count(), 2);
    assert_eq!(client.rate_limit().waiting_calls, 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_does_not_count() {
    let script = Script::new([common::Step::Refused, album()]);
    let client = script.builder().rate_budget(1).build().unwrap();
    let start = Instant::now();
    client.albums().get(ALBUM).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(client.rate_limit().sent, 1);
}

/// Has a token only for the second who asks.
#[derive(Default)]
struct SlowAtFirst(AtomicUsize);

impl AuthProvider for SlowAtFirst {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
            std::future::pending::<()>().await;
        }
        Ok(AccessToken::new("BQslow")?)
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_before_it_is_sent_does_not_count() {
    let client =
        AsyncSpotifyClient::builder(SlowAtFirst::default()).http(Script::new([])).rate_budget(1).build().unwrap();
    let start = Instant::now();
    assert!(timeout(Duration::from_secs(1), client.player().pause_playback()).await.is_err());
    assert_eq!(client.rate_limit().sent, 0);
    client.player().pause_playback().await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
}

#[tokio::test]
async fn a_budget_of_nothing_is_refused() {
    let error = Script::new([]).builder().rate_budget(0).build().unwrap_err();
    assert!(error.to_string().contains("rate_budget"), "{error}");
}

/// A transport that does everything that one can do wrong, in an order that `seed` decides.
#[derive(Clone)]
struct Chaos(Arc<Mutex<u64>>);

impl Chaos {
    fn random(&self, below: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    }
}

impl HttpClient for Chaos {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let (latency, what, wait) = (self.random(2_000), self.random(12), self.random(20));

        sleep(Duration::from_millis(latency)).await;
        let answer = |status: u16| Response::builder().status(status);
        match what {
            0 => Ok(answer(429).header("retry-after", wait.to_string()).body(Body::from("")).unwrap()),
            1 => Ok(answer(429).body(Body::from("")).unwrap()),
            2 => Ok(answer(503).body(Body::from("")).unwrap()),
            3 => Err(HttpError::not_sent("refused")),
            4 => Err(HttpError::lost("reset")),
            5 => std::future::pending().await,
            6 => panic!("a transport that panics"),
            _ => Ok(answer(204).body(Body::from("")).unwrap()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_calls_no_other_waits_for_ever() {
    for seed in 0..60 {
        for budget in [None, Some(1), Some(2), Some(40)] {
            let chaos = Chaos(Arc::new(Mutex::new(seed)));
            let mut builder = AsyncSpotifyClient::builder(AccessToken::new("BQchaos").unwrap())
                .http(chaos.clone())
                .timeout(Duration::from_secs(3))
                .max_retry_wait(Duration::from_secs(15));
            if let Some(budget) = budget {
                builder = builder.rate_budget(budget);
            }
            let client = builder.build().unwrap();
            let mut tasks = JoinSet::new();
            for index in 0..60 {
                let (client, chaos) = (client.clone(), chaos.clone());
                tasks.spawn(async move {
                    sleep(Duration::from_millis(chaos.random(20_000))).await;
                    let mut call = client.player().pause_playback();
                    if chaos.random(2) == 0 {
                        call = call.priority(spotify_sdk::Priority::Background);
                    }
                    if chaos.random(20) == 0 {
                        call = call.ignore_rate_limit();
                    }
                    if index % 3 == 0 {
                        drop(timeout(Duration::from_millis(chaos.random(20_000)), call).await);
                    } else {
                        drop(call.await);
                    }
                });
            }
            let all = async { while tasks.join_next().await.is_some() {} };
            assert!(timeout(Duration::from_secs(100_000), all).await.is_ok(), "seed {seed}, budget {budget:?}");
            assert_eq!(client.rate_limit().waiting_calls, 0);
            timeout(Duration::from_secs(1000), client.wait_for_rate_limit()).await.unwrap();
            sleep(Duration::from_secs(31)).await;
            assert_eq!(client.rate_limit().sent, 0, "seed {seed}, budget {budget:?}");
        }
    }
}

/// Takes 100 requests in any 30 s, counted when they come, and answers after 300 ms.
#[derive(Clone, Default)]
struct Window {
    came: Arc<Mutex<VecDeque<Instant>>>,
    refused: Arc<AtomicUsize>,
    /// Whether it keeps to itself how long to wait.
    silent: bool,
}

impl HttpClient for Window {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        sleep(Duration::from_millis(100)).await;
        let now = Instant::now();
        let wait = {
            let mut came = self.came.lock().unwrap();
            while came.front().is_some_and(|first| *first + Duration::from_secs(30) <= now) {
                came.pop_front();
            }
            if came.len() < 100 {
                came.push_back(now);
                None
            } else {
                Some((came[0] + Duration::from_secs(30) - now).as_secs() + 1)
            }
        };
        sleep(Duration::from_millis(200)).await;
        match wait {
            None => Ok(Response::builder().status(204).body(Body::from("")).unwrap()),
            Some(wait) => {
                self.refused.fetch_add(1, Ordering::SeqCst);
                let mut answer = Response::builder().status(429);
                if !self.silent {
                    answer = answer.header("retry-after", wait.to_string());
                }
                Ok(answer.body(Body::from("")).unwrap())
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sixteen_requests_under_way_at_the_first_429_learn_the_limit_also_where_no_wait_is_named() {
    for silent in [false, true] {
        let window = Window { silent, ..Window::default() };
        let client = AsyncSpotifyClient::builder(AccessToken::new("BQwindow").unwrap())
            .http(window.clone())
            .max_retries(100)
            .build()
            .unwrap();
        let start = Instant::now();
        a_thousand_calls(&client, |client| client.player().pause_playback().send()).await;
        assert!(start.elapsed() <= SHORTEST.mul_f64(1.1), "{:?}", start.elapsed());
        assert_eq!(client.rate_limit().budget, Some(100));
        // Those under way, and where no wait is named, those that find out one at a time when it is over.
        let refused = window.refused.load(Ordering::SeqCst);
        assert!(refused <= if silent { 60 } else { 16 }, "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_somebody_reads_may_use_the_whole_budget() {
    let page = r#"{"href": "/", "items": [{"track": {}}], "limit": 1, "next": "/", "total": 100}"#;
    let last = r#"{"href": "/", "items": [{"track": {}}], "limit": 1, "next": null, "total": 100}"#;
    let script = Script::new(iter::repeat_n(page, 99).chain([last]).map(|page| Step::Respond(200, vec![], page)));
    let client = script.builder().rate_budget(50).build().unwrap();
    let start = Instant::now();
    let tracks = client.tracks().get_saved().limit(1).collect_all().await.unwrap();
    assert_eq!(tracks.len(), 100);
    assert!(start.elapsed() < Duration::from_secs(31), "a second half as large as the first: {:?}", start.elapsed());
}
