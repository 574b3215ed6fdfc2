//! Whose token a request is made with, as providers tell it.

use std::collections::HashSet;
use std::sync::Arc;

use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::auth::{
    AccessToken, AuthProvider, AuthorizationCode, ClientCredentials, FileTokenCache, InMemoryTokenCache, TokenInfo,
    TokenOwner, from_fn,
};
use spotify_sdk::jiff::Timestamp;

use crate::caches::Folder;
use crate::support::*;

/// A token that nothing renews.
fn short(name: &str) -> TokenInfo {
    TokenInfo::new(AccessToken::new(name).unwrap(), Timestamp::from_second(1_900_000_000).unwrap())
}

/// A token that was got elsewhere.
fn renewable(refresh_token: &str) -> TokenInfo {
    short("BQelsewhere").with_refresh_token(refresh_token)
}

/// A provider that was given a token.
async fn importer(client_id: &str, user: &str, token: TokenInfo) -> AuthorizationCode {
    let auth = AuthorizationCode::pkce(client_id, REDIRECT).user(user).build().unwrap();
    auth.import(token).await.unwrap();
    auth
}

/// Whose profile a call of the provider's client gets.
async fn me(emulator: &Emulator, auth: &AuthorizationCode) -> String {
    client(emulator, auth).users().get_current_profile().await.unwrap().id.to_string()
}

#[test]
fn the_owner_of_an_access_token_is_told_by_the_token() {
    let owner = |token: &str| AccessToken::new(token).unwrap().owner().unwrap();
    assert_eq!(owner("BQone"), owner("BQone"));
    assert_ne!(owner("BQone"), owner("BQtwo"));
}

#[tokio::test]
async fn the_owner_of_an_apps_tokens_is_told_by_its_client_id() {
    let owner = |id: &str, secret: &str| ClientCredentials::new(id, secret).unwrap().owner().unwrap();
    assert_eq!(owner("one", "a"), owner("one", "b"));
    assert_ne!(owner("one", "a"), owner("two", "a"));
    let app = ClientCredentials::new("one", "a").unwrap();
    assert_eq!(app.clone().refresh_margin(std::time::Duration::ZERO).owner(), app.owner());
    assert_ne!(app.owner(), importer("one", "a", short("BQ")).await.owner(), "the app is not one of its users");
}

#[tokio::test]
async fn the_owner_of_a_users_tokens_is_told_by_the_app_the_name_of_the_user_and_the_sign_in() {
    let owner = async |client_id, name, token| importer(client_id, name, token).await.owner().unwrap();
    let alma = owner("app", "alma", renewable("AQone")).await;
    assert_eq!(alma, owner("app", "alma", renewable("AQone")).await);
    for other in [("app", "bo", "AQone"), ("another-app", "alma", "AQone"), ("app", "alma", "AQtwo")] {
        assert_ne!(alma, owner(other.0, other.1, renewable(other.2)).await, "{other:?}");
    }
}

#[tokio::test]
async fn users_without_a_name_are_the_same_for_the_same_sign_in_alone() {
    let owner = async |token| importer("app", "", token).await.owner().unwrap();
    assert_eq!(owner(renewable("AQone")).await, owner(renewable("AQone")).await);
    assert_ne!(owner(renewable("AQone")).await, owner(renewable("AQtwo")).await);
}

#[tokio::test]
async fn sign_ins_of_the_same_moment_are_different_owners() {
    let at = Timestamp::from_second(1_790_000_000).unwrap();
    let owner = async |token: TokenInfo| importer("app", "alma", token.with_authorized_at(at)).await.owner().unwrap();
    assert_ne!(owner(renewable("AQone")).await, owner(renewable("AQtwo")).await);
    assert_ne!(owner(short("BQone")).await, owner(short("BQtwo")).await, "nothing renews them");
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let kept = auth.token_info().await.unwrap().unwrap();
    assert_ne!(owner(kept.clone()).await, owner(kept.with_refresh_token("AQof someone else")).await);
}

#[tokio::test]
async fn there_is_no_owner_before_there_is_a_token_in_memory() {
    let (emulator, cache) = (emulator(Emulator::builder()), InMemoryTokenCache::new());
    let auth = signed_in(&emulator, cache.clone()).await;
    let restarted = app(&emulator).cache(cache).build().unwrap();
    assert_eq!(restarted.owner(), None);
    me(&emulator, &restarted).await;
    assert!(restarted.owner().is_some() && restarted.owner() == auth.owner());
    assert_eq!(restarted.clone().owner(), auth.owner());
}

#[tokio::test]
async fn every_sign_in_is_another_owner_and_without_one_there_is_none() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).user("session").build().unwrap();
    let mut owners = Vec::new();
    for person in ["alma", "alma", "bo"] {
        sign_in_as(person, &emulator, &auth).await;
        owners.push(auth.owner().unwrap());
    }
    auth.sign_out().await.unwrap();
    assert_eq!(auth.owner(), None);
    auth.import(renewable("AQimported")).await.unwrap();
    owners.push(auth.owner().unwrap());
    let different: HashSet<TokenOwner> = owners.iter().copied().collect();
    assert_eq!(different.len(), owners.len(), "{owners:?}");
}

#[tokio::test]
async fn a_sign_in_that_has_ended_leaves_no_owner() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.expire_access_tokens();
    emulator.revoke_consent();
    assert!(client(&emulator, &auth).users().get_current_profile().await.is_err());
    assert_eq!(auth.owner(), None);
}

#[tokio::test]
async fn a_token_that_is_moved_to_another_provider_stays_the_same_owners() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.expire_access_tokens();
    me(&emulator, &auth).await;
    let moved = app(&emulator).build().unwrap();
    let json = auth.token_info().await.unwrap().unwrap().to_json();
    moved.import(TokenInfo::from_json(json.expose()).unwrap()).await.unwrap();
    assert_eq!(moved.owner(), auth.owner());
}

#[tokio::test]
async fn a_token_tells_the_owner_of_the_provider_that_gave_it() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let first = auth.access_token().await.unwrap();
    emulator.expire_access_tokens();
    me(&emulator, &auth).await;
    let second = auth.access_token().await.unwrap();
    assert!(first != second && first.owner() == second.owner());
    assert_eq!(second.owner(), auth.owner());
    let copied = AccessToken::new(second.expose()).unwrap();
    assert!(copied == second && copied.owner() != second.owner(), "a token alone does not tell its sign-in");
}

/// Providers that read the same file, as those of two processes do.
fn two_processes(emulator: &Emulator, folder: &Folder) -> [AuthorizationCode; 2] {
    let process = || app(emulator).user("shared").cache(FileTokenCache::new(folder.file())).build().unwrap();
    [process(), process()]
}

/// Has the processes use tokens that are renewed again and again, and checks that the owner stays.
async fn expect_through_renewals(
    owner: TokenOwner,
    emulator: &Emulator,
    processes: [&AuthorizationCode; 2],
    rotation: Rotation,
) {
    for _ in 0..3 {
        emulator.expire_access_tokens();
        for process in processes {
            me(emulator, process).await;
            assert_eq!(process.owner(), Some(owner), "{rotation:?}");
        }
    }
}

#[tokio::test]
async fn processes_that_share_a_file_agree_on_the_owner_however_often_the_token_is_renewed() {
    for rotation in [Rotation::Always, Rotation::Never] {
        let (emulator, folder) = (emulator(Emulator::builder().rotation(rotation)), Folder::new("owner-renewed"));
        let [one, two] = two_processes(&emulator, &folder);
        sign_in(&emulator, &one).await;
        let owner = one.owner().unwrap();
        expect_through_renewals(owner, &emulator, [&one, &two], rotation).await;
        let [restarted, _] = two_processes(&emulator, &folder);
        me(&emulator, &restarted).await;
        assert_eq!(restarted.owner(), Some(owner), "{rotation:?}");
    }
}

#[tokio::test]
async fn the_owner_follows_the_token_where_someone_else_signs_in_under_the_same_name_in_another_process() {
    let (emulator, folder) = (emulator(Emulator::builder()), Folder::new("owner-someone-else"));
    let [one, two] = two_processes(&emulator, &folder);
    sign_in(&emulator, &one).await;
    assert_eq!(me(&emulator, &two).await, "alma");
    let alma = two.owner().unwrap();
    sign_in_as("bo", &emulator, &one).await;
    let bo = one.owner().unwrap();
    assert_ne!(alma, bo);
    assert_eq!((me(&emulator, &two).await.as_str(), two.owner()), ("alma", Some(alma)), "it still has her token");
    emulator.expire_access_tokens();
    assert_eq!(two.owner(), Some(alma), "a token that is too old is still hers");
    assert_eq!((me(&emulator, &two).await.as_str(), two.owner()), ("bo", Some(bo)));
    assert_eq!((me(&emulator, &one).await.as_str(), one.owner()), ("bo", Some(bo)));
}

#[tokio::test]
async fn a_process_whose_user_is_signed_out_elsewhere_has_the_owner_for_as_long_as_the_token() {
    let (emulator, folder) = (emulator(Emulator::builder()), Folder::new("owner-signed-out"));
    let [one, two] = two_processes(&emulator, &folder);
    sign_in(&emulator, &one).await;
    me(&emulator, &two).await;
    let owner = one.owner().unwrap();
    one.sign_out().await.unwrap();
    assert_eq!((one.owner(), two.owner()), (None, Some(owner)));
    emulator.expire_access_tokens();
    assert!(client(&emulator, &two).users().get_current_profile().await.is_err());
    assert_eq!(two.owner(), None);
}

/// Takes what tells the sign-in out of a token file, as programs that know nothing of it leave it.
fn forget_sign_in(folder: &Folder) {
    let mut tokens: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.file()).unwrap()).unwrap();
    let token = tokens["tokens"][0].as_object_mut().unwrap();
    assert!(token.remove("sign_in").is_some(), "{token:?}");
    std::fs::write(folder.file(), tokens.to_string()).unwrap();
}

#[tokio::test]
async fn a_stored_token_without_its_sign_in_has_one_owner_from_its_first_reader_to_the_last_renewal() {
    for rotation in [Rotation::Always, Rotation::Never] {
        let (emulator, folder) = (emulator(Emulator::builder().rotation(rotation)), Folder::new("owner-unknown"));
        let [one, two] = two_processes(&emulator, &folder);
        sign_in(&emulator, &app(&emulator).user("shared").cache(FileTokenCache::new(folder.file())).build().unwrap())
            .await;
        forget_sign_in(&folder);
        me(&emulator, &one).await;
        let owner = one.owner().unwrap();
        expect_through_renewals(owner, &emulator, [&one, &two], rotation).await;
        sign_in(&emulator, &two).await;
        assert_ne!(two.owner(), Some(owner));
    }
}

#[test]
fn a_closure_does_not_tell_the_owner_and_handles_tell_that_of_what_they_hold() {
    assert_eq!(from_fn(|| async { AccessToken::new("BQclosure") }).owner(), None);
    let app = ClientCredentials::new("one", "a").unwrap();
    assert_eq!(Arc::new(app.clone()).owner(), app.owner());
}

#[tokio::test]
async fn an_owner_shows_neither_token_nor_name() {
    let user = importer("app", "hush", renewable("AQhush")).await;
    let shown = format!("{:?} {:?}", AccessToken::new("BQhush").unwrap().owner(), user.owner());
    assert!(!shown.contains("hush"), "{shown}");
}
