//! The Accounts service: consent, codes, tokens, and how they end.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use spotify_emulator::{Consent, Emulator, Rotation};

use crate::support::*;

const REDIRECT: &str = "http://127.0.0.1:8888/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const PKCE: &str = "&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const HOUR: Duration = Duration::from_secs(3600);

fn page(emulator: &Emulator, more: &str) -> String {
    let (accounts, id) = (emulator.accounts_url(), emulator.client_id());
    format!(
        "{accounts}/authorize?client_id={id}&response_type=code&redirect_uri={REDIRECT}&scope=user-library-read{more}"
    )
}

/// The value of a parameter of an address.
fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes()).find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
}

fn code(emulator: &Emulator, more: &str) -> String {
    parameter(&emulator.agree(page(emulator, more), "alma").unwrap(), "code").unwrap()
}

/// POST to the token endpoint, with the app's secret in the header or only its id in the form.
async fn token(emulator: &Emulator, with_secret: bool, fields: &[(&str, &str)]) -> TestResponse {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let mut request = client()
        .post(format!("{}/api/token", emulator.accounts_url()))
        .header("content-type", "application/x-www-form-urlencoded");
    if with_secret {
        let basic = STANDARD.encode(format!("{}:{}", emulator.client_id(), emulator.client_secret()));
        request = request.header("authorization", format!("Basic {basic}"));
    } else {
        form.append_pair("client_id", &emulator.client_id());
    }
    read(request.body(form.finish()).send().await.unwrap()).await
}

/// A user's first tokens: access and refresh.
async fn sign_in(emulator: &Emulator, pkce: bool) -> (String, String) {
    let code = code(emulator, if pkce { PKCE } else { "" });
    let mut fields = vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    if pkce {
        fields.push(("code_verifier", VERIFIER));
    }
    let response = token(emulator, !pkce, &fields).await.json();
    (response["access_token"].as_str().unwrap().to_owned(), response["refresh_token"].as_str().unwrap().to_owned())
}

async fn refresh(emulator: &Emulator, with_secret: bool, refresh_token: &str) -> TestResponse {
    token(emulator, with_secret, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

fn refusal(response: &TestResponse) -> (u16, String, String) {
    let json = response.json();
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    (response.status, text("error"), text("error_description"))
}

#[tokio::test]
async fn client_credentials_give_a_token_for_everything_but_users() {
    let emulator = Emulator::start().unwrap();
    let response = token(&emulator, true, &[("grant_type", "client_credentials")]).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["cache-control"], "no-store");
    let json = response.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&Value::from("Bearer"), &Value::from(3600)));
    assert!(json.get("refresh_token").is_none() && json.get("scope").is_none());
    let access = json["access_token"].as_str().unwrap();
    assert_eq!(get_as(&emulator, access, &format!("/albums/{DEBI_TIRAR}")).await.status, 200);
    let me = get_as(&emulator, access, "/me").await;
    assert_eq!((me.status, me.message().as_str()), (401, "Valid user authentication required"));
}

#[tokio::test]
async fn a_code_becomes_a_token_of_the_user_who_agreed_with_the_scopes_that_were_asked_for() {
    let emulator = Emulator::start().unwrap();
    for pkce in [false, true] {
        let (access, _) = sign_in(&emulator, pkce).await;
        assert_eq!(get_as(&emulator, &access, "/me").await.json()["id"], "alma");
        assert_eq!(get_as(&emulator, &access, "/me/tracks").await.status, 200);
        assert_eq!(get_as(&emulator, &access, "/me/top/tracks").await.status, 403);
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_and_for_its_own_redirect_uri() {
    let emulator = Emulator::start().unwrap();
    let exchange = async |code: &str, redirect: &str| {
        let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)];
        token(&emulator, true, &fields).await
    };
    let first = code(&emulator, "");
    assert_eq!(exchange(&first, REDIRECT).await.status, 200);
    let invalid = |what: &str| (400, "invalid_grant".to_owned(), what.to_owned());
    assert_eq!(refusal(&exchange(&first, REDIRECT).await), invalid("Invalid authorization code"));
    let second = code(&emulator, "");
    assert_eq!(refusal(&exchange(&second, "http://127.0.0.1:9999/").await), invalid("Invalid redirect URI"));
    let third = code(&emulator, "");
    emulator.clock().advance(Duration::from_secs(600));
    assert_eq!(refusal(&exchange(&third, REDIRECT).await), invalid("Authorization code expired"));
}

#[tokio::test]
async fn pkce_wants_the_verifier_of_its_challenge() {
    let emulator = Emulator::start().unwrap();
    let wrong = "x".repeat(43);
    for (verifier, error, description) in [
        (None, "invalid_request", "code_verifier must be supplied"),
        (Some("short"), "invalid_request", "code_verifier is invalid"),
        (Some(wrong.as_str()), "invalid_grant", "code_verifier was incorrect"),
        (Some(CHALLENGE), "invalid_grant", "code_verifier was incorrect"),
    ] {
        let code = code(&emulator, PKCE);
        let mut fields = vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let response = token(&emulator, false, &fields).await;
        assert_eq!(refusal(&response), (400, error.to_owned(), description.to_owned()));
    }
    let code = code(&emulator, "");
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    assert_eq!(refusal(&token(&emulator, false, &fields).await).1, "invalid_client", "neither secret nor challenge");
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_said() {
    let emulator = Emulator::start().unwrap();
    for (fields, error, description) in [
        (&[][..], "invalid_request", "grant_type parameter is missing"),
        (
            &[("grant_type", "password")],
            "unsupported_grant_type",
            "grant_type must be client_credentials, authorization_code or refresh_token",
        ),
        (&[("grant_type", "authorization_code")], "invalid_request", "code must be supplied"),
        (&[("grant_type", "authorization_code"), ("code", "x")], "invalid_request", "redirect_uri must be supplied"),
        (&[("grant_type", "refresh_token")], "invalid_request", "refresh_token must be supplied"),
        (&[("grant_type", "refresh_token"), ("refresh_token", "x")], "invalid_grant", "Invalid refresh token"),
    ] {
        let response = token(&emulator, true, fields).await;
        assert_eq!(refusal(&response), (400, error.to_owned(), description.to_owned()));
    }
    let url = format!("{}/api/token", emulator.accounts_url());
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:wrong", emulator.client_id())));
    let form = client().post(&url).header("content-type", "application/x-www-form-urlencoded");
    let response =
        read(form.header("authorization", basic).body("grant_type=client_credentials").send().await.unwrap()).await;
    assert_eq!(refusal(&response), (400, "invalid_client".to_owned(), "Invalid client secret".to_owned()));
    let json = client().post(&url).header("content-type", "application/json").body("{}").send().await.unwrap();
    assert_eq!(read(json).await.status, 415);
    assert_eq!(read(client().get(&url).send().await.unwrap()).await.status, 405);
}

#[tokio::test]
async fn access_tokens_live_for_an_hour() {
    let emulator = Emulator::start().unwrap();
    let (access, refresh_token) = sign_in(&emulator, false).await;
    emulator.clock().advance(HOUR - Duration::from_secs(5));
    assert_eq!(get_as(&emulator, &access, "/me").await.status, 200);
    emulator.clock().advance(Duration::from_secs(5));
    let response = get_as(&emulator, &access, "/me").await;
    assert_eq!((response.status, response.message().as_str()), (401, "The access token expired"));
    let fresh = refresh(&emulator, true, &refresh_token).await.json();
    assert_eq!(fresh["scope"], "user-library-read");
    assert_eq!(get_as(&emulator, fresh["access_token"].as_str().unwrap(), "/me/tracks").await.status, 200);
    assert_eq!(get(&emulator, "/me").await.status, 200, "the emulator's own token never expires");
}

#[tokio::test]
async fn consent_ends_after_six_months_however_often_it_was_refreshed() {
    let emulator = Emulator::start().unwrap();
    let (_, refresh_token) = sign_in(&emulator, false).await;
    emulator.clock().advance(HOUR * 24 * 180);
    assert_eq!(refresh(&emulator, true, &refresh_token).await.status, 200);
    emulator.clock().advance(HOUR * 24 * 5);
    let expected = (400, "invalid_grant".to_owned(), "Refresh token expired".to_owned());
    assert_eq!(refusal(&refresh(&emulator, true, &refresh_token).await), expected);
}

#[tokio::test]
async fn revoked_consent_is_final() {
    let emulator = Emulator::start().unwrap();
    let (access, refresh_token) = sign_in(&emulator, true).await;
    emulator.revoke_consent();
    let expected = (400, "invalid_grant".to_owned(), "Refresh token revoked".to_owned());
    assert_eq!(refusal(&refresh(&emulator, false, &refresh_token).await), expected);
    assert_eq!(get_as(&emulator, &access, "/me").await.status, 200, "until its hour is over");
    emulator.expire_access_tokens();
    assert_eq!(get_as(&emulator, &access, "/me").await.status, 401);
}

#[tokio::test]
async fn refresh_tokens_rotate_as_they_are_told_to() {
    for (rotation, pkce, expected) in [
        (Rotation::AsSpotify, true, ["new", "new"]),
        (Rotation::AsSpotify, false, ["none", "none"]),
        (Rotation::Always, false, ["new", "new"]),
        (Rotation::Sometimes, true, ["none", "new"]),
        (Rotation::Never, true, ["none", "none"]),
        (Rotation::EmptyString, true, ["empty", "empty"]),
    ] {
        let emulator = Emulator::builder().rotation(rotation).start().unwrap();
        let (_, mut current) = sign_in(&emulator, pkce).await;
        for expected in expected {
            let response = refresh(&emulator, !pkce, &current).await;
            assert_eq!(response.status, 200, "{rotation:?}");
            let new = response.json().get("refresh_token").map(|token| token.as_str().unwrap().to_owned());
            let kind = match new.as_deref() {
                None => "none",
                Some("") => "empty",
                Some(token) if token != current => "new",
                Some(_) => "same",
            };
            assert_eq!(kind, expected, "{rotation:?}");
            if let Some(new) = new.filter(|new| !new.is_empty()) {
                current = new;
            }
        }
    }
}

#[tokio::test]
async fn a_refresh_token_that_is_used_again_ends_the_consent() {
    let emulator = Emulator::start().unwrap();
    emulator.rotate_refresh_tokens(Rotation::Always);
    let (_, old) = sign_in(&emulator, true).await;
    let new = refresh(&emulator, false, &old).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let revoked = (400, "invalid_grant".to_owned(), "Refresh token revoked".to_owned());
    assert_eq!(refusal(&refresh(&emulator, false, &old).await), revoked);
    assert_eq!(refusal(&refresh(&emulator, false, &new).await), revoked);
}

#[tokio::test]
async fn a_request_that_spotify_would_not_show_is_explained() {
    let emulator = Emulator::start().unwrap();
    let good = page(&emulator, "");
    for (bad, words) in [
        (good.replace(&emulator.client_id(), "unknown"), "INVALID_CLIENT: Invalid client"),
        (good.replace("127.0.0.1:8888", "localhost:8888"), "INVALID_CLIENT: Insecure redirect URI"),
        (good.replace("http://127.0.0.1:8888", "http://example.com"), "INVALID_CLIENT: Insecure redirect URI"),
        (good.replace(REDIRECT, ""), "INVALID_CLIENT: Invalid redirect URI"),
        (good.replace("response_type=code", "response_type=token"), "response_type must be code"),
        (good.replace("user-library-read", "read-everything"), "INVALID_SCOPE: Invalid scope"),
        (format!("{good}&code_challenge={CHALLENGE}"), "code_challenge_method must be S256"),
        (format!("{good}&code_challenge_method=S256&code_challenge=short"), "code_challenge must be"),
    ] {
        let response = read(client().get(&bad).send().await.unwrap()).await;
        assert_eq!(response.status, 400, "{bad}");
        assert!(response.body.contains(words), "{words}: {}", response.body);
        let error = emulator.agree(&bad, "alma").unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert!(emulator.agree(&good, "nobody").is_err());
}

#[tokio::test]
async fn what_an_app_is_called_cannot_break_the_page() {
    let emulator = Emulator::builder().app("<script>alert(1)</script>", "id", "secret").start().unwrap();
    let url = page(&emulator, "&state=%22%3E%3Cscript%3E");
    let response = read(client().get(url).send().await.unwrap()).await;
    assert_eq!(response.status, 200);
    assert!(!response.body.contains("<script"), "{}", response.body);
}

#[tokio::test]
async fn cancelling_says_access_denied_and_keeps_the_state() {
    let emulator = Emulator::start().unwrap();
    let address = emulator.cancel(page(&emulator, "&state=x%20y"), "alma").unwrap();
    assert!(address.starts_with(REDIRECT));
    assert_eq!(parameter(&address, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&address, "state").as_deref(), Some("x y"));
    assert_eq!(parameter(&address, "code"), None);
}

#[tokio::test]
async fn a_page_that_decides_on_its_own_redirects_at_once() {
    for (consent, name) in [(Consent::Agree, "code"), (Consent::Cancel, "error")] {
        let emulator = Emulator::builder().consent(consent).start().unwrap();
        let response = read(client_without_redirects().get(page(&emulator, "")).send().await.unwrap()).await;
        assert_eq!(response.status, 302);
        let address = response.headers["location"].to_str().unwrap();
        assert!(parameter(address, name).is_some(), "{address}");
    }
}
