//! spotify-sdk, as a program would use it.

use std::sync::atomic::{AtomicUsize, Ordering};

use harness::decode::{Decoder, text_into};
use harness::{Result, Rival, Target};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{AccessToken, AuthorizationCode, TokenInfo};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::models::{Album, Page, PlaylistItem, SavedTrack, SearchResult};

pub const DECODERS: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, text_into::<Page<SavedTrack>>),
    (pages::SAVED_TRACKS, text_into::<Page<SavedTrack>>),
    (pages::PLAYLIST_ITEMS, text_into::<Page<PlaylistItem>>),
    (pages::SEARCH, text_into::<SearchResult>),
    (pages::ALBUM, text_into::<Album>),
];

pub struct Client(AsyncSpotifyClient);

impl Rival for Client {
    async fn connect(target: &Target) -> Result<Self> {
        let token = AccessToken::new(target.access_token.as_str())?;
        let builder = if target.expired {
            let auth =
                AuthorizationCode::with_secret(&target.client_id, &target.client_secret, "http://127.0.0.1/callback")
                    .accounts_url(&target.accounts_url)
                    .build()?;
            auth.import(TokenInfo::new(token, Timestamp::UNIX_EPOCH).with_refresh_token(&target.refresh_token)).await?;
            AsyncSpotifyClient::builder(auth)
        } else {
            AsyncSpotifyClient::builder(token)
        };
        Ok(Self(builder.base_url(&target.base_url).accounts_url(&target.accounts_url).build()?))
    }

    async fn album(&self, id: &str) -> Result<()> {
        self.0.albums().get(id).await?;
        Ok(())
    }

    async fn profile(&self) -> Result<()> {
        self.0.users().get_current_profile().await?;
        Ok(())
    }

    async fn library(&self, at_once: usize, tracks: &AtomicUsize) -> Result<()> {
        let saved = self.0.tracks().get_saved();
        let mut saved = if at_once > 1 { saved.concurrency(at_once).stream() } else { saved.stream() };
        while let Some(track) = saved.next().await {
            track?;
            tracks.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}
