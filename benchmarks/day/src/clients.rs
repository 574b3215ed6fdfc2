//! Clients, in the way their users would write it.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures_util::TryStreamExt;
use harness::Result;
use rspotify::clients::{BaseClient, OAuthClient};
use rspotify::model::{AlbumId, PlayableItem, PlaylistId};
use rspotify::{AuthCodeSpotify, Config, Credentials, OAuth, Token};
use spotify_sdk::auth::{AccessToken, ClientCredentials};
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::models::PlaybackItem;
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder};

/// What a program asks of its client.
pub trait Client {
    /// The ids of the track that is played, and of its album.
    async fn now_playing(&self) -> Result<(String, String)>;

    async fn album(&self, id: &str) -> Result<()>;

    /// The ids of the user's playlists.
    async fn playlists(&self) -> Result<Vec<String>>;

    /// Reads all items of a playlist.
    async fn items(&self, playlist: &str) -> Result<()>;
}

/// How the SDK is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    NoCache,
    Revalidation,
    Fresh,
}

impl Use {
    const MEMORY: u64 = 64 * 1024 * 1024;

    pub fn cache(self) -> Option<ResponseCache> {
        // Longer than from one night to the next.
        let cache = ResponseCache::memory(Self::MEMORY).max_age(Duration::from_secs(48 * 3600));
        match self {
            Self::NoCache => None,
            Self::Revalidation => Some(cache),
            Self::Fresh => Some(cache.fresh_for(Duration::from_secs(3600))),
        }
    }
}

fn with(
    builder: ClientBuilder<AsyncSpotifyClient>,
    origin: &str,
    cache: Option<ResponseCache>,
) -> Result<AsyncSpotifyClient> {
    let builder = builder.base_url(format!("{origin}/v1")).accounts_url(origin);
    Ok(match cache {
        Some(cache) => builder.cache(cache),
        None => builder,
    }
    .build()?)
}

/// A client of the SDK with a user's token.
pub fn sdk(origin: &str, token: &str, cache: Option<ResponseCache>) -> Result<AsyncSpotifyClient> {
    with(AsyncSpotifyClient::builder(AccessToken::new(token)?), origin, cache)
}

/// A client of the SDK with a token of the app, which is no user's.
pub fn sdk_of_app(
    origin: &str,
    id: String,
    secret: String,
    cache: Option<ResponseCache>,
) -> Result<AsyncSpotifyClient> {
    let auth = ClientCredentials::new(id, secret)?;
    with(AsyncSpotifyClient::builder(auth), origin, cache)
}

impl Client for AsyncSpotifyClient {
    async fn now_playing(&self) -> Result<(String, String)> {
        let playing = self.player().get_currently_playing().await?.and_then(|playing| playing.item);
        match playing {
            Some(PlaybackItem::Track(track)) => Ok((
                track.id.ok_or("a track without an id")?.to_string(),
                track.album.id.ok_or("an album without an id")?.to_string(),
            )),
            _ => Err("no track is played".into()),
        }
    }

    async fn album(&self, id: &str) -> Result<()> {
        self.albums().get(id).await?;
        Ok(())
    }

    async fn playlists(&self) -> Result<Vec<String>> {
        let playlists = self.playlists().get_for_current_user().collect_all().await?;
        Ok(playlists.into_iter().filter_map(|playlist| Some(playlist.id?.to_string())).collect())
    }

    async fn items(&self, playlist: &str) -> Result<()> {
        self.playlists().get_items(playlist).collect_all().await?;
        Ok(())
    }
}

/// A client of rspotify.
pub async fn rspotify(origin: &str, token: &str) -> Result<AuthCodeSpotify> {
    let config =
        Config { api_base_url: format!("{origin}/v1/"), auth_base_url: format!("{origin}/"), ..Config::default() };
    let client = AuthCodeSpotify::with_config(Credentials::default(), OAuth::default(), config);
    *client.get_token().lock().await.map_err(|_| "the lock is poisoned")? = Some(Token {
        access_token: token.to_owned(),
        expires_in: TimeDelta::hours(1),
        expires_at: Some(Utc::now() + TimeDelta::hours(1)),
        ..Token::default()
    });
    Ok(client)
}

impl Client for AuthCodeSpotify {
    async fn now_playing(&self) -> Result<(String, String)> {
        match self.current_user_playing_item().await?.and_then(|playing| playing.item) {
            Some(PlayableItem::Track(track)) => {
                let id = |id: Option<String>| id.ok_or("a track without ids");
                use rspotify::model::Id;
                Ok((id(track.id.map(|id| id.id().to_owned()))?, id(track.album.id.map(|id| id.id().to_owned()))?))
            }
            _ => Err("no track is played".into()),
        }
    }

    async fn album(&self, id: &str) -> Result<()> {
        BaseClient::album(self, AlbumId::from_id(id)?, None).await?;
        Ok(())
    }

    async fn playlists(&self) -> Result<Vec<String>> {
        use rspotify::model::Id;
        let playlists = self.current_user_playlists().map_ok(|playlist| playlist.id.id().to_owned());
        Ok(playlists.try_collect().await?)
    }

    async fn items(&self, playlist: &str) -> Result<()> {
        self.playlist_items(PlaylistId::from_id(playlist)?, None, None).try_collect::<Vec<_>>().await?;
        Ok(())
    }
}
