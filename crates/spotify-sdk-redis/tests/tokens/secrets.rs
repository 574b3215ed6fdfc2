//! What must be seen nowhere.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::auth::{TokenCache, TokenKey};
use spotify_sdk_redis::{EncryptionKeys, Fleet, RedisTokenCache, TokenCacheError};

use crate::common::redis::RedisServer;
use crate::support::*;

const KEY: [u8; 32] = *b"0123456789-geheimer-schluessel-x";

/// All that the server is told, until the connection ends.
fn monitor(server: &RedisServer) -> Arc<Mutex<String>> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.write_all(b"MONITOR\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "+OK");
    let seen = Arc::<Mutex<String>>::default();
    let shared = Arc::clone(&seen);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            shared.lock().unwrap().push_str(&line);
        }
    });
    seen
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The values of all keys.
fn values(server: &RedisServer) -> String {
    let names: Vec<String> = server.command(&["KEYS", "*"]);
    let mut all = names.join("\n");
    for name in names {
        let kind: String = server.command(&["TYPE", &name]);
        let read: Vec<String> = match kind.as_str() {
            "hash" => server.command(&["HGETALL", &name]),
            "set" => server.command(&["SMEMBERS", &name]),
            // A lock may be gone by now.
            _ => server.command::<Option<String>>(&["GET", &name]).into_iter().collect(),
        };
        all.push_str(&read.join("\n"));
    }
    all
}

#[tokio::test]
async fn no_secret_is_seen_in_redis_nor_on_the_way_to_it_nor_in_a_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // The connection has a thread of its own, so that no scoped subscriber would do.
    let _ = tracing::subscriber::set_global_default(subscriber);
    let server = RedisServer::start();
    let seen = monitor(&server);
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let fleet = Fleet::builder(server.url()).encryption(EncryptionKeys::new(KEY)).connect().await.unwrap();
    let cache = fleet.token_cache();
    let auth = app(&emulator.client_id(), emulator.accounts_url())
        .user("geheimer-benutzer")
        .cache(cache.clone())
        .build()
        .unwrap();
    let key = TokenKey::new(emulator.client_id()).user("geheimer-benutzer");
    let mut secrets = vec!["geheimer-benutzer".to_owned(), "geheimer-schluessel".to_owned()];
    let note = async |secrets: &mut Vec<String>| {
        let token = cache.get(&key).await.unwrap().unwrap();
        secrets.push(token.access_token().expose().to_owned());
        secrets.push(token.refresh_token().unwrap().expose().to_owned());
    };
    let request = auth.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "alma").unwrap();
    auth.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    note(&mut secrets).await;
    let client = client(emulator.base_url(), &auth);
    for _ in 0..3 {
        emulator.expire_access_tokens();
        client.users().get_current_profile().await.unwrap();
        note(&mut secrets).await;
    }
    server.command::<()>(&["FLUSHALL"]);
    note(&mut secrets).await;
    let mut shown = values(&server);
    let users = cache.users(emulator.client_id()).await.unwrap();
    assert_eq!(users.len(), 1);
    let other = RedisTokenCache::connect(server.url()).await.unwrap();
    let error = other.get(&key).await.unwrap_err();
    shown.push_str(
        &format!("{error} {error:?} {cache:?} {users:?} {:?}", EncryptionKeys::new(KEY))
            .replace("geheimer-benutzer", ""),
    );
    cache.forget_user(emulator.client_id(), "geheimer-benutzer").await.unwrap();
    shown.push_str(&values(&server));
    // What was told last is seen last.
    server.command::<()>(&["SET", "over", "over"]);
    while !seen.lock().unwrap().contains("\"over\"") {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let seen = seen.lock().unwrap().clone();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(seen.contains("sealed-1:") && log.contains("TRACE"), "{log}");
    for secret in &secrets {
        for (place, text) in [("Redis", &shown), ("MONITOR", &seen), ("the log", &log)] {
            assert!(!text.contains(secret), "{place} shows {secret}: {text}");
        }
    }
    println!("{} secrets; {} bytes of MONITOR, {} bytes of log", secrets.len(), seen.len(), log.len());
}

#[tokio::test]
async fn without_keys_the_value_is_plain_json_which_is_encrypted_once_there_are_keys() {
    let server = RedisServer::start();
    let plain = cache(&server).await;
    let encrypted = plain.clone().encrypted(EncryptionKeys::new(KEY));
    plain.set(&key("alma"), &token("one")).await.unwrap();
    assert!(values(&server).contains("refresh-one"));
    assert_eq!(stored(&encrypted, "alma").await.as_deref(), Some("one"));
    encrypted.set(&key("alma"), &token("two")).await.unwrap();
    assert!(!values(&server).contains("refresh"));
    assert_eq!(stored(&encrypted, "alma").await.as_deref(), Some("two"));
    assert_eq!(reason(plain.get(&key("alma")).await), TokenCacheError::NoKey);
}

#[tokio::test]
async fn keys_are_rotated_without_a_new_sign_in() {
    let server = RedisServer::start();
    let connected = cache(&server).await;
    let (old_key, new_key) = (EncryptionKeys::new(KEY), EncryptionKeys::new([9; 32]));
    let old = connected.clone().encrypted(old_key.clone());
    let both = connected.clone().encrypted(new_key.clone().and_previous(old_key));
    let new = connected.encrypted(new_key);
    old.set(&key("alma"), &token("one")).await.unwrap();
    assert_eq!(stored(&both, "alma").await.as_deref(), Some("one"));
    let failed = reason(new.get(&key("alma")).await);
    assert!(matches!(failed, TokenCacheError::UnknownKey { .. }), "{failed}");
    assert!(failed.to_string().contains("and_previous"));
    // Nothing was dropped, and the next renewal writes with the new key.
    both.set(&key("alma"), &token("two")).await.unwrap();
    assert_eq!(stored(&new, "alma").await.as_deref(), Some("two"));
    assert!(reason(old.get(&key("alma")).await).to_string().contains("encrypted with the key"));
}

#[tokio::test]
async fn the_value_of_another_user_is_refused_encrypted_or_not() {
    let server = RedisServer::start();
    let plain = cache(&server).await;
    let encrypted = plain.clone().encrypted(EncryptionKeys::new(KEY));
    for (cache, expected) in [(plain, "not a token"), (encrypted, "another user")] {
        cache.set(&key("alma"), &token("one")).await.unwrap();
        let names: Vec<String> = server.command(&["KEYS", "*:token:*"]);
        let value: String = server.command(&["HGET", &names[0], "token"]);
        cache.set(&key("bo"), &token("two")).await.unwrap();
        let all: Vec<String> = server.command(&["KEYS", "*:token:*"]);
        let bo = all.iter().find(|name| **name != names[0]).unwrap();
        server.command::<()>(&["HSET", bo, "token", &value]);
        let failed = reason(cache.get(&key("bo")).await).to_string();
        assert!(failed.contains(expected) && failed.contains("forget_user"), "{failed}");
        assert!(cache.users(APP).await.is_err());
        server.command::<()>(&["HSET", bo, "token", "{\"damaged"]);
        assert_eq!(reason(cache.get(&key("bo")).await), TokenCacheError::Unreadable);
        assert!(cache.forget_user(APP, "bo").await.unwrap());
        assert_eq!(cache.users(APP).await.unwrap().len(), 1);
        cache.forget_user(APP, "alma").await.unwrap();
        server.command::<()>(&["FLUSHALL"]);
    }
}
