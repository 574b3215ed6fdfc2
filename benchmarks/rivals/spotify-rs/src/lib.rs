//! spotify-rs, as a program would use it. Its addresses are fixed, so that it needs a proxy and TLS on the way to an
//! emulator.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{TimeDelta, Utc};
use harness::decode::{Decoder, into};
use harness::{Result, Rival, Target};
use spotify_rs::AuthCodeClient;
use spotify_rs::model::Page;
use spotify_rs::model::album::Album;
use spotify_rs::model::playlist::PlaylistItem;
use spotify_rs::model::search::SearchResults;
use spotify_rs::model::track::SavedTrack;
use spotify_rs::{Token, album, get_current_user_profile, saved_tracks};

pub const DECODERS: &[Decoder] = &[
    (pages::SAVED_TRACKS_MARKETS, into::<Page<SavedTrack>>),
    (pages::SAVED_TRACKS, into::<Page<SavedTrack>>),
    (pages::PLAYLIST_ITEMS, into::<Page<PlaylistItem>>),
    (pages::SEARCH, into::<SearchResults>),
    (pages::ALBUM, into::<Album>),
];

pub struct Client(AuthCodeClient<Token>);

impl Rival for Client {
    async fn connect(target: &Target) -> Result<Self> {
        let now = Utc::now();
        let token = Token::new(&target.access_token, Some(&target.refresh_token), now, 3600, None);
        let client = AuthCodeClient::from_access_token(&target.client_id, &target.client_secret, true, token).await?;
        if target.expired {
            client.token().write().map_err(|_| "the lock is poisoned")?.expires_at = now - TimeDelta::hours(1);
        }
        Ok(Self(client))
    }

    async fn album(&self, id: &str) -> Result<()> {
        album(id).get(&self.0).await?;
        Ok(())
    }

    async fn profile(&self) -> Result<()> {
        get_current_user_profile(&self.0).await?;
        Ok(())
    }

    /// Its own `get_all` waits for a tenth of a second after each page, and follows addresses of Spotify's own only.
    async fn library(&self, _: usize, tracks: &AtomicUsize) -> Result<()> {
        loop {
            let offset = tracks.load(Ordering::Relaxed);
            let page = saved_tracks().limit(50).offset(u32::try_from(offset)?).get(&self.0).await?;
            tracks.fetch_add(page.items.len(), Ordering::Relaxed);
            if page.items.is_empty() || page.next.is_none() {
                return Ok(());
            }
        }
    }
}
