//! Playlists: bodies that contradict themselves, and descriptions.

use reqwest::Method;
use serde_json::{Value, json};
use spotify_emulator::Emulator;

use crate::support::*;

const PLAYLIST: &str = "/playlists/3cEYpjA9oz9GiPac4AsH4n";
const TRACK: &str = "spotify:track:4iV5W9uYEdYUVa79Axb7Rh";

async fn send(emulator: &Emulator, method: Method, path: &str, body: &Value) -> TestResponse {
    let request = client().request(method, address(emulator, path)).bearer_auth(emulator.valid_token());
    read(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await
}

async fn uris(emulator: &Emulator) -> Vec<String> {
    let page = get(emulator, &format!("{PLAYLIST}/items")).await.json();
    page["items"].as_array().unwrap().iter().map(|entry| entry["item"]["uri"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_body_that_says_two_things_is_refused_and_changes_nothing() {
    let emulator = Emulator::start().unwrap();
    let before = uris(&emulator).await;
    assert_eq!(before.len(), 5);
    let items = format!("{PLAYLIST}/items");
    let with_uris = format!("{items}?uris={TRACK}");
    let one = json!([TRACK]);
    for (method, path, body) in [
        (Method::PUT, &items, json!({"range_start": 0, "insert_before": 2, "uris": []})),
        (Method::PUT, &items, json!({"range_start": 0, "uris": []})),
        (Method::PUT, &items, json!({"insert_before": 0, "uris": one})),
        (Method::PUT, &items, json!({"range_length": 1, "uris": one})),
        (Method::PUT, &with_uris, json!({"range_start": 0, "insert_before": 2})),
        (Method::PUT, &with_uris, json!({"uris": []})),
        (Method::PUT, &items, json!({"range_start": 0})),
        (Method::PUT, &items, json!({})),
        (Method::POST, &with_uris, json!({"uris": one})),
        (Method::POST, &format!("{items}?position=0"), json!({"uris": one, "position": 1})),
        (Method::DELETE, &items, json!({"items": [{"uri": before[0]}], "positions": [1]})),
        (Method::DELETE, &items, json!({"items": [{"uri": before[0]}], "tracks": [{"uri": before[1]}]})),
    ] {
        let response = send(&emulator, method.clone(), path, &body).await;
        assert_eq!(response.status, 400, "{method} {path} {body}: {}", response.body);
        assert_eq!(uris(&emulator).await, before, "{method} {path} {body}");
    }
}

#[tokio::test]
async fn no_uris_alone_empty_a_playlist() {
    let emulator = Emulator::start().unwrap();
    assert_eq!(send(&emulator, Method::PUT, &format!("{PLAYLIST}/items"), &json!({"uris": []})).await.status, 200);
    assert!(uris(&emulator).await.is_empty());
}

#[tokio::test]
async fn a_start_that_is_named_twice_plays_nothing() {
    let emulator = Emulator::start().unwrap();
    let before = get(&emulator, "/me/player").await.json()["context"].clone();
    let body = json!({"context_uri": "spotify:album:5ht7ItJgpBH7W6vJ5BqpPr", "offset": {"position": 5, "uri": TRACK}});
    assert_eq!(send(&emulator, Method::PUT, "/me/player/play", &body).await.status, 400);
    assert_eq!(get(&emulator, "/me/player").await.json()["context"], before);
}

#[tokio::test]
async fn a_description_is_written_as_text_and_read_as_html() {
    let emulator = Emulator::start().unwrap();
    let text = r#"Tom & Jerry's "best" <3 a/b, café"#;
    let html = "Tom &amp; Jerry&#x27;s &quot;best&quot; &lt;3 a&#x2F;b, café";
    assert_eq!(send(&emulator, Method::PUT, PLAYLIST, &json!({"description": text})).await.status, 200);
    assert_eq!(get(&emulator, PLAYLIST).await.json()["description"], html);
    let made =
        send(&emulator, Method::POST, "/me/playlists", &json!({"name": "A & B", "description": text})).await.json();
    // The name is no HTML.
    assert_eq!((&made["name"], &made["description"]), (&json!("A & B"), &json!(html)));
    let listed = get(&emulator, "/me/playlists?limit=50").await.json();
    let descriptions: Vec<_> = listed["items"].as_array().unwrap().iter().map(|each| &each["description"]).collect();
    assert_eq!(descriptions.iter().filter(|description| **description == html).count(), 2);
}

#[tokio::test]
async fn a_description_with_a_line_break_or_over_300_characters_fails_with_500() {
    let emulator = Emulator::start().unwrap();
    let before = get(&emulator, "/me/playlists").await.json()["total"].clone();
    for description in ["one\ntwo".to_owned(), "one\rtwo".to_owned(), "é".repeat(301)] {
        let response =
            send(&emulator, Method::PUT, PLAYLIST, &json!({"description": description, "name": "Changed"})).await;
        assert_eq!(response.status, 500, "{description:?}");
        let body = json!({"name": "New", "description": description});
        assert_eq!(send(&emulator, Method::POST, "/me/playlists", &body).await.status, 500, "{description:?}");
    }
    assert_eq!(get(&emulator, "/me/playlists").await.json()["total"], before);
    assert_ne!(get(&emulator, PLAYLIST).await.json()["name"], "Changed");
    let longest = json!({"description": "é".repeat(300)});
    assert_eq!(send(&emulator, Method::PUT, PLAYLIST, &longest).await.status, 200);
}
