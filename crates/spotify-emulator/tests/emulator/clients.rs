//! The clients that the feature `client` makes.

use spotify_emulator::Emulator;
use spotify_sdk::Error;
use spotify_sdk::auth::{AccessToken, ClientCredentials};

#[test]
fn a_client_is_ready_and_is_the_first_users() {
    let emulator = Emulator::start().unwrap();
    let user = emulator.client().unwrap().users().get_current_profile().send().unwrap();
    assert_eq!(user.id.as_str(), emulator.users()[0]);
    assert_eq!(emulator.requests()[0].bearer_token(), Some(emulator.valid_token()));
}

#[tokio::test]
async fn an_async_client_is_ready_and_is_the_first_users() {
    let emulator = Emulator::start().unwrap();
    let user = emulator.async_client().unwrap().users().get_current_profile().await.unwrap();
    assert_eq!(user.id.as_str(), emulator.users()[0]);
}

#[test]
fn a_client_with_the_token_of_another_user_is_theirs() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.token_for_user("bo").unwrap()).unwrap();
    let client = emulator.client_builder(token).build().unwrap();
    assert_eq!(client.users().get_current_profile().send().unwrap().id.as_str(), "bo");
}

#[tokio::test]
async fn a_client_gets_its_tokens_from_the_emulators_accounts_service() {
    let emulator = Emulator::start().unwrap();
    let auth = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    let client = emulator.async_client_builder(auth).build().unwrap();
    client.albums().get("5K79FLRUCSysQnVESLcTdb").await.unwrap();
    assert_eq!(emulator.requests()[0].path, "/api/token");
}

#[test]
fn a_client_sees_the_faults_of_the_emulator() {
    let emulator = Emulator::start().unwrap();
    let client = emulator.client().unwrap();
    emulator.faults().fail_next(1, spotify_emulator::Fault::status(404));
    let error = client.albums().get("5K79FLRUCSysQnVESLcTdb").send().unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}
