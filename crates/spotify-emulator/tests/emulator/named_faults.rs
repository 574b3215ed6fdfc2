//! Faults by name: Spotify's errors in Spotify's words.

use reqwest::Method;
use serde_json::{Value, json};
use spotify_emulator::{Emulator, Fault, FaultRule};

use crate::support::*;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// Each name with the status, the content type and the body that its fault responses with.
fn table() -> Vec<(&'static str, u16, &'static str, Value)> {
    let error = |status: u16, message: &str| json!({"error": {"status": status, "message": message}});
    let reasoned = |status: u16, message: &str, reason: &str| json!({"error": {"status": status, "message": message, "reason": reason}});
    let owner = "Active premium subscription required for the owner of the app. When the subscription status changes, it \
                 can take a few hours before requests are allowed again.";
    let user = "Check settings on developer.spotify.com/dashboard, the user may not be registered.";
    vec![
        ("owner-needs-premium", 403, TEXT, json!(owner)),
        ("user-not-registered", 403, TEXT, json!(user)),
        ("insufficient-scope", 403, JSON, error(403, "Insufficient client scope")),
        ("premium-required", 403, JSON, reasoned(403, "Player command failed: Premium required", "PREMIUM_REQUIRED")),
        ("restriction-violated", 403, JSON, reasoned(403, "Player command failed: Restriction violated", "UNKNOWN")),
        (
            "volume-control-disallow",
            403,
            JSON,
            reasoned(403, "Player command failed: Cannot control device volume", "VOLUME_CONTROL_DISALLOW"),
        ),
        (
            "restricted-device",
            403,
            JSON,
            reasoned(403, "Player command failed: Restricted device", "DEVICE_NOT_CONTROLLABLE"),
        ),
        ("device-not-found", 404, JSON, error(404, "Device not found")),
        (
            "no-active-device",
            404,
            JSON,
            reasoned(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE"),
        ),
        ("service-not-found", 404, TEXT, json!("Service not found")),
        ("rate-limited", 429, JSON, error(429, "API rate limit exceeded")),
        ("too-many-requests", 429, TEXT, json!("Too many requests")),
        ("quota-exceeded", 429, JSON, reasoned(429, "Too many requests", "QUOTA_EXCEEDED")),
        ("withdrawn-client", 429, JSON, error(429, "API rate limit exceeded")),
        ("captive-portal", 200, "text/html; charset=utf-8", Value::Null),
    ]
}

#[tokio::test]
async fn each_name_answers_as_spotify_does() {
    let emulator = Emulator::start().unwrap();
    let table = table();
    assert_eq!(Fault::names().collect::<Vec<_>>(), table.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (name, status, kind, body) in table {
        // By Rust, and over HTTP.
        emulator.faults().fail_next(1, Fault::named(name).unwrap());
        tell(&emulator, Method::POST, "/faults", json!({"fault": name, "times": 1})).await;
        for _ in 0..2 {
            let response = get(&emulator, "/me").await;
            assert_eq!((response.status, response.headers["content-type"].to_str().unwrap()), (status, kind), "{name}");
            assert!(!response.headers.contains_key("retry-after"), "{name}");
            match body.as_str() {
                Some(text) => assert_eq!(response.body, text, "{name}"),
                None if body.is_null() => assert!(response.body.starts_with("<!DOCTYPE html>"), "{name}"),
                None => assert_eq!(response.json(), body, "{name}"),
            }
        }
    }
}

#[tokio::test]
async fn a_withdrawn_client_is_refused_from_its_first_request_on() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().add(FaultRule::new(Fault::withdrawn_client()).path("/v1/*"));
    for _ in 0..3 {
        let response = get(&emulator, "/me").await;
        assert_eq!((response.status, response.message().as_str()), (429, "API rate limit exceeded"));
        emulator.clock().advance(std::time::Duration::from_secs(86_400));
    }
}

#[tokio::test]
async fn a_wait_can_be_added_to_a_name() {
    let emulator = Emulator::start().unwrap();
    let fault = json!({"fault": "quota-exceeded", "headers": {"retry-after": "48925"}, "times": 1});
    tell(&emulator, Method::POST, "/faults", fault).await;
    assert_eq!(get(&emulator, "/me").await.headers["retry-after"], "48925");
}

#[tokio::test]
async fn an_unknown_name_and_a_second_body_are_refused() {
    let emulator = Emulator::start().unwrap();
    let unknown = control(&emulator, Method::POST, "/faults", &json!({"fault": "bad-luck"})).await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.body.contains("captive-portal"), "the names are listed: {}", unknown.body);
    for more in [json!({"status": 500}), json!({"reset": true}), json!({"body": "x"})] {
        let mut form = json!({"fault": "rate-limited"});
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(control(&emulator, Method::POST, "/faults", &form).await.status, 400, "{form}");
    }
    assert_eq!(emulator.faults().pending(), 0);
    let names = ask(&emulator, "/faults").await["names"].as_array().unwrap().len();
    assert_eq!(names, Fault::names().count());
}
