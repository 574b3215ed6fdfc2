//! A service whose answers name the user of the token, and providers of every kind.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider, TokenOwner};
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::http::Method;
use spotify_sdk::{AsyncSpotifyClient, BoxError, ClientBuilder, Result};

use crate::common::origin::{Answer, Origin, respond, token};

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// Responds with whose token was sent, and with what. All responses have the same tag, and whatever is asked about has not
/// changed: a validator that is sent for another one's response would confirm it.
pub(crate) fn service() -> Origin {
    Origin::new(|number, request| answer(number as u64, request))
}

pub(crate) fn answer(version: u64, request: &crate::common::origin::Seen) -> Answer {
    if *request.method() != Method::GET {
        return respond(200, &[], "");
    }
    let headers = [("etag", "\"same\""), ("cache-control", "public, max-age=0")];
    if request.headers().contains_key("if-none-match") {
        return respond(304, &headers, "");
    }
    let language = request.headers().get("accept-language").map_or("", |language| language.to_str().unwrap());
    let body = json!({
        "user": user_of(token(request)),
        "uri": request.uri().to_string(),
        "language": language,
        "version": version,
    });
    respond(200, &headers, body.to_string())
}

/// The user of a token: `BQalma.3` is the third one of alma.
pub(crate) fn user_of(token: &str) -> &str {
    token.trim_start_matches("BQ").split('.').next().unwrap()
}

pub(crate) fn access_token(user: &str, number: u64) -> AccessToken {
    AccessToken::new(format!("BQ{user}.{number}")).unwrap()
}

pub(crate) fn cache() -> ResponseCache {
    ResponseCache::memory(1 << 22).fresh_for(HOUR)
}

pub(crate) fn builder(origin: &Origin, auth: impl AuthProvider) -> ClientBuilder<AsyncSpotifyClient> {
    AsyncSpotifyClient::builder(auth).http(origin.clone()).rate_budget(1_000_000)
}

/// Reads everything that there is to read, from the cache if that allows it, and returns whose it is.
pub(crate) async fn users_of_all(client: &AsyncSpotifyClient) -> Result<Vec<String>> {
    let mut users = Vec::new();
    for read in 0..READS {
        users.push(user(&self::read(client, read, Some(HOUR)).await?));
    }
    users.dedup();
    Ok(users)
}

pub(crate) const READS: usize = 6;

/// One of the reads.
pub(crate) async fn read(client: &AsyncSpotifyClient, read: usize, fresh_for: Option<Duration>) -> Result<Value> {
    macro_rules! of {
        ($call:expr) => {{
            let call = $call;
            let call = match fresh_for {
                Some(fresh_for) => call.fresh_for(fresh_for),
                None => call,
            };
            call.send_as().await
        }};
    }
    match read {
        0 => of!(client.users().get_current_profile()),
        1 => of!(client.playlists().get_for_current_user()),
        2 => of!(client.playlists().get("37i9dQZF1DXcBWIGoYBM5M")),
        3 => of!(client.albums().get_saved()),
        4 => of!(client.albums().get(crate::common::ALBUM)),
        _ => of!(client.albums().get(crate::common::ALBUM).market("SE")),
    }
}

pub(crate) fn user(answer: &Value) -> String {
    answer["user"].as_str().unwrap().to_owned()
}

/// A provider that does not say whose its tokens are, and gives another one each time that it is told to.
#[derive(Clone)]
pub(crate) struct Unnamed(pub(crate) Arc<Mutex<(&'static str, u64)>>);

impl Unnamed {
    pub(crate) fn new(user: &'static str) -> Self {
        Self(Arc::new(Mutex::new((user, 0))))
    }

    pub(crate) fn renew(&self) {
        self.0.lock().unwrap().1 += 1;
    }

    pub(crate) fn becomes(&self, user: &'static str) {
        self.0.lock().unwrap().0 = user;
    }

    pub(crate) fn current(&self) -> (&'static str, u64) {
        *self.0.lock().unwrap()
    }
}

impl AuthProvider for Unnamed {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        tokio::task::yield_now().await;
        let (user, number) = self.current();
        Ok(access_token(user, number))
    }
}

/// The same, that names its current user as the owner.
#[derive(Clone)]
pub(crate) struct Named(pub(crate) Unnamed);

impl Named {
    pub(crate) fn new(user: &'static str) -> Self {
        Self(Unnamed::new(user))
    }
}

impl AuthProvider for Named {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        self.0.token(context).await
    }

    fn owner(&self) -> Option<TokenOwner> {
        Some(TokenOwner::new(self.0.current().0))
    }
}
