//! The access token is in no log, no error and no `Debug`, whatever happens.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "common/log.rs"]
mod log;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::AddItems;
use log::Log;
use spotify_emulator::{Emulator, Fault};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::observe::Event;
use spotify_sdk::operation::Request;
use spotify_sdk::{AsyncSpotifyClient, SpotifyClient};

/// One test in this program, since the log is the whole process's.
#[test]
fn no_token_shows_in_a_log_at_trace_or_in_debug_or_in_errors() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();

    let emulator = Emulator::start().unwrap();
    let token = emulator.valid_token().to_owned();
    let rejected = [emulator.expired_token().to_owned(), emulator.unknown_token().to_owned()];
    let mut shown = String::new();
    let mut show = |what: &dyn std::fmt::Debug| shown.push_str(&format!("{what:?}\n{what:#?}\n"));

    let auth = AccessToken::new(&*token).unwrap();
    let builder = SpotifyClient::builder(auth.clone()).base_url(emulator.base_url());
    show(&auth);
    show(&builder);
    let heard = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&heard);
    let observer = move |event: &Event<'_>| hears.lock().unwrap().push_str(&format!("{event:?}\n"));
    let client = builder.max_retries(1).observer(observer).build().unwrap();
    show(&client);
    show(&client.albums());
    let call = client.albums().get(common::ALBUM);
    show(&call);
    show(&Request::new(call.operation().unwrap()).unwrap());
    show(&call.send());

    let echo = format!(r#"{{"error":{{"message":"bad header: Bearer {token}","reason":"{token}"}}}}"#);
    let faults = [
        Fault::status(503).header("retry-after", "0"),
        Fault::status(429).header("retry-after", "0"),
        Fault::status(400).body(echo.clone()),
        Fault::status(400).body(format!("<title>{token}</title>")),
        Fault::status(500).body(token.clone()).header("x-token", &token),
        Fault::status(200).body(token.clone()),
        Fault::status(200).body(echo),
        Fault::status(302).header("location", format!("http://127.0.0.1:1/?token={token}")),
        Fault::reset(),
        Fault::truncate(20),
        Fault::endless(),
        Fault::delay(Duration::from_secs(600)),
    ];
    for fault in faults {
        emulator.faults().fail_next(1, fault);
        let result = client.albums().get(common::ALBUM).timeout(Duration::from_secs(1)).send();
        if let Err(error) = &result {
            let mut next: Option<&dyn std::error::Error> = Some(error);
            while let Some(cause) = next {
                show(&cause.to_string());
                next = cause.source();
            }
            show(&(error.message(), error.hint(), error.reason()));
        }
        show(&result);
    }
    emulator.faults().clear();
    for token in &rejected {
        show(&client.with_auth(AccessToken::new(&**token).unwrap()).albums().get(common::ALBUM).send());
    }
    show(&client.call(AddItems).send());
    for broken in [format!("{token}\n"), format!("Bearer {token}"), format!("{token} ")] {
        show(&AccessToken::new(broken.clone()));
        show(&SpotifyClient::new(broken));
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
        show(&client);
        show(&client.albums().get(common::ALBUM).await);
    });
    emulator.stop();
    show(&client.albums().get(common::ALBUM).send());

    let log = log.text();
    let heard = heard.lock().unwrap().clone();
    assert!(heard.contains("Attempt"), "the observer must have heard something: {heard}");
    assert!(log.contains("albums.get"), "the capture must have caught something: {log}");
    assert!(log.contains("retrying"));
    for token in rejected.iter().chain([&token]) {
        for (place, text) in [("log", &log), ("output", &shown), ("what observers hear", &heard)] {
            if let Some(at) = text.find(token.as_str()) {
                panic!("a token in the {place}: …{}", &text[at.saturating_sub(200)..at]);
            }
        }
    }
}
