//! Watching the player, under paused time: when requests are made, and what comes of them. The player is one of the
//! test's own, which plays by the same clock.

#![cfg(all(test, feature = "async"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Script, limited, quota_exceeded, status};
use futures_core::Stream;
use serde_json::{Value, json};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::watch::{PlayerEvent, WatchStream};
use spotify_sdk::{AsyncSpotifyClient, Error};
use tokio::time::{Instant, sleep, timeout};

const LENGTH: u64 = 180_000;

/// A player that plays as time goes by.
#[derive(Clone)]
struct Player(Arc<Mutex<Inner>>);

struct Inner {
    start: Instant,
    /// How many tracks there are.
    tracks: u64,
    /// What plays, by its number.
    at: u64,
    position: u64,
    is_playing: bool,
    repeats: bool,
    /// For how long Spotify shows a track that has ended.
    late: u64,
    as_of: u64,
    /// When it was looked at, and with what.
    looks: Vec<(u64, String)>,
    /// Answers to give in place of the state.
    failures: Vec<u16>,
}

impl Player {
    /// One that plays the first of `tracks` tracks, and has played it for `position` milliseconds.
    fn new(tracks: u64, position: u64) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            start: Instant::now(),
            tracks,
            at: 0,
            position,
            is_playing: true,
            repeats: false,
            late: 0,
            as_of: 0,
            looks: Vec::new(),
            failures: Vec::new(),
        })))
    }

    fn client(&self) -> AsyncSpotifyClient {
        let token = AccessToken::new("BQplayer").unwrap();
        AsyncSpotifyClient::builder(token).max_retries(0).http(self.clone()).build().unwrap()
    }

    /// Does something to the player, as the user does on a device.
    fn change(&self, change: impl FnOnce(&mut Inner)) {
        let mut inner = self.0.lock().unwrap();
        inner.settle();
        change(&mut inner);
    }

    /// When it was looked at, in seconds.
    fn looks(&self) -> Vec<f64> {
        self.0.lock().unwrap().looks.iter().map(|(at, _)| *at as f64 / 1000.0).collect()
    }

    fn count(&self) -> usize {
        self.looks().len()
    }

    /// The time between each look and the one before it, in seconds.
    fn waits(&self) -> Vec<f64> {
        self.looks().windows(2).map(|pair| ((pair[1] - pair[0]) * 1000.0).round() / 1000.0).collect()
    }
}

impl Inner {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    fn settle(&mut self) {
        let now = self.now();
        if self.is_playing {
            self.position += now - self.as_of;
        }
        self.as_of = now;
        while self.is_playing && self.position >= LENGTH {
            self.position -= LENGTH;
            if !self.repeats {
                self.skip(self.position);
            }
        }
    }

    fn skip(&mut self, position: u64) {
        self.at += 1;
        self.position = position;
        if self.at == self.tracks {
            (self.at, self.position, self.is_playing) = (0, 0, false);
        }
    }

    fn state(&self) -> Value {
        let shows_old = self.is_playing && self.at > 0 && self.position < self.late;
        let (at, position) = if shows_old { (self.at - 1, LENGTH) } else { (self.at, self.position) };
        let uri = format!("spotify:track:{at}");
        json!({
            "device": {"id": "d", "name": "Kitchen", "type": "Speaker", "volume_percent": 50},
            "repeat_state": if self.repeats { "track" } else { "off" },
            "shuffle_state": false, "is_playing": self.is_playing, "progress_ms": position,
            "item": {"type": "track", "uri": uri, "name": at.to_string(), "duration_ms": LENGTH},
            "currently_playing_type": "track",
        })
    }
}

impl HttpClient for Player {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let mut inner = self.0.lock().unwrap();
        inner.settle();
        let (code, body) = match (request.method().as_str(), request.uri().path().trim_start_matches("/v1/me/player")) {
            ("GET", "") => {
                let now = inner.now();
                inner.looks.push((now, request.uri().query().unwrap_or_default().to_owned()));
                match inner.failures.pop() {
                    Some(code) => (code, String::new()),
                    None => (200, inner.state().to_string()),
                }
            }
            ("PUT", "/pause") => {
                inner.is_playing = false;
                (204, String::new())
            }
            ("POST", "/next") => {
                inner.skip(0);
                (204, String::new())
            }
            _ => (204, String::new()),
        };
        Ok(Response::builder().status(code).body(Body::from(body)).unwrap())
    }
}

async fn next(events: &mut WatchStream) -> PlayerEvent {
    events.next().await.unwrap().unwrap()
}

async fn error(events: &mut WatchStream) -> Error {
    events.next().await.unwrap().unwrap_err()
}

/// Watches for so long, and gives what was seen, and when, in seconds.
async fn watch_for(seconds: u64, events: &mut WatchStream) -> Vec<(f64, PlayerEvent)> {
    let begin = Instant::now();
    let mut seen = Vec::new();
    let watching = async {
        while let Some(event) = events.next().await {
            seen.push((begin.elapsed().as_millis() as f64 / 1000.0, event.unwrap()));
        }
    };
    let _ = timeout(Duration::from_secs(seconds), watching).await;
    seen
}

#[tokio::test(start_paused = true)]
async fn a_track_of_three_minutes_costs_eighteen_requests_and_its_end_is_seen_half_a_second_later() {
    let player = Player::new(11, 0);
    let mut events = player.client().player().watch().stream();
    assert!(matches!(next(&mut events).await, PlayerEvent::Now { state: Some(_) }));
    for track in 1..=10 {
        let event = next(&mut events).await;
        assert!(matches!(event, PlayerEvent::TrackChanged { .. }), "{event:?}");
        assert_eq!(event.progress(), Some(Duration::from_millis(500)));
        // The first one takes one more, since the others are half a second shorter for who has just seen them begin.
        assert_eq!(player.count(), 1 + 1 + track * 18);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lazier_pace_costs_less_and_still_sees_the_end_of_tracks_in_time() {
    let player = Player::new(11, 0);
    let pace = Duration::from_secs(60);
    let mut events = player.client().player().watch().max_interval(pace).stream();
    next(&mut events).await;
    for _ in 0..10 {
        assert_eq!(next(&mut events).await.progress(), Some(Duration::from_millis(500)));
    }
    assert_eq!(player.count(), 1 + 1 + 10 * 3);
}

#[tokio::test(start_paused = true)]
async fn a_track_that_spotify_shows_for_too_long_is_asked_for_ever_more_rarely() {
    let player = Player::new(2, 175_000);
    player.change(|player| player.late = 3_000);
    let mut events = player.client().player().watch().stream();
    next(&mut events).await;
    assert!(matches!(next(&mut events).await, PlayerEvent::TrackChanged { .. }));
    assert_eq!(player.looks(), [0.0, 5.5, 6.5, 8.5]);
}

#[tokio::test(start_paused = true)]
async fn after_a_command_there_are_two_requests_soon() {
    let player = Player::new(2, 0);
    let client = player.client();
    let mut events = client.player().watch().stream();
    next(&mut events).await;
    let clone = client.clone();
    tokio::spawn(async move {
        sleep(Duration::from_secs(3)).await;
        clone.player().pause_playback().await.unwrap();
    });
    let seen = watch_for(60, &mut events).await;
    assert!(matches!(seen[..], [(3.4, PlayerEvent::Paused { .. })]), "{seen:?}");
    assert_eq!(player.looks(), [0.0, 3.4, 4.5, 34.5]);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_change_the_player_of_the_same_user_is_no_command() {
    let player = Player::new(2, 500);
    let client = player.client();
    let mut events = client.player().watch().stream();
    next(&mut events).await;
    client.player().get_devices().await.unwrap_err();
    client.player().add_to_queue("spotify:track:6rqhFgbbKwnb9MLmUQDhG6").await.unwrap();
    client.with_auth(AccessToken::new("BQother").unwrap()).player().pause_playback().await.unwrap();
    watch_for(15, &mut events).await;
    assert_eq!(player.looks()[..2], [0.0, 10.0]);
}

#[tokio::test(start_paused = true)]
async fn a_rain_of_commands_does_not_break_the_shortest_interval() {
    let player = Player::new(2, 0);
    let client = player.client();
    let mut events = client.player().watch().stream();
    next(&mut events).await;
    tokio::spawn(async move {
        for volume in 0..100 {
            client.player().set_volume(volume).await.unwrap();
            sleep(Duration::from_millis(70)).await;
        }
    });
    watch_for(20, &mut events).await;
    let waits = player.waits();
    assert!(waits.iter().all(|wait| *wait >= 1.0), "{waits:?}");
    assert!((7..=10).contains(&waits.len()), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn after_a_change_on_another_device_the_next_ones_are_seen_sooner() {
    let player = Player::new(3, 500);
    let mut events = player.client().player().watch().stream();
    next(&mut events).await;
    sleep(Duration::from_secs(9)).await;
    player.change(|player| player.skip(0));
    let seen = watch_for(40, &mut events).await;
    assert!(matches!(seen[..], [(1.0, PlayerEvent::TrackChanged { .. })]), "{seen:?}");
    let waits: Vec<f64> = player.waits()[..4].iter().map(|wait| wait.round()).collect();
    assert_eq!(waits, [10.0, 2.0, 4.0, 8.0]);
}

#[tokio::test(start_paused = true)]
async fn while_nothing_plays_there_is_a_request_every_half_minute() {
    let script = Script::new([]);
    let mut events = script.client().player().watch().stream();
    let now = next(&mut events).await;
    assert!(matches!(now, PlayerEvent::Now { state: None }));
    assert!(watch_for(600, &mut events).await.is_empty());
    assert!(script.waits().iter().all(|wait| wait.as_secs() == 30));
    assert_eq!(script.count(), 20 + 1);
}

#[tokio::test(start_paused = true)]
async fn a_repeated_track_begins_again_and_an_album_ends() {
    let player = Player::new(1, 170_000);
    player.change(|player| player.repeats = true);
    let mut events = player.client().player().watch().stream();
    next(&mut events).await;
    for _ in 0..3 {
        assert!(matches!(next(&mut events).await, PlayerEvent::TrackRepeated { .. }));
    }
    player.change(|player| player.repeats = false);
    assert!(matches!(next(&mut events).await, PlayerEvent::RepeatChanged { .. }));
    let end = next(&mut events).await;
    assert!(matches!(end, PlayerEvent::Ended { state: Some(_), .. }), "{end:?}");
    assert!(watch_for(100, &mut events).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn it_is_a_stream_that_goes_on_where_a_dropped_wait_stopped() {
    fn is_stream(_: &impl Stream<Item = spotify_sdk::Result<PlayerEvent>>) {}

    let player = Player::new(2, 150_000);
    let mut events = player.client().player().watch().stream();
    is_stream(&events);
    next(&mut events).await;
    let mut seen = Vec::new();
    for _ in 0..100 {
        if let Ok(event) = timeout(Duration::from_millis(333), events.next()).await {
            seen.push(event.unwrap().unwrap());
        }
    }
    assert!(matches!(seen[..], [PlayerEvent::TrackChanged { .. }]), "{seen:?}");
    assert_eq!(player.looks().last(), Some(&30.5));
    assert_eq!(player.count(), 1 + 4);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_before_it_is_polled_nor_after_it_is_dropped() {
    let player = Player::new(2, 0);
    let mut events = player.client().player().watch().stream();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(player.count(), 0);
    next(&mut events).await;
    let _ = timeout(Duration::from_secs(3), events.next()).await;
    drop(events);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(player.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_may_pass_is_given_once_and_again_after_a_success() {
    let player = Player::new(20, 0);
    let mut events = player.client().player().watch().stream();
    next(&mut events).await;
    for _ in 0..2 {
        player.change(|player| {
            player.failures = vec![503, 500, 500, 503, 503, 503];
            player.is_playing = !player.is_playing;
        });
        for code in [503, 500] {
            assert_eq!(error(&mut events).await.status().unwrap(), code);
        }
        assert!(matches!(next(&mut events).await, PlayerEvent::Reconnected { state: Some(_) }));
        assert!(matches!(next(&mut events).await, PlayerEvent::Paused { .. } | PlayerEvent::Resumed { .. }));
    }
    assert_eq!(player.waits()[1..6], [2.0, 4.0, 8.0, 10.0, 10.0]);
}

#[tokio::test(start_paused = true)]
async fn that_the_player_can_be_seen_again_is_told_although_nothing_has_changed() {
    let player = Player::new(2, 0);
    let mut events = player.client().player().watch().stream();
    next(&mut events).await;
    player.change(|player| player.failures = vec![503]);
    assert_eq!(error(&mut events).await.status().unwrap(), 503);
    let event = next(&mut events).await;
    assert!(matches!(event, PlayerEvent::Reconnected { state: Some(_) }), "{event:?}");
    assert_eq!((event.progress(), event.is_playing()), (Some(Duration::from_millis(11_500)), true));
    assert!(watch_for(60, &mut events).await.is_empty(), "it is told once");
}

#[tokio::test(start_paused = true)]
async fn the_first_event_is_the_present_state_also_after_an_error() {
    let player = Player::new(2, 0);
    player.change(|player| player.failures = vec![503]);
    let mut events = player.client().player().watch().stream();
    assert_eq!(error(&mut events).await.status().unwrap(), 503);
    assert!(matches!(next(&mut events).await, PlayerEvent::Now { state: Some(_) }));
    assert!(watch_for(60, &mut events).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up_is_told_once_and_asked_for_when_it_is_over() {
    let script = Script::new([status(204), quota_exceeded(Some(50_000)), status(204)]);
    let mut events = script.client().player().watch().stream();
    next(&mut events).await;
    assert!(matches!(error(&mut events).await, Error::QuotaExceeded(_)));
    assert!(matches!(next(&mut events).await, PlayerEvent::Reconnected { state: None }));
    assert_eq!(script.waits().iter().map(Duration::as_secs).collect::<Vec<_>>(), [30, 50_000]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_spotify_asks_for_is_waited_whatever_happens_meanwhile() {
    let script = Script::new([status(204), limited("3600"), status(204)]);
    let client = script.client();
    let mut events = client.player().watch().stream();
    next(&mut events).await;
    let limit = error(&mut events).await;
    assert_eq!(limit.retry_after().unwrap().as_secs(), 3600);
    client.player().pause_playback().ignore_rate_limit().await.unwrap();
    let seen = watch_for(3700, &mut events).await;
    assert!(matches!(seen[..], [(3600.0, PlayerEvent::Reconnected { state: None })]), "{seen:?}");
    let waits: Vec<u64> = script.waits().iter().map(Duration::as_secs).collect();
    assert_eq!(waits[..3], [30, 0, 3600], "the command is the one between");
}

#[tokio::test(start_paused = true)]
async fn after_an_error_that_only_the_caller_can_mend_there_is_nothing_more() {
    for code in [400, 401, 403] {
        let script = Script::new([status(204), status(code)]);
        let mut events = script.client().player().watch().stream();
        next(&mut events).await;
        assert_eq!(error(&mut events).await.status().unwrap(), code);
        assert!(events.next().await.is_none() && events.next().await.is_none());
        assert_eq!(script.count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn settings_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let script = Script::new([]);
    let watch = || script.client().player().watch();
    for mut events in [watch().min_interval(Duration::ZERO).stream(), watch().market("nowhere").stream()] {
        assert!(matches!(error(&mut events).await, Error::InvalidInput(_)));
        assert!(events.next().await.is_none());
    }
    assert_eq!(script.count(), 0);
    let forever = Duration::MAX;
    let mut events = watch().min_interval(forever).max_interval(forever).max_idle_interval(forever).stream();
    next(&mut events).await;
    assert!(timeout(Duration::from_secs(86_400), events.next()).await.is_err());
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn episodes_are_always_asked_for_and_a_market_if_there_is_one() {
    let player = Player::new(1, 0);
    let watch = player.client().player().watch();
    next(&mut watch.clone().stream()).await;
    next(&mut watch.market("SE").stream()).await;
    let queries: Vec<String> = player.0.lock().unwrap().looks.iter().map(|(_, query)| query.clone()).collect();
    let types = "additional_types=track%2Cepisode";
    assert!(queries[0].replace(',', "%2C") == types, "{queries:?}");
    assert!(queries[1].replace(',', "%2C").contains(types) && queries[1].contains("market=SE"), "{queries:?}");
}
