//! Spotify's daily quota, which counts by the developer and by the group of endpoints.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use spotify_emulator::{DailyQuota, Emulator, EndpointGroup};

use crate::support::*;

const ALBUM: &str = "/albums/4aawyAB9vmqN3uQ7FjRGTy";
const SHOW: &str = "/shows/38bS44xjbVVZ3No3ByF1dJ/episodes";
const HOUR: Duration = Duration::from_secs(3600);

fn emulator(quota: DailyQuota) -> Emulator {
    let emulator = Emulator::builder().daily_quota(quota).start().unwrap();
    emulator.clock().stop();
    emulator
}

#[tokio::test]
async fn a_used_up_quota_is_answered_in_spotifys_words_with_a_wait_of_hours() {
    let emulator = emulator(DailyQuota::new(2));
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
    emulator.clock().advance(10 * HOUR);
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
    let response = get(&emulator, ALBUM).await;
    assert_eq!(response.status, 429);
    let body = json!({"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}});
    assert_eq!(response.json(), body);
    assert_eq!(response.headers["retry-after"], (14 * 3600).to_string().as_str());
    assert_eq!(emulator.quota_exceeded(), 1);
}

#[tokio::test]
async fn the_window_rolls_over_24_hours() {
    let emulator = emulator(DailyQuota::new(1));
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
    emulator.clock().advance(24 * HOUR - Duration::from_secs(1));
    assert_eq!(get(&emulator, ALBUM).await.headers["retry-after"], "1");
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
}

#[tokio::test]
async fn each_group_of_endpoints_has_a_bucket_of_its_own() {
    let emulator = emulator(DailyQuota::new(1).group(EndpointGroup::Shows, 0));
    assert_eq!(get(&emulator, SHOW).await.status, 429);
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
    assert_eq!(get(&emulator, &format!("{ALBUM}/tracks")).await.status, 429, "the same group");
    assert_eq!(get(&emulator, "/me").await.status, 200);
}

#[tokio::test]
async fn retry_after_is_given_or_missing() {
    let quota = DailyQuota::new(0);
    let fixed = emulator(quota.clone().retry_after(Duration::from_secs(48_925)));
    assert_eq!(get(&fixed, ALBUM).await.headers["retry-after"], "48925");
    let missing = emulator(quota.without_retry_after());
    assert!(!get(&missing, ALBUM).await.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn all_client_ids_of_a_developer_share_it_and_each_has_its_own_rate_limit() {
    let emulator = Emulator::start().unwrap();
    // A second app of the same developer.
    let mut state: Value = serde_json::from_str(&emulator.save_state().unwrap()).unwrap();
    let apps = state["accounts"]["apps"].as_array_mut().unwrap();
    apps.push(json!({"client_id": "second", "client_secret": "secret", "name": "Second", "redirect_uris": []}));
    emulator.load_state(state.to_string()).unwrap();
    let basic = format!("Basic {}", STANDARD.encode("second:secret"));
    let form = client().post(format!("{}/api/token", emulator.accounts_url())).header("authorization", basic);
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("grant_type=client_credentials");
    let token = read(form.send().await.unwrap()).await.json()["access_token"].as_str().unwrap().to_owned();

    emulator.rate_limit(1);
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
    assert_eq!(get_as(&emulator, &token, ALBUM).await.status, 200);
    emulator.lift_rate_limit();
    emulator.daily_quota(DailyQuota::new(1));
    assert_eq!(get(&emulator, ALBUM).await.status, 200);
    assert_eq!(get_as(&emulator, &token, ALBUM).await.status, 429);
    emulator.lift_daily_quota();
    assert_eq!(get_as(&emulator, &token, ALBUM).await.status, 200);
}

#[tokio::test]
async fn what_the_rate_limit_refuses_does_not_count_and_a_304_does() {
    let emulator = emulator(DailyQuota::new(2));
    let tag = get(&emulator, ALBUM).await.headers["etag"].clone();
    emulator.rate_limit(0);
    assert_eq!(get(&emulator, ALBUM).await.json()["error"]["message"], "API rate limit exceeded");
    emulator.lift_rate_limit();
    let again =
        client().get(address(&emulator, ALBUM)).bearer_auth(emulator.valid_token()).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    assert_eq!(get(&emulator, ALBUM).await.json()["error"]["reason"], "QUOTA_EXCEEDED");
}

#[tokio::test]
async fn it_is_set_read_and_lifted_over_http() {
    let emulator = Emulator::start().unwrap();
    let none = json!({"requests": null, "groups": null, "retry_after": null, "used": {}, "refused": 0});
    assert_eq!(ask(&emulator, "/daily-quota").await, none);
    let quota = json!({"requests": 5, "groups": {"shows": 1, "playlist-items": 3}, "retry_after": false});
    tell(&emulator, Method::PUT, "/daily-quota", quota).await;
    assert_eq!([get(&emulator, SHOW).await.status, get(&emulator, SHOW).await.status], [200, 429]);
    let now = ask(&emulator, "/daily-quota").await;
    let expected = json!({
        "requests": 5, "groups": {"shows": 1, "playlist-items": 3}, "retry_after": false, "used": {"shows": 1}, "refused": 1,
    });
    assert_eq!(now, expected);
    tell(&emulator, Method::PUT, "/daily-quota", json!({"requests": 0, "retry_after": 52_531})).await;
    assert_eq!(get(&emulator, SHOW).await.headers["retry-after"], "52531");
    tell(&emulator, Method::DELETE, "/daily-quota", Value::Null).await;
    assert_eq!(get(&emulator, SHOW).await.status, 200);
    let unknown =
        control(&emulator, Method::PUT, "/daily-quota", &json!({"requests": 1, "groups": {"songs": 1}})).await;
    assert_eq!(unknown.status, 400);
}
