//! What one process has, the others have; and nobody has what is another user's.

use spotify_emulator::Emulator;
use spotify_sdk::Quota;
use spotify_sdk::auth::{AccessToken, ClientCredentials};
use spotify_sdk::cache::{ResponseCache, contract};
use spotify_sdk::observe::CacheStatus;
use spotify_sdk_redis::{EncryptionKeys, Fleet, RedisCacheStore};

use crate::common::redis::RedisServer;
use crate::support::*;

fn credentials(emulator: &Emulator) -> ClientCredentials {
    ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap()
}

#[tokio::test]
async fn the_store_keeps_the_contract_encrypted_or_not() {
    let server = RedisServer::start();
    let plain = store(&server).await;
    contract::check(&plain).await;
    contract::check(&plain.clone().encrypted(EncryptionKeys::new([1; 32]))).await;
    contract::check_life(&plain, tokio::time::sleep).await;
}

#[tokio::test]
async fn the_store_of_a_fleet_keeps_the_contract_beside_its_limits_and_tokens() {
    let server = RedisServer::start();
    let fleet = Fleet::builder(server.url()).encryption(EncryptionKeys::new([1; 32])).connect().await.unwrap();
    contract::check(&fleet.cache_store()).await;
}

#[tokio::test]
async fn what_one_process_has_fetched_another_does_not_fetch() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (one, other) = (client(&emulator, &store(&server).await), client(&emulator, &store(&server).await));
    assert_eq!(album(&one).await, None);
    assert_eq!(album(&other).await, Some(CacheStatus::Fresh));
    let sent = emulator.requests().len();
    let value = other.albums().get(ALBUM).await.unwrap();
    assert_eq!(emulator.requests().len(), sent);
    assert_eq!(value.id, ALBUM);
}

#[test]
fn blocking_clients_of_a_fleet_share_responses_without_a_runtime() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let process = || {
        let fleet = Fleet::connect_blocking(server.url()).unwrap();
        let cache = ResponseCache::new(fleet.cache_store()).fresh_for(HOUR);
        fleet.join(emulator.client_builder(credentials(&emulator))).cache(cache).build().unwrap()
    };
    let (one, other) = (process(), process());
    assert_eq!(one.albums().get(ALBUM).send_raw().unwrap().from_cache, None);
    assert_eq!(other.albums().get(ALBUM).send_raw().unwrap().from_cache, Some(CacheStatus::Fresh));
    RedisCacheStore::connect_blocking(server.url()).unwrap();
}

#[tokio::test]
async fn a_write_by_one_process_makes_what_another_has_out_of_date_at_once() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (one, other) = (client(&emulator, &store(&server).await), client(&emulator, &store(&server).await));
    // Another user reads the same playlist.
    let bo = client_of(&emulator, &store(&server).await, &emulator.token_for_user("bo").unwrap());
    let playlist = new_playlist(&one, "0").await;
    let beside = new_playlist(&one, "beside").await;
    for number in 1..6 {
        for client in [&other, &bo] {
            let before = (number - 1).to_string();
            assert_eq!(name(client, &playlist).await, (before.clone(), None));
            assert_eq!(name(client, &playlist).await, (before, Some(CacheStatus::Fresh)));
            name(client, &beside).await;
        }
        one.playlists().change_details(&playlist).name(number.to_string()).await.unwrap();
        assert_eq!(name(&bo, &beside).await.1, Some(CacheStatus::Fresh), "another playlist was changed");
    }
}

#[tokio::test]
async fn no_user_is_given_the_response_of_another_one_over_one_store() {
    let server = RedisServer::start();
    // Both services have users of the same names, and paths are the same.
    let emulators = [Emulator::start().unwrap(), Emulator::start().unwrap()];
    let stores = [store(&server).await, store(&server).await];
    let mut clients = Vec::new();
    for emulator in &emulators {
        for user in ["alma", "bo"] {
            let token = emulator.token_for_user(user).unwrap();
            for store in &stores {
                clients.push((user, client_of(emulator, store, &token)));
            }
        }
    }
    for _ in 0..3 {
        for (user, client) in &clients {
            let profile = client.users().get_current_profile().fresh_for(HOUR).await.unwrap();
            assert_eq!(profile.id, *user);
        }
    }
    // Two users of two services.
    assert_eq!(responses(&server).len(), 4);
}

#[tokio::test]
async fn kinds_of_apps_have_nothing_in_common_although_the_token_is_the_same() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let store = store(&server).await;
    let client = |quota| {
        let cache = ResponseCache::new(store.clone()).fresh_for(HOUR);
        let auth = AccessToken::new(emulator.valid_token()).unwrap();
        emulator.async_client_builder(auth).quota(quota).cache(cache).build().unwrap()
    };
    let (one, extended) = (client(Quota::Development), client(Quota::Extended));
    assert_eq!(album(&one).await, None);
    assert_eq!(album(&extended).await, None);
    assert_eq!(album(&client(Quota::Development)).await, Some(CacheStatus::Fresh));
}

#[tokio::test]
async fn an_app_of_two_services_has_nothing_in_common() {
    let server = RedisServer::start();
    let store = store(&server).await;
    let emulators = [(); 2].map(|()| Emulator::start().unwrap());
    assert_eq!(emulators[0].client_id(), emulators[1].client_id());
    let clients = emulators.each_ref().map(|emulator| {
        let cache = ResponseCache::new(store.clone()).fresh_for(HOUR);
        emulator.async_client_builder(credentials(emulator)).cache(cache).build().unwrap()
    });
    for status in [None, Some(CacheStatus::Fresh)] {
        for client in &clients {
            assert_eq!(album(client).await, status);
        }
    }
}

#[tokio::test]
async fn a_response_over_the_bound_is_not_stored_and_takes_the_one_before_it_away() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (large, small) = (store(&server).await, store(&server).await.max_response_bytes(1_000));
    let (large, small) = (client(&emulator, &large), client(&emulator, &small));
    assert_eq!(album(&small).await, None);
    assert_eq!(responses(&server).len(), 0);
    assert_eq!(album(&large).await, None);
    assert_eq!(responses(&server).len(), 1);
    assert_eq!(album(&small).await, Some(CacheStatus::Fresh), "it is read all the same");
    // A later one was too large to be stored, and the one before it is not the last one any more.
    small.albums().get(ALBUM).no_cache().await.unwrap();
    assert_eq!(responses(&server).len(), 0);
    let sum: u64 = server.command::<Vec<String>>(&["KEYS", "*:responses"]).len() as u64;
    assert_eq!(sum, 0, "nor does the index name it");
}

#[tokio::test]
async fn a_get_is_one_round_trip() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    let playlist = new_playlist(&client, "one").await;
    name(&client, &playlist).await;
    let commands = || {
        let stats: String = server.command(&["INFO", "commandstats"]);
        let calls = |line: &str| Some(line.split_once("calls=")?.1.split(',').next()?.parse::<u64>().unwrap());
        let ours =
            stats.lines().filter(|line| !line.contains("info") && !line.contains("client") && !line.contains("hello"));
        ours.filter_map(calls).sum::<u64>()
    };
    let before = commands();
    for _ in 0..10 {
        assert_eq!(name(&client, &playlist).await.1, Some(CacheStatus::Fresh));
    }
    assert_eq!(commands() - before, 10);
}

#[tokio::test]
#[ignore = "prints the figures of the guide"]
async fn what_a_response_takes_in_redis() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    for offset in 0..2_000_u32 {
        client.albums().get_tracks(ALBUM).offset(offset + 1_000).await.unwrap();
    }
    let used = |section: &str| -> u64 {
        let info: String = server.command(&["INFO", "memory"]);
        info.lines().find_map(|line| line.strip_prefix(section)).unwrap().parse().unwrap()
    };
    let body = client.albums().get_tracks(ALBUM).offset(1_000_u32).send_raw().await.unwrap().body.len();
    println!("an empty page of {body} bytes: {} bytes in Redis", (used("used_memory_dataset:")) / 2_000);
    let album = client.albums().get(ALBUM).send_raw().await.unwrap();
    println!("an album of {} tracks: {} bytes", album.value.total_tracks.unwrap_or_default(), album.body.len());
}
