//! How a player looks on a terminal: a few lines, which `status` prints once and `watch` draws again and again.

use std::mem;
use std::time::Duration;

use spotify_sdk::models::{ContextType, CurrentlyPlayingType, PlaybackItem, PlaybackState};

use crate::output::{Line, Tone, clock};

/// A longer bar says no more.
const MAX_BAR: usize = 60;

/// What the player does, with the item at `progress`, in about so many columns.
pub(crate) fn lines(state: &PlaybackState, progress: Option<Duration>, columns: usize) -> Vec<Line> {
    let item = state.item.as_ref();
    let mut heading = vec![Line::new(Tone::Strong, title(state))];
    let by = by(item);
    if !by.is_empty() {
        heading.push(Line::new(Tone::Strong, "by ").with(Tone::Strong, by));
    }
    let mut lines = packed(heading, (Tone::Strong, " "), columns);
    if let Some(album) = album(item) {
        lines.push(Line::new(Tone::Faint, album));
    }
    if let Some(progress) = progress {
        lines.push(bar(progress, item.and_then(PlaybackItem::duration), columns.min(MAX_BAR)));
    }
    let facts = facts(state).into_iter().map(|fact| Line::new(Tone::Plain, fact)).collect();
    lines.extend(packed(facts, (Tone::Plain, " · "), columns));
    lines
}

/// The texts in as few lines as have room for them.
fn packed(texts: Vec<Line>, (tone, between): (Tone, &str), columns: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for text in texts {
        match lines.last_mut() {
            Some(line) if line.width() + between.chars().count() + text.width() <= columns => {
                *line = mem::take(line).with(tone, between).followed_by(text);
            }
            _ => lines.push(text),
        }
    }
    lines
}

/// `0:42 ━━━━━━━─────── 2:36`
fn bar(progress: Duration, length: Option<Duration>, columns: usize) -> Line {
    let at = clock(progress);
    let Some(length) = length.filter(|length| !length.is_zero()) else {
        return Line::new(Tone::Plain, at);
    };
    let end = clock(length);
    let cells = columns.saturating_sub(at.len() + end.len() + 2);
    if cells < 5 {
        let both = format!("{at} / {end}");
        return Line::new(Tone::Plain, if both.len() <= columns { both } else { at });
    }
    let share = progress.as_secs_f64() / length.as_secs_f64();
    // No more than the bar, and so no more than the terminal has.
    let played = (share.min(1.0) * cells as f64).round() as usize;
    Line::new(Tone::Plain, format!("{at} "))
        .with(Tone::Strong, "━".repeat(played))
        .with(Tone::Faint, "─".repeat(cells - played))
        .with(Tone::Plain, format!(" {end}"))
}

/// What is known beside what plays.
fn facts(state: &PlaybackState) -> Vec<String> {
    let mut facts = vec![if state.is_playing { "playing" } else { "paused" }.to_owned(), state.device.name.to_string()];
    facts.extend(state.device.volume_percent.map(|percent| format!("volume {percent}%")));
    facts.push(format!("shuffle {}", on_or_off(state.shuffle_state)));
    facts.extend(state.repeat_state.as_ref().map(|repeat| format!("repeat {repeat}")));
    facts.extend(context(state));
    facts
}

pub(crate) fn on_or_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// Where it is played from, unless that is the album or the show that is named anyway.
fn context(state: &PlaybackState) -> Option<String> {
    let context = state.context.as_ref()?;
    if matches!(context.context_type, Some(ContextType::Collection)) {
        return Some("from your saved songs".to_owned());
    }
    let uri = context.uri.as_ref()?;
    let around = match state.item.as_ref()? {
        PlaybackItem::Track(track) => track.album.uri.as_ref(),
        PlaybackItem::Episode(episode) => episode.show.uri.as_ref(),
        _ => None,
    };
    (around != Some(uri)).then(|| format!("from {uri}"))
}

/// What plays is called.
pub(crate) fn title(state: &PlaybackState) -> String {
    match (&state.item, &state.currently_playing_type) {
        (Some(item), _) => item.name().to_owned(),
        (None, Some(CurrentlyPlayingType::Ad)) => "Advertisement".to_owned(),
        (None, _) => "Unknown item".to_owned(),
    }
}

/// The artists, or the show.
pub(crate) fn by(item: Option<&PlaybackItem>) -> String {
    match item {
        Some(PlaybackItem::Track(track)) => track.artist_names(),
        Some(PlaybackItem::Episode(episode)) => episode.show.name.to_string(),
        _ => String::new(),
    }
}

pub(crate) fn album(item: Option<&PlaybackItem>) -> Option<String> {
    let album = item?.as_track().map(|track| track.album.name.to_string())?;
    Some(album).filter(|album| !album.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &Line) -> String {
        line.paint(false)
    }

    fn state(title: &str, artist: &str) -> PlaybackState {
        let json = serde_json::json!({
            "device": {"name": "Kitchen", "is_active": true, "volume_percent": 30},
            "shuffle_state": true, "repeat_state": "context", "is_playing": true, "progress_ms": 65_000,
            "context": {"type": "playlist", "uri": "spotify:playlist:1"},
            "item": {
                "type": "track", "id": "1", "name": title, "duration_ms": 130_000,
                "artists": [{"name": artist}], "album": {"name": "Album"},
            },
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_player_is_four_lines_and_more_where_they_are_short() {
        let texts = |columns| {
            let lines = lines(&state("Title", "Artist"), Some(Duration::from_secs(65)), columns);
            lines.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(
            texts(90),
            [
                "Title by Artist",
                "Album",
                "1:05 ━━━━━━━━━━━━━━━━━━━━━━━━━───────────────────────── 2:10",
                "playing · Kitchen · volume 30% · shuffle on · repeat context · from spotify:playlist:1",
            ]
        );
        assert_eq!(
            texts(30),
            [
                "Title by Artist",
                "Album",
                "1:05 ━━━━━━━━━━────────── 2:10",
                "playing · Kitchen · volume 30%",
                "shuffle on · repeat context",
                "from spotify:playlist:1",
            ]
        );
        assert_eq!(texts(14)[..2], ["Title", "by Artist"]);
    }

    #[test]
    fn a_bar_is_never_longer_than_it_may_be() {
        let seconds = Duration::from_secs;
        for columns in 0..100 {
            for (progress, length) in [(0, 60), (59, 60), (60, 60), (90, 60), (5000, 9000), (0, 0)] {
                let width = bar(seconds(progress), Some(seconds(length)), columns).cut(columns).width();
                assert!(width <= columns, "{columns}: {width}");
            }
        }
        assert_eq!(text(&bar(seconds(90), Some(seconds(60)), 20)), "1:30 ━━━━━━━━━━ 1:00");
        assert_eq!(text(&bar(seconds(90), None, 20)), "1:30");
        assert_eq!(text(&bar(seconds(9), Some(seconds(60)), 12)), "0:09 / 1:00");
        assert_eq!(text(&bar(seconds(9), Some(seconds(60)), 10)), "0:09");
    }

    #[test]
    fn lines_are_cut_to_columns_and_not_to_characters() {
        let titles = ["夜に駆ける", "نسم علينا الهوى", "👨‍👩‍👧 family", "e\u{301}e\u{301}e\u{301}e\u{301}", "plain"];
        for title in titles {
            for columns in 0..30 {
                for line in lines(&state(title, "YOASOBI"), Some(Duration::ZERO), columns) {
                    let line = line.cut(columns);
                    assert!(line.width() <= columns, "{columns}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn an_advertisement_has_a_name() {
        let mut state = state("", "");
        state.item = None;
        state.currently_playing_type = Some(CurrentlyPlayingType::Ad);
        let lines = lines(&state, Some(Duration::from_secs(3)), 40);
        assert_eq!(lines[..2].iter().map(text).collect::<Vec<_>>(), ["Advertisement", "0:03"]);
    }
}
