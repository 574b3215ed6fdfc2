use chrono::Utc;
use futures::future::join_all;
use spotify_rs::client::Client;
use spotify_rs::model::search::Item;
use spotify_rs::{ClientCredsClient, Token};

use crate::{Failure, Outcome, Subject, counted, done, log_everything, represent, wait_for_go};

pub(crate) async fn act(action: &str, of: &Subject) -> Outcome {
    // It has no way from an access token alone that works in Development Mode: the check that it makes of one asks for an
    // operation that is gone there.
    let refresh_token = of.refresh_token.clone();
    let client = Client::from_refresh_token(&of.client_id, Some(&of.client_secret), None, true, refresh_token).await?;
    let client = &client;
    match action {
        "album" => done(spotify_rs::album(&of.album).get(client).await),
        "track" => done(spotify_rs::track(&of.track).get(client).await),
        "artist" => done(spotify_rs::get_artist(&of.artist, client).await),
        "me" => done(spotify_rs::get_current_user_profile(client).await),
        "playlist" => done(spotify_rs::playlist(&of.playlist).get(client).await),
        "playlist_items" => done(spotify_rs::playlist_items(&of.playlist).get(client).await),
        "playlists" => done(spotify_rs::current_user_playlists().get(client).await),
        "saved" => done(spotify_rs::saved_tracks().get(client).await),
        "devices" => done(spotify_rs::get_available_devices(client).await),
        "playback" => done(spotify_rs::get_playback_state(None, client).await),
        "search" => done(spotify_rs::search("love", &[Item::Playlist]).limit(5).get(client).await),
        "next_track" => done(spotify_rs::skip_to_next(None, client).await),
        "append" => done(spotify_rs::add_items_to_playlist(&of.playlist, &[of.track_uri()]).send(client).await),
        "read" | "add" | "queue" | "skip" => {
            spotify_rs::album(&of.album).get(client).await?;
            wait_for_go();
            match action {
                "read" => done(spotify_rs::album(&of.album).get(client).await),
                "add" => done(spotify_rs::add_items_to_playlist(&of.playlist, &[of.track_uri()]).send(client).await),
                "queue" => done(spotify_rs::add_item_to_queue(of.track_uri()).send(client).await),
                _ => done(spotify_rs::skip_to_next(None, client).await),
            }
        }
        // Tokens of the app itself are not renewed, so it is the user's.
        "many" => {
            spotify_rs::album(&of.album).get(client).await?;
            wait_for_go();
            counted(join_all((0..of.calls).map(|_| spotify_rs::album(&of.album).get(client))).await)
        }
        "pages" => {
            let page = spotify_rs::saved_tracks().limit(50).get(client).await?;
            Ok(Some(page.get_all(client).await?.len()))
        }
        "debug" => {
            log_everything();
            let app = ClientCredsClient::authenticate(&of.client_id, &of.client_secret).await?;
            spotify_rs::album(&of.album).get(&app).await?;
            spotify_rs::album(&of.album).get(client).await?;
            done(spotify_rs::add_items_to_playlist(&of.playlist, &[of.track_uri()]).send(client).await)
        }
        "representation" => {
            represent("client", client);
            represent("token", &Token::new(of.token.as_str(), Some(&of.refresh_token), Utc::now(), 3600, None));
            represent("credentials", &ClientCredsClient::authenticate(&of.client_id, &of.client_secret).await?);
            Ok(None)
        }
        "save" => done(spotify_rs::save_tracks(&[&of.track], client).await),
        "create" => done(spotify_rs::create_playlist("alma", "Behaviour").send(client).await),
        _ => Err(Failure::Missing),
    }
}
