//! A server that loses what it had.

use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::auth::TokenCache;
use spotify_sdk_redis::RedisTokenCache;

use crate::common::proxy::Proxy;
use crate::common::redis::RedisServer;
use crate::support::*;

#[tokio::test]
async fn a_sign_in_is_given_back_to_a_server_that_was_flushed() {
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let (one, other) = (cache(&server).await, cache(&server).await);
    let auth = sign_in(&emulator, &one).await;
    let client_of_one = client(emulator.base_url(), &auth);
    for _ in 0..3 {
        server.command::<()>(&["FLUSHALL"]);
        emulator.expire_access_tokens();
        assert_eq!(client_of_one.users().get_current_profile().await.unwrap().id, "alma");
    }
    // A process that has never seen the sign-in gets it from the one that has.
    server.command::<()>(&["FLUSHALL"]);
    let fresh = app(&emulator.client_id(), emulator.accounts_url()).cache(other).build().unwrap();
    emulator.expire_access_tokens();
    assert_eq!(client(emulator.base_url(), &fresh).users().get_current_profile().await.unwrap().id, "alma");
    assert_eq!(refreshes(&emulator.requests()).len(), 4);
}

#[tokio::test]
async fn a_sign_in_is_given_back_to_a_server_that_was_killed_and_started_empty() {
    let mut server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let one = cache(&server).await;
    let auth = sign_in(&emulator, &one).await;
    server.kill();
    // What is good goes on from memory.
    assert_eq!(client(emulator.base_url(), &auth).users().get_current_profile().await.unwrap().id, "alma");
    server.restart();
    let other = cache(&server).await;
    let fresh = app(&emulator.client_id(), emulator.accounts_url()).cache(other).build().unwrap();
    emulator.expire_access_tokens();
    assert_eq!(client(emulator.base_url(), &fresh).users().get_current_profile().await.unwrap().id, "alma");
    assert_eq!(client(emulator.base_url(), &auth).users().get_current_profile().await.unwrap().id, "alma");
    assert_eq!(refreshes(&emulator.requests()).len(), 1);
}

#[tokio::test]
async fn a_renewal_during_which_the_server_loses_everything_is_stored() {
    let server = RedisServer::start();
    let cache = cache(&server).await;
    cache.set(&key("alma"), &token("first")).await.unwrap();
    let lock = cache.lock(&key("alma")).await.unwrap();
    server.command::<()>(&["FLUSHALL"]);
    cache.reserve(&key("alma")).await.unwrap();
    cache.set(&key("alma"), &token("second")).await.unwrap();
    drop(lock);
    assert_eq!(stored(&cache, "alma").await.as_deref(), Some("second"));
}

#[tokio::test]
async fn a_token_that_redis_did_not_take_is_stored_once_it_is_there_again() {
    let mut server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let one = cache(&server).await;
    let auth = sign_in(&emulator, &one).await;
    let client_of_one = client(emulator.base_url(), &auth);
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(300))).path("/api/token").times(1));
    let calling = client_of_one.clone();
    let call = tokio::spawn(async move { calling.users().get_current_profile().await });
    while refreshes(&emulator.requests()).is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.kill();
    let error = call.await.unwrap().unwrap_err();
    println!("{error}");
    // It is used from memory meanwhile.
    assert_eq!(client_of_one.users().get_current_profile().await.unwrap().id, "alma");
    server.restart();
    // Another process gets the new token, and not the one that is spent.
    let other = app(&emulator.client_id(), emulator.accounts_url()).cache(cache(&server).await).build().unwrap();
    assert_eq!(client(emulator.base_url(), &other).users().get_current_profile().await.unwrap().id, "alma");
    emulator.expire_access_tokens();
    for auth in [&other, &auth] {
        assert_eq!(client(emulator.base_url(), auth).users().get_current_profile().await.unwrap().id, "alma");
    }
    assert_eq!(refreshes(&emulator.requests()).len(), 2);
}

#[tokio::test]
async fn an_evicted_token_and_an_older_one_after_a_failover_are_replaced_by_the_one_in_memory() {
    let server = RedisServer::start();
    let cache = cache(&server).await;
    cache.set(&key("alma"), &token("first")).await.unwrap();
    let name: Vec<String> = server.command(&["KEYS", "*:token:*"]);
    let old: Vec<String> = server.command(&["HMGET", &name[0], "token", "version"]);
    cache.set(&key("alma"), &token("second")).await.unwrap();
    server.command::<()>(&["DEL", &name[0]]);
    assert_eq!(stored(&cache, "alma").await.as_deref(), Some("second"));
    server.command::<()>(&["HSET", &name[0], "token", &old[0], "version", &old[1]]);
    assert_eq!(stored(&cache, "alma").await.as_deref(), Some("second"));
}

#[tokio::test]
async fn the_latest_token_wins_whoever_gives_theirs_back_first() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let (behind, latest) = (RedisTokenCache::connect(proxy.url()).await.unwrap(), cache(&server).await);
    behind.set(&key("alma"), &token("old")).await.unwrap();
    // Whoever is cut off does not hear of the later token, and is the first to find that the server has none.
    proxy.cut();
    latest.set(&key("alma"), &token("new")).await.unwrap();
    server.command::<()>(&["FLUSHALL"]);
    proxy.restore();
    assert_eq!(stored(&behind, "alma").await.as_deref(), Some("new"));
    assert_eq!(stored(&latest, "alma").await.as_deref(), Some("new"));
}

#[tokio::test]
async fn each_process_that_has_used_a_sign_in_can_give_back_its_latest_token() {
    let server = RedisServer::start();
    let (one, other) = (cache(&server).await, cache(&server).await);
    one.set(&key("alma"), &token("old")).await.unwrap();
    assert_eq!(stored(&other, "alma").await.as_deref(), Some("old"));
    one.set(&key("alma"), &token("new")).await.unwrap();
    // By now the other has heard of it, and has read it.
    let read = || server.command::<String>(&["INFO", "commandstats"]).matches("hmget").count();
    while read() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(one);
    server.command::<()>(&["FLUSHALL"]);
    assert_eq!(stored(&other, "alma").await.as_deref(), Some("new"));
}

#[tokio::test]
async fn a_removal_by_another_process_is_not_undone() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.port());
    let (one, other) = (cache(&server).await, cache(&server).await);
    let cut_off = RedisTokenCache::connect(proxy.url()).await.unwrap();
    one.set(&key("alma"), &token("one")).await.unwrap();
    for cache in [&other, &cut_off] {
        assert_eq!(stored(cache, "alma").await.as_deref(), Some("one"));
    }
    proxy.cut();
    one.remove(&key("alma")).await.unwrap();
    assert_eq!(stored(&other, "alma").await, None);
    proxy.restore();
    assert_eq!(stored(&cut_off, "alma").await, None);
    // Nor does a server that is empty get it back.
    server.command::<()>(&["FLUSHALL"]);
    for cache in [&one, &other, &cut_off] {
        assert_eq!(stored(cache, "alma").await, None);
    }
    // A new sign-in counts again.
    other.set(&key("alma"), &token("again")).await.unwrap();
    assert_eq!(stored(&one, "alma").await.as_deref(), Some("again"));
}

#[tokio::test]
async fn a_removal_that_a_process_did_not_hear_of_is_not_undone_when_it_connects_again() {
    let server = RedisServer::start();
    let other = cache(&server).await;
    other.get(&key("alma")).await.unwrap();
    // Its account may use no channels.
    server.command::<()>(&["ACL", "SETUSER", "deaf", "on", "nopass", "~*", "+@all", "resetchannels"]);
    let url = format!("redis://deaf:any@127.0.0.1:{}/", server.port());
    let deaf = RedisTokenCache::connect(url).await.unwrap();
    deaf.set(&key("alma"), &token("one")).await.unwrap();
    drop(deaf.lock(&key("alma")).await.unwrap());
    other.remove(&key("alma")).await.unwrap();
    server.command::<usize>(&["CLIENT", "KILL", "USER", "deaf"]);
    let connected = || server.command::<String>(&["CLIENT", "LIST"]).contains("user=deaf");
    while !connected() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // It compares what it remembers.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stored(&other, "alma").await, None);
    assert_eq!(stored(&deaf, "alma").await, None);
}
