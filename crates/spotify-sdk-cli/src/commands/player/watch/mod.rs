//! `spotify-cli player watch`: a view that is drawn again in its place on a terminal, and a line for each event elsewhere.

mod live;

use std::env;
use std::io;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use spotify_sdk::Error;
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::models::{PlaybackItem, PlaybackState};
use spotify_sdk::watch::PlayerEvent;

use self::live::Live;
use super::view;
use crate::commands::SignedIn;
use crate::interrupt;
use crate::output::{Failure, Screen, clock, note};

// The terminal breaks the lines.
pub(crate) const AFTER_HELP: &str = "\
In a pipe, each event is a line of time, event, title, by, progress, and what the event is about: the volume, the \
device, on or off, what is repeated, the context, or where it was before a seek; with tabs between.

With --json, each is an object on a line: time, event, title, by, progress_ms (null where there is none), from_ms (of \
seeked alone) and state (as `player status --json` prints it).

Events: now (the first, and no later one), track_changed, track_repeated, paused, resumed, seeked, volume_changed, \
device_changed, shuffle_changed, repeat_changed, context_changed, ended, reconnected (after a warning that Spotify could not \
be asked).";

#[derive(Debug, clap::Args)]
pub(crate) struct Watch {
    /// End after so many events
    #[arg(long, value_name = "COUNT")]
    events: Option<NonZeroU64>,

    /// The longest time between two looks at the player
    #[arg(long, value_name = "SECONDS", default_value = "5")]
    interval: NonZeroU64,
}

/// What the watching waits for.
enum Message {
    // A state is large.
    Event(Box<PlayerEvent>),
    Failed(Error),
    /// There will be no more.
    Over,
    /// Somebody wants it to end.
    Asked,
}

pub(crate) fn run(signed_in: &SignedIn<'_>, args: &Watch) -> Result<(), Failure> {
    let messages = messages(signed_in, Duration::from_secs(args.interval.get()))?;
    let screen = signed_in.screen();
    let most = args.events.map_or(u64::MAX, NonZeroU64::get);
    // A log between its lines would tear a view apart.
    let quiet = signed_in.app.globals.verbose == 0;
    let moves = env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
    if screen.is_terminal() && !screen.json && quiet && moves {
        Live::new(screen).run(&messages, most)
    } else {
        lines(screen, &messages, most)
    }
}

/// What happens, from a thread that watches and from whoever presses Ctrl-C.
fn messages(signed_in: &SignedIn<'_>, interval: Duration) -> Result<Receiver<Message>, Failure> {
    let (sender, receiver) = mpsc::channel();
    let asked = sender.clone();
    interrupt::on_request(move || {
        // Asked twice, the first time is enough.
        let _ = asked.send(Message::Asked);
    })
    .map_err(io::Error::other)?;

    let player = signed_in.client().player();
    if signed_in.session.emulator.is_some() {
        // Nobody else is there to begin, and a view that stands still is no demo.
        player.start_playback().send()?;
    }
    // It ends with the process: there is no way to call it off while it waits.
    thread::spawn(move || {
        for event in player.watch().max_interval(interval).max_idle_interval(interval) {
            let message = event.map_or_else(Message::Failed, |event| Message::Event(Box::new(event)));
            if sender.send(message).is_err() {
                return;
            }
        }
        // Without a receiver, nobody waits for it.
        let _ = sender.send(Message::Over);
    });
    Ok(receiver)
}

/// Prints each event, until there were `most`.
fn lines(screen: &Screen, messages: &Receiver<Message>, most: u64) -> Result<(), Failure> {
    let mut printed = 0;
    while let Ok(message) = messages.recv() {
        match message {
            Message::Event(event) => {
                print(screen, &event)?;
                printed += 1;
                if printed == most {
                    break;
                }
            }
            // The watching goes on where that may help.
            Message::Failed(error) if error.is_retryable() => {
                note(&format!("warning: {error}"));
            }
            Message::Failed(error) => return Err(error.into()),
            Message::Over | Message::Asked => break,
        }
    }
    Ok(())
}

/// An event, as `--json` prints it.
#[derive(Serialize)]
struct Printed<'e> {
    time: String,
    event: &'static str,
    title: Option<String>,
    by: Option<String>,
    progress_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_ms: Option<u128>,
    state: Option<&'e PlaybackState>,
}

fn print(screen: &Screen, event: &PlayerEvent) -> Result<(), Failure> {
    let state = event.state().map(Arc::as_ref);
    let time = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let title = state.map(view::title);
    let by = state.map(|state| view::by(state.item.as_ref())).filter(|by| !by.is_empty());
    if !screen.json {
        let progress = event.progress().map(clock).unwrap_or_default();
        let columns =
            [time, name(event).to_owned(), title.unwrap_or_default(), by.unwrap_or_default(), progress, about(event)];
        return screen.cells(columns);
    }
    let from_ms = match event {
        PlayerEvent::Seeked { from, .. } => Some(from.as_millis()),
        _ => None,
    };
    let progress_ms = state.and_then(|state| state.progress_ms);
    screen.json_line(&Printed { time, event: name(event), title, by, progress_ms, from_ms, state })
}

fn name(event: &PlayerEvent) -> &'static str {
    match event {
        PlayerEvent::Now { .. } => "now",
        PlayerEvent::TrackChanged { .. } => "track_changed",
        PlayerEvent::TrackRepeated { .. } => "track_repeated",
        PlayerEvent::Paused { .. } => "paused",
        PlayerEvent::Resumed { .. } => "resumed",
        PlayerEvent::Seeked { .. } => "seeked",
        PlayerEvent::VolumeChanged { .. } => "volume_changed",
        PlayerEvent::DeviceChanged { .. } => "device_changed",
        PlayerEvent::ShuffleChanged { .. } => "shuffle_changed",
        PlayerEvent::RepeatChanged { .. } => "repeat_changed",
        PlayerEvent::ContextChanged { .. } => "context_changed",
        PlayerEvent::Ended { .. } => "ended",
        PlayerEvent::Reconnected { .. } => "reconnected",
        _ => "other",
    }
}

/// What an event is about, beside what plays.
fn about(event: &PlayerEvent) -> String {
    let text = |text: Option<&dyn ToString>| text.map(ToString::to_string).unwrap_or_default();
    match event {
        PlayerEvent::Seeked { from, .. } => clock(*from),
        PlayerEvent::VolumeChanged { state, .. } => text(state.device.volume_percent.as_ref().map(|v| v as _)),
        PlayerEvent::DeviceChanged { state, .. } => state.device.name.to_string(),
        PlayerEvent::ShuffleChanged { state } => view::on_or_off(state.shuffle_state).to_owned(),
        PlayerEvent::RepeatChanged { state } => text(state.repeat_state.as_ref().map(|r| r as _)),
        PlayerEvent::ContextChanged { state, .. } => {
            text(state.context.as_ref().and_then(|context| context.uri.as_ref()).map(|uri| uri as _))
        }
        _ => String::new(),
    }
}

/// How far what plays has come, so long after Spotify said where it is.
fn progress(state: &PlaybackState, since: Duration) -> Option<Duration> {
    let progress = state.progress()?;
    if !state.is_playing {
        return Some(progress);
    }
    let progress = progress.saturating_add(since);
    // What comes next begins when Spotify says so, and not before.
    Some(state.item.as_ref().and_then(PlaybackItem::duration).map_or(progress, |length| progress.min(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_goes_on_to_the_end_and_stands_still_when_paused() {
        let state = |is_playing: bool| -> PlaybackState {
            let json = serde_json::json!({
                "device": {"name": "Kitchen"}, "is_playing": is_playing, "progress_ms": 5_000,
                "item": {"type": "track", "id": "1", "name": "Title", "duration_ms": 9_000},
            });
            serde_json::from_value(json).unwrap()
        };
        let seconds = Duration::from_secs;
        assert_eq!(progress(&state(true), seconds(3)), Some(seconds(8)));
        assert_eq!(progress(&state(true), seconds(30)), Some(seconds(9)));
        assert_eq!(progress(&state(false), seconds(3)), Some(seconds(5)));
    }
}
