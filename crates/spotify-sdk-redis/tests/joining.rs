//! Clients that are part of a fleet.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::redis::RedisServer;
use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::auth::{AccessToken, AuthorizationCode, ClientCredentials, InMemoryTokenCache, Scope};
use spotify_sdk::rate_limit::RateLimiter;
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};
use spotify_sdk_redis::Fleet;

const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";
const REDIRECT_URI: &str = "http://127.0.0.1:8888/callback";

fn provider(emulator: &Emulator, user: &str) -> AuthorizationCode {
    AuthorizationCode::with_secret(emulator.client_id(), emulator.client_secret(), REDIRECT_URI)
        .scopes([Scope::UserLibraryRead])
        .user(user)
        .accounts_url(emulator.accounts_url())
        .build()
        .unwrap()
}

async fn sign_in(emulator: &Emulator, auth: &AuthorizationCode, user: &str) {
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url(), user).unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
}

fn client(emulator: &Emulator, fleet: &Fleet, auth: &AuthorizationCode) -> AsyncSpotifyClient {
    fleet.join(AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url())).build().unwrap()
}

#[tokio::test]
async fn a_client_whose_provider_names_no_app_needs_the_client_id_of_the_fleet() {
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let token = || AccessToken::new(emulator.valid_token()).unwrap();
    let fleet = Fleet::connect(redis.url()).await.unwrap();
    let error = fleet.join(AsyncSpotifyClient::builder(token())).build().unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)) && error.to_string().contains("client_id"), "{error}");

    let fleet = Fleet::builder(redis.url()).client_id("the app").connect().await.unwrap();
    let builder = AsyncSpotifyClient::builder(token()).base_url(emulator.base_url());
    let client = fleet.join(builder).build().unwrap();
    client.albums().get(ALBUM).await.unwrap();
    assert_eq!(fleet.rate_limiter("the app").usage().requests, 1);
}

#[tokio::test]
async fn clients_of_one_app_in_one_process_share_a_limiter_and_other_apps_do_not() {
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let fleet = Fleet::connect(redis.url()).await.unwrap();
    for _ in 0..2 {
        let auth = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
        let builder =
            AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).accounts_url(emulator.accounts_url());
        fleet.join(builder).build().unwrap().albums().get(ALBUM).await.unwrap();
    }
    assert_eq!(fleet.rate_limiter(&emulator.client_id()).usage().requests, 2);
    assert_eq!(fleet.rate_limiter("another").usage().requests, 0);
}

#[test]
fn a_blocking_client_joins_as_well() {
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fleet = runtime.block_on(Fleet::builder(redis.url()).client_id("the app").rate_budget(50).connect()).unwrap();
    // The fleet outlives the runtime that it was made in.
    drop(runtime);
    let builder =
        SpotifyClient::builder(AccessToken::new(emulator.valid_token()).unwrap()).base_url(emulator.base_url());
    let client = fleet.join(builder).build().unwrap();
    for _ in 0..5 {
        client.albums().get(ALBUM).send().unwrap();
    }
    assert_eq!(fleet.rate_limiter("the app").usage().requests, 5);
}

#[tokio::test]
async fn one_sign_in_serves_all_processes_although_refresh_tokens_rotate() {
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    emulator.rotate_refresh_tokens(Rotation::Always);
    let user = emulator.users().remove(0);
    // Two fleets are two machines: each has a connection, a limiter and a provider of its own.
    let (one, two) = (Fleet::connect(redis.url()).await.unwrap(), Fleet::connect(redis.url()).await.unwrap());
    let (first, second) = (provider(&emulator, ""), provider(&emulator, ""));
    let (first_client, second_client) = (client(&emulator, &one, &first), client(&emulator, &two, &second));
    sign_in(&emulator, &first, &user).await;
    for _ in 0..5 {
        emulator.expire_access_tokens();
        let calls = (first_client.tracks().get_saved().send(), second_client.tracks().get_saved().send());
        let (one, two) = tokio::join!(calls.0, calls.1);
        one.unwrap();
        two.unwrap();
    }
}

#[tokio::test]
async fn two_users_without_a_name_do_not_get_each_others_tokens() {
    let (redis, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let fleet = Fleet::connect(redis.url()).await.unwrap();
    let users = emulator.users();
    let (first, second) = (provider(&emulator, ""), provider(&emulator, ""));
    let (first_client, second_client) = (client(&emulator, &fleet, &first), client(&emulator, &fleet, &second));
    sign_in(&emulator, &first, &users[0]).await;
    first_client.tracks().get_saved().await.unwrap();
    let error = second_client.tracks().get_saved().await.unwrap_err();
    assert!(error.to_string().contains("have no name"), "{error}");

    // With names each has their own; and so has a provider with a cache of its own.
    let named = provider(&emulator, "second");
    let named_client = client(&emulator, &fleet, &named);
    sign_in(&emulator, &named, &users[1]).await;
    named_client.tracks().get_saved().await.unwrap();
    let own = AuthorizationCode::with_secret(emulator.client_id(), emulator.client_secret(), REDIRECT_URI)
        .cache(InMemoryTokenCache::new())
        .scopes([Scope::UserLibraryRead])
        .accounts_url(emulator.accounts_url())
        .build()
        .unwrap();
    let own_client = client(&emulator, &fleet, &own);
    sign_in(&emulator, &own, &users[1]).await;
    own_client.tracks().get_saved().await.unwrap();
    assert_eq!(fleet.token_cache().users(&emulator.client_id()).await.unwrap().len(), 2);

    // Once the first one is gone, another may take its place.
    drop((first, first_client));
    tokio::time::sleep(Duration::from_millis(10)).await;
    let third_client = client(&emulator, &fleet, &provider(&emulator, ""));
    third_client.tracks().get_saved().await.unwrap();
}
