//! What the tests have in common: apps that are signed in, and counts of what they sent.

use std::sync::Arc;

use spotify_emulator::{Emulator, EmulatorBuilder, SeenRequest};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{AuthorizationCode, AuthorizationCodeBuilder, Scope, TokenCache};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:8888/callback";
pub(crate) const SCOPES: [Scope; 2] = [Scope::UserLibraryRead, Scope::UserReadPrivate];

pub(crate) fn emulator(builder: EmulatorBuilder) -> Arc<Emulator> {
    Arc::new(builder.start().unwrap())
}

/// An app with PKCE.
pub(crate) fn app(emulator: &Emulator) -> AuthorizationCodeBuilder {
    AuthorizationCode::pkce(emulator.client_id(), REDIRECT).scopes(SCOPES).accounts_url(emulator.accounts_url())
}

pub(crate) fn client(emulator: &Emulator, auth: &AuthorizationCode) -> AsyncSpotifyClient {
    AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url()).build().unwrap()
}

/// The user agrees, and the app gets their token.
pub(crate) async fn sign_in(emulator: &Emulator, auth: &AuthorizationCode) {
    sign_in_as("alma", emulator, auth).await;
}

/// Another person may agree.
pub(crate) async fn sign_in_as(person: &str, emulator: &Emulator, auth: &AuthorizationCode) {
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), person).unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
}

/// An app whose user has signed in, with its token in `cache`.
pub(crate) async fn signed_in(emulator: &Emulator, cache: impl TokenCache) -> AuthorizationCode {
    let auth = app(emulator).cache(cache).build().unwrap();
    sign_in(emulator, &auth).await;
    auth
}

/// How often a token was refreshed.
pub(crate) fn refreshes(emulator: &Emulator) -> usize {
    refreshes_in(&emulator.requests())
}

pub(crate) fn refreshes_in(requests: &[SeenRequest]) -> usize {
    let sent = requests.iter().filter(|request| request.path == "/api/token");
    sent.filter(|request| String::from_utf8_lossy(&request.body).contains("grant_type=refresh_token")).count()
}
