//! Redis over TLS. The certificates here are for these tests alone: the key of their authority is gone.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used)]

#[path = "../common/redis.rs"]
#[allow(dead_code, unreachable_pub, clippy::panic)]
mod redis_server;

use std::net::TcpListener;
use std::process::Command;

use redis_server::RedisServer;
use spotify_sdk_redis::Fleet;

const URL: &str = "SPOTIFY_SDK_REDIS_TEST_URL";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls");

#[test]
#[ignore = "a process that another test starts"]
fn process() {
    let Ok(url) = std::env::var(URL) else { return };
    match Fleet::connect_blocking(url) {
        Ok(_) => println!("connected"),
        Err(error) => println!("{error}"),
    }
}

/// Connects in a process that trusts this file of certificates.
fn connect(url: &str, certificates: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process", "--ignored", "--nocapture"])
        .env(URL, url)
        .env("SSL_CERT_FILE", certificates)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// The program has chosen no cryptography for its process.
#[test]
fn a_server_is_reached_over_tls_if_its_certificate_is_trusted() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (certificate, key) = (format!("{FOLDER}/server.pem"), format!("{FOLDER}/server.key"));
    let server = ["--tls-port", &port, "--tls-cert-file", &certificate, "--tls-key-file", &key];
    let authority = format!("{FOLDER}/ca.pem");
    let _server = RedisServer::with_options(
        &[&server[..], &["--tls-ca-cert-file", &authority, "--tls-auth-clients", "no"]].concat(),
    );
    let url = format!("rediss://localhost:{port}/");
    let said = connect(&url, &authority);
    assert!(said.contains("connected"), "{said}");
    let said = connect(&url, &certificate);
    assert!(said.contains("could not connect to rediss://localhost") && !said.contains("panicked"), "{said}");
    println!("{said}");
}
