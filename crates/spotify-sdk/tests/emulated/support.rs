//! What the tests have in common: emulators of every kind, and clients that reach them.

use std::io::{Read, Write};
use std::net::TcpStream;

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::{AsyncSpotifyClient, Error};

pub(crate) const EVERY_QUOTA: [Quota; 3] = [Quota::Development, Quota::Legacy, Quota::Extended];

pub(crate) fn start(quota: Quota) -> (Emulator, AsyncSpotifyClient) {
    let emulator = Emulator::builder().quota(quota).start().unwrap();
    let client = client(&emulator, emulator.valid_token());
    (emulator, client)
}

pub(crate) fn client(emulator: &Emulator, token: &str) -> AsyncSpotifyClient {
    AsyncSpotifyClient::builder(AccessToken::new(token).unwrap()).base_url(emulator.base_url()).build().unwrap()
}

/// The URIs of some tracks of the catalog.
pub(crate) fn tracks(count: usize) -> Vec<String> {
    let tracks = Catalog::bundled().tracks().filter(|track| !track.withdrawn).take(count);
    tracks.map(|track| format!("spotify:track:{}", track.id.as_str())).collect()
}

/// The status of the answer that made a call fail; nothing when it did not fail.
pub(crate) fn status<T>(result: spotify_sdk::Result<T>) -> Option<u16> {
    result.err().as_ref().and_then(Error::status).map(|status| status.as_u16())
}

/// Sends a request past the SDK, for what it would not send.
pub(crate) fn http(emulator: &Emulator, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let address = emulator.accounts_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} /v1{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
