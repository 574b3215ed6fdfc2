//! Whose token a request is made with, as providers tell it.

use std::sync::Arc;

use spotify_emulator::Emulator;
use spotify_sdk::auth::{
    AccessToken, AuthProvider, AuthorizationCode, ClientCredentials, InMemoryTokenCache, TokenOwner, from_fn,
};

use crate::support::*;

fn user(client_id: &str, user: &str) -> AuthorizationCode {
    AuthorizationCode::pkce(client_id, REDIRECT).user(user).build().unwrap()
}

#[test]
fn the_owner_of_an_access_token_is_told_by_the_token() {
    let owner = |token: &str| AccessToken::new(token).unwrap().owner().unwrap();
    assert_eq!(owner("BQone"), owner("BQone"));
    assert_ne!(owner("BQone"), owner("BQtwo"));
}

#[test]
fn the_owner_of_an_apps_tokens_is_told_by_its_client_id() {
    let owner = |id: &str, secret: &str| ClientCredentials::new(id, secret).unwrap().owner().unwrap();
    assert_eq!(owner("one", "a"), owner("one", "b"));
    assert_ne!(owner("one", "a"), owner("two", "a"));
    let app = ClientCredentials::new("one", "a").unwrap();
    assert_eq!(app.clone().refresh_margin(std::time::Duration::ZERO).owner(), app.owner());
    assert_ne!(app.owner(), user("one", "a").owner(), "the app is not one of its users");
}

#[test]
fn the_owner_of_a_users_tokens_is_told_by_the_app_and_the_name_of_the_user() {
    assert_eq!(user("owners", "alma").owner(), user("owners", "alma").owner());
    assert_ne!(user("owners", "alma").owner(), user("owners", "bo").owner());
    assert_ne!(user("owners", "alma").owner(), user("others", "alma").owner());
}

#[test]
fn users_without_a_name_are_not_taken_for_each_other() {
    let (one, two) = (user("owners", ""), user("owners", ""));
    assert_ne!(one.owner(), two.owner());
    assert_eq!(one.owner(), one.clone().owner());
}

#[tokio::test]
async fn a_second_sign_in_with_the_same_provider_is_another_owner() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).user("owners test").build().unwrap();
    let mut owners = vec![auth.owner().unwrap()];
    for _ in 0..2 {
        sign_in(&emulator, &auth).await;
        owners.push(auth.owner().unwrap());
    }
    client(&emulator, &auth).users().get_current_profile().await.unwrap();
    emulator.expire_access_tokens();
    client(&emulator, &auth).users().get_current_profile().await.unwrap();
    assert_eq!(auth.owner(), owners.last().copied(), "a token that is renewed is the same user's");
    auth.sign_out().await.unwrap();
    owners.push(auth.owner().unwrap());
    let different: std::collections::HashSet<TokenOwner> = owners.iter().copied().collect();
    assert_eq!(different.len(), owners.len(), "{owners:?}");
}

#[tokio::test]
async fn a_provider_that_is_made_after_a_sign_out_does_not_stand_for_the_user_who_left() {
    let emulator = emulator(Emulator::builder());
    let cache = InMemoryTokenCache::new();
    let of_request = || app(&emulator).user("session 1").cache(cache.clone()).build().unwrap();
    let before = of_request().owner();
    sign_in(&emulator, &of_request()).await;
    let signed_in = of_request().owner();
    of_request().sign_out().await.unwrap();
    let signed_out = of_request().owner();
    assert!(before != signed_in && signed_in != signed_out && before != signed_out);
}

#[test]
fn a_closure_does_not_tell_the_owner_and_handles_tell_that_of_what_they_hold() {
    assert_eq!(from_fn(|| async { AccessToken::new("BQclosure") }).owner(), None);
    let app = ClientCredentials::new("one", "a").unwrap();
    assert_eq!(Arc::new(app.clone()).owner(), app.owner());
}

#[test]
fn an_owner_shows_neither_token_nor_name() {
    let shown = format!("{:?} {:?}", AccessToken::new("BQhush").unwrap().owner(), user("app", "hush").owner());
    assert!(!shown.contains("hush"), "{shown}");
}
