//! Answers to one user that differ all the same: by market, language, kind of app, and service.

use serde_json::Value;
use spotify_sdk::http::HeaderValue;
use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
use spotify_sdk::{BoxError, Quota};

use crate::common::ALBUM;
use crate::support::*;

#[tokio::test]
async fn markets_have_nothing_in_common() {
    let origin = service();
    let client = builder(&origin, access_token("alma", 0)).cache(cache()).build().unwrap();
    for _ in 0..2 {
        for market in ["SE", "DE", "from_token"] {
            let answer: Value = client.albums().get(ALBUM).market(market).send_as().await.unwrap();
            assert!(answer["uri"].as_str().unwrap().ends_with(&format!("market={market}")), "{answer}");
        }
        let answer: Value = client.albums().get(ALBUM).send_as().await.unwrap();
        assert!(!answer["uri"].as_str().unwrap().contains("market"), "{answer}");
    }
    assert_eq!(origin.count(), 4);
}

struct Language(&'static str);

impl Middleware for Language {
    async fn handle(&self, mut request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        request.headers_mut().insert("accept-language", HeaderValue::from_static(self.0));
        Ok(next.run(request).await?)
    }
}

#[tokio::test]
async fn headers_of_a_middleware_are_a_part_of_the_question() {
    let (origin, cache) = (service(), cache());
    for _ in 0..2 {
        for language in ["en", "sv"] {
            let builder = builder(&origin, access_token("alma", 0)).middleware(Language(language));
            let client = builder.cache(cache.clone()).build().unwrap();
            let answer: Value = client.albums().get(ALBUM).send_as().await.unwrap();
            assert_eq!(answer["language"], language);
        }
    }
    assert_eq!(origin.count(), 2);
}

#[tokio::test]
async fn services_and_kinds_of_app_have_nothing_in_common() {
    let (origin, cache) = (service(), cache());
    let mut uris = Vec::new();
    for _ in 0..2 {
        for base_url in ["http://127.0.0.1:1/v1/", "http://127.0.0.1:2/v1/", "http://127.0.0.1:1/v1/v1/"] {
            for quota in [Quota::Development, Quota::Extended] {
                let builder = builder(&origin, access_token("alma", 0)).base_url(base_url).quota(quota);
                let client = builder.cache(cache.clone()).build().unwrap();
                let answer: Value = client.albums().get(ALBUM).send_as().await.unwrap();
                assert!(answer["uri"].as_str().unwrap().starts_with(base_url), "{answer}");
                uris.push(answer);
            }
        }
    }
    assert_eq!(origin.count(), 6);
    assert_eq!(uris[..6], uris[6..]);
}
