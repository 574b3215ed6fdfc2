//! What stands in the log.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;
#[path = "common/log.rs"]
mod log;

use common::{ALBUM, Script, album, status};
use log::Log;
use spotify_emulator::Emulator;
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{AuthorizationCode, TokenInfo};
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use tracing_subscriber::fmt::format::FmtSpan;

/// One test in this program, since the log is the whole process's.
#[tokio::test]
async fn calls_and_attempts_have_spans_and_the_end_of_consent_is_announced() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    Script::new([status(503), album()]).client().albums().get(ALBUM).await.unwrap();
    for part in [
        "spotify{operation=\"albums.get\"}:attempt{number=1 status=503 wait=",
        "spotify{operation=\"albums.get\"}:attempt{number=2 status=200}: spotify_sdk::pipeline::retry_loop: close",
        "spotify{operation=\"albums.get\" attempts=2 status=200}: spotify_sdk::pipeline: close",
    ] {
        assert!(log.text().contains(part), "{part} is not in {}", log.text());
    }
    assert!(!log.text().contains(common::TOKEN));

    assert!(!announces_the_end_of_consent(30, &log).await);
    assert!(!announces_the_end_of_consent(160, &log).await);
    assert!(announces_the_end_of_consent(175, &log).await, "{}", log.text());
}

/// Whether renewing a token says that consent, given so many days ago, ends soon.
async fn announces_the_end_of_consent(days_ago: i64, log: &Log) -> bool {
    let emulator = Emulator::start().unwrap();
    let auth = AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1:8888/callback")
        .accounts_url(emulator.accounts_url());
    let auth = auth.build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    let token = auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    let old = TokenInfo::new(token.access_token().clone(), Timestamp::UNIX_EPOCH)
        .with_refresh_token(token.refresh_token().unwrap().expose())
        .with_authorized_at(Timestamp::now() - SignedDuration::from_hours(24 * days_ago));
    auth.import(old).await.unwrap();
    let client = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    client.users().get_current_profile().await.unwrap();
    log.text().contains("consent ends soon")
}
