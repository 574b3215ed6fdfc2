//! Users who leave.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule};
use spotify_sdk::observe::CacheStatus;
use spotify_sdk_redis::RedisCacheStore;

use crate::common::eventually;
use crate::common::proxy::Proxy;
use crate::common::redis::RedisServer;
use crate::support::*;

#[tokio::test]
async fn no_key_of_a_forgotten_user_is_left_and_others_keep_theirs() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (store, elsewhere) = (store(&server).await, store(&server).await);
    let bo = client_of(&emulator, &store, &emulator.token_for_user("bo").unwrap());
    album(&bo).await;
    let others: Vec<String> = server.command(&["KEYS", "*"]);
    let (alma, same) = (client(&emulator, &store), client(&emulator, &elsewhere));
    album(&alma).await;
    // Many more than are removed at once.
    let mut fetched = Vec::new();
    for offset in 0..1_200_u32 {
        let client = alma.clone();
        fetched.push(tokio::spawn(async move { client.albums().get_tracks(ALBUM).offset(offset).await.unwrap() }));
        if fetched.len() == 50 {
            for task in fetched.drain(..) {
                task.await.unwrap();
            }
        }
    }
    same.users().get_current_profile().await.unwrap();
    assert_eq!(responses(&server).len(), 1_203);
    alma.forget_user().await.unwrap();
    let mut left: Vec<String> = server.command(&["KEYS", "*"]);
    left.retain(|key| !others.contains(key));
    assert_eq!(left.iter().filter(|key| !key.ends_with(":version")).count(), 0, "{left:?}");
    assert_eq!(album(&bo).await, Some(CacheStatus::Fresh));
    assert_eq!(album(&same).await, None);
    assert_eq!(album(&same).await, Some(CacheStatus::Fresh), "who comes back is served again");
}

#[tokio::test]
async fn a_response_that_arrives_after_its_user_was_forgotten_leaves_nothing() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (one, other) = (client(&emulator, &store(&server).await), client(&emulator, &store(&server).await));
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(300))).times(1));
    let under_way = tokio::spawn(async move { album(&one).await });
    while emulator.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    other.forget_user().await.unwrap();
    assert_eq!(under_way.await.unwrap(), None);
    let left: Vec<String> = server.command(&["KEYS", "*:response*"]);
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn whatever_arrives_while_a_user_is_forgotten_again_and_again_stays_in_the_index() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (one, other) = (client(&emulator, &store(&server).await), client(&emulator, &store(&server).await));
    let is_over = Arc::new(AtomicBool::new(false));
    let readers = (0..4_u32).map(|reader| {
        let (client, is_over) = (one.clone(), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut offset = reader * 100_000;
            while !is_over.load(Ordering::Relaxed) {
                client.albums().get_tracks(ALBUM).offset(offset).await.unwrap();
                offset += 1;
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    for _ in 0..20 {
        other.forget_user().await.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    // What is there is in the index, so that the next time removes it.
    other.forget_user().await.unwrap();
    let left: Vec<String> = server.command(&["KEYS", "*:response*"]);
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn names_of_expired_responses_do_not_pile_up() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    album(&client).await;
    let index: Vec<String> = server.command(&["KEYS", "*:responses"]);
    server.command::<()>(&["ZADD", &index[0], "1000", "expired long ago"]);
    client.users().get_current_profile().await.unwrap();
    let names: Vec<String> = server.command(&["ZRANGE", &index[0], "0", "-1"]);
    assert_eq!(names.len(), 2, "{names:?}");
    let lives: Vec<i64> =
        server.command::<Vec<String>>(&["KEYS", "*"]).iter().map(|key| server.command(&["PTTL", key])).collect();
    assert!(lives.iter().all(|life| *life > 0), "everything expires: {lives:?}");
    let longest_response = responses(&server).iter().map(|key| server.command::<i64>(&["PTTL", key])).max().unwrap();
    let topics: Vec<String> = server.command(&["KEYS", "*:version"]);
    let everything = server.command::<i64>(&["PTTL", &index[0].replace(":responses", ":version")]);
    assert!(topics.len() >= 2 && everything > longest_response, "topics outlive what depends on them");
}

#[tokio::test]
async fn a_user_who_is_forgotten_while_redis_is_away_is_forgotten_once_it_is_back() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let proxy = Proxy::start(server.port());
    let cut_off = RedisCacheStore::connect(proxy.url()).await.unwrap();
    let (one, other) = (client(&emulator, &cut_off), client(&emulator, &store(&server).await));
    album(&one).await;
    proxy.cut();
    let error = one.forget_user().await.unwrap_err().to_string();
    assert!(error.contains("forget the responses of a user"), "{error}");
    println!("{error}");
    assert_eq!(responses(&server).len(), 1);
    proxy.restore();
    eventually("the responses are gone", || responses(&server).is_empty()).await;
    assert_eq!(album(&other).await, None);
}
