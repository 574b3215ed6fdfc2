use serde_json::{Value, json};

use super::*;

mod properties;

const LENGTH: u64 = 180_000;

/// A tracker, and the events that it derives from states that are observed at a given second.
#[derive(Default)]
struct Watched(Tracker);

impl Watched {
    /// Creates a tracker that has observed `state` at second 0.
    fn new(state: Value) -> Self {
        let mut watched = Self::default();
        assert_eq!(names(&watched.see(0.0, state)), ["Now"]);
        watched
    }

    fn see(&mut self, at: f64, state: Value) -> Vec<PlayerEvent> {
        self.see_within(at, at, state).0
    }

    fn see_within(&mut self, sent: f64, received: f64, state: Value) -> (Vec<PlayerEvent>, PollResult) {
        let [sent, received] = [sent, received].map(Duration::from_secs_f64);
        self.0.observe(Observation { sent, received, state: serde_json::from_value(state).unwrap() })
    }
}

/// Returns the names of the events.
fn names(events: &[PlayerEvent]) -> Vec<String> {
    let name = |event| format!("{event:?}").split([' ', '{']).next().unwrap().to_owned();
    events.iter().map(name).collect()
}

fn track(name: &str) -> Value {
    json!({"type": "track", "uri": format!("spotify:track:{name}"), "name": name, "duration_ms": LENGTH})
}

/// Returns a state in which `item` plays at the position of `seconds`.
#[allow(clippy::needless_pass_by_value)]
fn playing(item: Value, seconds: f64) -> Value {
    json!({
        "device": {"id": "d1", "name": "Kitchen", "type": "Speaker", "volume_percent": 50},
        "repeat_state": "off",
        "shuffle_state": false,
        "context": {"type": "album", "uri": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"},
        "progress_ms": (seconds * 1000.0) as u64,
        "is_playing": true,
        "item": item,
        "currently_playing_type": "track",
    })
}

fn paused(item: Value, seconds: f64) -> Value {
    with(playing(item, seconds), "/is_playing", json!(false))
}

fn advertisement(seconds: f64) -> Value {
    with(playing(Value::Null, seconds), "/currently_playing_type", json!("ad"))
}

fn with(mut state: Value, pointer: &str, value: Value) -> Value {
    *state.pointer_mut(pointer).unwrap() = value;
    state
}

fn a() -> Value {
    track("a")
}

fn b() -> Value {
    track("b")
}

#[test]
fn the_first_look_reports_what_is() {
    let mut watched = Watched::default();
    let events = watched.see(5.0, playing(a(), 60.0));
    assert_eq!(names(&events), ["Now"]);
    assert_eq!(events[0].item().unwrap().name(), "a");
    assert_eq!(events[0].progress(), Some(Duration::from_secs(60)));
    assert!(events[0].is_playing());

    let events = Watched::default().see(5.0, Value::Null);
    assert_eq!(names(&events), ["Now"]);
    assert!(events[0].state().is_none() && events[0].item().is_none() && !events[0].is_playing());
}

#[test]
fn what_time_alone_does_is_no_event() {
    let mut watched = Watched::new(playing(a(), 60.0));
    for (at, progress) in [(10.0, 70.0), (20.0, 79.1), (30.0, 90.9), (100.0, 160.0), (119.5, 179.5), (121.0, 180.0)] {
        assert!(watched.see(at, playing(a(), progress)).is_empty(), "{at}");
    }
    let mut watched = Watched::new(paused(a(), 60.0));
    for at in [10.0, 1000.0, 100_000.0] {
        assert!(watched.see(at, paused(a(), 60.0)).is_empty());
    }
}

#[test]
fn another_track_is_a_change_of_track() {
    let mut watched = Watched::new(playing(a(), 60.0));
    let events = watched.see(10.0, playing(b(), 3.0));
    assert_eq!(names(&events), ["TrackChanged"]);
    let PlayerEvent::TrackChanged { state, previous } = &events[0] else { panic!() };
    assert_eq!(state.item.as_ref().unwrap().name(), "b");
    assert_eq!(previous.as_ref().unwrap().item.as_ref().unwrap().name(), "a");
    assert!(watched.see(11.0, playing(b(), 4.0)).is_empty());
}

#[test]
fn only_what_nobody_could_foresee_is_a_surprise() {
    let mut watched = Watched::new(playing(a(), 60.0));
    assert!(!watched.see_within(10.0, 10.0, playing(a(), 70.0)).1.surprise);
    assert!(watched.see_within(20.0, 20.0, playing(b(), 0.0)).1.surprise);
    assert!(!watched.see_within(200.5, 200.5, playing(a(), 0.5)).1.surprise, "the end was due");
    assert!(watched.see_within(210.0, 210.0, paused(a(), 8.0)).1.surprise);
}

#[test]
fn pausing_and_going_on_are_reported_with_where_it_is() {
    let mut watched = Watched::new(playing(a(), 60.0));
    assert_eq!(names(&watched.see(10.0, paused(a(), 64.0))), ["Paused"]);
    assert!(watched.see(500.0, paused(a(), 64.0)).is_empty());
    let events = watched.see(510.0, playing(a(), 67.0));
    assert_eq!(names(&events), ["Resumed"]);
    assert_eq!(events[0].progress(), Some(Duration::from_secs(67)));
    assert!(watched.see(520.0, playing(a(), 77.0)).is_empty());
}

#[test]
fn seeking_is_told_from_playing_by_the_time_that_passed() {
    let mut watched = Watched::new(playing(a(), 60.0));
    let events = watched.see(10.0, playing(a(), 100.0));
    assert_eq!(names(&events), ["Seeked"]);
    let PlayerEvent::Seeked { from, to, .. } = events[0] else { panic!() };
    assert_eq!((from.as_secs(), to.as_secs()), (70, 100));
    assert_eq!(names(&watched.see(20.0, playing(a(), 0.0))), ["Seeked"], "to the start, long before the end");
    assert!(watched.see(30.0, playing(a(), 10.0)).is_empty());
    assert_eq!(names(&watched.see(40.0, playing(a(), 13.0))), ["Seeked"], "it was paused for a while between");
    assert_eq!(names(&watched.see(50.0, paused(a(), 90.0))), ["Seeked", "Paused"]);
    assert_eq!(names(&watched.see(60.0, paused(a(), 30.0))), ["Seeked"]);
    assert_eq!(names(&watched.see(70.0, playing(a(), 120.0))), ["Seeked", "Resumed"]);
}

#[test]
fn a_slow_answer_is_no_seek_and_a_later_quick_one_is_worth_more() {
    let mut watched = Watched::new(playing(a(), 60.0));
    assert!(watched.see_within(10.0, 30.0, playing(a(), 70.0)).0.is_empty());
    assert!(watched.see_within(30.0, 45.0, playing(a(), 105.0)).0.is_empty());

    let mut watched = Watched::default();
    watched.see_within(0.0, 20.0, playing(a(), 20.0));
    assert!(watched.see(30.0, playing(a(), 45.0)).is_empty());
    assert_eq!(names(&watched.see(40.0, playing(a(), 45.0))), ["Seeked"]);
}

#[test]
fn small_deviations_are_reported_once_they_add_up() {
    let mut watched = Watched::new(playing(a(), 0.0));
    assert!(watched.see(10.0, playing(a(), 9.0)).is_empty());
    assert!(watched.see(20.0, playing(a(), 18.0)).is_empty());
    assert_eq!(names(&watched.see(30.0, playing(a(), 27.0))), ["Seeked"]);
    assert!(watched.see(40.0, playing(a(), 36.0)).is_empty());
}

#[test]
fn a_player_that_says_it_plays_and_stands_still_is_reported_once() {
    let mut watched = Watched::new(playing(a(), 60.0));
    assert_eq!(names(&watched.see(10.0, playing(a(), 60.0))), ["Seeked"]);
    for at in [20.0, 30.0, 400.0] {
        let (events, outcome) = watched.see_within(at, at, playing(a(), 60.0));
        assert!(events.is_empty());
        assert_eq!(outcome.phase, Phase::Playing { remaining: Some(Duration::MAX) });
    }
    for (at, progress) in [(410.0, 65.0), (420.0, 75.0), (430.0, 85.0)] {
        assert!(watched.see(at, playing(a(), progress)).is_empty(), "it goes on");
    }
}

#[test]
fn one_that_stands_just_before_its_end_is_overdue() {
    let mut watched = Watched::new(playing(a(), 179.0));
    let phase = |watched: &mut Watched, at| watched.see_within(at, at, playing(a(), 179.7)).1.phase;
    assert_eq!(phase(&mut watched, 1.0), Phase::Playing { remaining: Some(Duration::from_millis(300)) });
    assert_eq!(phase(&mut watched, 4.0), Phase::Playing { remaining: Some(Duration::ZERO) });
}

#[test]
fn the_same_track_from_its_start_when_its_end_was_due_is_a_repetition() {
    let mut watched = Watched::new(playing(a(), 170.0));
    assert_eq!(names(&watched.see(10.5, playing(a(), 0.5))), ["TrackRepeated"]);
    assert!(watched.see(20.0, playing(a(), 10.0)).is_empty());
    assert_eq!(names(&watched.see(200.0, playing(a(), 10.0))), ["TrackRepeated"], "seen late");
    let mut watched = Watched::new(playing(a(), 170.0));
    assert_eq!(names(&watched.see(10.5, playing(a(), 90.0))), ["Seeked"]);
    let mut watched = Watched::new(playing(a(), 170.0));
    assert_eq!(names(&watched.see(1_000.0, playing(a(), 100.0))), ["TrackRepeated"], "several times");
}

#[test]
fn nothing_any_more_is_the_end_and_what_comes_then_is_new() {
    let mut watched = Watched::new(playing(a(), 60.0));
    let events = watched.see(10.0, Value::Null);
    assert_eq!(names(&events), ["Ended"]);
    let PlayerEvent::Ended { state: None, previous } = &events[0] else { panic!() };
    assert_eq!(previous.item.as_ref().unwrap().name(), "a");
    assert!(watched.see(20.0, Value::Null).is_empty());
    let events = watched.see(30.0, paused(a(), 70.0));
    assert_eq!(names(&events), ["TrackChanged"], "also what was there before");
    assert!(matches!(events[0], PlayerEvent::TrackChanged { previous: None, .. }));
    assert_eq!(names(&watched.see(40.0, playing(a(), 80.0))), ["Resumed"]);
}

#[test]
fn the_end_of_the_last_track_is_the_end_however_spotify_shows_it() {
    for after in [paused(a(), 180.0), paused(a(), 0.0), paused(b(), 0.0), Value::Null] {
        let mut watched = Watched::new(playing(a(), 170.0));
        assert_eq!(names(&watched.see(10.5, after.clone())), ["Ended"], "{after}");
        assert!(watched.see(12.0, after).is_empty());
        let events = watched.see(20.0, playing(a(), 1.0));
        assert!(matches!(events[..], [PlayerEvent::TrackChanged { previous: None, .. }]), "{events:?}");
    }
    let mut watched = Watched::new(playing(a(), 170.0));
    watched.see(10.5, paused(b(), 0.0));
    assert!(watched.see(12.0, paused(a(), 0.0)).is_empty(), "Spotify put the first one in later");
    let mut watched = Watched::new(playing(a(), 170.0));
    assert_eq!(names(&watched.see(8.0, paused(a(), 178.0))), ["Paused"], "shortly before the end");
}

#[test]
fn an_active_device_without_anything_to_play_plays_nothing() {
    let idle = with(paused(Value::Null, 0.0), "/currently_playing_type", json!("unknown"));
    let mut watched = Watched::new(playing(a(), 60.0));
    assert_eq!(names(&watched.see(10.0, idle.clone())), ["Ended"]);
    assert!(watched.see(20.0, Value::Null).is_empty());
    assert!(watched.see(30.0, idle.clone()).is_empty());
    assert_eq!(names(&watched.see(40.0, playing(a(), 0.0))), ["TrackChanged"]);
    assert_eq!(names(&Watched::new(idle).see(1.0, playing(a(), 0.0))), ["TrackChanged"]);
}

#[test]
fn advertisements_are_one_change_and_have_no_seeks() {
    let mut watched = Watched::new(playing(a(), 175.0));
    let (events, outcome) = watched.see_within(5.5, 5.5, advertisement(0.5));
    assert_eq!(names(&events), ["TrackChanged"]);
    assert!(events[0].item().is_none() && events[0].is_playing());
    assert_eq!(outcome.phase, Phase::Playing { remaining: None });
    for (at, progress) in [(10.0, 5.0), (35.0, 0.5), (50.0, 15.0)] {
        let no_context = with(advertisement(progress), "/context", Value::Null);
        assert!(watched.see(at, no_context).is_empty(), "the next advertisement");
    }
    assert_eq!(names(&watched.see(60.0, playing(b(), 0.0))), ["TrackChanged"]);
}

#[test]
fn local_files_are_told_apart_by_their_uri_and_the_nameless_by_what_they_show() {
    let local = |title: &str| {
        let uri = format!("spotify:local:Artist:Album:{title}:180");
        json!({"type": "track", "id": null, "uri": uri, "name": title, "is_local": true, "duration_ms": LENGTH})
    };
    let mut watched = Watched::new(playing(local("One"), 60.0));
    assert!(watched.see(10.0, playing(local("One"), 70.0)).is_empty());
    assert_eq!(names(&watched.see(20.0, playing(local("Two"), 0.0))), ["TrackChanged"]);

    let unknown = |name: &str| json!({"type": "video", "name": name});
    let mut watched = Watched::new(playing(unknown("One"), 60.0));
    assert!(watched.see(10.0, playing(unknown("One"), 70.0)).is_empty());
    assert_eq!(names(&watched.see(20.0, playing(unknown("Two"), 0.0))), ["TrackChanged"]);
}

#[test]
fn episodes_are_watched_as_tracks_are() {
    let episode = |name: &str| json!({"type": "episode", "uri": format!("spotify:episode:{name}"), "name": name, "duration_ms": 3_600_000});
    let state = |item: Value, seconds| with(playing(item, seconds), "/currently_playing_type", json!("episode"));
    let mut watched = Watched::new(state(episode("one"), 3_500.0));
    assert_eq!(names(&watched.see(10.0, state(episode("one"), 3_495.0))), ["Seeked"]);
    assert_eq!(names(&watched.see(116.0, state(episode("two"), 1.0))), ["TrackChanged"]);
}

#[test]
fn volume_is_compared_with_what_was_last_known_of_the_same_device() {
    let volume = |seconds, percent: Value| with(playing(a(), seconds), "/device/volume_percent", percent);
    let mut watched = Watched::new(playing(a(), 0.0));
    let events = watched.see(1.0, volume(1.0, json!(60)));
    assert_eq!(names(&events), ["VolumeChanged"]);
    assert!(matches!(events[0], PlayerEvent::VolumeChanged { previous: Some(50), .. }));
    assert!(watched.see(2.0, volume(2.0, Value::Null)).is_empty());
    assert!(watched.see(3.0, volume(3.0, json!(60))).is_empty());
    watched.see(4.0, volume(4.0, Value::Null));
    assert_eq!(names(&watched.see(5.0, volume(5.0, json!(0)))), ["VolumeChanged"]);
}

#[test]
fn another_device_is_reported_with_the_one_before_and_without_a_change_of_volume() {
    let on = |seconds, device: Value| with(playing(a(), seconds), "/device", device);
    let radio = json!({"id": "d2", "name": "Garage", "type": "CastAudio", "volume_percent": 9});
    let mut watched = Watched::new(playing(a(), 0.0));
    let events = watched.see(1.0, on(1.0, radio.clone()));
    assert_eq!(names(&events), ["DeviceChanged"]);
    let PlayerEvent::DeviceChanged { state, previous: Some(previous) } = &events[0] else { panic!() };
    assert_eq!((state.device.name.as_str(), previous.device.name.as_str()), ("Garage", "Kitchen"));
    assert!(watched.see(2.0, on(2.0, radio)).is_empty());

    let nameless = |name: &str| json!({"id": null, "name": name, "type": "TV", "volume_percent": null});
    assert_eq!(names(&watched.see(3.0, on(3.0, nameless("TV")))), ["DeviceChanged"]);
    assert!(watched.see(4.0, on(4.0, nameless("TV"))).is_empty());
    assert_eq!(names(&watched.see(5.0, on(5.0, nameless("Other")))), ["DeviceChanged"]);

    assert_eq!(names(&watched.see(6.0, Value::Null)), ["Ended"]);
    assert_eq!(names(&watched.see(7.0, on(6.0, nameless("Other")))), ["TrackChanged"], "the device is the same");
    let mut watched = Watched::new(Value::Null);
    assert_eq!(names(&watched.see(1.0, playing(a(), 0.0))), ["DeviceChanged", "TrackChanged"]);
}

#[test]
fn shuffle_repeat_and_context_are_reported_when_they_are_others() {
    let mut watched = Watched::new(playing(a(), 0.0));
    let shuffled = |seconds| with(playing(a(), seconds), "/shuffle_state", json!(true));
    assert_eq!(names(&watched.see(1.0, shuffled(1.0))), ["ShuffleChanged"]);
    let repeated = |seconds| with(shuffled(seconds), "/repeat_state", json!("track"));
    assert_eq!(names(&watched.see(2.0, repeated(2.0))), ["RepeatChanged"]);
    assert!(watched.see(3.0, with(repeated(3.0), "/repeat_state", Value::Null)).is_empty());
    assert!(watched.see(4.0, repeated(4.0)).is_empty());
    let alone = |seconds| with(repeated(seconds), "/context", Value::Null);
    assert_eq!(names(&watched.see(5.0, alone(5.0))), ["ContextChanged"]);
    assert!(watched.see(6.0, alone(6.0)).is_empty());
    let all = with(playing(b(), 0.0), "/is_playing", json!(false));
    assert_eq!(
        names(&watched.see(7.0, all)),
        ["TrackChanged", "Paused", "ShuffleChanged", "RepeatChanged", "ContextChanged"]
    );
}

#[test]
fn progress_that_is_not_told_is_no_change() {
    let unknown = || with(playing(a(), 0.0), "/progress_ms", Value::Null);
    let mut watched = Watched::new(playing(a(), 60.0));
    assert!(watched.see(10.0, unknown()).is_empty());
    assert!(watched.see(20.0, playing(a(), 80.0)).is_empty());
    let mut watched = Watched::new(unknown());
    assert!(watched.see(20.0, playing(a(), 80.0)).is_empty());
    assert_eq!(names(&watched.see(30.0, playing(a(), 20.0))), ["Seeked"]);
}
