//! The blocking client where blocking clients tend to panic, and both clients in many hands.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use spotify_emulator::{Emulator, Fault};
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider};
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, Result, SpotifyClient};

const ALBUM: &str = common::ALBUM;

fn client(emulator: &Emulator) -> SpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

fn get(client: &SpotifyClient) {
    assert_eq!(client.albums().get(ALBUM).send().unwrap().id, ALBUM);
}

#[test]
fn works_in_plain_threads_that_share_it() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..5).for_each(|_| drop(client.albums().get(ALBUM).no_coalescing().send().unwrap()));
            });
        }
    });
    assert_eq!(emulator.requests().len(), 40);
}

#[tokio::test]
async fn works_and_is_dropped_inside_a_runtime_of_one_thread() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    get(&client);
    drop(client);
}

#[tokio::test(flavor = "multi_thread")]
async fn works_and_is_closed_inside_a_runtime_of_many_threads() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    get(&client);
    let clone = client.clone();
    tokio::task::spawn_blocking(move || get(&clone)).await.unwrap();
    client.close();
}

#[tokio::test]
async fn is_made_used_and_dropped_inside_spawn_blocking() {
    let emulator = Arc::new(Emulator::start().unwrap());
    tokio::task::spawn_blocking(move || get(&client(&emulator))).await.unwrap();
}

#[tokio::test]
async fn is_made_outside_and_dropped_inside() {
    let emulator = Emulator::start().unwrap();
    let client = thread::spawn(move || {
        let client = client(&emulator);
        get(&client);
        client
    })
    .join()
    .unwrap();
    drop(client);
}

#[test]
fn a_clone_goes_on_after_the_original_is_closed() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    let clone = client.clone();
    let sibling = client.with_auth(AccessToken::new(emulator.valid_token()).unwrap());
    client.close();
    get(&clone);
    clone.close();
    get(&sibling);
    sibling.close();
}

#[test]
fn a_call_that_was_made_keeps_its_client_alive() {
    let emulator = Emulator::start().unwrap();
    let call = client(&emulator).albums().get(ALBUM);
    assert_eq!(call.send().unwrap().id, ALBUM);
}

#[test]
fn stands_at_the_same_gate_from_every_thread() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    emulator.faults().fail_next(1, Fault::status(429).header("retry-after", "86400"));
    assert!(matches!(client.albums().get(ALBUM).send(), Err(Error::RateLimit(_))));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let result = client.clone().albums().get(ALBUM).send();
                assert!(matches!(result, Err(Error::RateLimit(_))));
            });
        }
    });
    assert_eq!(emulator.requests().len(), 1);
}

/// Gives a token that is refused, and later a newer one.
struct Renewing {
    old: AccessToken,
    new: Option<AccessToken>,
    asked: Arc<AtomicUsize>,
}

impl AuthProvider for Renewing {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(self.old.clone())
    }

    async fn refresh(&self, rejected: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
        assert_eq!(*rejected, self.old);
        assert_eq!(context.accounts_url().as_str(), "https://accounts.spotify.com/");
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.new.clone())
    }
}

fn renewing(emulator: &Emulator, new: Option<&str>) -> (Renewing, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let token = |text: &str| AccessToken::new(text).unwrap();
    (Renewing { old: token(emulator.expired_token()), new: new.map(token), asked: Arc::clone(&asked) }, asked)
}

#[test]
fn a_refused_token_is_replaced_once_and_the_request_sent_once_more() {
    let emulator = Emulator::start().unwrap();
    let (auth, asked) = renewing(&emulator, Some(emulator.valid_token()));
    get(&client(&emulator).with_auth(auth));
    assert_eq!((asked.load(Ordering::SeqCst), emulator.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_newer_token_that_is_refused_too_is_an_authentication_error() {
    let emulator = Emulator::start().unwrap();
    let (auth, asked) = renewing(&emulator, Some(emulator.unknown_token()));
    let client = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    let error = client.albums().get(ALBUM).await.unwrap_err();
    assert!(matches!(error, Error::Authentication(_)), "{error:?}");
    assert_eq!((asked.load(Ordering::SeqCst), emulator.requests().len()), (1, 2));
}

#[test]
fn a_provider_with_nothing_newer_ends_in_an_authentication_error() {
    let emulator = Emulator::start().unwrap();
    let (auth, asked) = renewing(&emulator, None);
    let error = client(&emulator).with_auth(auth).albums().get(ALBUM).send().unwrap_err();
    assert!(matches!(error, Error::Authentication(_)), "{error:?}");
    assert_eq!((asked.load(Ordering::SeqCst), emulator.requests().len()), (1, 1));
}

/// Fails, one way or another.
struct Failing(&'static str);

impl AuthProvider for Failing {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        match self.0 {
            "panic" => panic!("a provider of the user's panics"),
            why => Err(why.into()),
        }
    }
}

#[test]
fn a_provider_that_fails_or_panics_leaves_the_client_usable() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    let error = client.with_auth(Failing("the vault is sealed")).albums().get(ALBUM).send().unwrap_err();
    assert_eq!(error.to_string(), "no access token: the vault is sealed");
    let error = client.with_auth(Failing("panic")).albums().get(ALBUM).send().unwrap_err();
    assert!(error.to_string().contains("panicked"), "{error}");
    get(&client);
}

#[tokio::test]
async fn futures_of_calls_can_be_spawned_and_joined() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let tasks: Vec<_> = (0..10).map(|_| tokio::spawn(client.albums().get(ALBUM).into_future())).collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().id, ALBUM);
    }
    client.close().await;
}

#[test]
fn a_slow_server_holds_up_no_other_thread() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator);
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(600)));
    thread::scope(|scope| {
        let slow = scope.spawn(|| client.albums().get(ALBUM).max_retries(0).timeout(Duration::from_secs(2)).send());
        while emulator.requests().is_empty() {
            thread::yield_now();
        }
        get(&client);
        assert!(matches!(slow.join().unwrap(), Err(Error::Timeout(_))));
    });
}
