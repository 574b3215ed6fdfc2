//! What the tests have in common.

use spotify_emulator::{Emulator, SeenRequest};
use spotify_sdk::auth::{
    AccessToken, AuthorizationCode, AuthorizationCodeBuilder, Scope, TokenCache, TokenInfo, TokenKey,
};
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::{AsyncSpotifyClient, BoxError};
use spotify_sdk_redis::{RedisTokenCache, TokenCacheError};

use crate::common::redis::RedisServer;

pub(crate) const REDIRECT: &str = "http://127.0.0.1:8888/callback";
pub(crate) const SCOPES: [Scope; 1] = [Scope::UserReadPrivate];
pub(crate) const APP: &str = "app";

pub(crate) async fn cache(server: &RedisServer) -> RedisTokenCache {
    RedisTokenCache::connect(server.url()).await.unwrap()
}

pub(crate) fn key(user: &str) -> TokenKey {
    TokenKey::new(APP).user(user)
}

/// A token that is good for an hour.
pub(crate) fn token(name: &str) -> TokenInfo {
    let expires_at = Timestamp::now() + SignedDuration::from_hours(1);
    TokenInfo::new(AccessToken::new(name).unwrap(), expires_at)
        .with_refresh_token(format!("refresh-{name}"))
        .with_scopes(SCOPES)
        .with_authorized_at(Timestamp::now())
}

/// The name of the token that a cache has.
pub(crate) async fn stored(cache: &RedisTokenCache, user: &str) -> Option<String> {
    cache.get(&key(user)).await.unwrap().map(|token| token.access_token().expose().to_owned())
}

/// What the cache said.
pub(crate) fn reason<T: std::fmt::Debug>(failed: Result<T, BoxError>) -> TokenCacheError {
    let error = failed.unwrap_err();
    println!("{error}");
    error.downcast_ref::<TokenCacheError>().unwrap().clone()
}

pub(crate) fn app(client_id: &str, accounts_url: &str) -> AuthorizationCodeBuilder {
    AuthorizationCode::pkce(client_id, REDIRECT).scopes(SCOPES).user("alma").accounts_url(accounts_url)
}

/// The user agrees, and the app gets their token.
pub(crate) async fn sign_in(emulator: &Emulator, cache: &RedisTokenCache) -> AuthorizationCode {
    let auth = app(&emulator.client_id(), emulator.accounts_url()).cache(cache.clone()).build().unwrap();
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    auth
}

pub(crate) fn client(base_url: &str, auth: &AuthorizationCode) -> AsyncSpotifyClient {
    AsyncSpotifyClient::builder(auth.clone()).base_url(base_url).build().unwrap()
}

/// The refresh tokens that were sent, in their order.
pub(crate) fn refreshes(requests: &[SeenRequest]) -> Vec<String> {
    let sent = requests.iter().filter(|request| request.path == "/api/token");
    let fields = sent.map(|request| String::from_utf8_lossy(&request.body).into_owned());
    let field =
        |body: String| body.split('&').find_map(|field| field.strip_prefix("refresh_token=").map(ToOwned::to_owned));
    fields.filter_map(field).collect()
}
