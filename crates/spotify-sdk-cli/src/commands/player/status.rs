//! `spotify-cli player status`.

use spotify_sdk::models::{PlaybackItem, PlaybackState};

use super::view;
use crate::commands::SignedIn;
use crate::output::{Failure, Screen, clock};

// The terminal breaks the lines.
pub(crate) const AFTER_HELP: &str = "\
In a pipe, each line is a name, a tab and a value: title, by, album, uri, state (playing or paused), progress, length, \
device, volume, shuffle, repeat, context. Unknown values are omitted.

With --json it is Spotify's playback state, or null when nothing plays.";

pub(crate) fn show(signed_in: &SignedIn<'_>) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let state = super::now(signed_in)?;
    if screen.json {
        return screen.object(&state);
    }
    let Some(state) = state else {
        return screen.line("Nothing plays.");
    };
    let Some(columns) = screen.columns() else {
        return values(screen, &state);
    };
    for line in view::lines(&state, state.progress(), columns.into()) {
        screen.line(line.cut(columns.into()))?;
    }
    Ok(())
}

/// A line for each thing that is known.
fn values(screen: &Screen, state: &PlaybackState) -> Result<(), Failure> {
    let item = state.item.as_ref();
    let context = state.context.as_ref().and_then(|context| context.uri.as_ref());
    let values = [
        ("title", Some(view::title(state))),
        ("by", Some(view::by(item))),
        ("album", view::album(item)),
        ("uri", item.and_then(PlaybackItem::uri).map(ToString::to_string)),
        ("state", Some(if state.is_playing { "playing" } else { "paused" }.to_owned())),
        ("progress", state.progress().map(clock)),
        ("length", item.and_then(PlaybackItem::duration).map(clock)),
        ("device", Some(state.device.name.to_string())),
        ("volume", state.device.volume_percent.map(|percent| percent.to_string())),
        ("shuffle", Some(view::on_or_off(state.shuffle_state).to_owned())),
        ("repeat", state.repeat_state.as_ref().map(ToString::to_string)),
        ("context", context.map(ToString::to_string)),
    ];
    for (name, value) in values {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            screen.cells([name, &value])?;
        }
    }
    Ok(())
}
