//! `spotify-cli artist`, `track`, `show`, `episode`, `audiobook` and `chapter`.

use spotify_sdk::models::{Episode, SimplifiedAlbum, SimplifiedEpisode, Track};

use super::{SignedIn, given, most};
use crate::output::{Failure, Screen, Table, clock, count};

/// What all of these take.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Ids, URIs or links; - to read them from standard input
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,

    /// A country code (ISO 3166-1 alpha-2), to show what is available there
    #[arg(long)]
    market: Option<String>,

    /// The maximum number of albums, episodes or chapters to list for each; 0 for all
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

/// Gets what was asked for, one after another, and prints each: as JSON, or as `print` does.
macro_rules! each {
    ($signed_in:ident, $args:ident, |$id:ident| $call:expr, $market:tt, $print:expr) => {{
        let ids = given(&$args.ids)?;
        let screen = $signed_in.screen();
        for (index, $id) in ids.iter().enumerate() {
            let found = each!(@market $market, $signed_in, $args, $call).send()?;
            if screen.json {
                screen.one_of(&found, ids.len())?;
                continue;
            }
            if index > 0 {
                screen.line("")?;
            }
            $print(&found)?;
        }
        Ok(())
    }};
    (@market true, $signed_in:ident, $args:ident, $call:expr) => {
        match $signed_in.app.market($args.market.as_deref()) {
            Some(market) => $call.market(market),
            None => $call,
        }
    };
    (@market false, $signed_in:ident, $args:ident, $call:expr) => {
        $call
    };
}

pub(crate) fn artists(signed_in: &SignedIn<'_>, args: &Show) -> Result<(), Failure> {
    let client = signed_in.client();
    each!(signed_in, args, |id| client.artists().get(id), false, |artist: &spotify_sdk::models::Artist| {
        let screen = signed_in.screen();
        screen.line(screen.strong(&artist.name))?;
        let followers = artist.followers.as_ref().map(|followers| followers.total);
        facts(
            screen,
            [
                Some(artist.genres.join(", ")),
                followers.map(|total| count(total as usize, "follower")),
                artist.uri.as_ref().map(ToString::to_string),
            ],
        )?;
        screen.line("")?;
        let mut table = Table::new(screen, &["Released", "Album", "Type", "URI"]);
        for album in client.artists().get_albums(&artist.id).iter().take(most(args.limit)) {
            table.row(album_row(&album?));
        }
        table.print()
    })
}

pub(crate) fn tracks(signed_in: &SignedIn<'_>, args: &Show) -> Result<(), Failure> {
    let client = signed_in.client();
    each!(signed_in, args, |id| client.tracks().get(id), true, |track: &Track| print_track(signed_in.screen(), track))
}

pub(crate) fn episodes(signed_in: &SignedIn<'_>, args: &Show) -> Result<(), Failure> {
    let client = signed_in.client();
    each!(signed_in, args, |id| client.episodes().get(id), true, |episode: &Episode| {
        let screen = signed_in.screen();
        screen.line(screen.strong(&episode.name))?;
        facts(
            screen,
            [
                Some(episode.show.name.to_string()),
                episode.release_date.as_ref().map(ToString::to_string),
                episode.duration().map(clock),
                episode.uri.as_ref().map(ToString::to_string),
            ],
        )?;
        description(screen, episode.description_text().as_deref())
    })
}

pub(crate) fn shows(signed_in: &SignedIn<'_>, args: &Show) -> Result<(), Failure> {
    let client = signed_in.client();
    each!(signed_in, args, |id| client.shows().get(id), true, |show: &spotify_sdk::models::Show| {
        let screen = signed_in.screen();
        screen.line(screen.strong(&show.name))?;
        facts(
            screen,
            [
                show.publisher.as_ref().map(ToString::to_string),
                show.total_episodes.map(|total| count(total as usize, "episode")),
                show.uri.as_ref().map(ToString::to_string),
            ],
        )?;
        description(screen, show.description_text().as_deref())?;
        screen.line("")?;
        let mut table = Table::new(screen, &["Released", "Episode", ">Length", "URI"]);
        let call = each!(@market true, signed_in, args, client.shows().get_episodes(&show.id));
        for episode in call.iter().take(most(args.limit)) {
            table.row(episode_row(&episode?));
        }
        table.print()
    })
}

pub(crate) fn audiobooks(signed_in: &SignedIn<'_>, args: &Show) -> Result<(), Failure> {
    let client = signed_in.client();
    each!(signed_in, args, |id| client.audiobooks().get(id), true, |book: &spotify_sdk::models::Audiobook| {
        let screen = signed_in.screen();
        let heading = format!("{} by {}", book.name, book.author_names());
        screen.line(screen.strong(&heading))?;
        facts(
            screen,
            [
                book.publisher.as_ref().map(ToString::to_string),
                book.total_chapters.map(|total| count(total as usize, "chapter")),
                book.uri.as_ref().map(ToString::to_string),
            ],
        )?;
        description(screen, book.description_text().as_deref())?;
        screen.line("")?;
        let mut table = Table::new(screen, &[">#", "Chapter", ">Length", "URI"]);
        let call = each!(@market true, signed_in, args, client.audiobooks().get_chapters(&book.id));
        for chapter in call.iter().take(most(args.limit)) {
            let chapter = chapter?;
            table.row([
                chapter.chapter_number.map(|number| number.to_string()).unwrap_or_default(),
                chapter.name.to_string(),
                chapter.duration().map(clock).unwrap_or_default(),
                chapter.uri.map(|uri| uri.to_string()).unwrap_or_default(),
            ]);
        }
        table.print()
    })
}

pub(crate) fn chapters(signed_in: &SignedIn<'_>, args: &Show) -> Result<(), Failure> {
    let client = signed_in.client();
    each!(signed_in, args, |id| client.chapters().get(id), true, |chapter: &spotify_sdk::models::Chapter| {
        let screen = signed_in.screen();
        screen.line(screen.strong(&chapter.name))?;
        facts(
            screen,
            [
                Some(chapter.audiobook.name.to_string()),
                chapter.duration().map(clock),
                chapter.uri.as_ref().map(ToString::to_string),
            ],
        )?;
        description(screen, chapter.description_text().as_deref())
    })
}

pub(crate) fn print_track(screen: &Screen, track: &Track) -> Result<(), Failure> {
    let heading = format!("{} by {}", track.name, track.artist_names());
    screen.line(screen.strong(&heading))?;
    facts(
        screen,
        [
            Some(track.album.name.to_string()),
            track.album.release_date.as_ref().map(ToString::to_string),
            track.duration().map(clock),
            track.uri.as_ref().map(ToString::to_string),
        ],
    )
}

/// What is known, with dots between.
pub(crate) fn facts(screen: &Screen, facts: impl IntoIterator<Item = Option<String>>) -> Result<(), Failure> {
    let known: Vec<String> = facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect();
    screen.line(known.join(" · "))
}

fn description(screen: &Screen, text: Option<&str>) -> Result<(), Failure> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => screen.line(screen.faint(text)),
        None => Ok(()),
    }
}

pub(crate) fn album_row(album: &SimplifiedAlbum) -> [String; 4] {
    [
        album.release_date.as_ref().map(ToString::to_string).unwrap_or_default(),
        album.name.to_string(),
        album.album_type.as_ref().map(ToString::to_string).unwrap_or_default(),
        album.uri.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

pub(crate) fn episode_row(episode: &SimplifiedEpisode) -> [String; 4] {
    [
        episode.release_date.as_ref().map(ToString::to_string).unwrap_or_default(),
        episode.name.to_string(),
        episode.duration().map(clock).unwrap_or_default(),
        episode.uri.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// URI, title, artists and length of a track: the columns of every list of tracks.
pub(crate) fn track_row(track: &Track) -> [String; 4] {
    [
        track.uri.as_ref().map(ToString::to_string).unwrap_or_default(),
        track.name.to_string(),
        track.artist_names(),
        track.duration().map(clock).unwrap_or_default(),
    ]
}
