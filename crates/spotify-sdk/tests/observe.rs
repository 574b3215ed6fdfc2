//! What observers hear of calls.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{ALBUM, Script, Step, album, limited, status};
use spotify_emulator::Emulator;
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::AuthorizationCode;
use spotify_sdk::observe::{Event, Outcome, TokenSource, WaitReason};

/// What was heard, each in a line.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let heard = Arc::clone(&self.0);
        move |event| {
            let line = match event {
                Event::Attempt(attempt) => {
                    let outcome = match attempt.outcome {
                        Outcome::Responded(status) => status.as_u16().to_string(),
                        other => format!("{other:?}"),
                    };
                    format!(
                        "{} {}: {outcome}, {} bytes",
                        attempt.operation.name, attempt.number, attempt.received_bytes
                    )
                }
                Event::Wait(wait) => {
                    let reason = match wait.reason {
                        WaitReason::Retry => "to try again",
                        WaitReason::RateLimit => "for the rate limit",
                        _ => "?",
                    };
                    format!("waited {} s {reason}", wait.lasted.as_secs())
                }
                Event::Call(call) => format!("over after {}, failed: {}", call.attempts, call.error.is_some()),
                Event::Token(source) => format!("token: {source:?}"),
                Event::RateLimit(limit) => format!("limited for {} s", limit.wait.as_secs()),
                other => format!("{other:?}"),
            };
            heard.lock().unwrap().push(line);
        }
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn every_attempt_every_wait_and_the_end_of_a_call_are_heard() {
    let heard = Heard::default();
    let steps = [status(503), Step::Refused, Step::Lost, limited("20"), album()];
    let client = Script::new(steps).builder().max_retries(5).observer(heard.observer()).build().unwrap();
    client.albums().get(ALBUM).await.unwrap();
    let lines = heard.lines().join("\n");
    assert_eq!(
        lines.replace("waited 1 s to", "waited 0 s to").replace("waited 2 s to", "waited 0 s to"),
        "albums.get 1: 503, 0 bytes\n\
         waited 0 s to try again\n\
         albums.get 2: NotSent, 0 bytes\n\
         waited 0 s to try again\n\
         albums.get 3: Lost, 0 bytes\n\
         waited 0 s to try again\n\
         albums.get 4: 429, 17 bytes\n\
         limited for 20 s\n\
         waited 20 s for the rate limit\n\
         albums.get 5: 200, 55 bytes\n\
         over after 5, failed: false"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_heard_as_one() {
    let heard = Heard::default();
    let steps = [limited("7200"), status(404), Step::Silence];
    let client = Script::new(steps).builder().max_retries(0).observer(heard.observer()).build().unwrap();
    client.albums().get(ALBUM).await.unwrap_err();
    client.albums().get(ALBUM).await.unwrap_err();
    client.albums().get(ALBUM).ignore_rate_limit().await.unwrap_err();
    client.albums().get(ALBUM).ignore_rate_limit().timeout(Duration::from_secs(3)).await.unwrap_err();
    assert_eq!(
        heard.lines(),
        [
            "albums.get 1: 429, 17 bytes",
            "limited for 7200 s",
            "over after 1, failed: true",
            "over after 0, failed: true",
            "albums.get 1: 404, 0 bytes",
            "over after 1, failed: true",
            "albums.get 1: TimedOut, 0 bytes",
            "over after 1, failed: true",
        ]
    );
}

#[tokio::test]
async fn where_tokens_come_from_is_heard() {
    let emulator = Emulator::start().unwrap();
    let auth = AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1:8888/callback")
        .accounts_url(emulator.accounts_url());
    let auth = auth.build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    let heard = Heard::default();
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).observer(heard.observer());
    let client = builder.build().unwrap();
    client.users().get_current_profile().await.unwrap();
    emulator.expire_access_tokens();
    client.users().get_current_profile().await.unwrap();
    emulator.revoke_consent();
    emulator.expire_access_tokens();
    client.users().get_current_profile().await.unwrap_err();
    let tokens: Vec<String> = heard.lines().into_iter().filter(|line| line.starts_with("token")).collect();
    let expected =
        [TokenSource::Memory, TokenSource::Memory, TokenSource::Spotify, TokenSource::Memory, TokenSource::None];
    assert_eq!(tokens, expected.map(|source| format!("token: {source:?}")));
}
