//! What the responses say about keeping them.

use spotify_emulator::{Emulator, Quota};

use crate::support::*;

const PLAYLIST: &str = "/playlists/3cEYpjA9oz9GiPac4AsH4n";

async fn conditional(emulator: &Emulator, path: &str, tag: &str) -> TestResponse {
    let request = client().get(address(emulator, path)).bearer_auth(emulator.valid_token());
    read(request.header("if-none-match", tag).send().await.unwrap()).await
}

#[tokio::test]
async fn what_spotify_tags_has_a_strong_tag_and_is_validated_by_it() {
    let emulator = Emulator::builder().quota(Quota::Extended).start().unwrap();
    for path in [
        &format!("/albums/{GLOBAL_WARMING}"),
        &format!("/albums?ids={GLOBAL_WARMING}"),
        &format!("/albums/{GLOBAL_WARMING}/tracks"),
        "/artists/0TnOYISbd1XYRBk9myaseg",
        "/artists?ids=0TnOYISbd1XYRBk9myaseg",
        "/artists/0TnOYISbd1XYRBk9myaseg/albums",
        "/tracks/11dFghVXANMlKmJXsNCbNl",
        "/tracks?ids=11dFghVXANMlKmJXsNCbNl",
        PLAYLIST,
        &format!("{PLAYLIST}/items"),
        &format!("{PLAYLIST}/tracks"),
        "/search?q=love&type=track",
    ] {
        let first = get(&emulator, path).await;
        assert_eq!(first.headers["cache-control"], "public, max-age=0", "{path}");
        assert!(!first.headers.contains_key("vary"), "{path}");
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        assert!(tag.starts_with("\"MC-"), "{path}: {tag}");
        let again = conditional(&emulator, path, &tag).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(again.headers["etag"], tag.as_str(), "{path}");
        let other = conditional(&emulator, path, "\"MC-other\"").await;
        assert_eq!((other.status, other.body), (200, first.body), "{path}");
    }
}

#[tokio::test]
async fn the_users_own_and_the_player_have_no_tag() {
    let emulator = Emulator::start().unwrap();
    for path in ["/me", "/me/tracks", "/me/playlists", "/me/player", "/me/following?type=artist"] {
        let response = conditional(&emulator, path, "*").await;
        assert_eq!(
            (response.status, &response.headers["cache-control"]),
            (200, &"private, max-age=0".parse().unwrap()),
            "{path}"
        );
        assert!(!response.headers.contains_key("etag"), "{path}");
    }
}

#[tokio::test]
async fn shows_and_episodes_may_be_kept_for_a_minute() {
    let emulator = Emulator::start().unwrap();
    for path in
        ["/shows/38bS44xjbVVZ3No3ByF1dJ", "/shows/38bS44xjbVVZ3No3ByF1dJ/episodes", "/episodes/512ojhOuo1ktJprKbVcKyQ"]
    {
        let response = get(&emulator, path).await;
        assert_eq!(response.headers["cache-control"], "public, max-age=60", "{path}");
        assert!(!response.headers.contains_key("etag"), "{path}");
    }
}

#[tokio::test]
async fn a_tag_changes_with_the_playlist() {
    let emulator = Emulator::start().unwrap();
    let tag = get(&emulator, PLAYLIST).await.headers["etag"].to_str().unwrap().to_owned();
    let add = client().post(address(&emulator, &format!("{PLAYLIST}/items"))).bearer_auth(emulator.valid_token());
    let body = r#"{"uris":["spotify:track:4iV5W9uYEdYUVa79Axb7Rh"]}"#;
    assert_eq!(add.body(body).send().await.unwrap().status(), 201);
    let changed = conditional(&emulator, PLAYLIST, &tag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.headers["etag"], tag.as_str());
}

#[tokio::test]
async fn errors_have_no_tag() {
    let emulator = Emulator::start().unwrap();
    let response = conditional(&emulator, "/albums/0000000000000000000000", "*").await;
    assert_eq!(response.status, 404);
    assert!(!response.headers.contains_key("etag"));
}
