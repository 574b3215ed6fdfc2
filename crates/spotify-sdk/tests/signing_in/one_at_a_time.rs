//! One renewal of a sign-in at a time in a process, whatever the cache; and nobody waits for it for longer than a call may take.

use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::auth::{
    AuthorizationCode, FileTokenCache, InMemoryTokenCache, SharedTokenCache, TokenCache, TokenInfo, TokenKey,
};
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, Result};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::caches::Folder;
use crate::support::*;

/// Longer than anything here takes, so that what never ends is told as that.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A database: it takes its time, and has no lock.
#[derive(Clone, Default)]
struct Database(InMemoryTokenCache);

async fn later() {
    tokio::time::sleep(Duration::from_millis(2)).await;
}

impl TokenCache for Database {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        later().await;
        self.0.get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        later().await;
        self.0.set(key, token).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        later().await;
        self.0.remove(key).await
    }
}

async fn me(client: &AsyncSpotifyClient) -> Result<String> {
    client.users().get_current_profile().await.map(|user| user.id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_providers_over_one_cache_without_a_lock_renew_once() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let database = Database::default();
    signed_in(&emulator, database.clone()).await;
    let providers: Vec<_> = (0..10).map(|_| app(&emulator).cache(database.clone()).build().unwrap()).collect();
    for expiry in 1..=5 {
        emulator.expire_access_tokens();
        let mut calls = JoinSet::new();
        for auth in &providers {
            let client = client(&emulator, auth);
            calls.spawn(async move { me(&client).await });
        }
        for answer in calls.join_all().await {
            assert_eq!(answer.unwrap(), "alma");
        }
        assert_eq!(refreshes(&emulator), expiry);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_of_their_own_do_not_wait_for_each_other() {
    let emulator = emulator(Emulator::builder());
    let slow = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let other = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_secs(3600))).path("/api/token").times(1));
    let waiting = client(&emulator, &slow);
    let waiting = tokio::spawn(async move { me(&waiting).await });
    while refreshes(&emulator) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(me(&client(&emulator, &other)).await.unwrap(), "alma");
    assert!(!waiting.is_finished());
    waiting.abort();
}

#[tokio::test]
async fn a_sign_in_with_another_provider_of_the_same_cache_is_not_undone_by_a_renewal() {
    let emulator = emulator(Emulator::builder());
    let database = Database::default();
    let client = client(&emulator, &signed_in(&emulator, database.clone()).await);
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(300))).path("/api/token").times(1));
    let call = tokio::spawn({
        let client = client.clone();
        async move { me(&client).await }
    });
    while refreshes(&emulator) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let other = app(&emulator).cache(database.clone()).build().unwrap();
    let request = other.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "bo").unwrap();
    other.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap(), "alma");
    emulator.expire_access_tokens();
    assert_eq!(me(&client).await.unwrap(), "bo");
}

/// Begins a call in a runtime, and drives it no further than to the request for a new token.
fn stuck_call(runtime: &Runtime, emulator: &Emulator, auth: &AuthorizationCode) -> mpsc::Receiver<Result<String>> {
    let client = client(emulator, auth);
    let (sender, receiver) = mpsc::channel();
    runtime.spawn(async move { sender.send(me(&client).await) });
    runtime.block_on(async {
        while refreshes(emulator) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    receiver
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn impatient(emulator: &Emulator, auth: &AuthorizationCode) -> AsyncSpotifyClient {
    let builder = AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url());
    builder.timeout(Duration::from_secs(8)).max_retries(0).build().unwrap()
}

/// What a future gives, which must not take for ever.
fn in_time<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(runtime().block_on(work)));
    receiver.recv_timeout(TEST_TIMEOUT).expect("it never ends")
}

#[test]
fn a_renewal_in_a_runtime_that_nobody_drives_is_made_anew_within_the_time_of_a_call() {
    let folder = Folder::new("undriven");
    let caches: [SharedTokenCache; 3] = [
        SharedTokenCache::new(InMemoryTokenCache::new()),
        SharedTokenCache::new(Database::default()),
        SharedTokenCache::new(FileTokenCache::new(folder.file())),
    ];
    for cache in caches {
        let emulator = emulator(Emulator::builder().rotation(Rotation::Never));
        let first = runtime();
        let auth = first.block_on(signed_in(&emulator, cache.clone()));
        emulator.expire_access_tokens();
        emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(50))).path("/api/token").times(1));
        let late = stuck_call(&first, &emulator, &auth);
        // Another provider over the same cache, and one that shares the very renewal.
        for auth in [app(&emulator).cache(cache).build().unwrap(), auth.clone()] {
            let client = impatient(&emulator, &auth);
            assert_eq!(in_time(async move { me(&client).await }).unwrap(), "alma");
        }
        assert_eq!(refreshes(&emulator), 2);
        let newer = first.block_on(async { auth.token_info().await }).unwrap().unwrap();
        // Now the runtime is driven again, and the answer of then is read.
        first.block_on(async {
            tokio::task::spawn_blocking(move || late.recv_timeout(TEST_TIMEOUT).unwrap()).await.unwrap().unwrap();
            let now = auth.token_info().await.unwrap().unwrap();
            assert!(now.access_token() == newer.access_token(), "what is late takes the place of nothing newer");
        });
        emulator.expire_access_tokens();
        assert_eq!(
            in_time({
                let client = impatient(&emulator, &auth);
                async move { me(&client).await }
            })
            .unwrap(),
            "alma"
        );
    }
}

#[test]
fn a_new_refresh_token_that_is_read_late_is_kept_where_the_old_one_was_found_dead() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::AsSpotify));
    let first = runtime();
    let auth = first.block_on(signed_in(&emulator, InMemoryTokenCache::new()));
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(50))).path("/api/token").times(1));
    let late = stuck_call(&first, &emulator, &auth);
    // The answer with the new token is there by now, and nobody reads it.
    std::thread::sleep(Duration::from_millis(500));
    let client = impatient(&emulator, &auth);
    let error = in_time(async move { me(&client).await }).unwrap_err();
    assert!(matches!(error, Error::ReauthorizationRequired(_)), "{error}");
    first.block_on(async {
        let _ = tokio::task::spawn_blocking(move || late.recv_timeout(TEST_TIMEOUT).unwrap()).await.unwrap();
    });
    let client = impatient(&emulator, &auth);
    assert_eq!(in_time(async move { me(&client).await }).unwrap(), "alma");
}

#[tokio::test]
async fn a_lock_that_another_program_holds_takes_no_longer_than_a_call_may() {
    let (emulator, folder) = (emulator(Emulator::builder()), Folder::new("held"));
    let auth = signed_in(&emulator, FileTokenCache::new(folder.file())).await;
    emulator.expire_access_tokens();
    emulator.clear_requests();
    let other = std::fs::File::create(folder.file().with_extension("json.lock")).unwrap();
    other.lock().unwrap();
    let limit = Duration::from_millis(300);
    let builder = AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url());
    let impatient = builder.timeout(limit).max_retries(0).build().unwrap();
    // The first call finds a token that only Spotify knows to be too old.
    let error = me(&impatient).await.unwrap_err();
    assert!(matches!(&error, Error::Timeout(timeout) if timeout.limit == limit), "{error:?}");
    assert!(error.to_string().contains("the lock of the token cache, which another program or task holds"), "{error}");
    assert_eq!(refreshes(&emulator), 0);
    drop(other);
    assert_eq!(me(&client(&emulator, &auth)).await.unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn a_cache_that_never_answers_takes_no_longer_than_a_call_may() {
    /// A database that is gone.
    struct Gone;

    impl TokenCache for Gone {
        async fn get(&self, _: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
            std::future::pending().await
        }

        async fn set(&self, _: &TokenKey, _: &TokenInfo) -> Result<(), BoxError> {
            std::future::pending().await
        }

        async fn remove(&self, _: &TokenKey) -> Result<(), BoxError> {
            std::future::pending().await
        }
    }

    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).cache(Gone).build().unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url());
    let client = builder.timeout(Duration::from_millis(200)).max_retries(0).build().unwrap();
    let error = me(&client).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)) && error.to_string().contains("the token cache"), "{error}");
}

#[tokio::test]
async fn a_wait_that_the_accounts_service_asks_for_is_told_where_it_is_longer_than_a_call_may_take() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.expire_access_tokens();
    let limited = Fault::status(429).header("retry-after", "40");
    emulator.faults().add(FaultRule::new(limited).path("/api/token").times(1));
    let error = me(&client(&emulator, &auth)).await.unwrap_err();
    assert!(matches!(error, Error::RateLimit(_)), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(40)));
    assert_eq!(refreshes(&emulator), 1);
}
