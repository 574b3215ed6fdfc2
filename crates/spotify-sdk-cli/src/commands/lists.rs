//! `spotify-cli top`, `recent` and `following`.

use clap::ValueEnum;
use spotify_sdk::api::TimeRange;

use super::catalog::track_row;
use super::kind::{Kind, given_kind, kind_of};
use super::{SignedIn, most};
use crate::output::{Failure, Table, grouped};

#[derive(Debug, clap::Args)]
pub(crate) struct Top {
    /// What to rank
    #[arg(value_parser = kind_of(&OF_TOP), required_unless_present = "of_type")]
    kind: Option<Kind>,

    /// The same as the argument
    #[arg(long = "type", short = 't', value_name = "KIND", value_parser = kind_of(&OF_TOP), conflicts_with = "kind")]
    of_type: Option<Kind>,

    /// The time range
    #[arg(long, value_enum, default_value = "medium")]
    time: Time,

    /// The maximum number to show; 0 for all
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

/// What Spotify tells of whom and what somebody likes most.
const OF_TOP: [Kind; 2] = [Kind::Artist, Kind::Track];

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Time {
    /// About four weeks
    Short,
    /// About six months
    Medium,
    /// About a year
    Long,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Recent {
    /// The maximum number to show; 0 for all, which are about 50
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Page {
    /// The maximum number to list; 0 for all
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
}

/// How large a page has to be for so many items.
pub(super) fn page(limit: usize) -> u32 {
    u32::try_from(limit.clamp(1, 50)).unwrap_or(50)
}

pub(crate) fn top(signed_in: &SignedIn<'_>, command: &Top) -> Result<(), Failure> {
    let (screen, users) = (signed_in.screen(), signed_in.client().users());
    let limit = most(command.limit);
    let range = match command.time {
        Time::Short => TimeRange::ShortTerm,
        Time::Medium => TimeRange::MediumTerm,
        Time::Long => TimeRange::LongTerm,
    };
    match given_kind(command.kind, command.of_type) {
        Kind::Artist => {
            let mut table = Table::new(screen, &[">#", "Artist", "Genres", "URI"]);
            let call = users.get_top_artists().time_range(range).limit(page(limit));
            for (at, artist) in call.iter().take(limit).enumerate() {
                let artist = artist?;
                if screen.json {
                    screen.json_line(&artist)?;
                } else {
                    let uri = artist.uri.as_ref().map(ToString::to_string).unwrap_or_default();
                    table.row([(at + 1).to_string(), artist.name.to_string(), artist.genres.join(", "), uri]);
                }
            }
            table.print()
        }
        _ => {
            let mut table = Table::new(screen, &[">#", "Title", "Artists", ">Length", "URI"]);
            let call = users.get_top_tracks().time_range(range).limit(page(limit));
            for (at, track) in call.iter().take(limit).enumerate() {
                let track = track?;
                if screen.json {
                    screen.json_line(&track)?;
                } else {
                    let [uri, title, artists, length] = track_row(&track);
                    table.row([(at + 1).to_string(), title, artists, length, uri]);
                }
            }
            table.print()
        }
    }
}

pub(crate) fn recent(signed_in: &SignedIn<'_>, command: &Recent) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let mut table = Table::new(screen, &["Played", "Title", "Artists", "URI"]);
    let call = signed_in.client().player().get_recently_played().limit(page(most(command.limit)));
    for played in call.iter().take(most(command.limit)) {
        let played = played?;
        if screen.json {
            screen.json_line(&played)?;
        } else {
            let at = played.played_at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
            let [uri, title, artists, _] = track_row(&played.track);
            table.row([at, title, artists, uri]);
        }
    }
    table.print()
}

pub(crate) fn following(signed_in: &SignedIn<'_>, limit: usize) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let most = most(limit);
    let mut table = Table::new(screen, &["URI", "Artist", "Genres", ">Followers"]);
    for artist in signed_in.client().users().get_followed_artists().limit(page(most)).iter().take(most) {
        let artist = artist?;
        if screen.json {
            screen.json_line(&artist)?;
        } else {
            let followers = artist.followers.as_ref().map(|followers| grouped(followers.total as usize));
            table.row([
                artist.uri.as_ref().map(ToString::to_string).unwrap_or_default(),
                artist.name.to_string(),
                artist.genres.join(", "),
                followers.unwrap_or_default(),
            ]);
        }
    }
    table.print()
}
