//! What the tests have in common.

use std::time::Duration;

use spotify_emulator::Emulator;
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::observe::CacheStatus;
use spotify_sdk_redis::RedisCacheStore;

use crate::common::redis::RedisServer;

pub(crate) const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn store(server: &RedisServer) -> RedisCacheStore {
    RedisCacheStore::connect(server.url()).await.unwrap()
}

/// A client of a process with this store, for the user of the token.
pub(crate) fn client_of(emulator: &Emulator, store: &RedisCacheStore, token: &str) -> AsyncSpotifyClient {
    let cache = ResponseCache::new(store.clone()).fresh_for(HOUR);
    emulator.async_client_builder(AccessToken::new(token).unwrap()).cache(cache).build().unwrap()
}

/// The same for the emulator's first user.
pub(crate) fn client(emulator: &Emulator, store: &RedisCacheStore) -> AsyncSpotifyClient {
    client_of(emulator, store, emulator.valid_token())
}

/// Reads an album, and says how it was served.
pub(crate) async fn album(client: &AsyncSpotifyClient) -> Option<CacheStatus> {
    client.albums().get(ALBUM).send_raw().await.unwrap().from_cache
}

/// Reads the name of a playlist, where one that is an hour old would do.
pub(crate) async fn name(client: &AsyncSpotifyClient, playlist: &str) -> (String, Option<CacheStatus>) {
    let response = client.playlists().get(playlist).fresh_for(HOUR).send_raw().await.unwrap();
    (response.value.name.to_string(), response.from_cache)
}

pub(crate) async fn new_playlist(client: &AsyncSpotifyClient, name: &str) -> String {
    client.playlists().create(name).await.unwrap().id.to_string()
}

pub(crate) fn connection(server: &RedisServer) -> redis::Connection {
    redis::Client::open(server.url()).unwrap().get_connection().unwrap()
}

/// All keys, with what is in them and the milliseconds that they live.
pub(crate) fn dump(server: &RedisServer) -> Vec<(String, Vec<u8>, i64)> {
    let mut connection = connection(server);
    let names: Vec<String> = server.command(&["KEYS", "*"]);
    let mut read = |name: String| {
        let value = redis::cmd("DUMP").arg(&name).query(&mut connection).unwrap();
        let life = redis::cmd("PTTL").arg(&name).query(&mut connection).unwrap();
        (name, value, life)
    };
    names.into_iter().map(&mut read).collect()
}

/// Puts back what a server had before, as one does that was behind, or was started from an old file.
pub(crate) fn restore(server: &RedisServer, dump: &[(String, Vec<u8>, i64)]) {
    let mut connection = connection(server);
    let () = redis::cmd("FLUSHALL").query(&mut connection).unwrap();
    for (name, value, life) in dump {
        let () = redis::cmd("RESTORE").arg(name).arg(*life).arg(value).query(&mut connection).unwrap();
    }
}

/// The names of the keys that hold responses.
pub(crate) fn responses(server: &RedisServer) -> Vec<String> {
    server.command(&["KEYS", "*:response:*"])
}
