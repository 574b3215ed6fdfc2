//! reqwest and serde_json with nothing around them: no retries, no rate gate, no refreshing. What they get is decoded into
//! the SDK's models, so that the difference to the SDK is what the SDK adds.

pub mod plain;

use std::sync::atomic::{AtomicUsize, Ordering};

use harness::decode::{Decoder, into, read_text, text_into};
use harness::{Result, Rival, Target};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use spotify_sdk::models::{Album, CurrentUser, Page, SavedTrack};

/// Reading the JSON and keeping nothing of it: as fast as serde_json can be.
pub const IGNORED: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, into::<IgnoredAny>),
    (pages::SAVED_TRACKS, into::<IgnoredAny>),
    (pages::PLAYLIST_ITEMS, into::<IgnoredAny>),
    (pages::SEARCH, into::<IgnoredAny>),
    (pages::ALBUM, into::<IgnoredAny>),
];

/// Reading it with no models.
pub const VALUE: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, into::<Value>),
    (pages::SAVED_TRACKS, into::<Value>),
    (pages::PLAYLIST_ITEMS, into::<Value>),
    (pages::SEARCH, into::<Value>),
    (pages::ALBUM, into::<Value>),
];

/// Reading saved tracks into structs of the same fields, as serde derives them, that keep unknown fields.
pub const FLATTEN: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, text_into::<plain::with_flatten::Page>),
    (pages::SAVED_TRACKS, text_into::<plain::with_flatten::Page>),
];

/// The same, without unknown fields.
pub const PLAIN: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, text_into::<plain::without_extra::Page>),
    (pages::SAVED_TRACKS, text_into::<plain::without_extra::Page>),
];

pub struct Client {
    http: reqwest::Client,
    target: Target,
}

impl Client {
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let url = format!("{}{path}", self.target.base_url);
        let answer = self.http.get(url).bearer_auth(&self.target.access_token).send().await?;
        let answer = answer.error_for_status().map_err(reqwest::Error::without_url)?;
        Ok(read_text(&answer.bytes().await?)?)
    }
}

impl Rival for Client {
    async fn connect(target: &Target) -> Result<Self> {
        if target.expired {
            return Err("it has no refreshing".into());
        }
        // An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // As the SDK limits each attempt.
            .timeout(std::time::Duration::from_secs(30))
            .build()?;
        Ok(Self { http, target: target.clone() })
    }

    async fn album(&self, id: &str) -> Result<()> {
        self.get::<Album>(&format!("/albums/{id}")).await.map(drop)
    }

    async fn profile(&self) -> Result<()> {
        self.get::<CurrentUser>("/me").await.map(drop)
    }

    async fn library(&self, _: usize, tracks: &AtomicUsize) -> Result<()> {
        loop {
            let offset = tracks.load(Ordering::Relaxed);
            let page: Page<SavedTrack> = self.get(&format!("/me/tracks?limit=50&offset={offset}")).await?;
            tracks.fetch_add(page.items.len(), Ordering::Relaxed);
            if page.items.is_empty() || page.next.is_none() {
                return Ok(());
            }
        }
    }
}
