//! What must not be seen in Redis.

use spotify_emulator::Emulator;
use spotify_sdk::observe::CacheStatus;
use spotify_sdk_redis::EncryptionKeys;

use crate::common::redis::RedisServer;
use crate::support::*;

const PLANTED: &str = "geheime-liste";

/// All that is in the server, names and values.
fn seen(server: &RedisServer) -> Vec<u8> {
    let names: Vec<String> = server.command(&["KEYS", "*"]);
    let mut connection = connection(server);
    let mut all = names.join("\n").into_bytes();
    for name in names {
        let kind: String = server.command(&["TYPE", &name]);
        let mut read = |command: &str, rest: &[&str]| -> Vec<Vec<u8>> {
            redis::cmd(command).arg(&name).arg(rest).query(&mut connection).unwrap()
        };
        let values = match kind.as_str() {
            "zset" => read("ZRANGE", &["0", "-1"]),
            _ => read("GET", &[]),
        };
        all.extend(values.concat());
    }
    all
}

fn shows(all: &[u8], text: &str) -> bool {
    all.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn nothing_of_an_encrypted_response_is_readable_and_names_of_keys_are_hashes() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let plain = store(&server).await;
    let encrypted = plain.clone().encrypted(EncryptionKeys::new([1; 32]));
    for (store, is_readable) in [(&encrypted, false), (&plain, true)] {
        let client = client(&emulator, store);
        let playlist = new_playlist(&client, PLANTED).await;
        assert_eq!(name(&client, &playlist).await.0, PLANTED);
        assert_eq!(name(&client, &playlist).await.1, Some(CacheStatus::Fresh));
        client.users().get_current_profile().await.unwrap();
        let all = seen(&server);
        assert_eq!(shows(&all, PLANTED), is_readable, "the planted text is found where it is not encrypted");
        assert_eq!(shows(&all, "alma"), is_readable);
        assert!(!shows(&all, emulator.valid_token()));
        let names: Vec<String> = server.command(&["KEYS", "*"]);
        for name in &names {
            let rest = name.strip_prefix("{spotify-sdk:cache:").unwrap();
            let rest = rest.replace("}:", "").replace("response:", "").replace("responses", "").replace("version", "");
            assert!(rest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        }
        assert!(!format!("{store:?}").contains("[1"), "{store:?}");
        server.command::<()>(&["FLUSHALL"]);
    }
}

#[tokio::test]
async fn a_response_in_the_place_of_another_is_not_used() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let store = store(&server).await.encrypted(EncryptionKeys::new([1; 32]));
    let alma = client(&emulator, &store);
    let bo = client_of(&emulator, &store, &emulator.token_for_user("bo").unwrap());
    alma.users().get_current_profile().await.unwrap();
    let of_alma = responses(&server).remove(0);
    bo.users().get_current_profile().await.unwrap();
    let of_bo = responses(&server).into_iter().find(|key| *key != of_alma).unwrap();
    server.command::<usize>(&["COPY", &of_alma, &of_bo, "REPLACE"]);
    assert_eq!(bo.users().get_current_profile().fresh_for(HOUR).await.unwrap().id, "bo");
}

#[tokio::test]
async fn keys_are_rotated_and_what_no_key_opens_is_fetched_again() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    let (old_key, new_key) = (EncryptionKeys::new([1; 32]), EncryptionKeys::new([2; 32]));
    let connected = store(&server).await;
    let with = |keys| client(&emulator, &connected.clone().encrypted(keys));
    let (old, both, new) = (with(old_key.clone()), with(new_key.clone().and_previous(old_key)), with(new_key));
    let plain = client(&emulator, &connected);
    assert_eq!(album(&old).await, None);
    assert_eq!(album(&both).await, Some(CacheStatus::Fresh), "the previous key reads");
    assert_eq!(album(&new).await, None, "without it, Spotify is asked");
    assert_eq!(album(&both).await, Some(CacheStatus::Fresh), "the new key has written");
    assert_eq!(album(&old).await, None);
    assert_eq!(album(&plain).await, None);
    assert_eq!(album(&old).await, None, "what anybody could have written is not used where there are keys");
}

/// The command in the guide that makes a user for the fleet.
fn acl() -> Vec<&'static str> {
    let guide = include_str!("../../src/guide.md");
    guide.lines().find(|line| line.starts_with("ACL SETUSER")).unwrap().split(' ').collect()
}

#[tokio::test]
async fn an_account_with_the_permissions_of_the_guide_may_keep_responses() {
    let (server, emulator) = (RedisServer::start(), Emulator::start().unwrap());
    server.command::<()>(&acl());
    let url = format!("redis://app:password@127.0.0.1:{}/", server.port());
    let client = client(&emulator, &spotify_sdk_redis::RedisCacheStore::connect(url).await.unwrap());
    let playlist = new_playlist(&client, "one").await;
    name(&client, &playlist).await;
    assert_eq!(name(&client, &playlist).await.1, Some(CacheStatus::Fresh));
    client.playlists().change_details(&playlist).name("two").await.unwrap();
    assert_eq!(name(&client, &playlist).await, ("two".to_owned(), None));
    client.forget_user().await.unwrap();
    assert!(responses(&server).is_empty());
    let denied: Vec<redis::Value> = server.command(&["ACL", "LOG"]);
    assert!(denied.is_empty(), "{denied:?}");
}
