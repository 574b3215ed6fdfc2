//! Short links: asked with one request, without a token, and only where they are Spotify's.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{Script, Step};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::ids::{ItemKind, TrackId};
use spotify_sdk::{Error, SpotifyClient};

fn leads_to(target: &str) -> Step {
    Step::Respond(307, vec![("location", target.to_owned())], "")
}

#[tokio::test]
async fn a_short_link_is_asked_once_without_the_token() {
    let script = Script::new([leads_to("https://open.spotify.com/intl-de/track/6rqhFgbbKwnb9MLmUQDhG6?si=1")]);
    let uri = script.client().resolve_link(" https://spotify.link/AbCdEf?_p=x#top ").await.unwrap();
    assert_eq!(uri.kind(), Some(ItemKind::Track));
    assert_eq!(TrackId::try_from(uri).unwrap(), "6rqhFgbbKwnb9MLmUQDhG6");
    let requests = script.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].uri(), "https://spotify.link/AbCdEf?_p=x");
    assert!(!requests[0].headers().contains_key("authorization"));
}

#[tokio::test]
async fn the_request_is_encrypted_whatever_was_pasted() {
    for link in ["http://spotify.link/x", "spotify.link/x", "HTTPS://Spotify.Link/x", "https://spotify.app.link/x"] {
        let script = Script::new([leads_to("https://open.spotify.com/album/1")]);
        assert_eq!(script.client().resolve_link(link).await.unwrap(), "spotify:album:1", "{link}");
        assert_eq!(script.requests()[0].uri().scheme_str(), Some("https"));
    }
}

#[test]
fn any_other_link_is_read_without_a_request_by_either_client() {
    let script = Script::new([]);
    let auth = AccessToken::new(common::TOKEN).unwrap();
    let client = SpotifyClient::builder(auth).http(script.clone()).build().unwrap();
    for link in ["spotify:album:1", "https://open.spotify.com/album/1?si=2"] {
        assert_eq!(client.resolve_link(link).unwrap(), "spotify:album:1");
    }
    for link in ["", "1", "https://example.org/x", "https://spotify.link.example.org/x", "ftp://spotify.link/x"] {
        assert!(matches!(client.resolve_link(link), Err(Error::InvalidInput(_))), "{link}");
    }
    assert_eq!(script.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_short_link_that_leads_nowhere_says_so_and_is_not_asked_again() {
    for (step, words) in [
        (common::status(404), "the response was 404"),
        (common::status(200), "the response was 200"),
        (leads_to("https://example.org/elsewhere"), "example.org/elsewhere"),
    ] {
        let script = Script::new([step]);
        let error = script.client().resolve_link("https://spotify.link/x").await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(script.count(), 1);
    }
    for step in [Step::Refused, Step::Lost] {
        let error = Script::new([step]).client().resolve_link("https://spotify.link/x").await.unwrap_err();
        assert!(matches!(error, Error::Connection(_)), "{error}");
        assert!(error.to_string().contains("spotify.link"), "{error}");
    }
    let client = Script::new([Step::Silence]).builder().timeout(Duration::from_secs(5)).build().unwrap();
    assert!(matches!(client.resolve_link("https://spotify.link/x").await, Err(Error::Timeout(_))));
}

#[tokio::test]
async fn short_links_that_lead_to_one_another_are_followed_a_few_steps() {
    let script = Script::new([
        leads_to("https://spotify.app.link/AbCdEf?_p=y"),
        leads_to("https://open.spotify.com/artist/1/discography/all?si=1"),
    ]);
    assert_eq!(script.client().resolve_link("https://spotify.link/AbCdEf").await.unwrap(), "spotify:artist:1");
    assert_eq!(script.requests()[1].uri(), "https://spotify.app.link/AbCdEf?_p=y");

    let script = Script::new([0; 9].map(|_| leads_to("https://spotify.link/again")));
    let error = script.client().resolve_link("https://spotify.link/again").await.unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error}");
    assert_eq!(script.count(), 3);
}
