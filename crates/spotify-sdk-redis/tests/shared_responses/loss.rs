//! A server that loses what it had, or has what is over.

use spotify_emulator::Emulator;
use spotify_sdk::observe::CacheStatus;

use crate::common::redis::RedisServer;
use crate::support::*;

#[tokio::test]
async fn after_a_topic_is_lost_what_depended_on_it_is_not_used_again() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    let playlist = new_playlist(&client, "one").await;
    name(&client, &playlist).await;
    let topics: Vec<String> = server.command(&["KEYS", "*:version"]);
    for topic in topics {
        assert_eq!(name(&client, &playlist).await.1, Some(CacheStatus::Fresh));
        server.command::<()>(&["DEL", &topic]);
        // The first one may be the topic of another response.
        let (_, status) = name(&client, &playlist).await;
        let depends = status.is_none();
        assert!(depends || status == Some(CacheStatus::Fresh));
        server.command::<()>(&["SET", &topic, "damaged"]);
        assert_eq!(name(&client, &playlist).await.1.is_none(), depends, "one that is damaged counts as lost");
    }
}

#[tokio::test]
async fn a_flushed_server_costs_a_request_and_no_more() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    for _ in 0..3 {
        assert_eq!(album(&client).await, None);
        assert_eq!(album(&client).await, Some(CacheStatus::Fresh));
        server.command::<()>(&["FLUSHALL"]);
    }
}

#[tokio::test]
async fn a_server_with_older_data_does_not_bring_back_what_this_process_has_changed() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    let playlist = new_playlist(&client, "old").await;
    assert_eq!(name(&client, &playlist).await, ("old".to_owned(), None));
    let before = dump(&server);
    client.playlists().change_details(&playlist).name("new").await.unwrap();
    restore(&server, &before);
    assert_eq!(name(&client, &playlist).await, ("new".to_owned(), None));
    // The server itself is up to date again: also for those who have not seen the change.
    let other = self::client(&emulator, &store(&server).await);
    assert_eq!(name(&other, &playlist).await, ("new".to_owned(), Some(CacheStatus::Fresh)));
}

#[tokio::test]
async fn after_a_lost_connection_each_process_makes_older_data_out_of_date_before_anyone_asks() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    let playlist = new_playlist(&client, "old").await;
    name(&client, &playlist).await;
    let before = dump(&server);
    client.playlists().change_details(&playlist).name("new").await.unwrap();
    restore(&server, &before);
    let topics = || -> Vec<Option<String>> {
        let names = before.iter().map(|(name, ..)| name).filter(|name| name.ends_with(":version"));
        names.map(|name| server.command(&["GET", name])).collect()
    };
    let old = topics();
    server.command::<usize>(&["CLIENT", "KILL", "TYPE", "normal"]);
    crate::common::eventually("the older version is replaced", || topics() != old).await;
    let other = self::client(&emulator, &store(&server).await);
    assert_eq!(name(&other, &playlist).await, ("new".to_owned(), None));
}

#[tokio::test]
async fn what_is_no_response_counts_as_none_and_is_replaced() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let client = client(&emulator, &store(&server).await);
    album(&client).await;
    let key = responses(&server).remove(0);
    for damaged in ["", "\u{1}", "\u{1}short", "\u{2}00000000", "{}", "\u{1}0123456789abcdef\u{ff}"] {
        server.command::<()>(&["SET", &key, damaged]);
        assert_eq!(album(&client).await, None, "{damaged:?}");
        assert_eq!(album(&client).await, Some(CacheStatus::Fresh), "{damaged:?}");
    }
}
