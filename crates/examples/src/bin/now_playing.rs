//! A now-playing line for a status bar.
//!
//! ```sh
//! cargo run -p examples --bin now_playing -- --demo
//! ```
//!
//! prints one line. With `--watch` it goes on and prints one for each change, which is what i3blocks, polybar and tmux want from
//! a program that they keep running; with `--json` the lines are as waybar reads them. It asks Spotify when something can have
//! changed and not every second, and when the network is gone it keeps the line that it has. Scope:
//! `user-read-playback-state`.

use std::process::ExitCode;

use clap::Parser;
use examples::{Result, connect_async, end};
use serde_json::json;
use spotify_sdk::auth::Scope;
use spotify_sdk::models::{CurrentlyPlayingType, PlaybackState};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A now-playing line for a status bar.
#[derive(Parser)]
struct Options {
    /// Answer from an emulator: no account, no network
    #[arg(long)]
    demo: bool,
    /// Go on, and print a line for each change
    #[arg(long)]
    watch: bool,
    /// Print JSON, as waybar reads it
    #[arg(long)]
    json: bool,
    /// Cut the text to so many columns
    #[arg(long, default_value_t = 60)]
    width: usize,
    /// With --watch, end after so many lines
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    lines: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result {
    let (client, _emulator) = connect_async(options.demo, &[Scope::UserReadPlaybackState], |settings| settings).await?;
    if options.demo {
        client.player().start_playback().context_uri("spotify:album:5K79FLRUCSysQnVESLcTdb").await?;
    }
    let mut events = client.player().watch().stream();
    let mut shown = String::new();
    let mut lines = 0;
    // The first event says how things are.
    while let Some(event) = events.next().await {
        let state = match &event {
            Ok(event) => event.state(),
            // What may pass is no reason for another line; what does not, such as the end of the user's consent, ends it.
            Err(error) if options.watch && error.is_retryable() => continue,
            Err(_) => return event.map(drop).map_err(Into::into),
        };
        let line = line(state.map(AsRef::as_ref), options);
        if line != shown {
            println!("{line}");
            shown = line;
            lines += 1;
        }
        if !options.watch || lines >= options.lines {
            break;
        }
    }
    Ok(())
}

fn line(state: Option<&PlaybackState>, options: &Options) -> String {
    let text = cut(&text(state), options.width);
    if !options.json {
        return text;
    }
    let class = match state {
        Some(state) if state.is_playing => "playing",
        Some(_) => "paused",
        None => "stopped",
    };
    // Waybar shows Pango markup.
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({"text": text, "class": class}).to_string()
}

fn text(state: Option<&PlaybackState>) -> String {
    let Some(state) = state else { return String::new() };
    let sign = if state.is_playing { "▶" } else { "⏸" };
    match &state.item {
        Some(item) if item.by().is_empty() => format!("{sign} {}", item.name()),
        Some(item) => format!("{sign} {} – {}", item.by(), item.name()),
        None if state.currently_playing_type == Some(CurrentlyPlayingType::Ad) => format!("{sign} Advertisement"),
        None if state.is_playing => format!("{sign} Something private"),
        None => String::new(),
    }
}

/// A bar has so many columns, of which a Japanese title takes two for each character; and a title with a line break in it would
/// be two lines.
fn cut(text: &str, columns: usize) -> String {
    let text: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    if text.width() <= columns {
        return text;
    }
    let mut left = columns.saturating_sub(1);
    let fits = move |character: &char| {
        let width = character.width().unwrap_or(0);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_to_its_columns_and_to_one_line() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("a\nb", 9), "a b");
        assert_eq!(cut("abc", 0), "…");
    }
}
