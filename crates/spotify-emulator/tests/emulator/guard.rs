//! What pages in a browser must not do to an emulator that runs next to it.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;
use spotify_emulator::{Emulator, Quota};

use crate::support::*;

const EVIL: &str = "http://evil.example";

async fn send(
    emulator: &Emulator,
    method: Method,
    path: &str,
    headers: &[(&'static str, &str)],
    body: &str,
) -> TestResponse {
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.insert(*name, value.parse().unwrap());
    }
    let request = client_without_redirects().request(method, format!("{}{path}", emulator.accounts_url()));
    read(request.headers(all).body(body.to_owned()).send().await.unwrap()).await
}

fn page(emulator: &Emulator, redirect_uri: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", &emulator.client_id()).append_pair("response_type", "code");
    format!("/authorize?{}", query.append_pair("redirect_uri", redirect_uri).finish())
}

#[tokio::test]
async fn a_name_that_was_led_here_reaches_nothing() {
    let emulator = Emulator::start().unwrap();
    let port = emulator.accounts_url().rsplit_once(':').unwrap().1;
    let rebound = format!("evil.example:{port}");
    let token = format!("Bearer {}", emulator.valid_token());
    for path in ["/", "/_emulator/", "/_emulator/state", "/v1/me", "/authorize"] {
        let response = send(&emulator, Method::GET, path, &[("host", &rebound), ("authorization", &token)], "").await;
        assert_eq!(response.status, 421, "{path}");
        assert!(
            response.body.contains("not called") && !response.body.contains(emulator.valid_token()),
            "{}",
            response.body
        );
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn its_own_names_and_those_of_spotify_reach_it() {
    let emulator = Emulator::builder().host("emulator.test").start().unwrap();
    let token = format!("Bearer {}", emulator.valid_token());
    for host in ["localhost:4010", "127.0.0.1", "[::1]:80", "api.spotify.com", "emulator.test", "Emulator.Test:8443"] {
        let response = send(&emulator, Method::GET, "/v1/me", &[("host", host), ("authorization", &token)], "").await;
        assert_eq!(response.status, 200, "{host}");
        assert_eq!(response.json()["href"], format!("http://{host}/v1/users/alma"));
    }
}

#[tokio::test]
async fn a_foreign_page_cannot_drive_the_control() {
    let emulator = Emulator::start().unwrap();
    let before = emulator.clock().now();
    for origin in [EVIL, "null", "http://127.0.0.1:3000"] {
        for kind in ["text/plain", "application/json"] {
            let headers = [("origin", origin), ("content-type", kind)];
            for (method, path, body) in [
                (Method::POST, "/_emulator/clock", r#"{"advance": "10h"}"#),
                (Method::POST, "/_emulator/faults", r#"{"status": 500}"#),
                (Method::PUT, "/_emulator/rate-limit", r#"{"requests": 0}"#),
                (Method::POST, "/_emulator/consent/revoke", ""),
                (Method::GET, "/_emulator/", ""),
            ] {
                let response = send(&emulator, method, path, &headers, body).await;
                assert_eq!(response.status, 403, "{origin} {kind} {path}");
                assert!(response.json()["error"].as_str().unwrap().contains("a page at"), "{}", response.body);
            }
        }
    }
    assert_eq!(emulator.faults().pending(), 0);
    assert!(emulator.clock().now().duration_since(before).as_hours() < 9);
    assert_eq!(get(&emulator, "/me").await.status, 200);
}

#[tokio::test]
async fn its_own_page_and_programs_drive_the_control() {
    let emulator = Emulator::builder().host("emulator.test").start().unwrap();
    let own = emulator.accounts_url().to_owned();
    for headers in [&[("origin", own.as_str())][..], &[("origin", "https://emulator.test")], &[]] {
        let response = send(&emulator, Method::POST, "/_emulator/clock", headers, r#"{"advance": "1s"}"#).await;
        assert_eq!(response.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn a_page_anywhere_may_call_the_web_api_as_with_spotify() {
    let emulator = Emulator::builder().quota(Quota::Extended).start().unwrap();
    let token = format!("Bearer {}", emulator.valid_token());
    let response = send(&emulator, Method::GET, "/v1/me", &[("origin", EVIL), ("authorization", &token)], "").await;
    assert_eq!((response.status, response.headers["access-control-allow-origin"].to_str().unwrap()), (200, "*"));
    // Spotify shows pages neither of these.
    assert!(!response.headers.contains_key("access-control-expose-headers"));
}

#[tokio::test]
async fn a_foreign_page_cannot_agree_for_the_user() {
    let emulator = Emulator::start().unwrap();
    let path = page(&emulator, "https://evil.example/callback");
    let form = "user=alma&decision=agree";
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for origin in [EVIL, "null"] {
        assert_eq!(
            send(&emulator, Method::POST, &path, &[("origin", origin), kind], form).await.status,
            403,
            "{origin}"
        );
    }
    let own = emulator.accounts_url().to_owned();
    let agreed = send(&emulator, Method::POST, &path, &[("origin", &own), kind], form).await;
    assert_eq!(agreed.status, 303);
    assert!(agreed.headers["location"].to_str().unwrap().contains("code="));
}

#[tokio::test]
async fn the_consent_page_runs_nothing_and_leads_to_the_app_alone() {
    let emulator = Emulator::start().unwrap();
    for (redirect_uri, scheme) in
        [("http://127.0.0.1:8888/callback", "http:"), ("https://example.com/", "https:"), ("my-app://done", "my-app:")]
    {
        let response = send(&emulator, Method::GET, &page(&emulator, redirect_uri), &[], "").await;
        assert_eq!(response.status, 200, "{redirect_uri}");
        let policy = response.headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "style-src 'sha256-"] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        assert!(policy.contains(&format!("form-action 'self' {scheme};")), "{policy}");
        assert_eq!(response.headers["x-frame-options"], "DENY");
        // Otherwise browsers would say `Origin: null` of the page's own form.
        assert!(response.body.contains(r#"<meta name="referrer" content="same-origin">"#), "{}", response.body);
    }
}

#[tokio::test]
async fn no_scheme_that_browsers_run_or_show_is_a_redirect_uri() {
    let emulator = Emulator::start().unwrap();
    for redirect_uri in [
        "javascript:alert(1)",
        "vbscript:msgbox(1)",
        "view-source:https://example.com/",
        "chrome://settings",
        "data:text/html,x",
        "file:///etc/passwd",
        "blob:https://example.com/x",
        "about:blank",
        "ms-settings:",
    ] {
        let url = format!("{}{}", emulator.accounts_url(), page(&emulator, redirect_uri));
        let error = emulator.agree(&url, "alma").unwrap_err().to_string();
        assert!(error.contains("Insecure redirect URI"), "{redirect_uri}: {error}");
        let response = send(&emulator, Method::GET, &page(&emulator, redirect_uri), &[], "").await;
        assert_eq!(response.status, 400, "{redirect_uri}");
    }
    let told = tell(&emulator, Method::PUT, "/settings", json!({"consent": "agree"})).await;
    assert_eq!(told["consent"], "agree");
    let response = send(&emulator, Method::GET, &page(&emulator, "javascript:alert(1)"), &[], "").await;
    assert!(response.status == 400 && !response.headers.contains_key("location"));
}
