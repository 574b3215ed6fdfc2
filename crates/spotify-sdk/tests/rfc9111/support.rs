//! A client with a cache, a service that responds with chosen headers, and what became of the second of two equal calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::cache::{CacheStatus, ResponseCache};
use spotify_sdk::http::{HeaderName, HeaderValue, Request};
use spotify_sdk::jiff::fmt::StdFmtWrite;
use spotify_sdk::jiff::fmt::rfc2822::DateTimePrinter;
use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
use spotify_sdk::models::Album;
use spotify_sdk::{AsyncSpotifyClient, BoxError, Response};

use crate::common::ALBUM;
use crate::common::origin::{Origin, named, respond};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

pub(crate) type Headers = Vec<(&'static str, String)>;

/// Headers, as they are written.
pub(crate) fn headers(lines: &[(&'static str, &str)]) -> Headers {
    lines.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// How a call was answered.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Reuse {
    /// From the cache, without a request.
    Fresh,
    /// From the cache, after a question.
    Confirmed,
    /// In place of an error.
    Stale,
    /// With a new response.
    Sent,
}

/// A service whose responses are scripted, and a client with a cache.
pub(crate) struct Case {
    pub(crate) origin: Origin,
    pub(crate) client: AsyncSpotifyClient,
    asks: Arc<Mutex<Headers>>,
}

/// Adds the headers of the current case.
struct Asks(Arc<Mutex<Headers>>);

impl Middleware for Asks {
    async fn handle(&self, mut request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        let asked = self.0.lock().unwrap().clone();
        for (name, value) in asked {
            request.headers_mut().append(HeaderName::from_static(name), HeaderValue::try_from(value)?);
        }
        Ok(next.run(request).await?)
    }
}

impl Case {
    /// Responds to each request with its headers, the last of which stay; with 304 if the tag or date that it is asked about is the
    /// current one.
    pub(crate) fn new(responses: impl IntoIterator<Item = Headers>) -> Self {
        Self::with(cache(), responses)
    }

    pub(crate) fn with(cache: ResponseCache, responses: impl IntoIterator<Item = Headers>) -> Self {
        let responses: Vec<Headers> = responses.into_iter().collect();
        Self::of(cache, move |number, request| {
            let headers = &responses[number.min(responses.len() - 1)];
            let lines: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let of = |name: &str| lines.iter().find(|(header, _)| *header == name).map(|(_, value)| *value);
            let asked = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
            let is_known = match (asked("if-none-match"), asked("if-modified-since")) {
                (Some(tag), _) => of("etag") == Some(tag),
                (None, Some(date)) => of("last-modified") == Some(date),
                (None, None) => false,
            };
            respond(if is_known { 304 } else { 200 }, &lines, named(&number.to_string()))
        })
    }

    pub(crate) fn of(
        cache: ResponseCache,
        respond: impl Fn(usize, &Request<spotify_sdk::bytes::Bytes>) -> crate::common::origin::Answer
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let (origin, asks) = (Origin::new(respond), Arc::<Mutex<Headers>>::default());
        let builder = AsyncSpotifyClient::builder(AccessToken::new("BQone").unwrap()).http(origin.clone());
        let client = builder.max_retries(0).middleware(Asks(Arc::clone(&asks))).cache(cache).build().unwrap();
        Self { origin, client, asks }
    }

    /// Has the calls from now on ask with these headers.
    pub(crate) fn ask(&self, lines: &[(&'static str, &str)]) {
        *self.asks.lock().unwrap() = headers(lines);
    }

    pub(crate) async fn send(&self) -> Response<Album> {
        self.client.albums().get(ALBUM).send_raw().await.unwrap()
    }

    /// Makes a call, and says how it was answered.
    pub(crate) async fn reuse(&self) -> Reuse {
        reuse_of(&self.send().await)
    }

    /// The header of the last request.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        let last = self.origin.seen().pop().unwrap();
        last.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    }
}

pub(crate) fn reuse_of(response: &Response<Album>) -> Reuse {
    match response.from_cache {
        Some(CacheStatus::Fresh) => Reuse::Fresh,
        Some(CacheStatus::Revalidated) => Reuse::Confirmed,
        Some(CacheStatus::Stale) => Reuse::Stale,
        other => {
            assert_eq!(other, None);
            Reuse::Sent
        }
    }
}

pub(crate) fn cache() -> ResponseCache {
    ResponseCache::memory(1 << 20)
}

/// How the second of two calls is answered, `later` after the first, whose response has these headers.
pub(crate) async fn second(lines: &[(&'static str, &str)], later: Duration) -> Reuse {
    let case = Case::new([headers(lines)]);
    assert_eq!(case.reuse().await, Reuse::Sent);
    tokio::time::advance(later).await;
    case.reuse().await
}

/// A date, so far from now.
pub(crate) fn date(seconds_from_now: i64) -> String {
    let date = spotify_sdk::jiff::Timestamp::now() + spotify_sdk::jiff::SignedDuration::from_secs(seconds_from_now);
    let (printer, mut text) = (DateTimePrinter::new(), String::new());
    printer.print_timestamp_rfc9110(&date, StdFmtWrite(&mut text)).unwrap();
    text
}
