//! No token, secret, code, verifier or state is in a log, an error, a panic or `Debug`, whatever happens while signing in.

#![cfg(all(feature = "async", feature = "blocking", feature = "loopback"))]
#![allow(clippy::unwrap_used)]

#[path = "common/log.rs"]
mod log;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use log::Log;
use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{
    AuthorizationCode, ClientCredentials, FileTokenCache, InMemoryTokenCache, Scope, TokenInfo, authorize_local,
};
use url::form_urlencoded;

/// Everything that was shown, and everything that must not have been.
#[derive(Default)]
struct Sweep {
    shown: String,
    secrets: BTreeSet<String>,
}

impl Sweep {
    fn show(&mut self, what: &dyn Debug) {
        self.shown.push_str(&format!("{what:?}\n{what:#?}\n"));
    }

    fn hide_token(&mut self, token: &TokenInfo) {
        self.secrets.insert(token.access_token().expose().to_owned());
        self.secrets.extend(token.refresh_token().map(|token| token.expose().to_owned()));
    }

    /// The secrets in what was sent to the token endpoint.
    fn hide_sent(&mut self, emulator: &Emulator) {
        for request in emulator.requests() {
            for (name, value) in form_urlencoded::parse(&request.body) {
                if ["code", "code_verifier", "refresh_token"].contains(&&*name) {
                    self.secrets.insert(value.into_owned());
                }
            }
            self.secrets.extend(
                request.header("authorization").and_then(|value| value.split_once(' ')).map(|v| v.1.to_owned()),
            );
        }
    }
}

fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(other, _)| other == name).unwrap().1.into_owned()
}

/// One test in this program, since the log is the whole process's.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_shows_while_signing_in_or_staying_signed_in() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();
    let mut sweep = Sweep::default();
    let emulator = Arc::new(Emulator::builder().rotation(Rotation::Always).start().unwrap());
    let file = std::env::temp_dir().join(format!("spotify-sdk-secrets-{}.json", std::process::id()));
    sweep.secrets.insert(emulator.client_secret());

    let builders = [
        AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1/callback").cache(FileTokenCache::new(&file)),
        AuthorizationCode::with_secret(emulator.client_id(), emulator.client_secret(), "http://127.0.0.1/callback")
            .cache(InMemoryTokenCache::new()),
    ];
    for builder in builders {
        let builder = builder.scopes([Scope::UserLibraryRead]).accounts_url(emulator.accounts_url());
        sweep.show(&builder);
        let auth = builder.build().unwrap();
        sweep.show(&auth);
        let request = auth.authorization_request().unwrap();
        sweep.show(&request);
        sweep.secrets.insert(parameter(request.url().as_str(), "state"));
        for wrong in ["?code=x&state=y", "?error=access_denied", ""] {
            sweep.show(&request.parse_response_url(wrong).unwrap_err());
        }
        let back = emulator.agree(request.url().as_str(), "alma").unwrap();
        let answer = request.parse_response_url(&back).unwrap();
        sweep.show(&answer);
        // The server sends back what it was sent, as a badly made one may.
        let echo = format!(r#"{{"error":"invalid_request","error_description":"{}"}}"#, parameter(&back, "code"));
        emulator.faults().add(FaultRule::new(Fault::status(400).body(echo)).path("/api/token").times(1));
        let again = request.parse_response_url(&back).unwrap();
        let error = auth.exchange(again).await.unwrap_err();
        sweep.shown.push_str(&error.to_string());
        sweep.show(&error);
        let task = auth.exchange(answer);
        sweep.show(&task);
        let token = task.await.unwrap();
        sweep.show(&token);
        sweep.hide_token(&token);

        let client = AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url()).build().unwrap();
        sweep.show(&client);
        for fault in [Fault::status(200).body("{}"), Fault::reset(), Fault::status(500)] {
            emulator.expire_access_tokens();
            emulator.faults().add(FaultRule::new(fault).path("/api/token").times(1));
            if let Err(error) = client.tracks().get_saved().await {
                sweep.shown.push_str(&error.to_string());
                sweep.show(&error);
            }
            sweep.hide_token(&auth.token_info().await.unwrap().unwrap());
        }
        emulator.revoke_consent();
        emulator.expire_access_tokens();
        let error = client.tracks().get_saved().await.unwrap_err();
        sweep.shown.push_str(&error.to_string());
        sweep.show(&error);
    }

    let auth = ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    sweep.show(&auth);
    let builder = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).accounts_url(emulator.accounts_url());
    builder.build().unwrap().albums().get("4aawyAB9vmqN3uQ7FjRGTy").await.unwrap();
    sweep.show(&ClientCredentials::new("id", "not\nusable").unwrap_err());
    sweep.secrets.insert("not\nusable".to_owned());

    let auth = AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1/callback")
        .accounts_url(emulator.accounts_url())
        .build()
        .unwrap();
    let user = Arc::clone(&emulator);
    let sign_in = authorize_local(&auth).paste(move |url| Ok(user.agree(url, "alma").unwrap()));
    sweep.show(&sign_in);
    sweep.hide_token(&sign_in.await.unwrap());
    std::fs::write(&file, "{\"version\":1,\"tokens\":[{\"access_token\":\"half-a-token").unwrap();
    sweep.secrets.insert("half-a-token".to_owned());
    sweep.show(&auth.token_info().await);

    sweep.hide_sent(&emulator);
    sweep.show(&emulator.requests());
    sweep.shown.push_str(&log.text());
    assert!(sweep.shown.contains("the token endpoint responded"), "the log was heard");
    assert!(sweep.secrets.len() > 15, "{}", sweep.secrets.len());
    for secret in &sweep.secrets {
        let at = sweep.shown.find(secret.as_str());
        assert!(at.is_none(), "a secret shows: …{}", &sweep.shown[at.unwrap().saturating_sub(80)..at.unwrap()]);
    }
    for ending in ["", ".lock", ".write", ".damaged"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
}
