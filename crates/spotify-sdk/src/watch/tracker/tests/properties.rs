//! Properties that hold for any states that Spotify may send.

use proptest::prelude::*;

use super::*;

/// Any state that Spotify may send, with few distinct values, so that they recur.
fn any_state() -> impl Strategy<Value = Value> {
    let item = prop_oneof![
        3 => prop::sample::select(vec!["a", "b", "c"]).prop_map(track),
        1 => Just(json!({"type": "episode", "uri": "spotify:episode:e", "name": "e", "duration_ms": 90_000})),
        1 => Just(json!({"type": "track", "uri": "spotify:local:A:B:C:5", "name": "C", "duration_ms": null})),
        1 => Just(json!({"type": "video", "name": "v"})),
        1 => Just(Value::Null),
    ];
    let device = prop::sample::select(vec![json!("d1"), json!("d2"), Value::Null]);
    let volume = prop::sample::select(vec![json!(50), json!(60), Value::Null]);
    let progress = prop_oneof![
        4 => (0_u64..200_000).prop_map(|progress| json!(progress)),
        1 => Just(Value::Null),
        1 => Just(json!(u64::MAX)),
    ];
    let kind = prop::sample::select(vec!["track", "episode", "ad", "unknown"]);
    let repeat = prop::sample::select(vec![json!("off"), json!("track"), Value::Null]);
    let context = prop::sample::select(vec![Value::Null, json!({"uri": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"})]);
    let state = (item, device, volume, progress, kind, repeat, context, any::<(bool, bool)>()).prop_map(
        |(item, device, volume, progress, kind, repeat, context, (is_playing, shuffle))| {
            json!({
                "device": {"id": device, "name": "D", "type": "Speaker", "volume_percent": volume},
                "item": item, "progress_ms": progress, "currently_playing_type": kind, "repeat_state": repeat,
                "context": context, "is_playing": is_playing, "shuffle_state": shuffle,
            })
        },
    );
    prop_oneof![6 => state, 1 => Just(Value::Null)]
}

/// States, with the time since the one before and the time that the response took.
fn any_looks() -> impl Strategy<Value = Vec<(f64, f64, Value)>> {
    prop::collection::vec((0.0..400.0, 0.0..3.0, any_state()), 1..40)
}

/// An action that a real player may take.
#[derive(Debug, Clone)]
enum Act {
    Wait,
    Toggle,
    /// Seeks forward by so much, and wraps around to the start.
    Seek(u64),
    Skip,
    Volume(u64),
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Wait),
        1 => Just(Act::Toggle),
        1 => (20_000..LENGTH - 20_000).prop_map(Act::Seek),
        1 => Just(Act::Skip),
        1 => (0_u64..100).prop_map(Act::Volume),
    ]
}

proptest! {
    #[test]
    fn nothing_is_reported_twice(looks in any_looks()) {
        let mut watched = Watched::default();
        let mut at = 0.0;
        for (index, (wait, took, state)) in looks.into_iter().enumerate() {
            at += wait;
            let (events, _) = watched.see_within(at, at + took, state.clone());
            prop_assert_eq!(names(&events).iter().any(|name| name == "Now"), index == 0);
            let mut kinds = names(&events);
            kinds.dedup();
            prop_assert_eq!(kinds.len(), events.len(), "each kind once");
            let (again, outcome) = watched.see_within(at, at + took, state.clone());
            prop_assert!(again.is_empty(), "{again:?}");
            prop_assert!(!outcome.surprise);
            at += took;
        }
    }

    #[test]
    fn whoever_shows_the_latest_event_shows_what_is(looks in any_looks()) {
        let mut watched = Watched::default();
        let mut shown: Option<Arc<PlaybackState>> = None;
        let mut at = 0.0;
        for (wait, took, state) in looks {
            at += wait;
            let (events, _) = watched.see_within(at, at + took, state.clone());
            at += took;
            for event in &events {
                shown = event.state().cloned();
            }
            let is: Option<PlaybackState> = serde_json::from_value(state).unwrap();
            let is = is.map(Arc::new);
            // What is reported as over may still change what it shows without playing it.
            if watched.0.over {
                prop_assert!(!is.is_some_and(|is| is.is_playing) && !shown.as_ref().is_some_and(|shown| shown.is_playing));
                continue;
            }
            let (is, shown) = (is.unwrap(), shown.clone().unwrap());
            prop_assert!(same_content(&is, &shown));
            prop_assert_eq!(is.is_playing, shown.is_playing);
            prop_assert!(same_device(&is.device, &shown.device));
            prop_assert_eq!(is.shuffle_state, shown.shuffle_state);
        }
    }

    #[test]
    fn what_a_real_player_does_is_reported_once_and_nothing_else_is(
        acts in prop::collection::vec((any_act(), 1_u64..15_000, 0_u64..1_000), 1..80),
    ) {
        let (mut number, mut position, mut is_playing, mut volume, mut now) = (0_u64, 0_u64, true, 50_u64, 0_u64);
        let state = |number: u64, position: u64, is_playing: bool, volume: u64| {
            let state = playing(track(&number.to_string()), 0.0);
            let state = with(state, "/progress_ms", json!(position));
            with(with(state, "/is_playing", json!(is_playing)), "/device/volume_percent", json!(volume))
        };
        let mut watched = Watched::new(state(number, position, is_playing, volume));
        let mut before = (number, is_playing, volume);
        for (act, wait, took) in acts {
            match act {
                Act::Wait => {}
                // A state that is paused right at an end, or right after one, looks as if that were the last.
                Act::Toggle if is_playing && !(1_000..LENGTH - 1_000).contains(&position) => {}
                Act::Toggle => is_playing = !is_playing,
                Act::Seek(by) => position = (position + by) % LENGTH,
                Act::Skip => (number, position) = (number + 1, 0),
                Act::Volume(to) => volume = to,
            }
            now += wait;
            if is_playing {
                position += wait;
                if position >= LENGTH {
                    (number, position) = (number + 1, position - LENGTH);
                }
            }
            // Spotify reads the state at some time while the request is in flight.
            let (sent, received) = ((now - (took / 2).min(wait)) as f64 / 1000.0, (now + took) as f64 / 1000.0);
            let (events, _) = watched.see_within(sent, received, state(number, position, is_playing, volume));
            let now_seen = (number, is_playing, volume);
            if is_playing {
                position += took;
                if position >= LENGTH {
                    (number, position) = (number + 1, position - LENGTH);
                }
            }
            now += took;
            let names = names(&events);
            let count = |name: &str| names.iter().filter(|other| *other == name).count();
            prop_assert_eq!(count("TrackChanged"), usize::from(before.0 != now_seen.0));
            prop_assert_eq!(count("Paused"), usize::from(before.1 && !is_playing));
            prop_assert_eq!(count("Resumed"), usize::from(!before.1 && is_playing));
            prop_assert_eq!(count("VolumeChanged"), usize::from(before.2 != volume));
            let sought = matches!(act, Act::Seek(_)) && before.0 == now_seen.0;
            prop_assert_eq!(count("Seeked") + count("TrackRepeated"), usize::from(sought), "{:?}", events);
            prop_assert_eq!(count("Ended"), 0);
            before = now_seen;
        }
    }
}
