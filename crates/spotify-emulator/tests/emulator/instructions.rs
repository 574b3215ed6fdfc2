//! What the emulator says about how to reach it.

use spotify_emulator::{Emulator, Quota};

use crate::support::*;

#[test]
fn the_instructions_name_every_client_and_every_address() {
    let emulator = Emulator::builder().quota(Quota::Extended).start().unwrap();
    let text = emulator.instructions();
    for words in ["spotify-sdk", "spotipy", "tekore", "web-api-ts-sdk", "rspotify", "extended mode"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for value in [emulator.base_url(), emulator.accounts_url(), &emulator.client_id(), &emulator.client_secret()] {
        assert!(text.contains(value), "{value}: {text}");
    }
}

#[tokio::test]
async fn the_page_at_the_root_shows_them_too() {
    let emulator = Emulator::start().unwrap();
    let response = read(client().get(emulator.accounts_url()).send().await.unwrap()).await;
    assert_eq!(response.status, 200);
    assert!(response.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(response.body.contains(&emulator.client_id()));
}
