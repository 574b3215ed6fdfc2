//! The blocking client in a process that was forked off.

#![cfg(all(unix, feature = "blocking"))]
#![allow(clippy::unwrap_used)]

use std::process::exit;

use fork::{Fork, fork};
use spotify_emulator::Emulator;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::{Error, SpotifyClient};

const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";

fn client(token: &str, base_url: &str) -> SpotifyClient {
    SpotifyClient::builder(AccessToken::new(token).unwrap()).base_url(base_url).build().unwrap()
}

/// What is done in the child: 0 if all is as it should be.
fn in_the_child(before: SpotifyClient, token: &str, base_url: &str) -> i32 {
    match before.albums().get(ALBUM).send() {
        Err(error @ Error::Setup(_)) if error.hint().is_some_and(|hint| hint.contains("after the fork")) => {}
        _ => return 1,
    }
    if before.tracks().get_saved().iter().next().is_none_or(|item| item.is_ok()) {
        return 2;
    }
    if before.wait_for_rate_limit().is_ok() {
        return 3;
    }
    before.close();
    let after = client(token, base_url);
    if after.albums().get(ALBUM).send().is_err() {
        return 4;
    }
    after.close();
    0
}

/// One test in this program: the child has no thread but the one that forked.
#[test]
fn a_client_from_before_a_fork_says_so_and_one_from_after_it_works() {
    let emulator = Emulator::start().unwrap();
    let (token, base_url) = (emulator.valid_token().to_owned(), emulator.base_url());
    let before = client(&token, base_url);
    assert!(before.albums().get(ALBUM).send().is_ok());
    match fork().unwrap() {
        Fork::Child => exit(in_the_child(before, &token, base_url)),
        Fork::Parent(child) => {
            assert_eq!(fork::waitpid(child).map(|_| ()).map_err(|error| error.to_string()), Ok(()));
            assert!(before.albums().get(ALBUM).send().is_ok());
        }
    }
    // The request of the child's second client arrived: it got as far as that.
    assert_eq!(emulator.requests().len(), 3);
}
