//! Bodies of requests, in the forms in which published clients send them.

use reqwest::Method;
use serde_json::{Value, json};
use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};

use crate::support::*;

fn extended() -> Emulator {
    Emulator::builder().quota(Quota::Extended).start().unwrap()
}

async fn send(emulator: &Emulator, method: Method, path: &str, body: &Value) -> TestResponse {
    let request = client().request(method, address(emulator, path)).bearer_auth(emulator.valid_token());
    read(request.body(body.to_string()).send().await.unwrap()).await
}

fn track(place: usize) -> &'static str {
    Catalog::bundled().albums[4].tracks[place].id.as_str()
}

/// A new playlist with the first tracks of an album: its path, and the version that it has.
async fn playlist_of(emulator: &Emulator, tracks: usize) -> (String, Value) {
    let playlist = send(emulator, Method::POST, "/me/playlists", &json!({"name": "New"})).await.json();
    let path = format!("/playlists/{}", playlist["id"].as_str().unwrap());
    let uris: Vec<String> = (0..tracks).map(|place| format!("spotify:track:{}", track(place))).collect();
    let added = send(emulator, Method::POST, &format!("{path}/tracks"), &json!({"uris": uris})).await;
    (path, added.json()["snapshot_id"].clone())
}

async fn tracks_in(emulator: &Emulator, playlist: &str) -> Vec<String> {
    let page = get(emulator, &format!("{playlist}/tracks")).await.json();
    let ids = page["items"].as_array().unwrap().iter().map(|item| item["track"]["id"].as_str().unwrap().to_owned());
    ids.collect()
}

#[tokio::test]
async fn ids_in_the_query_come_before_those_in_the_body() {
    let emulator = extended();
    let in_query = track(0);
    for body in [json!({"ids": [track(1)]}), json!([track(1)]), json!("nonsense")] {
        send(&emulator, Method::DELETE, &format!("/me/tracks?ids={},{}", in_query, track(1)), &Value::Null).await;
        let response = send(&emulator, Method::PUT, &format!("/me/tracks?ids={in_query}"), &body).await;
        assert_eq!(response.status, 200, "{body}");
        let contains = get(&emulator, &format!("/me/tracks/contains?ids={},{}", in_query, track(1))).await;
        assert_eq!(contains.body, "[true,false]", "{body}");
    }
}

#[tokio::test]
async fn ids_with_times_come_before_those_in_the_query() {
    let emulator = extended();
    let path = format!("/me/tracks?ids={}", track(0));
    let both = format!("{},{}", track(0), track(1));
    send(&emulator, Method::DELETE, &format!("/me/tracks?ids={both}"), &Value::Null).await;
    let body = json!({"timestamped_ids": [{"id": track(1), "added_at": "2010-01-01T00:00:00Z"}]});
    assert_eq!(send(&emulator, Method::PUT, &path, &body).await.status, 200);
    assert_eq!(get(&emulator, &format!("/me/tracks/contains?ids={both}")).await.body, "[false,true]");
}

#[tokio::test]
async fn a_playlist_is_followed_in_public_or_not_and_nothing_else() {
    let emulator = extended();
    let (playlist, _) = playlist_of(&emulator, 0).await;
    let path = format!("{playlist}/followers");
    for body in [json!({}), json!({"public": false}), json!({"public": null})] {
        assert_eq!(send(&emulator, Method::PUT, &path, &body).await.status, 200, "{body}");
    }
    assert_eq!(request(&emulator, Method::PUT, &path).await.status, 200);
    for body in [json!({"public": {}}), json!({"public": "yes"}), json!([1])] {
        let response = send(&emulator, Method::PUT, &path, &body).await;
        assert_eq!((response.status, response.message().as_str()), (400, "Error parsing JSON."), "{body}");
    }
}

#[tokio::test]
async fn items_are_removed_by_their_positions_alone() {
    let emulator = extended();
    let (playlist, snapshot) = playlist_of(&emulator, 4).await;
    let path = format!("{playlist}/tracks");
    let body = json!({"positions": [0, 2], "snapshot_id": snapshot});
    let response = send(&emulator, Method::DELETE, &path, &body).await;
    assert_eq!(response.status, 200, "{}", response.body);
    assert_eq!(tracks_in(&emulator, &playlist).await, [track(1), track(3)]);

    // The positions are still those of the version that was named.
    let response = send(&emulator, Method::DELETE, &path, &json!({"positions": [3], "snapshot_id": snapshot})).await;
    assert_eq!(response.status, 200, "{}", response.body);
    assert_eq!(tracks_in(&emulator, &playlist).await, [track(1)]);

    for body in [json!({"positions": [1]}), json!({"positions": []}), json!({"positions": [-1]})] {
        assert_eq!(send(&emulator, Method::DELETE, &path, &body).await.status, 400, "{body}");
    }
    assert_eq!(tracks_in(&emulator, &playlist).await, [track(1)]);
}
