use futures::future::join_all;
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::api::SearchType;
use spotify_sdk::auth::{AccessToken, ClientCredentials, TokenInfo};
use spotify_sdk::jiff::Timestamp;

use crate::{Failure, Outcome, Subject, counted, done, log_everything, represent, wait_for_go};

pub(crate) async fn act(action: &str, of: &Subject) -> Outcome {
    let client = AsyncSpotifyClient::new(&of.token)?;
    match action {
        "album" => done(client.albums().get(&of.album).await),
        "track" => done(client.tracks().get(&of.track).await),
        "artist" => done(client.artists().get(&of.artist).await),
        "me" => done(client.users().get_current_profile().await),
        "playlist" => done(client.playlists().get(&of.playlist).await),
        "playlist_items" => done(client.playlists().get_items(&of.playlist).await),
        "playlists" => done(client.playlists().get_for_current_user().await),
        "saved" => done(client.tracks().get_saved().await),
        "devices" => done(client.player().get_devices().await),
        "playback" => done(client.player().get_playback_state().await),
        "search" => done(client.search().search("love", [SearchType::Playlist]).limit(5).await),
        "next_track" => done(client.player().skip_to_next().await),
        "append" => done(client.playlists().add_items(&of.playlist, [of.track_uri()]).await),
        "read" | "add" | "queue" | "skip" => {
            client.albums().get(&of.album).await?;
            wait_for_go();
            match action {
                "read" => done(client.albums().get(&of.album).await),
                "add" => done(client.playlists().add_items(&of.playlist, [of.track_uri()]).await),
                "queue" => done(client.player().add_to_queue(of.track_uri()).await),
                _ => done(client.player().skip_to_next().await),
            }
        }
        "many" => {
            let client = AsyncSpotifyClient::from_client_credentials(&of.client_id, &of.client_secret)?;
            client.albums().get(&of.album).await?;
            wait_for_go();
            counted(join_all((0..of.calls).map(|_| async { client.albums().get(&of.album).await })).await)
        }
        "pages" => {
            let mut saved = client.tracks().get_saved().stream();
            let mut seen = 0;
            while let Some(saved) = saved.next().await {
                saved?;
                seen += 1;
            }
            Ok(Some(seen))
        }
        "debug" => {
            log_everything();
            let app = AsyncSpotifyClient::from_client_credentials(&of.client_id, &of.client_secret)?;
            app.albums().get(&of.album).await?;
            client.albums().get(&of.album).await?;
            done(client.playlists().add_items(&of.playlist, [of.track_uri()]).await)
        }
        "representation" => {
            represent("client", &client);
            let token = AccessToken::new(of.token.as_str())?;
            represent("token", &token);
            let kept = TokenInfo::new(token, Timestamp::now()).with_refresh_token(of.refresh_token.as_str());
            represent("kept token", &kept);
            represent("credentials", &ClientCredentials::new(&of.client_id, &of.client_secret)?);
            Ok(None)
        }
        "save" => done(client.library().save_items([of.track_uri()]).await),
        "create" => done(client.playlists().create("Behaviour").await),
        _ => Err(Failure::Missing),
    }
}
