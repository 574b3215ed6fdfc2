//! Whose tokens there are, and their deletion.

use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::Error;
use spotify_sdk::auth::TokenCache;
use spotify_sdk_redis::EncryptionKeys;

use crate::common::redis::RedisServer;
use crate::support::*;

#[tokio::test]
async fn users_are_listed_without_their_tokens_and_are_gone_once_forgotten() {
    let server = RedisServer::start();
    let plain = cache(&server).await;
    for cache in [plain.clone(), plain.encrypted(EncryptionKeys::new([1; 32]))] {
        assert!(cache.users(APP).await.unwrap().is_empty());
        for user in ["bo", "alma", "cleo \"{}\" 🎵"] {
            cache.set(&key(user), &token("secret")).await.unwrap();
        }
        let users = cache.users(APP).await.unwrap();
        let labels: Vec<_> = users.iter().map(|user| user.user.as_str()).collect();
        assert_eq!(labels, ["alma", "bo", "cleo \"{}\" 🎵"]);
        let stored = cache.get(&key("alma")).await.unwrap().unwrap();
        assert_eq!((users[0].expires_at, users[0].authorized_at), (stored.expires_at(), stored.authorized_at()));
        assert!(!format!("{users:?}").contains("secret"));
        assert!(cache.users("other").await.unwrap().is_empty());
        assert!(cache.forget_user(APP, "bo").await.unwrap());
        assert!(!cache.forget_user(APP, "bo").await.unwrap());
        assert!(cache.get(&key("bo")).await.unwrap().is_none());
        assert_eq!(cache.users(APP).await.unwrap().len(), 2);
        // One whose token has expired leaves the list by itself.
        let names: Vec<String> = server.command(&["KEYS", "*:token:*"]);
        for name in names {
            server.command::<()>(&["DEL", &name]);
        }
        assert!(cache.users(APP).await.unwrap().is_empty());
        server.command::<()>(&["FLUSHALL"]);
        for user in ["alma", "cleo \"{}\" 🎵"] {
            cache.forget_user(APP, user).await.unwrap();
        }
    }
}

#[tokio::test]
async fn thousands_of_users_are_listed_each_once() {
    let server = RedisServer::start();
    let cache = cache(&server).await;
    let token = token("one");
    let mut tasks = Vec::new();
    for part in 0..8 {
        let (cache, token) = (cache.clone(), token.clone());
        tasks.push(tokio::spawn(async move {
            for number in 0..125 {
                cache.set(&key(&format!("user {part} {number}")), &token).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(cache.users(APP).await.unwrap().len(), 1000);
}

#[tokio::test]
async fn a_renewal_that_is_under_way_does_not_bring_a_forgotten_user_back() {
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let (one, other) = (cache(&server).await, cache(&server).await);
    let auth = sign_in(&emulator, &one).await;
    let client = client(emulator.base_url(), &auth);
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(500))).path("/api/token").times(1));
    let calling = client.clone();
    let call = tokio::spawn(async move { calling.users().get_current_profile().await });
    while refreshes(&emulator.requests()).is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(other.forget_user(emulator.client_id(), "alma").await.unwrap());
    // The call that waited for the renewal may use what it got.
    let _ = call.await.unwrap();
    assert!(other.users(emulator.client_id()).await.unwrap().is_empty());
    emulator.expire_access_tokens();
    let error = client.users().get_current_profile().await.unwrap_err();
    assert!(matches!(error, Error::ReauthorizationRequired(_)), "{error}");
    server.command::<()>(&["FLUSHALL"]);
    assert!(one.get(&spotify_sdk::auth::TokenKey::new(emulator.client_id()).user("alma")).await.unwrap().is_none());
}
