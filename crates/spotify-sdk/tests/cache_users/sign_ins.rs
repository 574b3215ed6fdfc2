//! Users who sign in, sign out and come back, through the SDK's own providers.

use serde_json::Value;
use spotify_emulator::{Emulator, Fault};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{AuthorizationCode, InMemoryTokenCache, Scope, TokenInfo};
use spotify_sdk::jiff::{SignedDuration, Timestamp};

use crate::support::{HOUR, access_token, builder, cache, service, users_of_all};

const REDIRECT: &str = "http://127.0.0.1:8888/callback";

fn app(emulator: &Emulator, client_id: &str, user: &str, tokens: &InMemoryTokenCache) -> AuthorizationCode {
    let builder = AuthorizationCode::pkce(client_id, REDIRECT).user(user);
    let scopes = [Scope::UserReadPrivate, Scope::UserLibraryRead];
    builder.scopes(scopes).accounts_url(emulator.accounts_url()).cache(tokens.clone()).build().unwrap()
}

async fn sign_in(emulator: &Emulator, auth: &AuthorizationCode, user: &str) {
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), user).unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
}

async fn me(client: &AsyncSpotifyClient) -> String {
    let me: Value = client.users().get_current_profile().fresh_for(HOUR).send_as().await.unwrap();
    me["id"].as_str().unwrap().to_owned()
}

fn emulator() -> (Emulator, [String; 2]) {
    let emulator = Emulator::start().unwrap();
    let users = emulator.users();
    let users = [users[0].clone(), users[1].clone()];
    (emulator, users)
}

fn client(emulator: &Emulator, auth: &AuthorizationCode) -> AsyncSpotifyClient {
    let builder = AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url());
    builder.accounts_url(emulator.accounts_url()).cache(cache()).build().unwrap()
}

#[tokio::test]
async fn another_person_who_signs_in_under_the_same_label_sees_nothing_of_the_one_before() {
    let (emulator, [alma, bo]) = emulator();
    let auth = app(&emulator, &emulator.client_id(), "cache label", &InMemoryTokenCache::new());
    let client = client(&emulator, &auth);
    for user in [&alma, &bo, &alma, &bo] {
        sign_in(&emulator, &auth, user).await;
        for _ in 0..2 {
            assert_eq!(me(&client).await, *user);
        }
        emulator.expire_access_tokens();
        assert_eq!(me(&client).await, *user);
    }
}

#[tokio::test]
async fn a_provider_of_a_later_request_of_a_web_server_gets_the_answers_of_who_is_signed_in_then() {
    let (emulator, [alma, bo]) = emulator();
    let tokens = InMemoryTokenCache::new();
    let of_request = || app(&emulator, &emulator.client_id(), "session 1 of the cache", &tokens);
    let first = client(&emulator, &of_request());
    for user in [&alma, &bo, &alma] {
        let auth = of_request();
        sign_in(&emulator, &auth, user).await;
        assert_eq!(me(&first.with_auth(auth)).await, *user);
        assert_eq!(me(&first.with_auth(of_request())).await, *user);
        of_request().sign_out().await.unwrap();
        let signed_out = first.with_auth(of_request());
        let answer = signed_out.users().get_current_profile().fresh_for(HOUR).send_as::<Value>().await;
        assert!(answer.is_err(), "nobody is signed in, and {answer:?} was served");
    }
}

#[tokio::test]
async fn the_same_label_in_two_apps_is_two_users() {
    let origin = service();
    let app = async |client_id: &str, user| {
        let auth = AuthorizationCode::pkce(client_id, REDIRECT).user("label of two apps").build().unwrap();
        let expires_at = Timestamp::now() + SignedDuration::from_hours(1);
        auth.import(TokenInfo::new(access_token(user, 0), expires_at)).await.unwrap();
        auth
    };
    let one = builder(&origin, app("one-app", "alma").await).cache(cache()).build().unwrap();
    let two = one.with_auth(app("other-app", "bo").await);
    for _ in 0..2 {
        assert_eq!(users_of_all(&one).await.unwrap(), ["alma"]);
        assert_eq!(users_of_all(&two).await.unwrap(), ["bo"]);
    }
}

#[tokio::test]
async fn another_person_who_signs_in_during_a_request_does_not_find_its_answer() {
    let (emulator, [alma, bo]) = emulator();
    let auth = app(&emulator, &emulator.client_id(), "cache in flight", &InMemoryTokenCache::new());
    let client = client(&emulator, &auth);
    for round in 0..4 {
        let (before, after) = if round % 2 == 0 { (&alma, &bo) } else { (&bo, &alma) };
        sign_in(&emulator, &auth, before).await;
        emulator.clear_requests();
        emulator.faults().fail_next(1, Fault::delay(std::time::Duration::from_millis(300)));
        let under_way = tokio::spawn({
            let client = client.clone();
            async move { me(&client).await }
        });
        while emulator.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        let request = auth.authorization_request().unwrap();
        let back = emulator.agree(request.url().as_str(), after).unwrap();
        auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
        assert_eq!(me(&client).await, *after);
        assert_eq!(under_way.await.unwrap(), *before);
        assert_eq!(me(&client).await, *after);
    }
}
