//! A card for a profile's README: what somebody listens to most, as an SVG picture.
//!
//! ```sh
//! cargo run -p examples --bin readme_card -- --demo --output card.svg
//! ```
//!
//! Run it once a day, commit the file, and show it with `![What I listen to](card.svg)`. The picture follows the reader's light or
//! dark theme, and asks nothing of other servers. Scope: `user-top-read`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use examples::{Result, connect, end};
use maud::{Markup, PreEscaped, html};
use spotify_sdk::api::TimeRange;
use spotify_sdk::auth::Scope;
use spotify_sdk::models::Track;

/// A card for a profile's README: what somebody listens to most, as an SVG picture.
#[derive(Parser)]
struct Options {
    /// Answer from an emulator: no account, no network
    #[arg(long)]
    demo: bool,
    /// The file to write
    #[arg(long, default_value = "card.svg")]
    output: PathBuf,
    /// How many tracks to show, 1 to 10
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=10))]
    tracks: u32,
    /// From how long a time
    #[arg(long, value_enum, default_value = "month")]
    from: From,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// The last four weeks
    Month,
    /// The last half year
    HalfYear,
    /// The last year
    Year,
}

impl From {
    fn range(self) -> TimeRange {
        match self {
            Self::Month => TimeRange::ShortTerm,
            Self::HalfYear => TimeRange::MediumTerm,
            Self::Year => TimeRange::LongTerm,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Month => "On repeat this month",
            Self::HalfYear => "On repeat this half year",
            Self::Year => "On repeat this year",
        }
    }
}

fn main() -> ExitCode {
    end(run(&Options::parse()))
}

fn run(options: &Options) -> Result {
    let (client, _emulator) = connect(options.demo, &[Scope::UserTopRead])?;
    let top = client.users().get_top_tracks().time_range(options.from.range()).limit(options.tracks).send()?;
    fs::write(&options.output, card(options.from.title(), &top.items).into_string())?;
    println!("{} tracks in {}", top.items.len(), options.output.display());
    Ok(())
}

const STYLE: &str = "
    text { font: 14px system-ui, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 16px }
    .by, .rank { fill: #59636e }
    .card { fill: #ffffff; stroke: #d1d9e0 }
    @media (prefers-color-scheme: dark) {
        text { fill: #f0f6fc } .by, .rank { fill: #9198a1 } .card { fill: #0d1117; stroke: #3d444d }
    }
";

/// The picture. Maud escapes what stands in it: a title may hold `<`, `&` or quotes.
fn card(title: &str, tracks: &[Track]) -> Markup {
    let height = 60 + 44 * tracks.len();
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width="420" height=(height) role="img" aria-label=(title) {
            style { (PreEscaped(STYLE)) }
            rect class="card" x="0.5" y="0.5" width="419" height=(height - 1) rx="10" {}
            text class="title" x="20" y="34" { (title) }
            @for (index, track) in tracks.iter().enumerate() {
                @let y = 66 + 44 * index;
                text class="rank" x="20" y=(y) { (index + 1) }
                text x="44" y=(y) { (cut(&track.name, 44)) }
                text class="by" x="44" y=(y + 18) { (cut(&track.artist_names(), 48)) }
            }
        }
    }
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        // Isolated, so that a title written from right to left does not turn what is around it.
        Some((end, _)) => format!("\u{2068}{}…\u{2069}", &text[..end]),
        None => format!("\u{2068}{text}\u{2069}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_can_be_markup() {
        let track = r#"{"name": "<script>&", "artists": [{"id": "1", "name": "\"x\""}], "album": {"id": "1"}}"#;
        let svg = card("Title", &[serde_json::from_str(track).unwrap()]).into_string();
        assert!(svg.contains("&lt;script&gt;&amp;") && !svg.contains("<script>"), "{svg}");
    }

    #[test]
    fn a_long_title_is_cut_between_characters() {
        assert_eq!(cut("äöü", 2), "\u{2068}äö…\u{2069}");
        assert_eq!(cut("äöü", 3), "\u{2068}äöü\u{2069}");
    }
}
