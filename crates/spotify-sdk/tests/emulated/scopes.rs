//! Scopes: what a token without them is refused, and what one with them may do.

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::operation::all;
use spotify_sdk::operation::{self, OperationInfo};

use crate::support::*;

/// What is answered without any scope, though the reference names some: these only add to the answer.
const ANSWERED_ALL_THE_SAME: [&str; 9] = [
    "users.get_current_profile",
    "shows.get",
    "shows.get_episodes",
    "episodes.get",
    "episodes.get_several",
    "playlists.get_items",
    "playlists.get_tracks",
    "playlists.get_for_user",
    "playlists.check_follows",
];

async fn own_playlist(client: &AsyncSpotifyClient) -> String {
    client.playlists().create("Mine").await.unwrap().id.to_string()
}

/// Sends an operation with something good for every parameter, past the SDK.
fn send(emulator: &Emulator, token: &str, operation: &OperationInfo, playlist: &str) -> (u16, String) {
    let artist = Catalog::bundled().artists[0].id.as_str();
    let path = operation.path.replace("{playlist_id}", playlist).replace("{user_id}", "alma").replace("{id}", artist);
    let track = &tracks(1)[0];
    let query = format!("uris={track}&ids={artist}&type=artist&uri={track}&state=off&position_ms=1&volume_percent=1");
    http(emulator, token, operation.method.as_str(), &format!("{path}?{query}"), r#"{"name":"New"}"#)
}

#[tokio::test]
async fn a_token_without_scopes_is_refused_wherever_the_reference_names_some() {
    let (emulator, client) = start(Quota::Extended);
    let token = emulator.token_with_scopes(&[]);
    let playlist = own_playlist(&client).await;
    for operation in all().filter(|operation| !operation.scopes.is_empty()) {
        if ANSWERED_ALL_THE_SAME.contains(&operation.name) {
            continue;
        }
        let (status, body) = send(&emulator, &token, operation, &playlist);
        assert_eq!((status, body.contains("Insufficient client scope")), (403, true), "{}: {body}", operation.name);
    }
}

#[tokio::test]
async fn the_operations_for_extended_quota_are_forbidden_in_development_mode() {
    let (emulator, client) = start(Quota::Development);
    let playlist = own_playlist(&client).await;
    for operation in all().filter(|operation| operation.quota == operation::Quota::Extended) {
        let (status, body) = send(&emulator, emulator.valid_token(), operation, &playlist);
        assert_eq!(status, 403, "{}: {body}", operation.name);
    }
}
