//! Providers and caches of a user's own: written with `async fn` and `?`, and kept behind handles.

use std::sync::Arc;

use spotify_emulator::Emulator;
use spotify_sdk::auth::{
    AccessToken, AuthContext, AuthProvider, ClientCredentials, InMemoryTokenCache, SharedAuthProvider,
    SharedTokenCache, TokenCache, TokenInfo, TokenKey, from_fn,
};
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, SpotifyClient};

use crate::support::*;

/// A provider that reads its token from a file, and one that asks Spotify something first.
enum Provider {
    File(std::path::PathBuf),
    Asking(AsyncSpotifyClient),
}

impl AuthProvider for Provider {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        let token = match self {
            Self::File(path) => std::fs::read_to_string(path)?,
            Self::Asking(client) => client.users().get_current_profile().await?.id.to_string(),
        };
        Ok(AccessToken::new(token)?)
    }
}

#[tokio::test]
async fn an_error_of_a_providers_own_reaches_the_caller_with_its_cause() {
    let emulator = emulator(Emulator::builder());
    let client = AsyncSpotifyClient::builder(Provider::File("/nowhere/token".into())).base_url(emulator.base_url());
    let error = client.build().unwrap().albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap_err();
    let Error::Provider(error) = &error else { panic!("{error}") };
    assert!(error.inner().downcast_ref::<std::io::Error>().is_some());
}

#[tokio::test]
async fn an_error_of_the_sdk_passes_through_a_provider_as_it_is() {
    let emulator = emulator(Emulator::builder());
    let wrong = AsyncSpotifyClient::builder(AccessToken::new("BQwrong").unwrap()).base_url(emulator.base_url());
    let client = AsyncSpotifyClient::builder(Provider::Asking(wrong.build().unwrap())).base_url(emulator.base_url());
    let error = client.build().unwrap().albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap_err();
    assert!(matches!(&error, Error::Authentication(_)), "{error}");
    assert_eq!(error.operation().unwrap().name, "users.get_current_profile");
}

#[tokio::test]
async fn a_closure_may_fail_with_any_error() {
    let emulator = emulator(Emulator::builder());
    let auth = from_fn(|| async { Err::<AccessToken, _>(std::io::Error::other("the vault is sealed")) });
    let client = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    let error = client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap_err();
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
}

#[tokio::test]
async fn providers_of_different_types_stand_in_one_list() {
    let emulator = emulator(Emulator::builder());
    let app = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let providers = [
        SharedAuthProvider::new(app.clone()),
        SharedAuthProvider::new(Arc::new(token)),
        SharedAuthProvider::new(SharedAuthProvider::new(app)),
    ];
    assert_eq!(providers[0].owner(), providers[2].owner());
    for provider in providers {
        let client = AsyncSpotifyClient::builder(provider).base_url(emulator.base_url());
        let client = client.accounts_url(emulator.accounts_url()).build().unwrap();
        client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap();
    }
}

/// A cache whose every method fails, with text alone.
struct Broken;

impl TokenCache for Broken {
    async fn get(&self, _: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        Err("the table is gone")?
    }

    async fn set(&self, _: &TokenKey, _: &TokenInfo) -> Result<(), BoxError> {
        Err("the table is gone")?
    }

    async fn remove(&self, _: &TokenKey) -> Result<(), BoxError> {
        Err("the table is gone")?
    }
}

#[tokio::test]
async fn caches_of_different_types_stand_in_one_list_and_fail_with_what_they_like() {
    let emulator = emulator(Emulator::builder());
    let memory = SharedTokenCache::new(InMemoryTokenCache::new());
    for (cache, works) in [(SharedTokenCache::new(memory.clone()), true), (SharedTokenCache::new(Broken), false)] {
        let auth = app(&emulator).cache(cache).build().unwrap();
        match auth.token_info().await {
            Ok(token) => assert!(works && token.is_none()),
            Err(error) => assert!(!works && error.to_string().contains("the table is gone"), "{error}"),
        }
    }
    signed_in(&emulator, memory.clone()).await;
    let auth = app(&emulator).cache(memory).build().unwrap();
    assert!(auth.token_info().await.unwrap().is_some(), "handles share the cache");
}

#[test]
fn a_crate_that_extends_clients_asks_the_builder_for_the_app_and_has_it_refuse_to_build() {
    let app = || SpotifyClient::builder(ClientCredentials::new("the-app", "secret").unwrap());
    assert_eq!(app().auth().client_id(), Some("the-app"));
    assert_eq!(SpotifyClient::builder(AccessToken::new("BQ").unwrap()).auth().client_id(), None);
    let provider = SharedAuthProvider::new(ClientCredentials::new("another-app", "secret").unwrap());
    assert_eq!(SpotifyClient::builder(provider).auth().client_id(), Some("another-app"));

    assert!(app().build().is_ok());
    let error = |name: &str| Error::from_box(format!("there is no {name}").into());
    let refused = app().refuse(error("fleet")).max_response_size(0).refuse(error("cache")).build().map(drop);
    assert_eq!(refused.unwrap_err().to_string(), error("fleet").to_string(), "the first one, before that of a setting");
    let refused = AsyncSpotifyClient::builder(AccessToken::new("BQ").unwrap()).refuse(error("fleet")).build().map(drop);
    assert!(matches!(refused, Err(Error::Provider(_))));
}
