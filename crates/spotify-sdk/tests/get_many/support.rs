//! What the tests have in common: emulators of every kind, and clients that reach them.

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::error::IncompleteError;
use spotify_sdk::models::Album;
use spotify_sdk::{AsyncSpotifyClient, BuildClient, ClientBuilder, Error, SpotifyClient};

/// Well-formed, and the id of nothing.
pub(crate) const UNKNOWN: &str = "0000000000000000000001";

pub(crate) fn emulator(quota: Quota) -> Emulator {
    Emulator::builder().quota(quota).requests_kept(30_000).start().unwrap()
}

pub(crate) fn builder<C: BuildClient>(emulator: &Emulator) -> ClientBuilder<C> {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    ClientBuilder::new(token).base_url(emulator.base_url()).max_retries(0)
}

pub(crate) fn client(emulator: &Emulator) -> AsyncSpotifyClient {
    builder(emulator).build().unwrap()
}

pub(crate) fn blocking(emulator: &Emulator) -> SpotifyClient {
    builder(emulator).build().unwrap()
}

/// Ids of albums of the catalog, all different.
pub(crate) fn albums(count: usize) -> Vec<&'static str> {
    Catalog::bundled().albums.iter().take(count).map(|album| album.id.as_str()).collect()
}

/// Ids of tracks of the catalog, all different.
pub(crate) fn tracks(count: usize) -> Vec<&'static str> {
    Catalog::bundled().tracks().take(count).map(|track| track.id.as_str()).collect()
}

pub(crate) fn id(album: &Option<Album>) -> Option<&str> {
    album.as_ref().map(|album| album.id.as_str())
}

pub(crate) fn ids(albums: &[Option<Album>]) -> Vec<Option<&str>> {
    albums.iter().map(id).collect()
}

/// The paths of the requests since the last look.
pub(crate) fn paths(emulator: &Emulator) -> Vec<String> {
    emulator.take_requests().into_iter().map(|request| request.path).collect()
}

pub(crate) fn incomplete(error: Error) -> IncompleteError {
    match error {
        Error::Incomplete(error) => *error,
        other => panic!("{other}"),
    }
}
