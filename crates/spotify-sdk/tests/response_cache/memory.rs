//! The cache in memory: its bound, and who is forgotten.

use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{AccessToken, TokenOwner};
use spotify_sdk::cache::{MemoryCacheStore, ResponseCache};

use crate::common::origin::{Origin, respond};
use crate::support::*;

fn service() -> Origin {
    Origin::new(|_, request| {
        let id = request.uri().path().rsplit('/').next().unwrap();
        let body = format!(r#"{{"id":"{id}","name":"{}"}}"#, "x".repeat(500));
        respond(200, &[("etag", "\"1\""), ("cache-control", "public, max-age=0")], body)
    })
}

fn client_of(origin: &Origin, store: &MemoryCacheStore) -> AsyncSpotifyClient {
    let builder = AsyncSpotifyClient::builder(AccessToken::new("BQone").unwrap()).http(origin.clone());
    builder.cache(ResponseCache::new(store.clone()).fresh_for(HOUR)).build().unwrap()
}

#[tokio::test]
async fn ten_thousand_answers_stay_within_the_bound() {
    let max_bytes = 1 << 20;
    let store = MemoryCacheStore::new(max_bytes);
    let client = client_of(&service(), &store);
    for number in 0..10_000 {
        client.albums().get(format!("{number:022}")).await.unwrap();
        assert!(number % 100 > 0 || store.bytes() <= max_bytes, "{} after {number}", store.bytes());
    }
    assert!(store.bytes() <= max_bytes && store.bytes() > max_bytes / 4, "{}", store.bytes());
    assert!(store.responses() > 100);
}

#[tokio::test]
async fn what_takes_more_than_the_whole_cache_is_not_kept_and_nothing_fails() {
    for max_bytes in [0, 1, 100, 2_000] {
        let store = MemoryCacheStore::new(max_bytes);
        let client = client_of(&service(), &store);
        for _ in 0..3 {
            client.albums().get(ALBUM).await.unwrap();
        }
        assert!(store.bytes() <= max_bytes);
    }
}

#[tokio::test]
async fn what_is_used_often_stays_when_much_is_read_once() {
    let (origin, store) = (service(), MemoryCacheStore::new(1 << 20));
    let client = client_of(&origin, &store);
    for number in 0..3_000 {
        client.albums().get(format!("{number:022}")).await.unwrap();
        client.albums().get(ALBUM).await.unwrap();
    }
    let asked = origin.seen().iter().filter(|request| request.uri().path().ends_with(ALBUM)).count();
    assert!(asked < 30, "{asked} of 3,000");
}

#[tokio::test]
async fn a_user_who_is_forgotten_leaves_nothing_in_memory() {
    let (origin, store) = (service(), MemoryCacheStore::new(1 << 20));
    let (alma, bo) =
        (client_of(&origin, &store), client_of(&origin, &store).with_auth(AccessToken::new("BQbo").unwrap()));
    for number in 0..50 {
        alma.albums().get(format!("{number:022}")).await.unwrap();
        bo.albums().get(format!("{number:022}")).await.unwrap();
    }
    assert_eq!(store.responses(), 100);
    alma.forget_user().await.unwrap();
    assert_eq!(store.responses(), 50);
    let cache = ResponseCache::new(store.clone());
    cache.forget_user(TokenOwner::new("nobody")).await.unwrap();
    assert_eq!(store.responses(), 50);
    assert_eq!(status!(bo.albums().get(format!("{:022}", 1))), FRESH);
    assert_eq!(status!(alma.albums().get(format!("{:022}", 1))), None);
}

#[tokio::test]
async fn an_answer_under_way_to_a_user_who_is_forgotten_is_not_kept() {
    let (origin, store) = (service().held(), MemoryCacheStore::new(1 << 20));
    let client = client_of(&origin, &store);
    let under_way = tokio::spawn(client.albums().get(ALBUM).send());
    origin.arrived(1).await;
    client.forget_user().await.unwrap();
    origin.release(1);
    under_way.await.unwrap().unwrap();
    assert_eq!(store.responses(), 0);
}

#[tokio::test]
async fn forgetting_a_user_does_nothing_without_a_cache() {
    let client = builder(&emulator()).build().unwrap();
    client.forget_user().await.unwrap();
}
