//! A server that is away: no call fails, none waits for long, and no write is overlooked.

use std::time::{Duration, Instant};

use spotify_emulator::Emulator;
use spotify_sdk::observe::CacheStatus;
use spotify_sdk_redis::{Fleet, RedisCacheStore};

use crate::common::proxy::Proxy;
use crate::common::redis::RedisServer;
use crate::support::*;

/// Waits until the store answers again.
async fn until_cached(client: &spotify_sdk::AsyncSpotifyClient) {
    for _ in 0..500 {
        if album(client).await == Some(CacheStatus::Fresh) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the store is not used again");
}

#[tokio::test]
async fn calls_go_on_while_the_server_is_killed_and_comes_back_empty() {
    let (mut server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    until_cached(&client).await;
    server.kill();
    let playlist = new_playlist(&client, "one").await;
    for _ in 0..20 {
        assert_eq!(album(&client).await, None);
        assert_eq!(name(&client, &playlist).await.1, None);
    }
    server.restart();
    until_cached(&client).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_by_each_call() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let proxy = Proxy::start(server.port());
    let client = client(&emulator, &RedisCacheStore::connect(proxy.url()).await.unwrap());
    until_cached(&client).await;
    proxy.cut();
    let (start, calls) = (Instant::now(), 100);
    for _ in 0..calls {
        assert_eq!(album(&client).await, None);
    }
    println!("{calls} calls in {:?}", start.elapsed());
    proxy.restore();
    until_cached(&client).await;
}

#[tokio::test]
async fn a_write_of_which_redis_could_not_be_told_counts_once_it_is_back() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let proxy = Proxy::start(server.port());
    let cut_off = client(&emulator, &RedisCacheStore::connect(proxy.url()).await.unwrap());
    let other = client(&emulator, &store(&server).await);
    let playlist = new_playlist(&other, "old").await;
    name(&other, &playlist).await;
    assert_eq!(name(&cut_off, &playlist).await.1, Some(CacheStatus::Fresh));
    proxy.cut();
    cut_off.playlists().change_details(&playlist).name("new").await.unwrap();
    assert_eq!(name(&cut_off, &playlist).await, ("new".to_owned(), None));
    assert_eq!(name(&other, &playlist).await.0, "old", "nobody could tell this one");
    proxy.restore();
    // The process that wrote does not use the older one, however early it asks.
    for _ in 0..50 {
        assert_eq!(name(&cut_off, &playlist).await.0, "new");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut left = 500;
    while name(&other, &playlist).await.0 == "old" {
        left -= 1;
        assert!(left > 0, "the others are never told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_write_that_redis_refuses_to_hear_of_is_told_again_and_believed_before_that() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    server.command::<()>(&["ACL", "SETUSER", "app", "on", "nopass", "~*", "&*", "+@all"]);
    let url = format!("redis://app:any@127.0.0.1:{}/", server.port());
    let refused = client(&emulator, &RedisCacheStore::connect(url).await.unwrap());
    let other = client(&emulator, &store(&server).await);
    let playlist = new_playlist(&other, "old").await;
    name(&other, &playlist).await;
    assert_eq!(name(&refused, &playlist).await.1, Some(CacheStatus::Fresh));
    server.command::<()>(&["ACL", "SETUSER", "app", "-evalsha"]);
    refused.playlists().change_details(&playlist).name("new").await.unwrap();
    for _ in 0..20 {
        assert_eq!(name(&refused, &playlist).await, ("new".to_owned(), None), "Redis can be read, and is not believed");
    }
    assert_eq!(
        name(&other, &playlist).await,
        ("old".to_owned(), Some(CacheStatus::Fresh)),
        "nobody could tell this one"
    );
    server.command::<()>(&["ACL", "SETUSER", "app", "+evalsha"]);
    let mut left = 500;
    while name(&other, &playlist).await.0 == "old" {
        left -= 1;
        assert!(left > 0, "the others are never told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    name(&refused, &playlist).await;
    assert_eq!(name(&refused, &playlist).await, ("new".to_owned(), Some(CacheStatus::Fresh)));
}

#[tokio::test]
async fn a_program_that_starts_without_redis_uses_it_once_it_is_there() {
    let (mut server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    server.kill();
    let fleet = Fleet::builder(server.url()).start_without_redis(true).connect().await.unwrap();
    let client = client(&emulator, &fleet.cache_store());
    assert_eq!(album(&client).await, None);
    assert_eq!(album(&client).await, None);
    server.restart();
    until_cached(&client).await;
}

#[tokio::test]
async fn a_server_without_memory_stores_nothing_and_still_hears_of_writes() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (one, other) = (client(&emulator, &store(&server).await), client(&emulator, &store(&server).await));
    until_cached(&one).await;
    let playlist = new_playlist(&one, "old").await;
    name(&one, &playlist).await;
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(album(&other).await, Some(CacheStatus::Fresh), "what is there is read");
    assert_eq!(name(&other, &playlist).await, ("old".to_owned(), Some(CacheStatus::Fresh)));
    one.playlists().change_details(&playlist).name("new").await.unwrap();
    for client in [&one, &other, &one] {
        assert_eq!(name(client, &playlist).await, ("new".to_owned(), None));
    }
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
    name(&one, &playlist).await;
    assert_eq!(name(&other, &playlist).await, ("new".to_owned(), Some(CacheStatus::Fresh)));
}

#[tokio::test]
async fn responses_that_are_evicted_cost_requests_and_no_call() {
    let server = RedisServer::with_options(&["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lfu"]);
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator, &store(&server).await);
    for offset in 0..3_000_u32 {
        client.albums().get_tracks(ALBUM).offset(offset).await.unwrap();
    }
    let stats: String = server.command(&["INFO", "stats"]);
    let evicted = stats.lines().find_map(|line| line.strip_prefix("evicted_keys:")).unwrap().to_owned();
    println!("{evicted} keys evicted");
    assert_ne!(evicted, "0");
}
