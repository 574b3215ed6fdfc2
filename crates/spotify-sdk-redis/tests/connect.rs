//! Joining a fleet.
#![allow(clippy::unwrap_used)]

mod common;

use common::redis::RedisServer;
use spotify_sdk_redis::Fleet;

#[tokio::test]
async fn a_wrong_address_is_reported_without_its_password() {
    let mut server = RedisServer::start();
    Fleet::connect(server.url()).await.unwrap();
    let url = format!("redis://user:geheim@127.0.0.1:{}/", server.port());
    server.kill();
    let error = Fleet::connect(&url).await.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("127.0.0.1") && !error.contains("geheim"), "{error}");
    println!("{error}");
    for url in ["redis://user:12/geheim@127.0.0.1/", "redis://127.0.0.1:1/#geheim@", "redis://:geh#eim@127.0.0.1/"] {
        let error = Fleet::connect(url).await.map(|_| ()).unwrap_err().to_string();
        assert!(!error.contains("geh") && !error.contains("eim"), "{error}");
    }
    let error = Fleet::connect("http://user:geheim@example.org/").await.map(|_| ()).unwrap_err().to_string();
    assert!(!error.contains("geheim"), "{error}");
    println!("{error}");
}
