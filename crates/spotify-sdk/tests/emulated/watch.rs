//! Watching the player, with both clients: every kind of event, as the emulator's player brings it about. Its clock runs as
//! that of the machine does, since progress is compared with it.

use std::time::Duration;

use serde_json::{Value, json};
use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Device, Emulator, Fault, FaultRule};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::models::RepeatState;
use spotify_sdk::watch::{PlayerEvent, Watch};
use spotify_sdk::{AsyncSpotifyClient, Result, SpotifyClient};

use crate::support::tracks;

const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";
const FAST: Duration = Duration::from_millis(10);
const NOT_SO_FAST: Duration = Duration::from_millis(30);

fn fast<C>(watch: Watch<C>) -> Watch<C> {
    watch.min_interval(FAST).max_interval(NOT_SO_FAST).max_idle_interval(NOT_SO_FAST)
}

type Next<'a> = dyn FnMut() -> Option<Result<PlayerEvent>> + 'a;

/// Runs a test with the events of either client. What is done to the player, the blocking client does.
fn with_both(test: impl Fn(&Emulator, &SpotifyClient, &mut Next<'_>)) {
    for blocking in [false, true] {
        let emulator = Emulator::start().unwrap();
        let token = AccessToken::new(emulator.valid_token()).unwrap();
        let commands =
            SpotifyClient::builder(token.clone()).base_url(emulator.base_url()).max_retries(0).build().unwrap();
        commands.player().start_playback().context_uri(format!("spotify:album:{ALBUM}")).send().unwrap();
        if blocking {
            let mut events = fast(commands.player().watch()).iter();
            test(&emulator, &commands, &mut || events.next());
        } else {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let client =
                AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).max_retries(0).build().unwrap();
            let mut events = fast(client.player().watch()).stream();
            test(&emulator, &commands, &mut || runtime.block_on(events.next()));
        }
    }
}

macro_rules! expect {
    ($next:expr, $pattern:pat) => {{
        let event = $next().unwrap().unwrap();
        assert!(matches!(event, $pattern), "expected {}, got {event:?}", stringify!($pattern));
        event
    }};
}

/// Makes Spotify's answer to be this, until the faults are cleared.
fn answer(emulator: &Emulator, state: &Value) {
    let fault = Fault::status(200).header("content-type", "application/json").body(state.to_string());
    emulator.faults().clear();
    emulator.faults().add(FaultRule::new(fault).method("GET").path("/me/player"));
}

fn length_of(number: usize) -> u64 {
    u64::from(Catalog::bundled().album(ALBUM).unwrap().tracks[number].duration_ms)
}

#[test]
fn commands_are_seen_as_what_they_do() {
    with_both(|emulator, client, next| {
        let player = client.player();
        assert!(expect!(next, PlayerEvent::Now { state: Some(_) }).is_playing());
        player.pause_playback().send().unwrap();
        assert!(!expect!(next, PlayerEvent::Paused { .. }).is_playing());
        player.start_playback().send().unwrap();
        expect!(next, PlayerEvent::Resumed { .. });
        player.seek(61_000_u64).send().unwrap();
        let sought = expect!(next, PlayerEvent::Seeked { .. });
        assert!(sought.progress().unwrap() >= Duration::from_secs(61));
        player.set_volume(17).send().unwrap();
        let loud = expect!(next, PlayerEvent::VolumeChanged { .. });
        assert_eq!(loud.state().unwrap().device.volume_percent, Some(17));
        player.set_shuffle(true).send().unwrap();
        expect!(next, PlayerEvent::ShuffleChanged { .. });
        player.set_repeat_mode(RepeatState::Context).send().unwrap();
        expect!(next, PlayerEvent::RepeatChanged { .. });
        assert!(emulator.add_device("alma", Device::new("radio", "Garage", "CastAudio").volume(40)));
        player.transfer_playback("radio").send().unwrap();
        let moved = expect!(next, PlayerEvent::DeviceChanged { .. });
        assert_eq!(moved.state().unwrap().device.name, "Garage");
        let before = moved.item().unwrap().name().to_owned();
        player.skip_to_next().send().unwrap();
        let changed = expect!(next, PlayerEvent::TrackChanged { .. });
        assert_ne!(changed.item().unwrap().name(), before);
        player.start_playback().uris(tracks(1)).send().unwrap();
        let alone = expect!(next, PlayerEvent::TrackChanged { .. });
        assert!(alone.state().unwrap().context.is_none());
        expect!(next, PlayerEvent::ContextChanged { .. });
        assert!(emulator.lose_device("alma", "radio"));
        expect!(next, PlayerEvent::Ended { state: None, .. });
    });
}

#[test]
fn what_the_clock_does_is_seen_without_a_command() {
    with_both(|emulator, _client, next| {
        expect!(next, PlayerEvent::Now { state: Some(_) });
        emulator.clock().advance(Duration::from_secs(30));
        let PlayerEvent::Seeked { from, to, .. } = expect!(next, PlayerEvent::Seeked { .. }) else { panic!() };
        assert!(to - from >= Duration::from_secs(28), "{from:?} {to:?}");
        emulator.clock().advance(Duration::from_millis(length_of(0)));
        let next_track = expect!(next, PlayerEvent::TrackChanged { previous: Some(_), .. });
        assert_eq!(next_track.item().unwrap().name(), Catalog::bundled().album(ALBUM).unwrap().tracks[1].name.as_str());
    });
}

#[test]
fn a_track_that_repeats_begins_again_and_the_last_one_ends() {
    with_both(|_emulator, client, next| {
        let player = client.player();
        player.set_repeat_mode(RepeatState::Track).send().unwrap();
        player.seek(length_of(0) - 1_000).send().unwrap();
        expect!(next, PlayerEvent::Now { state: Some(_) });
        let again = expect!(next, PlayerEvent::TrackRepeated { .. });
        assert!(again.is_playing() && again.progress().unwrap() < Duration::from_secs(60));

        player.set_repeat_mode(RepeatState::Off).send().unwrap();
        expect!(next, PlayerEvent::RepeatChanged { .. });
        let uri = again.item().unwrap().uri().unwrap();
        player.start_playback().uris([uri]).position_ms(length_of(0) - 1_000).send().unwrap();
        expect!(next, PlayerEvent::Seeked { .. });
        expect!(next, PlayerEvent::ContextChanged { .. });
        let ended = expect!(next, PlayerEvent::Ended { state: Some(_), .. });
        assert!(!ended.is_playing());
        player.start_playback().send().unwrap();
        expect!(next, PlayerEvent::TrackChanged { previous: None, .. });
    });
}

#[test]
fn episodes_advertisements_and_local_files_are_followed() {
    with_both(|emulator, client, next| {
        expect!(next, PlayerEvent::Now { state: Some(_) });
        let show = &Catalog::bundled().shows[0];
        client.player().start_playback().context_uri(format!("spotify:show:{}", show.id.as_str())).send().unwrap();
        let spoken = expect!(next, PlayerEvent::TrackChanged { .. });
        assert_eq!(spoken.item().unwrap().as_episode().unwrap().name, show.episodes[0].name.as_str());
        expect!(next, PlayerEvent::ContextChanged { .. });

        let mut state = serde_json::to_value(&**spoken.state().unwrap()).unwrap();
        state["item"] = Value::Null;
        state["currently_playing_type"] = json!("ad");
        state["device"]["volume_percent"] = Value::Null;
        state["device"]["id"] = Value::Null;
        answer(emulator, &state);
        assert!(expect!(next, PlayerEvent::TrackChanged { .. }).item().is_none());

        state["currently_playing_type"] = json!("track");
        for title in ["One", "Two"] {
            state["item"] = json!({
                "type": "track", "id": null, "href": null, "is_local": true, "name": title, "duration_ms": 180_000,
                "uri": format!("spotify:local:Artist:Album:{title}:180"), "artists": [{"id": null, "name": "Artist"}],
            });
            state["is_playing"] = json!(false);
            answer(emulator, &state);
            assert_eq!(expect!(next, PlayerEvent::TrackChanged { .. }).item().unwrap().name(), title);
            if title == "One" {
                expect!(next, PlayerEvent::Paused { .. });
            }
        }
    });
}

#[test]
fn failures_are_given_once_and_what_changed_meanwhile_after_them() {
    with_both(|emulator, client, next| {
        expect!(next, PlayerEvent::Now { state: Some(_) });
        emulator.faults().add(FaultRule::new(Fault::status(503)).method("GET").path("/me/player").times(20));
        assert_eq!(next().unwrap().unwrap_err().status().unwrap(), 503);
        client.player().pause_playback().send().unwrap();
        expect!(next, PlayerEvent::Reconnected { .. });
        expect!(next, PlayerEvent::Paused { .. });
        emulator.faults().clear();
        emulator.faults().add(FaultRule::new(Fault::status(401)).method("GET").path("/me/player"));
        assert_eq!(next().unwrap().unwrap_err().status().unwrap(), 401);
        assert!(next().is_none() && next().is_none());
    });
}

#[test]
fn both_clients_give_up_their_connections_with_the_last_handle() {
    let emulator = Emulator::start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let mut events = client.player().watch().into_iter();
    assert!(events.next().unwrap().is_ok());
    drop(events);
    assert_eq!(emulator.take_requests().len(), 1);
    client.close();
    assert!(emulator.requests().is_empty());
}
