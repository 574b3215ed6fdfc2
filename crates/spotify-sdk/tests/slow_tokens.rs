//! Tokens that take their time: a call waits for its token before it takes a place at the rate gate, and whoever has a place
//! keeps nobody waiting for anything but Spotify. Time is paused.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use common::{ALBUM, AddItems, Script, Step, album, limited, status};
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider, from_fn};
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::http_body::{self, Frame};
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, Result};
use tokio::time::{Instant, sleep, timeout};

const SLOW: Duration = Duration::from_millis(24_900);

/// A provider whose tokens take this long.
fn slow(wait: Duration) -> impl AuthProvider {
    from_fn(move || async move {
        sleep(wait).await;
        AccessToken::new("BQslow")
    })
}

/// A client that has just been told to wait for so long.
async fn limited_client(script: &Script) -> AsyncSpotifyClient {
    let client = script.client();
    client.albums().get(ALBUM).max_retries(0).await.unwrap_err();
    client
}

#[tokio::test(start_paused = true)]
async fn after_a_429_no_call_waits_for_the_token_of_another() {
    let script = Script::new([limited("1"), album(), album()]);
    let client = limited_client(&script).await;
    let start = Instant::now();
    let slow = tokio::spawn(client.with_auth(slow(SLOW)).albums().get(ALBUM).send());
    tokio::task::yield_now().await;
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
    slow.await.unwrap().unwrap();
    assert_eq!(start.elapsed().as_secs(), 24);
}

/// A provider that asks Spotify something before it gives a token, through a sibling of the client that it works for.
#[derive(Clone, Default)]
struct Asking {
    sibling: Arc<OnceLock<AsyncSpotifyClient>>,
    /// How many tokens it has at hand before.
    at_hand: Arc<AtomicUsize>,
}

impl AuthProvider for Asking {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        let next = |at_hand: usize| at_hand.checked_sub(1);
        if self.at_hand.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).is_err() {
            self.sibling.get().unwrap().albums().get(ALBUM).await?;
        }
        Ok(AccessToken::new("BQasked")?)
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_can_call_a_sibling_of_its_own_client() {
    for (budget, wait, at_hand, requests) in [
        (None, "1", 0, 3),
        // After so long a wait the token is asked for once more.
        (None, "30", 1, 3),
        // And after the wait for room in the budget.
        (Some(1), "1", 0, 4),
    ] {
        let script = Script::new([limited(wait), album(), album(), album(), album()]);
        let mut builder = script.builder().timeout(Duration::from_secs(40));
        if let Some(budget) = budget {
            builder = builder.rate_budget(budget);
        }
        let asking = Asking::default();
        asking.at_hand.store(at_hand, Ordering::SeqCst);
        let sibling = builder.build().unwrap();
        let client = sibling.with_auth(asking.clone());
        asking.sibling.set(sibling.clone()).unwrap();
        sibling.albums().get(ALBUM).max_retries(0).await.unwrap_err();
        timeout(Duration::from_secs(1_000), client.albums().get(ALBUM)).await.unwrap().unwrap();
        assert_eq!(script.count(), requests, "{budget:?}, {wait} s");
        assert_eq!(client.rate_limit().waiting_calls, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_its_token_no_longer_than_its_timeout_and_then_tries_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let never = from_fn({
        let asked = Arc::clone(&asked);
        move || {
            asked.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<Result<AccessToken>>()
        }
    });
    let script = Script::new([]);
    let client = script.client().with_auth(never);
    for (retries, seconds) in [(0, 5..=5), (2, 15..=17)] {
        let start = Instant::now();
        asked.store(0, Ordering::SeqCst);
        let call = client.call(AddItems).timeout(Duration::from_secs(5)).max_retries(retries);
        let error = call.await.unwrap_err();
        let Error::Timeout(inner) = &error else { panic!("{error}") };
        assert!(inner.waiting_for_token);
        assert_eq!(inner.limit, Duration::from_secs(5));
        assert_eq!(
            error.to_string(),
            "no response from Spotify: test.add_items: the auth provider gave no access token within 5 s"
        );
        assert!(error.hint().unwrap().starts_with("Nothing was sent"), "{:?}", error.hint());
        assert_eq!(asked.load(Ordering::SeqCst), retries as usize + 1);
        assert!(seconds.contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    }
    assert_eq!(script.count(), 0);
    assert_eq!((client.rate_limit().sent, client.usage().requests), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_after_a_401_is_inside_the_timeout_too() {
    #[derive(Debug)]
    struct NeverRenewed;
    impl AuthProvider for NeverRenewed {
        async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
            Ok(AccessToken::new("BQold")?)
        }

        async fn refresh(&self, _: &AccessToken, _: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
            std::future::pending().await
        }
    }
    let script = Script::new([status(401)]);
    let client = script.client().with_auth(NeverRenewed);
    let start = Instant::now();
    let error = client.albums().get(ALBUM).timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(&error, Error::Timeout(error) if error.waiting_for_token), "{error}");
    assert_eq!((start.elapsed().as_secs(), script.count()), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_token_took_is_taken_from_that_of_the_attempt() {
    let script = Script::new([Step::Silence]);
    let client = script.client().with_auth(slow(Duration::from_secs(3)));
    let start = Instant::now();
    let call = client.albums().get(ALBUM).timeout(Duration::from_secs(5)).max_retries(0);
    let error = call.await.unwrap_err();
    assert!(matches!(&error, Error::Timeout(error) if !error.waiting_for_token), "{error}");
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_became_too_old_at_the_gate_is_not_sent() {
    // One for each 20 s.
    for (wait, sent, asked) in [("5", "Bearer BQ0", 1), ("30", "Bearer BQ1", 2)] {
        let script = Script::new([limited(wait), album()]);
        let client = limited_client(&script).await;
        let start = Instant::now();
        let count = Arc::new(AtomicUsize::new(0));
        let provider = from_fn({
            let count = Arc::clone(&count);
            move || {
                count.fetch_add(1, Ordering::SeqCst);
                async move { AccessToken::new(format!("BQ{}", start.elapsed().as_secs() / 20)) }
            }
        });
        client.with_auth(provider).albums().get(ALBUM).await.unwrap();
        assert_eq!(script.requests()[1].headers()["authorization"], sent);
        assert_eq!(count.load(Ordering::SeqCst), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_while_it_is_asked_again_leaves_the_place_to_others() {
    let script = Script::new([limited("30"), album()]);
    let client = limited_client(&script).await;
    let asked = AtomicUsize::new(0);
    let panics = from_fn(move || {
        let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        async move { if first { AccessToken::new("BQonce") } else { panic!("a provider that panics") } }
    });
    let start = Instant::now();
    let panicking = tokio::spawn(client.with_auth(panics).albums().get(ALBUM).send());
    tokio::task::yield_now().await;
    client.albums().get(ALBUM).await.unwrap();
    assert!(matches!(panicking.await.unwrap(), Err(Error::Internal(_))));
    assert_eq!((start.elapsed().as_secs(), client.rate_limit().waiting_calls), (30, 0));
}

/// Answers what each request is to be answered, and the body never ends; or panics.
#[derive(Clone)]
struct Unending(Arc<AtomicUsize>, &'static [u16]);

/// A body of which nothing ever comes.
struct Nothing;

impl http_body::Body for Nothing {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        Poll::Pending
    }
}

impl HttpClient for Unending {
    async fn send(&self, _: Request<Bytes>) -> std::result::Result<Response<Body>, HttpError> {
        let index = self.0.fetch_add(1, Ordering::SeqCst);

        match self.1.get(index) {
            Some(0) => panic!("a transport that panics"),
            Some(429) if index == 0 => {
                Ok(Response::builder().status(429).header("retry-after", "1").body(Body::from("")).unwrap())
            }
            Some(status) => Ok(Response::builder().status(*status).body(Body::streaming(Nothing)).unwrap()),
            None => Ok(Response::builder().status(204).body(Body::from("")).unwrap()),
        }
    }
}

/// After a wait of a second, sends what is answered as `second` says, and then another; how long that one took.
async fn behind(statuses: &'static [u16]) -> Duration {
    let http = Unending(Arc::default(), statuses);
    let client =
        AsyncSpotifyClient::builder(AccessToken::new("BQunending").unwrap()).http(http).max_retries(0).build().unwrap();
    client.albums().get(ALBUM).await.unwrap_err();
    let start = Instant::now();
    let first = tokio::spawn(client.albums().get(ALBUM).send());
    tokio::task::yield_now().await;
    client.player().pause_playback().await.unwrap();
    let took = start.elapsed();
    first.abort();
    took
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_body_of_the_first_answer_after_a_wait() {
    assert_eq!(behind(&[429, 200]).await.as_secs(), 1);
    assert_eq!(behind(&[429, 404]).await.as_secs(), 1);
    // What a 429 is about stands in its body, which is given a second; then the wait of a rate limit begins.
    let took = behind(&[429, 429]).await;
    assert!((2.0..3.0).contains(&took.as_secs_f64()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_panics_leaves_the_place_to_others() {
    assert_eq!(behind(&[429, 0]).await.as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_first_request_after_a_wait_that_is_not_answered_keeps_the_others_waiting_for_a_few_seconds() {
    let script = Script::new([limited("1"), Step::Silence, album()]);
    let client = limited_client(&script).await;
    let start = Instant::now();
    let silent = tokio::spawn(client.albums().get(ALBUM).timeout(Duration::MAX).send());
    tokio::task::yield_now().await;
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 6);
    silent.abort();
}

/// Says that a quota is used up, with the body some seconds behind the head; everything after that succeeds.
#[derive(Clone, Default)]
struct SlowRefusal(Arc<AtomicUsize>);

/// A body that comes after a wait.
struct Late(Pin<Box<tokio::time::Sleep>>, Option<&'static [u8]>);

impl http_body::Body for Late {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        self.0.as_mut().poll(cx).map(|()| self.1.take().map(|bytes| Ok(Frame::data(Bytes::from_static(bytes)))))
    }
}

impl HttpClient for SlowRefusal {
    async fn send(&self, _: Request<Bytes>) -> std::result::Result<Response<Body>, HttpError> {
        let is_first = self.0.fetch_add(1, Ordering::SeqCst) == 0;

        if !is_first {
            return Ok(Response::builder().status(204).body(Body::from("")).unwrap());
        }
        let body = Late(Box::pin(sleep(Duration::from_secs(3))), Some(common::QUOTA_EXCEEDED.as_bytes()));
        Ok(Response::builder().status(429).header("retry-after", "50000").body(Body::streaming(body)).unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_told_late_in_a_slow_body_does_not_close_the_whole_app_for_hours() {
    let token = AccessToken::new("BQslowRefusal").unwrap();
    let client = AsyncSpotifyClient::builder(token).http(SlowRefusal::default()).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(error, spotify_sdk::Error::QuotaExceeded(_)), "{error}");
    client.player().pause_playback().await.unwrap();
}
