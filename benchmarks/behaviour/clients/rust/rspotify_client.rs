use chrono::{TimeDelta, Utc};
use futures::TryStreamExt;
use futures::future::join_all;
use rspotify::clients::{BaseClient, OAuthClient};
use rspotify::model::{
    AdditionalType, AlbumId, ArtistId, LibraryId, PlayableId, PlaylistId, SearchType, TrackId, UserId,
};
use rspotify::{AuthCodeSpotify, ClientCredsSpotify, ClientResult, Credentials, Token};

use crate::Failure;
use crate::{Outcome, Subject, counted, done, log_everything, represent, wait_for_go};

fn token(of: &Subject) -> Token {
    let hour = TimeDelta::seconds(3600);
    Token {
        access_token: of.token.clone(),
        expires_in: hour,
        expires_at: Some(Utc::now() + hour),
        refresh_token: Some(of.refresh_token.clone()),
        ..Token::default()
    }
}

pub(crate) async fn act(action: &str, of: &Subject) -> Outcome {
    let client = AuthCodeSpotify::from_token(token(of));
    let album = AlbumId::from_id(&of.album)?;
    let track = TrackId::from_id(&of.track)?;
    let playlist = PlaylistId::from_id(&of.playlist)?;
    match action {
        "album" => done(client.album(album, None).await),
        "track" => done(client.track(track, None).await),
        "artist" => done(client.artist(ArtistId::from_id(&of.artist)?).await),
        "me" => done(client.me().await),
        "playlist" => done(client.playlist(playlist, None, None).await),
        "playlist_items" => done(client.playlist_items_manual(playlist, None, None, None, None).await),
        "playlists" => done(client.current_user_playlists_manual(None, None).await),
        "saved" => done(client.current_user_saved_tracks_manual(None, None, None).await),
        "devices" => done(client.device().await),
        "playback" => done(client.current_playback(None, None::<[&AdditionalType; 0]>).await),
        "search" => done(client.search("love", SearchType::Playlist, None, None, Some(5), None).await),
        "next_track" => done(client.next_track(None).await),
        "append" => done(client.playlist_add_items(playlist, [PlayableId::Track(track)], None).await),
        "read" | "add" | "queue" | "skip" => {
            client.album(album.clone(), None).await?;
            wait_for_go();
            let item = PlayableId::Track(track);
            match action {
                "read" => done(client.album(album, None).await),
                "add" => done(client.playlist_add_items(playlist, [item], None).await),
                "queue" => done(client.add_item_to_queue(item, None).await),
                _ => done(client.next_track(None).await),
            }
        }
        "many" => {
            let client = ClientCredsSpotify::new(Credentials::new(&of.client_id, &of.client_secret));
            client.request_token().await?;
            client.album(album.clone(), None).await?;
            wait_for_go();
            counted(join_all((0..of.calls).map(|_| client.album(album.clone(), None))).await)
        }
        "pages" => {
            let saved: ClientResult<Vec<_>> = client.current_user_saved_tracks(None).try_collect().await;
            Ok(Some(saved?.len()))
        }
        "debug" => {
            log_everything();
            let app = ClientCredsSpotify::new(Credentials::new(&of.client_id, &of.client_secret));
            app.request_token().await?;
            app.album(album.clone(), None).await?;
            client.album(album, None).await?;
            done(client.playlist_add_items(playlist, [PlayableId::Track(track)], None).await)
        }
        "representation" => {
            represent("client", &client);
            represent("token", &token(of));
            represent("credentials", &Credentials::new(&of.client_id, &of.client_secret));
            Ok(None)
        }
        "save" => done(client.library_add([LibraryId::Track(track)]).await),
        "create" => done(client.user_playlist_create(UserId::from_id("alma")?, "Behaviour", None, None, None).await),
        _ => Err(Failure::Missing),
    }
}
