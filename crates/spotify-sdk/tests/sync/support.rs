//! What the tests have in common: a playlist in an emulator, and a transport that lets something happen between requests.

use std::sync::{Arc, Mutex};

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Method, Request, ReqwestClient, Response};
use spotify_sdk::ids::{PlaylistId, SpotifyUri};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::{AsyncSpotifyClient, BoxFuture, SpotifyClient};

pub(crate) const EVERY_QUOTA: [Quota; 3] = [Quota::Development, Quota::Legacy, Quota::Extended];

/// The URIs of the tracks of the catalog.
pub(crate) fn tracks() -> Vec<SpotifyUri> {
    let tracks = Catalog::bundled().tracks().filter(|track| !track.withdrawn);
    tracks.map(|track| format!("spotify:track:{}", track.id.as_str()).parse().unwrap()).collect()
}

/// An emulator with a playlist in it, and clients for it.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) client: AsyncSpotifyClient,
    pub(crate) playlist: PlaylistId,
}

/// An entry: its URI, unless its item is gone, and when it was added.
pub(crate) type Entry = (Option<SpotifyUri>, Option<Timestamp>);

impl Stage {
    pub(crate) async fn new(quota: Quota) -> Self {
        let emulator = Emulator::builder().quota(quota).start().unwrap();
        emulator.clock().stop();
        let client = client(&emulator);
        let playlist = client.playlists().create("In step").public(false).await.unwrap().id;
        Self { emulator, client, playlist }
    }

    pub(crate) async fn with(quota: Quota, items: &[SpotifyUri]) -> Self {
        let stage = Self::new(quota).await;
        stage.set(items).await;
        stage
    }

    /// Makes the playlist hold these items, added at different times.
    pub(crate) async fn set(&self, items: &[SpotifyUri]) {
        let nothing: [&SpotifyUri; 0] = [];
        self.client.playlists().replace_items(&self.playlist, nothing).await.unwrap();
        // Not in hundreds, so that neighbours differ in their dates more often than not.
        for chunk in items.chunks(7) {
            self.emulator.clock().advance(std::time::Duration::from_secs(60));
            self.client.playlists().add_items(&self.playlist, chunk).await.unwrap();
        }
        self.emulator.clock().advance(std::time::Duration::from_secs(3_600));
        self.emulator.clear_requests();
    }

    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        loop {
            let page = self.client.playlists().get_items(&self.playlist).limit(50).offset(entries.len() as u32);
            let page = page.await.unwrap();
            entries.extend(page.items.iter().map(|item| {
                let uri = item.item.as_ref().and_then(|content| content.uri().cloned());
                (uri, item.added_at)
            }));
            if !page.has_next() {
                return entries;
            }
        }
    }

    pub(crate) async fn uris(&self) -> Vec<SpotifyUri> {
        self.entries().await.into_iter().map(|(uri, _)| uri.unwrap()).collect()
    }

    pub(crate) async fn version(&self) -> String {
        self.client.playlists().get(&self.playlist).await.unwrap().snapshot_id.unwrap().to_string()
    }

    pub(crate) fn blocking(&self) -> SpotifyClient {
        let token = AccessToken::new(self.emulator.valid_token()).unwrap();
        SpotifyClient::builder(token).base_url(self.emulator.base_url()).build().unwrap()
    }

    /// A client whose requests `meddler` sees before they are sent: how many changes were sent before, and the request.
    pub(crate) fn watched(
        &self,
        meddler: impl Fn(usize, &Request<Bytes>) -> Option<BoxFuture<'static, ()>> + Send + Sync + 'static,
    ) -> AsyncSpotifyClient {
        let token = AccessToken::new(self.emulator.valid_token()).unwrap();
        let watched =
            Watched { http: ReqwestClient::new().unwrap(), meddler: Arc::new(meddler), writes: Mutex::new(0) };
        AsyncSpotifyClient::builder(token).base_url(self.emulator.base_url()).http(watched).build().unwrap()
    }

    /// The methods of the requests since the last look.
    pub(crate) fn methods(&self) -> Vec<Method> {
        self.emulator.take_requests().into_iter().map(|request| request.method).collect()
    }
}

pub(crate) fn client(emulator: &Emulator) -> AsyncSpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

type Meddler = dyn Fn(usize, &Request<Bytes>) -> Option<BoxFuture<'static, ()>> + Send + Sync;

struct Watched {
    http: ReqwestClient,
    meddler: Arc<Meddler>,
    writes: Mutex<usize>,
}

impl HttpClient for Watched {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let writes = {
            let mut writes = self.writes.lock().unwrap();
            let before = *writes;
            *writes += usize::from(request.method() != Method::GET);
            before
        };
        let meddling = (self.meddler)(writes, &request);

        if let Some(meddling) = meddling {
            meddling.await;
        }
        self.http.send(request).await
    }
}

/// Whether a request changes something.
pub(crate) fn is_write(request: &Request<Bytes>) -> bool {
    request.method() != Method::GET
}
