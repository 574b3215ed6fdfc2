//! Token caches that a provider is offered, as a crate that shares tokens between machines does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::BoxError;
use spotify_sdk::auth::{
    AccessToken, AuthProvider, AuthorizationCode, ClientCredentials, InMemoryTokenCache, SharedAuthProvider,
    SharedTokenCache, TokenCache, TokenInfo, TokenKey, from_fn,
};

use crate::support::*;

fn key(emulator: &Emulator) -> TokenKey {
    TokenKey::new(emulator.client_id()).scopes(SCOPES)
}

fn shared() -> SharedTokenCache {
    SharedTokenCache::new(InMemoryTokenCache::new())
}

async fn kept(emulator: &Emulator, cache: &impl TokenCache) -> Option<AccessToken> {
    cache.get(&key(emulator)).await.unwrap().map(|token| token.access_token().clone())
}

async fn access_token(auth: &AuthorizationCode) -> AccessToken {
    auth.access_token().await.unwrap()
}

/// A provider that has no cache of its own.
fn without_cache(emulator: &Emulator) -> AuthorizationCode {
    app(emulator).build().unwrap()
}

#[tokio::test]
async fn a_provider_without_a_cache_uses_the_one_that_it_is_offered_and_so_do_its_clones() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    let auth = without_cache(&emulator);
    let clone = auth.clone();
    // Through every kind of handle.
    SharedAuthProvider::new(Arc::new(auth.clone())).share_tokens(&cache);
    sign_in(&emulator, &clone).await;
    let token = access_token(&auth).await;
    assert_eq!(kept(&emulator, &cache).await, Some(token.clone()));
    let elsewhere = without_cache(&emulator);
    elsewhere.share_tokens(&cache);
    assert_eq!(access_token(&elsewhere).await, token, "another machine finds the sign-in");
    elsewhere.sign_out().await.unwrap();
    assert!(auth.token_info().await.unwrap().is_none());
}

#[tokio::test]
async fn a_provider_with_a_cache_of_its_own_keeps_it() {
    let (emulator, own, cache) = (emulator(Emulator::builder()), InMemoryTokenCache::new(), shared());
    let auth = app(&emulator).cache(own.clone()).build().unwrap();
    auth.share_tokens(&cache);
    sign_in(&emulator, &auth).await;
    assert_eq!(kept(&emulator, &own).await, Some(access_token(&auth).await));
    assert!(kept(&emulator, &cache).await.is_none());
}

#[tokio::test]
async fn the_first_cache_that_is_offered_stays() {
    let (emulator, first, second) = (emulator(Emulator::builder()), shared(), shared());
    let auth = without_cache(&emulator);
    auth.share_tokens(&first);
    auth.clone().share_tokens(&second);
    sign_in(&emulator, &auth).await;
    assert!(kept(&emulator, &first).await.is_some() && kept(&emulator, &second).await.is_none());
}

#[tokio::test]
async fn a_token_from_before_the_offer_is_stored_with_the_next_call() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    let auth = without_cache(&emulator);
    sign_in(&emulator, &auth).await;
    let before = access_token(&auth).await;
    auth.share_tokens(&cache);
    assert_eq!(auth.token_info().await.unwrap().unwrap().access_token(), &before, "nothing is lost");
    assert_eq!(client(&emulator, &auth).users().get_current_profile().await.unwrap().id, "alma");
    assert_eq!(kept(&emulator, &cache).await, Some(before));
    assert_eq!(refreshes(&emulator), 0);
}

#[tokio::test]
async fn a_token_that_is_too_old_when_the_cache_is_offered_is_renewed_into_it() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    emulator.rotate_refresh_tokens(Rotation::Always);
    let auth = without_cache(&emulator);
    sign_in(&emulator, &auth).await;
    auth.share_tokens(&cache);
    emulator.expire_access_tokens();
    client(&emulator, &auth).users().get_current_profile().await.unwrap();
    assert_eq!(kept(&emulator, &cache).await, Some(access_token(&auth).await));
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn the_token_in_the_offered_cache_counts_and_the_one_from_before_does_not_come_back() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    let there = app(&emulator).cache(cache.clone()).build().unwrap();
    sign_in(&emulator, &there).await;
    let auth = without_cache(&emulator);
    sign_in(&emulator, &auth).await;
    auth.share_tokens(&cache);
    assert_eq!(access_token(&auth).await, access_token(&there).await);
    there.sign_out().await.unwrap();
    assert!(auth.token_info().await.unwrap().is_none());
}

#[tokio::test]
async fn a_sign_out_drops_a_token_from_before_too() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    let auth = without_cache(&emulator);
    sign_in(&emulator, &auth).await;
    auth.share_tokens(&cache);
    auth.sign_out().await.unwrap();
    assert!(auth.token_info().await.unwrap().is_none() && kept(&emulator, &cache).await.is_none());
}

/// A cache that can be full.
#[derive(Default)]
struct Limited {
    tokens: InMemoryTokenCache,
    is_full: AtomicBool,
}

impl TokenCache for Limited {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        self.tokens.get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        if self.is_full.load(Ordering::SeqCst) { Err("full".into()) } else { self.tokens.set(key, token).await }
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.tokens.remove(key).await
    }
}

#[tokio::test]
async fn a_token_from_before_is_used_while_the_offered_cache_cannot_store_it() {
    let (emulator, cache) = (emulator(Emulator::builder()), Arc::new(Limited::default()));
    let auth = without_cache(&emulator);
    sign_in(&emulator, &auth).await;
    let before = access_token(&auth).await;
    cache.is_full.store(true, Ordering::SeqCst);
    auth.share_tokens(&SharedTokenCache::new(Arc::clone(&cache)));
    assert_eq!(access_token(&auth).await, before);
    assert!(kept(&emulator, &cache).await.is_none());
    cache.is_full.store(false, Ordering::SeqCst);
    emulator.expire_access_tokens();
    client(&emulator, &auth).users().get_current_profile().await.unwrap();
    assert_eq!(kept(&emulator, &cache).await, Some(access_token(&auth).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_renewal_that_is_under_way_when_the_cache_is_offered_is_not_lost() {
    let emulator = emulator(Emulator::builder());
    emulator.rotate_refresh_tokens(Rotation::Always);
    for _ in 0..20 {
        let (auth, cache) = (without_cache(&emulator), shared());
        sign_in(&emulator, &auth).await;
        let client = client(&emulator, &auth);
        emulator.expire_access_tokens();
        let calls: Vec<_> = (0..4)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.users().get_current_profile().await.map(|user| user.id) })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_micros(fastrand::u64(0..4000))).await;
        auth.share_tokens(&cache);
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap(), "alma");
        }
        let token = access_token(&auth).await;
        assert_eq!(kept(&emulator, &cache).await, Some(token));
        emulator.expire_access_tokens();
        client.users().get_current_profile().await.expect("the refresh token is the newest");
    }
}

#[tokio::test]
async fn after_an_offer_the_owner_is_that_of_the_token_in_the_offered_cache() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    let there = app(&emulator).cache(cache.clone()).build().unwrap();
    let auth = without_cache(&emulator);
    sign_in_as("bo", &emulator, &there).await;
    sign_in(&emulator, &auth).await;
    assert_ne!(auth.owner(), there.owner());
    auth.share_tokens(&cache);
    assert_eq!(auth.owner(), None, "which token counts is not known yet");
    access_token(&auth).await;
    assert!(auth.owner().is_some() && auth.owner() == there.owner());
}

#[tokio::test]
async fn an_offer_of_an_empty_cache_leaves_the_owner_as_it_was() {
    let (emulator, cache) = (emulator(Emulator::builder()), shared());
    let auth = without_cache(&emulator);
    sign_in(&emulator, &auth).await;
    let before = auth.owner();
    auth.share_tokens(&cache);
    access_token(&auth).await;
    assert!(before.is_some() && auth.owner() == before);
}

#[test]
fn providers_of_an_app_tell_its_client_id_and_those_that_know_none_tell_none() {
    let app = ClientCredentials::new("the-app", "secret").unwrap();
    let user = AuthorizationCode::pkce("the-app", REDIRECT).build().unwrap();
    assert_eq!((app.client_id(), user.client_id()), (Some("the-app"), Some("the-app")));
    assert_eq!(SharedAuthProvider::new(Arc::new(user)).client_id(), Some("the-app"));
    let token = AccessToken::new("BQtoken").unwrap();
    assert_eq!(token.client_id(), None);
    let closure = from_fn(move || std::future::ready(Ok::<_, BoxError>(token.clone())));
    // Without a cache of tokens an offer is nothing.
    closure.share_tokens(&shared());
    assert_eq!(closure.client_id(), None);
}
