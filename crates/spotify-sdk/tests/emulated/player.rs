//! The player: commands, what it plays, and what time does to it.

use std::time::Duration;

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Device, Emulator};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::api::AdditionalType;
use spotify_sdk::models::{PlaybackState, RepeatState};

use crate::support::*;

const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";

async fn state(client: &AsyncSpotifyClient) -> PlaybackState {
    client.player().get_playback_state().await.unwrap().unwrap()
}

fn uri_of(state: &PlaybackState) -> String {
    state.item.as_ref().unwrap().uri().unwrap().to_string()
}

fn uri(number: usize) -> String {
    format!("spotify:track:{}", Catalog::bundled().album(ALBUM).unwrap().tracks[number].id.as_str())
}

/// An emulator whose clock stands still, with the album playing from its first track on.
async fn playing(quota: spotify_emulator::Quota) -> (Emulator, AsyncSpotifyClient) {
    let (emulator, client) = start(quota);
    emulator.clock().stop();
    client.player().start_playback().context_uri(format!("spotify:album:{ALBUM}")).await.unwrap();
    (emulator, client)
}

#[tokio::test]
async fn an_album_plays_on_as_time_goes_by_and_its_tracks_get_into_the_history() {
    for quota in EVERY_QUOTA {
        let (emulator, client) = playing(quota).await;
        emulator.clock().advance(Duration::from_secs(10));
        let now = state(&client).await;
        assert!(now.is_playing);
        assert_eq!((uri_of(&now), now.progress_ms), (uri(0), Some(10_000)));
        assert_eq!(now.context.unwrap().uri.unwrap().to_string(), format!("spotify:album:{ALBUM}"));
        let current = client.player().get_currently_playing().await.unwrap().unwrap();
        assert_eq!((current.item, current.progress_ms), (now.item, Some(10_000)));

        let length = Catalog::bundled().album(ALBUM).unwrap().tracks[0].duration_ms;
        emulator.clock().advance(Duration::from_millis(u64::from(length)));
        let next = state(&client).await;
        assert_eq!((uri_of(&next), next.progress_ms), (uri(1), Some(10_000)));
        let history = client.player().get_recently_played().limit(1).await.unwrap();
        assert_eq!(history.items[0].track.uri.as_ref().unwrap().to_string(), uri(0));
    }
}

#[tokio::test]
async fn commands_do_what_they_say() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = playing(quota).await;
        client.player().skip_to_next().await.unwrap();
        client.player().skip_to_next().await.unwrap();
        client.player().skip_to_previous().await.unwrap();
        assert_eq!(uri_of(&state(&client).await), uri(1));
        client.player().seek(61_000).await.unwrap();
        client.player().pause_playback().await.unwrap();
        let paused = state(&client).await;
        assert_eq!((paused.is_playing, paused.progress_ms), (false, Some(61_000)));
        assert_eq!(status(client.player().pause_playback().await), Some(403), "it is paused already");
        client.player().start_playback().await.unwrap();
        assert!(state(&client).await.is_playing);

        client.player().set_repeat_mode(RepeatState::Context).await.unwrap();
        client.player().set_shuffle(true).await.unwrap();
        client.player().set_volume(17).await.unwrap();
        let now = state(&client).await;
        assert_eq!(now.repeat_state, Some(RepeatState::Context));
        assert!(now.shuffle_state);
        assert_eq!(now.device.volume_percent, Some(17));
        let devices = client.player().get_devices().await.unwrap();
        assert_eq!(devices.iter().filter(|device| device.is_active).count(), 1);
    }
}

#[tokio::test]
async fn the_queue_shows_what_was_added_before_the_rest_of_the_album() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = playing(quota).await;
        client.player().add_to_queue(uri(9)).await.unwrap();
        let queue = client.player().get_queue().await.unwrap();
        assert_eq!(queue.currently_playing.unwrap().uri().unwrap().to_string(), uri(0));
        let next: Vec<_> = queue.queue.iter().take(3).map(|item| item.uri().unwrap().to_string()).collect();
        assert_eq!(next, [uri(9), uri(1), uri(2)]);
        client.player().skip_to_next().await.unwrap();
        assert_eq!(uri_of(&state(&client).await), uri(9));
        assert_eq!(client.player().get_queue().await.unwrap().queue[0].uri().unwrap().to_string(), uri(1));
    }
}

#[tokio::test]
async fn playback_starts_at_a_place_and_of_single_tracks() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = playing(quota).await;
        let context = format!("spotify:album:{ALBUM}");
        client.player().start_playback().context_uri(&context).start_at(4).position_ms(5_000).await.unwrap();
        let now = state(&client).await;
        assert_eq!((uri_of(&now), now.progress_ms), (uri(4), Some(5_000)));
        client.player().start_playback().context_uri(&context).start_at(uri(6)).await.unwrap();
        assert_eq!(uri_of(&state(&client).await), uri(6));
        client.player().start_playback().uris([uri(2), uri(3)]).await.unwrap();
        let now = state(&client).await;
        assert_eq!(uri_of(&now), uri(2));
        assert!(now.context.is_none());
    }
}

#[tokio::test]
async fn playback_moves_to_another_device_and_stops_when_it_is_lost() {
    for quota in EVERY_QUOTA {
        let (emulator, client) = playing(quota).await;
        assert!(emulator.add_device("alma", Device::new("radio", "Garage", "CastAudio").volume(40)));
        client.player().transfer_playback("radio").await.unwrap();
        let now = state(&client).await;
        assert_eq!((now.device.name.as_str(), now.device.volume_percent), ("Garage", Some(40)));
        assert!(now.is_playing);
        assert!(emulator.lose_device("alma", "radio"));
        assert!(client.player().get_playback_state().await.unwrap().is_none());
        assert!(client.player().get_currently_playing().await.unwrap().is_none());
        let error = client.player().skip_to_next().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 404);
        assert!(error.hint().is_some(), "{error}");
        assert_eq!(status(client.player().transfer_playback("radio").await), Some(404));
    }
}

#[tokio::test]
async fn commands_need_premium_and_a_device_that_takes_them() {
    for quota in EVERY_QUOTA {
        let (emulator, alma) = start(quota);
        let bo = client(&emulator, &emulator.token_for_user("bo").unwrap());
        let error = bo.player().start_playback().uris(tracks(1)).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 403);
        assert!(error.to_string().contains("Premium required"), "{error}");
        let devices = alma.player().get_devices().await.unwrap();
        let tv = devices.iter().find(|device| device.is_restricted).unwrap();
        assert_eq!(status(alma.player().transfer_playback(tv.id.as_deref().unwrap()).await), Some(403));
        let phone = devices.iter().find(|device| device.supports_volume == Some(false)).unwrap();
        let loud = alma.player().set_volume(50).device_id(phone.id.as_deref().unwrap()).await;
        assert_eq!(status(loud), Some(403));
    }
}

#[tokio::test]
async fn episodes_are_shown_unless_somebody_asks_for_tracks_alone_and_keep_their_place() {
    for quota in EVERY_QUOTA {
        let (emulator, client) = playing(quota).await;
        let show = &Catalog::bundled().shows[0];
        client.player().start_playback().context_uri(format!("spotify:show:{}", show.id.as_str())).await.unwrap();
        emulator.clock().advance(Duration::from_secs(90));
        let tracks_alone = client.player().get_playback_state().additional_types(AdditionalType::Track);
        assert!(tracks_alone.await.unwrap().unwrap().item.is_none());
        assert_eq!(state(&client).await.item.unwrap().as_episode().unwrap().name, show.episodes[0].name.as_str());
        client.player().start_playback().uris(tracks(1)).await.unwrap();
        let episode = client.episodes().get(show.episodes[0].id.as_str()).await.unwrap();
        assert_eq!(episode.resume_point.unwrap().resume_position_ms, 90_000);
    }
}

#[tokio::test]
async fn the_history_can_be_followed_by_its_cursors() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let first = client.player().get_recently_played().limit(10).await.unwrap();
        assert_eq!(first.items.len(), 10);
        let times: Vec<_> = first.items.iter().map(|item| item.played_at.unwrap()).collect();
        assert!(times.windows(2).all(|pair| pair[0] > pair[1]));
        let before: u64 = first.cursors.as_ref().unwrap().before.as_ref().unwrap().parse().unwrap();
        let second = client.player().get_recently_played().limit(50).before(before).await.unwrap();
        assert_eq!(second.items.len(), 40);
        assert!(second.items[0].played_at.unwrap() < times[9]);
        assert!(!second.has_next());
        let after = client.player().get_recently_played().after(before).limit(3).await.unwrap();
        assert_eq!(after.items[2].played_at.unwrap(), times[8]);
    }
}
