//! What happens at the same time, and what breaks halfway: sign-ins during renewals, caches that fail or panic, runtimes
//! that end.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::auth::{
    AuthProvider, AuthorizationCode, CacheLock, FileTokenCache, InMemoryTokenCache, SharedTokenCache, TokenCache,
    TokenInfo, TokenKey,
};
use spotify_sdk::http::{ReqwestClient, SharedHttpClient};
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, Result};
use tokio::task::{JoinHandle, JoinSet};

use crate::caches::Folder;
use crate::support::*;

/// Longer than anything here takes, so that what never ends is told as that.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A cache that fails as a test says, and has no lock that works.
#[derive(Default)]
struct Failing {
    kept: InMemoryTokenCache,
    reads: AtomicUsize,
    panics: bool,
    keeps_all: bool,
    keeps_nothing: AtomicBool,
    lock_fails: bool,
}

fn broken<T>() -> Result<T, BoxError> {
    Err("the cache is broken".into())
}

impl TokenCache for Failing {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        assert!(!self.panics, "the cache panics");
        self.kept.get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        if self.keeps_nothing.load(Ordering::Relaxed) { broken() } else { self.kept.set(key, token).await }
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        if self.keeps_all { broken() } else { self.kept.remove(key).await }
    }

    async fn lock(&self, _: &TokenKey) -> Result<CacheLock, BoxError> {
        if self.lock_fails { broken() } else { Ok(CacheLock::none()) }
    }
}

async fn me(client: &AsyncSpotifyClient) -> Result<String> {
    client.users().get_current_profile().await.map(|user| user.id.to_string())
}

/// A call that renews the token, which takes long enough for other things to happen meanwhile.
async fn slow_renewal(emulator: &Emulator, client: &AsyncSpotifyClient) -> JoinHandle<Result<String>> {
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(300))).path("/api/token").times(1));
    let before = refreshes(emulator);
    let client = client.clone();
    let call = tokio::spawn(async move { me(&client).await });
    while refreshes(emulator) == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    call
}

async fn signed_in_with(emulator: &Emulator, cache: SharedTokenCache) -> AuthorizationCode {
    signed_in(emulator, cache).await
}

fn caches(folder: &Folder) -> [SharedTokenCache; 3] {
    [
        SharedTokenCache::new(InMemoryTokenCache::new()),
        SharedTokenCache::new(Failing::default()),
        SharedTokenCache::new(FileTokenCache::new(folder.file())),
    ]
}

#[tokio::test]
async fn a_sign_in_during_a_renewal_is_the_one_that_counts() {
    let folder = Folder::new("sign-in-during");
    for cache in caches(&folder) {
        let emulator = emulator(Emulator::builder());
        let auth = signed_in_with(&emulator, cache).await;
        let client = client(&emulator, &auth);
        let call = slow_renewal(&emulator, &client).await;
        let request = auth.authorization_request().unwrap();
        let back = emulator.agree(request.url().as_str(), "bo").unwrap();
        auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
        call.await.unwrap().unwrap();
        assert_eq!(me(&client).await.unwrap(), "bo");
        emulator.expire_access_tokens();
        assert_eq!(me(&client).await.unwrap(), "bo");
    }
}

#[tokio::test]
async fn a_call_after_a_sign_in_is_not_made_with_a_renewal_of_the_sign_in_before() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    let elsewhere = app(&emulator).build().unwrap();
    sign_in_as("bo", &emulator, &elsewhere).await;
    let bo = elsewhere.token_info().await.unwrap().unwrap();
    let too_old = TokenInfo::new(bo.access_token().clone(), Timestamp::now() - SignedDuration::from_secs(1))
        .with_refresh_token(bo.refresh_token().unwrap().expose());
    let before = slow_renewal(&emulator, &client).await;
    // It has to be renewed as well, while the renewal of the other one is under way.
    auth.import(too_old).await.unwrap();
    assert_eq!(me(&client).await.unwrap(), "bo");
    assert_eq!(before.await.unwrap().unwrap(), "bo", "what is over is not used even by those who waited for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_belongs_to_an_owner_that_was_told_while_it_was_got() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let folder = Folder::new("owner-races");
    let http = SharedHttpClient::new(ReqwestClient::new().unwrap());
    let process = || app(&emulator).cache(FileTokenCache::new(folder.file())).http(http.clone()).build().unwrap();
    let (auth, elsewhere) = (process(), process());
    sign_in(&emulator, &auth).await;
    let people = Arc::new(Mutex::new(HashMap::from([(auth.owner().unwrap(), "alma")])));
    let is_over = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..4 {
        let (auth, emulator, is_over) = (auth.clone(), Arc::clone(&emulator), Arc::clone(&is_over));
        readers.spawn(async move {
            let mut seen = Vec::new();
            let renewing = client(&emulator, &auth);
            while !is_over.load(Ordering::Relaxed) {
                let before = auth.owner();
                let Ok(token) = auth.access_token().await else { continue };
                let (told, after) = (token.owner(), auth.owner());
                match me(&renewing.with_auth(token)).await {
                    Ok(person) => seen.push((before, told.unwrap(), after, person)),
                    // It has expired, which the provider does not know before it is refused.
                    Err(_) => drop(me(&renewing).await),
                }
            }
            seen
        });
    }
    for (round, person) in ["bo", "alma"].into_iter().cycle().take(30).enumerate() {
        let signing_in = if round % 3 == 0 { &auth } else { &elsewhere };
        sign_in_as(person, &emulator, signing_in).await;
        people.lock().unwrap().insert(signing_in.owner().unwrap(), person);
        emulator.expire_access_tokens();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    is_over.store(true, Ordering::Relaxed);
    let seen = readers.join_all().await.concat();
    let people = people.lock().unwrap();
    for (before, told, after, person) in &seen {
        assert_eq!(people.get(told), Some(&person.as_str()));
        assert!(before != after || *before == Some(*told));
    }
    let owners: HashSet<_> = seen.iter().map(|(_, told, ..)| told).collect();
    assert!(owners.len() > 10, "{} owners in {} calls", owners.len(), seen.len());
}

#[tokio::test]
async fn a_sign_out_during_a_renewal_is_not_undone() {
    let folder = Folder::new("sign-out-during");
    for cache in caches(&folder) {
        let emulator = emulator(Emulator::builder());
        let auth = signed_in_with(&emulator, cache).await;
        let client = client(&emulator, &auth);
        let call = slow_renewal(&emulator, &client).await;
        auth.sign_out().await.unwrap();
        let _ = call.await.unwrap();
        assert!(auth.token_info().await.unwrap().is_none());
        assert!(matches!(me(&client).await, Err(Error::ReauthorizationRequired(_))));
    }
}

#[tokio::test]
async fn providers_that_share_a_cache_in_memory_renew_once() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let cache = InMemoryTokenCache::new();
    let one = client(&emulator, &signed_in(&emulator, cache.clone()).await);
    let two = client(&emulator, &app(&emulator).cache(cache).build().unwrap());
    let call = slow_renewal(&emulator, &one).await;
    assert_eq!(me(&two).await.unwrap(), "alma");
    assert_eq!(call.await.unwrap().unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn a_cache_that_panics_ends_the_calls_with_an_error() {
    let emulator = emulator(Emulator::builder());
    let cache = Arc::new(Failing { panics: true, ..Failing::default() });
    let client = client(&emulator, &app(&emulator).cache(Arc::clone(&cache)).build().unwrap());
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        tasks.spawn(async move { me(&client).await });
    }
    for answer in tokio::time::timeout(TEST_TIMEOUT, tasks.join_all()).await.expect("the calls never end") {
        assert!(matches!(answer, Err(Error::Provider(_))), "{answer:?}");
    }
    assert_eq!(cache.reads.load(Ordering::Relaxed), 1, "all have one result");
}

#[test]
fn a_runtime_that_has_ended_ends_the_call_with_an_error() {
    let emulator = emulator(Emulator::builder());
    let client = client(&emulator, &app(&emulator).build().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    runtime.shutdown_background();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(handle.block_on(me(&client))));
    let answer = receiver.recv_timeout(TEST_TIMEOUT).expect("the call never ends");
    assert!(answer.is_err());
}

#[tokio::test]
async fn a_dead_grant_is_final_although_the_cache_cannot_drop_it() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, Failing { keeps_all: true, ..Failing::default() }).await;
    let client = client(&emulator, &auth);
    emulator.expire_access_tokens();
    emulator.revoke_consent();
    for sent in [2, 0] {
        emulator.clear_requests();
        let error = me(&client).await.unwrap_err();
        assert!(
            matches!(&error, Error::ReauthorizationRequired(why) if why.message.as_deref() == Some("Refresh token revoked")),
            "{error}"
        );
        assert_eq!(emulator.requests().len(), sent);
    }
    assert!(auth.token_info().await.unwrap().is_none());
    sign_in(&emulator, &auth).await;
    assert_eq!(me(&client).await.unwrap(), "alma");
}

#[tokio::test]
async fn a_sign_in_for_which_the_cache_has_no_lock_is_good_until_the_program_ends() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).cache(Failing { lock_fails: true, ..Failing::default() }).build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    let error = auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("the cache is broken"), "{error}");
    assert_eq!(me(&client(&emulator, &auth)).await.unwrap(), "alma");
}

#[tokio::test]
async fn a_renewed_token_that_could_not_be_kept_counts_whatever_the_clock_was() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let cache = Arc::new(Failing::default());
    let auth = signed_in(&emulator, Arc::clone(&cache)).await;
    let token = auth.token_info().await.unwrap().unwrap();
    let years = Timestamp::now() + SignedDuration::from_hours(10 * 365 * 24);
    let wrong =
        TokenInfo::new(token.access_token().clone(), years).with_refresh_token(token.refresh_token().unwrap().expose());
    auth.import(wrong).await.unwrap();
    cache.keeps_nothing.store(true, Ordering::Relaxed);
    let client = client(&emulator, &auth);
    for _ in 0..3 {
        emulator.expire_access_tokens();
        let error = me(&client).await.unwrap_err();
        assert!(error.to_string().contains("the cache is broken"), "{error}");
        assert_eq!(me(&client).await.unwrap(), "alma");
    }
    assert_eq!(refreshes(&emulator), 3);
}
