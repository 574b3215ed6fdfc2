//! Each way to get a token, from start to end.

use spotify_emulator::{Emulator, Fault, FaultRule};
use spotify_sdk::auth::{AccessToken, AuthorizationCode, AuthorizationRequest, Scope, from_fn};
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};

use crate::support::*;

#[tokio::test]
async fn a_user_signs_in_with_pkce_and_with_a_secret() {
    let emulator = emulator(Emulator::builder());
    let with_secret = AuthorizationCode::with_secret(emulator.client_id(), emulator.client_secret(), REDIRECT);
    for builder in [app(&emulator), with_secret.scopes(SCOPES).accounts_url(emulator.accounts_url())] {
        let auth = builder.build().unwrap();
        assert!(auth.token_info().await.unwrap().is_none());
        let request = auth.authorization_request().unwrap();
        let back = emulator.agree(request.url().as_str(), "bo").unwrap();
        let token = auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
        assert_eq!(token.scopes(), Some(&SCOPES[..]));
        assert!(token.reauthorize_by().unwrap() > token.expires_at());
        assert!(auth.token_info().await.unwrap().is_some());
        assert_eq!(client(&emulator, &auth).users().get_current_profile().await.unwrap().id, "bo");
        auth.sign_out().await.unwrap();
        let error = client(&emulator, &auth).users().get_current_profile().await.unwrap_err();
        assert!(matches!(error, Error::ReauthorizationRequired(_)), "{error}");
    }
}

#[test]
fn programs_that_are_not_async_sign_in_too() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).wait().unwrap();
    let client = SpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    assert_eq!(client.users().get_current_profile().send().unwrap().id, "alma");
    emulator.expire_access_tokens();
    assert_eq!(client.users().get_current_profile().send().unwrap().id, "alma");
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn waiting_works_inside_a_runtime_too() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    assert!(auth.token_info().wait().unwrap().is_none());
}

#[tokio::test]
async fn an_app_gets_tokens_for_itself_and_new_ones_when_they_expire() {
    let emulator = emulator(Emulator::builder());
    let auth = spotify_sdk::auth::ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url());
    let client = builder.accounts_url(emulator.accounts_url()).build().unwrap();
    for _ in 0..3 {
        client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap();
    }
    let tokens = || emulator.requests().iter().filter(|request| request.path == "/api/token").count();
    assert_eq!(tokens(), 1);
    emulator.expire_access_tokens();
    client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap();
    assert_eq!(tokens(), 2);
    assert!(client.users().get_current_profile().await.is_err(), "there is no user");
}

#[tokio::test]
async fn a_wrong_secret_is_told_as_what_it_is() {
    let emulator = emulator(Emulator::builder());
    let auth = spotify_sdk::auth::ClientCredentials::new(emulator.client_id(), "wrong").unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url());
    let client = builder.accounts_url(emulator.accounts_url()).build().unwrap();
    let error = client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap_err();
    assert!(error.to_string().contains("Invalid client secret"), "{error}");
    assert_eq!(emulator.requests().len(), 1, "nothing is asked without a token");
}

#[tokio::test]
async fn a_closure_gives_tokens() {
    let emulator = emulator(Emulator::builder());
    let token = emulator.valid_token().to_owned();
    let auth = from_fn(move || std::future::ready(AccessToken::new(token.clone())));
    let client = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    assert_eq!(client.users().get_current_profile().await.unwrap().id, "alma");
}

#[tokio::test]
async fn a_web_server_keeps_one_value_between_two_requests() {
    let emulator = emulator(Emulator::builder());
    let first = app(&emulator).build().unwrap();
    let request = first.authorization_request().unwrap();
    let session = serde_json_of(&request);
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    drop((first, request));

    let request: AuthorizationRequest = spotify_sdk::serde_json::from_str(&session).unwrap();
    let second = app(&emulator).build().unwrap();
    second.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    assert_eq!(client(&emulator, &second).users().get_current_profile().await.unwrap().id, "alma");
}

fn serde_json_of(request: &AuthorizationRequest) -> String {
    spotify_sdk::serde_json::to_string(request).unwrap()
}

#[tokio::test]
async fn a_user_who_says_no_and_a_code_that_is_used_up_are_told_apart() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.cancel(request.url().as_str(), "alma").unwrap();
    let error = request.parse_response_url(&back).unwrap_err();
    assert!(matches!(&error, Error::AccessDenied(why) if why.reason == "access_denied"), "{error}");

    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    let error = auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap_err();
    assert!(matches!(&error, Error::BadRequest(_)) && error.message() == "Invalid authorization code", "{error}");
    assert!(auth.token_info().await.unwrap().is_some(), "the first sign-in is still good");
}

#[tokio::test]
async fn a_token_in_an_answer_that_cannot_be_read_is_not_shown() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    let request = auth.authorization_request().unwrap();
    for body in [
        r#""hush-hush""#,
        r#"{"access_token":["hush-hush"]}"#,
        r#"{"access_token":"a","expires_in":"hush-hush"}"#,
        r#"{"access_token":"hush hush"}"#,
    ] {
        emulator.faults().add(FaultRule::new(Fault::status(200).body(body)).path("/api/token").times(1));
        let back = emulator.agree(request.url().as_str(), "alma").unwrap();
        let error = auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(matches!(error, Error::Decode(_)), "{shown}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}

#[tokio::test]
async fn a_token_that_comes_back_in_a_success_is_not_shown() {
    let emulator = emulator(Emulator::builder());
    let token = emulator.valid_token().to_owned();
    emulator.faults().fail_next(1, Fault::status(200).body(format!("\"{token}\"")));
    let builder = AsyncSpotifyClient::builder(AccessToken::new(token.clone()).unwrap()).base_url(emulator.base_url());
    let error = builder.build().unwrap().users().get_current_profile().send_as::<Vec<u8>>().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
    assert!(matches!(error, Error::Decode(_)) && !shown.contains(&token), "{shown}");
}

#[tokio::test]
async fn what_was_sent_is_not_shown_however_it_comes_back() {
    let emulator = emulator(Emulator::builder());
    let escaped = |text: &str| text.bytes().map(|byte| format!("\\u{byte:04x}")).collect::<String>();
    let auth = AuthorizationCode::with_secret("app", "hush/hush+1", REDIRECT).accounts_url(emulator.accounts_url());
    let auth = auth.build().unwrap();
    // `app:hush/hush+1`
    let basic = "YXBwOmh1c2gvaHVzaCsx";
    let dead = spotify_sdk::auth::TokenInfo::new(AccessToken::new("old").unwrap(), Default::default());
    for word in ["invalid_request", "invalid_grant"] {
        for echo in [escaped("hush/hush+1"), escaped("refresh+secret"), "refresh%2Bsecret".into(), basic.into()] {
            auth.import(dead.clone().with_refresh_token("refresh+secret")).await.unwrap();
            let body = format!(r#"{{"error":"{word}","error_description":"got {echo}"}}"#);
            emulator.faults().add(FaultRule::new(Fault::status(400).body(body)).path("/api/token").times(1));
            let error = client(&emulator, &auth).users().get_current_profile().await.unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("got"), "{shown}");
            for secret in ["hush", "refresh+", "refresh%2B", basic] {
                assert!(!shown.contains(secret), "{echo}: {shown}");
            }
        }
    }
}

#[test]
fn a_damaged_session_does_not_show_what_was_in_it() {
    let auth = AuthorizationCode::pkce("id", REDIRECT).build().unwrap();
    let kept = serde_json_of(&auth.authorization_request().unwrap());
    for (whole, damaged) in
        [("https://", ""), ("\"verifier\":", "\"verifier\":1,\"other\":"), ("\"state\":\"", "\"state\":7,\"x\":\"")]
    {
        let broken = kept.replacen(whole, damaged, 1);
        assert_ne!(kept, broken);
        let error = spotify_sdk::serde_json::from_str::<AuthorizationRequest>(&broken).unwrap_err().to_string();
        assert!(!error.contains("state") && !error.contains('7') && !error.contains("`1`"), "{error}");
    }
}

#[test]
fn what_spotify_would_refuse_is_refused_before_a_user_is_sent_there() {
    let error = AuthorizationCode::pkce("id", "http://localhost:8888/callback").build().unwrap_err();
    assert!(error.to_string().contains("`http://127.0.0.1:8888/callback` instead"), "{error}");
    assert!(AuthorizationCode::pkce("", REDIRECT).build().is_err());
    assert!(AuthorizationCode::with_secret("id", "with space", REDIRECT).build().is_err());
}

#[test]
fn scopes_are_those_of_the_operations_and_unknown_ones_pass() {
    use spotify_sdk::api::{player, tracks};
    use spotify_sdk::auth::scopes_for;
    let scopes = scopes_for([tracks::GetSavedTracks::INFO, player::GetQueue::INFO, tracks::GetTrack::INFO]);
    assert_eq!(scopes, [Scope::UserReadPlaybackState, Scope::UserReadCurrentlyPlaying, Scope::UserLibraryRead]);
    let auth = AuthorizationCode::pkce("id", REDIRECT).scopes([Scope::from("brand-new-scope")]).build().unwrap();
    assert!(auth.authorization_request().unwrap().url().as_str().contains("scope=brand-new-scope"));
}

#[tokio::test]
async fn the_token_can_be_handed_on_and_is_renewed_first() {
    use spotify_sdk::auth::InMemoryTokenCache;
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    assert!(matches!(auth.access_token().await, Err(Error::ReauthorizationRequired(_))));
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let first = auth.access_token().await.unwrap();
    assert_eq!(first, auth.access_token().await.unwrap());
    let token = auth.token_info().await.unwrap().unwrap();
    let old = spotify_sdk::auth::TokenInfo::new(first.clone(), spotify_sdk::jiff::Timestamp::UNIX_EPOCH);
    let refresh_token = token.refresh_token().unwrap().expose();
    auth.import(old.with_refresh_token(refresh_token)).await.unwrap();
    assert_ne!(first, auth.access_token().await.unwrap());
    assert_eq!(refreshes(&emulator), 1);
}
