//! The control over HTTP, as tests in other languages use it.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use spotify_emulator::{Emulator, Quota};

use crate::support::*;

#[tokio::test]
async fn it_says_all_that_an_app_needs_to_know() {
    let emulator = Emulator::builder().quota(Quota::Extended).start().unwrap();
    let about = ask(&emulator, "/").await;
    assert_eq!(about["base_url"], emulator.base_url());
    assert_eq!(about["accounts_url"], emulator.accounts_url());
    assert_eq!(about["quota"], "extended");
    assert_eq!(about["client_id"], emulator.client_id());
    assert_eq!(about["users"][0]["product"], "premium");
    let token = about["access_token"].as_str().unwrap();
    assert_eq!(get_as(&emulator, token, "/me").await.status, 200);
}

#[tokio::test]
async fn the_clock_is_moved_stopped_and_set() {
    let emulator = Emulator::start().unwrap();
    let stopped =
        tell(&emulator, Method::POST, "/clock", json!({"stopped": true, "now": "2030-01-01T00:00:00Z"})).await;
    assert_eq!(stopped, json!({"now": "2030-01-01T00:00:00Z", "stopped": true}));
    for (advance, now) in [
        (json!("1h 30m"), "2030-01-01T01:30:00Z"),
        (json!("PT30M"), "2030-01-01T02:00:00Z"),
        (json!(60), "2030-01-01T02:01:00Z"),
    ] {
        assert_eq!(tell(&emulator, Method::POST, "/clock", json!({"advance": advance})).await["now"], now);
    }
    assert_eq!(emulator.clock().now().to_string(), "2030-01-01T02:01:00Z");
    assert_eq!(tell(&emulator, Method::POST, "/clock", json!({"stopped": false})).await["stopped"], false);
}

#[tokio::test]
async fn faults_are_added_for_some_requests_and_cleared() {
    let emulator = Emulator::start().unwrap();
    let fault = json!({
        "method": "GET", "path": "/me/*", "times": 2, "status": 429, "headers": {"retry-after": "7"},
        "body": {"error": {"status": 429, "message": "API rate limit exceeded"}},
    });
    assert_eq!(tell(&emulator, Method::POST, "/faults", fault).await["pending"], 2);
    assert_eq!(get(&emulator, "/me").await.status, 200);
    let response = get(&emulator, "/me/tracks").await;
    assert_eq!((response.status, response.headers["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(response.message(), "API rate limit exceeded");
    assert_eq!(ask(&emulator, "/faults").await["pending"], 1);
    tell(&emulator, Method::DELETE, "/faults", Value::Null).await;
    assert_eq!(get(&emulator, "/me/tracks").await.status, 200);

    tell(&emulator, Method::POST, "/faults", json!({"times": 1, "reset": true})).await;
    assert!(try_get(&emulator, "/me").await.is_err());
    tell(&emulator, Method::POST, "/faults", json!({"times": 1, "truncate": 10})).await;
    assert!(try_get(&emulator, "/me").await.is_err());
    tell(&emulator, Method::POST, "/faults", json!({"probability": 1, "seed": 3, "status": 500})).await;
    assert_eq!(get(&emulator, "/me").await.status, 500);
}

#[tokio::test]
async fn a_rate_limit_is_set_and_lifted() {
    let emulator = Emulator::start().unwrap();
    emulator.clock().stop();
    tell(&emulator, Method::PUT, "/rate-limit", json!({"requests": 2})).await;
    let statuses = [get(&emulator, "/me").await.status, get(&emulator, "/me").await.status];
    assert_eq!(statuses, [200, 200]);
    let limited = get(&emulator, "/me").await;
    assert_eq!((limited.status, limited.headers["retry-after"].to_str().unwrap()), (429, "30"));
    assert_eq!(get(&emulator, "/me").await.headers["retry-after"], "31", "going on makes the wait longer");
    assert_eq!(ask(&emulator, "/rate-limit").await, json!({"requests": 2, "window": "30s", "refused": 2}));
    tell(&emulator, Method::POST, "/clock", json!({"advance": 31})).await;
    assert_eq!(get(&emulator, "/me").await.status, 200);
    tell(&emulator, Method::DELETE, "/rate-limit", Value::Null).await;
    for _ in 0..5 {
        assert_eq!(get(&emulator, "/me").await.status, 200);
    }
}

#[tokio::test]
async fn the_window_of_the_rate_limit_is_a_duration_or_seconds_and_30_seconds_by_default() {
    let emulator = Emulator::start().unwrap();
    emulator.clock().stop();
    for (window, shown) in [
        (json!("2s"), "2s"),
        (json!("PT2S"), "2s"),
        (json!(2), "2s"),
        (json!(1.5), "1s 500ms"),
        (json!("24h"), "24h"),
        (Value::Null, "30s"),
    ] {
        let limit = tell(&emulator, Method::PUT, "/rate-limit", json!({"requests": 1, "window": window})).await;
        assert_eq!(limit, json!({"requests": 1, "window": shown, "refused": 0}));
    }
    tell(&emulator, Method::PUT, "/rate-limit", json!({"requests": 1, "window": "1500ms"})).await;
    assert_eq!(get(&emulator, "/me").await.status, 200);
    assert_eq!(get(&emulator, "/me").await.headers["retry-after"], "2", "rounded up");
    tell(&emulator, Method::POST, "/clock", json!({"advance": "1500ms"})).await;
    assert_eq!(get(&emulator, "/me").await.status, 200);
    let lifted = tell(&emulator, Method::DELETE, "/rate-limit", Value::Null).await;
    assert_eq!(lifted, json!({"requests": null, "window": null, "refused": 1}));
}

#[tokio::test]
async fn a_window_that_cannot_be_leaves_the_limit_as_it_is() {
    let emulator = Emulator::start().unwrap();
    emulator.rate_limit_in(5, Duration::from_secs(2)).unwrap();
    let range = "longer than 0 s and at most 24 h";
    for (window, why) in [
        (json!(0), range),
        (json!("0s"), range),
        (json!("24h 1s"), range),
        (json!(-1), "negative"),
        (json!("-1s"), "negative"),
        (json!(1e300), ""),
        (json!("soon"), ""),
        (json!(["2s"]), "window must be a duration"),
    ] {
        let form = json!({"requests": 1, "window": window});
        let response = control(&emulator, Method::PUT, "/rate-limit", &form).await;
        assert_eq!(response.status, 400, "{form}");
        assert!(response.json()["error"].as_str().unwrap().contains(why), "{form} {}", response.body);
    }
    assert!(emulator.rate_limit_in(1, Duration::ZERO).is_err());
    assert!(emulator.rate_limit_in(1, Duration::MAX).is_err());
    assert_eq!(ask(&emulator, "/rate-limit").await, json!({"requests": 5, "window": "2s", "refused": 0}));
    emulator.rate_limit(5);
    assert_eq!(ask(&emulator, "/rate-limit").await["window"], "30s");
}

#[tokio::test]
async fn requests_are_listed_without_their_secrets_and_without_the_control() {
    let emulator = Emulator::start().unwrap();
    get(&emulator, "/me/tracks?limit=1").await;
    let form = client()
        .post(format!("{}/api/token", emulator.accounts_url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=refresh_token&refresh_token=very-secret&client_secret=also-secret");
    form.send().await.unwrap();
    let response = control(&emulator, Method::GET, "/requests", &Value::Null).await;
    assert!(!response.body.contains("secret\"") && !response.body.contains("very-secret"), "{}", response.body);
    assert!(!response.body.contains(emulator.valid_token()));
    let requests = &response.json()["requests"];
    assert_eq!(requests.as_array().unwrap().len(), 2);
    assert_eq!((&requests[0]["method"], &requests[0]["path"]), (&json!("GET"), &json!("/v1/me/tracks")));
    assert_eq!((&requests[0]["query"], &requests[0]["had_token"]), (&json!("limit=1"), &json!(true)));
    tell(&emulator, Method::DELETE, "/requests", Value::Null).await;
    assert_eq!(ask(&emulator, "/requests").await["requests"], json!([]));
}

#[tokio::test]
async fn a_state_is_saved_and_loaded_into_another_emulator() {
    let emulator = Emulator::builder().library(30).seed(5).start().unwrap();
    let made = client()
        .post(address(&emulator, "/me/playlists"))
        .bearer_auth(emulator.valid_token())
        .header("content-type", "application/json")
        .body(r#"{"name":"Kept","public":false}"#);
    let id = read(made.send().await.unwrap()).await.json()["id"].as_str().unwrap().to_owned();
    let state = control(&emulator, Method::GET, "/state", &Value::Null).await.body;
    let tracks = get(&emulator, "/me/tracks?limit=50").await.json()["items"].clone();

    let other = Emulator::start().unwrap();
    assert_eq!(get(&other, &format!("/playlists/{id}")).await.status, 404);
    tell(&other, Method::PUT, "/state", serde_json::from_str(&state).unwrap()).await;
    assert_eq!(get(&other, &format!("/playlists/{id}")).await.json()["name"], "Kept");
    let loaded = get(&other, "/me/tracks?limit=50").await.json()["items"].clone();
    assert_eq!(loaded[29]["track"]["id"], tracks[29]["track"]["id"]);
    assert_eq!(get_as(&other, emulator.valid_token(), "/me").await.status, 200, "tokens are part of the state");

    let again = Emulator::builder().start_from(&state).unwrap();
    assert_eq!(get(&again, &format!("/playlists/{id}")).await.status, 200);
    assert!(Emulator::builder().start_from("{}").is_err());
    let bad = control(&other, Method::PUT, "/state", &json!({"users": 3})).await;
    assert_eq!(bad.status, 400);
    assert_eq!(get(&other, "/me").await.status, 200, "what was there stays");
}

#[tokio::test]
async fn tokens_consent_and_settings_are_had_without_a_browser() {
    let emulator = Emulator::start().unwrap();
    let token = tell(&emulator, Method::POST, "/tokens", json!({"user": "bo", "scopes": ["user-library-read"]})).await;
    let token = token["access_token"].as_str().unwrap();
    assert_eq!(get_as(&emulator, token, "/me").await.json()["id"], "bo");
    assert_eq!(get_as(&emulator, token, "/me/top/artists").await.status, 403);
    assert_eq!(control(&emulator, Method::POST, "/tokens", &json!({"user": "nobody"})).await.status, 404);

    let url = format!(
        "{}/authorize?client_id={}&response_type=code&redirect_uri=https://app.example/cb&state=s",
        emulator.accounts_url(),
        emulator.client_id()
    );
    let location = tell(&emulator, Method::POST, "/consent", json!({"url": url, "user": "bo"})).await;
    assert!(location["location"].as_str().unwrap().starts_with("https://app.example/cb?code="));
    let location = tell(&emulator, Method::POST, "/consent", json!({"url": url, "cancel": true})).await;
    assert_eq!(location["location"], "https://app.example/cb?error=access_denied&state=s");
    tell(&emulator, Method::POST, "/consent/revoke", json!({"user": "bo"})).await;
    tell(&emulator, Method::POST, "/tokens/expire", Value::Null).await;

    let settings = tell(&emulator, Method::PUT, "/settings", json!({"rotation": "empty_string"})).await;
    let expected = json!({
        "rotation": "empty_string", "consent": "ask", "migration": "postponed", "owner_has_premium": true,
        "registered_users": null,
    });
    assert_eq!(settings, expected);
    assert_eq!(ask(&emulator, "/settings").await, settings);
}

#[tokio::test]
async fn devices_come_and_go() {
    let emulator = Emulator::start().unwrap();
    let watch = json!({"id": "watch", "name": "Watch", "type": "Smartwatch", "volume_percent": null});
    tell(&emulator, Method::POST, "/users/alma/devices", watch).await;
    let devices = get(&emulator, "/me/player/devices").await.json();
    let watch = devices["devices"].as_array().unwrap().last().unwrap();
    assert_eq!((&watch["type"], &watch["volume_percent"]), (&json!("Smartwatch"), &Value::Null));
    tell(&emulator, Method::DELETE, "/users/alma/devices/watch", Value::Null).await;
    assert_eq!(control(&emulator, Method::DELETE, "/users/alma/devices/watch", &Value::Null).await.status, 404);
    assert_eq!(control(&emulator, Method::GET, "/users/nobody/devices", &Value::Null).await.status, 404);
    assert!(ask(&emulator, "/users/alma/devices").await["devices"].as_array().unwrap().len() >= 3);
}

#[tokio::test]
async fn mistakes_are_explained() {
    let emulator = Emulator::start().unwrap();
    for (method, path, body) in [
        (Method::POST, "/clock", json!({"advance": "soon"})),
        (Method::POST, "/clock", json!({"forward": 3})),
        (Method::POST, "/faults", json!({"status": 42})),
        (Method::POST, "/faults", json!({"status": 500, "reset": true})),
        (Method::POST, "/faults", json!({"probability": 2})),
        (Method::POST, "/faults", json!({"headers": {"no such name": "x"}})),
        (Method::PUT, "/rate-limit", json!({"requests": -1})),
        (Method::PUT, "/settings", json!({"rotation": "daily"})),
        (Method::POST, "/consent", json!({"url": "http://127.0.0.1/authorize"})),
        (Method::POST, "/users/alma/devices", json!({"id": "x"})),
    ] {
        let response = control(&emulator, method, path, &body).await;
        assert_eq!(response.status, 400, "{path} {body}");
        assert!(!response.json()["error"].as_str().unwrap().is_empty(), "{path} {body}");
    }
    let unknown = control(&emulator, Method::GET, "/nothing", &Value::Null).await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.body.contains("/_emulator/"));
}
