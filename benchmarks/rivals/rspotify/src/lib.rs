//! rspotify, as a program would use it.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{TimeDelta, Utc};
use futures_util::StreamExt;
use harness::decode::{Decoder, text_into};
use harness::{Result, Rival, Target};
use rspotify::clients::{BaseClient, OAuthClient};
use rspotify::model::{AlbumId, FullAlbum, Page, PlaylistItem, SavedTrack, SearchMultipleResult};
use rspotify::{AuthCodeSpotify, Config, Credentials, OAuth, Token};

pub const DECODERS: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, text_into::<Page<SavedTrack>>),
    (pages::SAVED_TRACKS, text_into::<Page<SavedTrack>>),
    (pages::PLAYLIST_ITEMS, text_into::<Page<PlaylistItem>>),
    (pages::SEARCH, text_into::<SearchMultipleResult>),
    (pages::ALBUM, text_into::<FullAlbum>),
];

pub struct Client(AuthCodeSpotify);

impl Rival for Client {
    async fn connect(target: &Target) -> Result<Self> {
        let config = Config {
            api_base_url: format!("{}/", target.base_url),
            auth_base_url: format!("{}/", target.accounts_url),
            ..Config::default()
        };
        let credentials = Credentials::new(&target.client_id, &target.client_secret);
        let client = AuthCodeSpotify::with_config(credentials, OAuth::default(), config);
        let left = TimeDelta::hours(if target.expired { -1 } else { 1 });
        *client.get_token().lock().await.map_err(|_| "the lock is poisoned")? = Some(Token {
            access_token: target.access_token.clone(),
            refresh_token: Some(target.refresh_token.clone()),
            expires_in: TimeDelta::hours(1),
            expires_at: Some(Utc::now() + left),
            ..Token::default()
        });
        Ok(Self(client))
    }

    async fn album(&self, id: &str) -> Result<()> {
        self.0.album(AlbumId::from_id(id)?, None).await?;
        Ok(())
    }

    async fn profile(&self) -> Result<()> {
        self.0.current_user().await?;
        Ok(())
    }

    async fn library(&self, _: usize, tracks: &AtomicUsize) -> Result<()> {
        let mut saved = self.0.current_user_saved_tracks(None);
        while let Some(track) = saved.next().await {
            track?;
            tracks.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}
