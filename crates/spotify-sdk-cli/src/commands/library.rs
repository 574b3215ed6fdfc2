//! `spotify-cli library`: what the user has saved, of every kind.

use clap::Subcommand;

use super::catalog::track_row;
use super::kind::{Kind, given_kind, kind_of};
use super::lists::{following, page};
use super::playlist;
use super::{SignedIn, given, most};
use crate::output::{Failure, Table, clock, count, note};

#[derive(Debug, Subcommand)]
pub(crate) enum Library {
    /// List your saved items, newest first
    List(LibraryList),
    /// Save tracks, albums, shows, episodes or audiobooks; follow artists, users or playlists
    Save(Items),
    /// Remove items, or unfollow
    Remove(Items),
    /// Check whether items are in your library
    Check(Items),
}

#[derive(Debug, clap::Args)]
pub(crate) struct LibraryList {
    /// What to list [default: tracks]
    #[arg(value_parser = kind_of(&LISTED))]
    kind: Option<Kind>,

    /// The same as the argument
    #[arg(long = "type", short = 't', value_name = "KIND", value_parser = kind_of(&LISTED), conflicts_with = "kind")]
    of_type: Option<Kind>,

    /// The maximum number to list; 0 for all
    #[arg(long, default_value_t = 50)]
    limit: usize,
}

/// What a library lists; the artists are those of `spotify-cli following`.
const LISTED: [Kind; 7] =
    [Kind::Track, Kind::Album, Kind::Episode, Kind::Show, Kind::Audiobook, Kind::Playlist, Kind::Artist];

#[derive(Debug, clap::Args)]
pub(crate) struct Items {
    /// URIs or links; - to read them from standard input
    #[arg(required = true, value_name = "URI")]
    items: Vec<String>,
}

pub(crate) fn run(signed_in: &SignedIn<'_>, command: &Library) -> Result<(), Failure> {
    let (client, screen) = (signed_in.client(), signed_in.screen());
    match command {
        Library::List(list) => self::list(signed_in, list),
        Library::Save(items) => {
            let items = given(&items.items)?;
            client.library().save_items(&items).send()?;
            note(&format!("Saved {}.", count(items.len(), "item")));
            Ok(())
        }
        Library::Remove(items) => {
            let items = given(&items.items)?;
            client.library().remove_items(&items).send()?;
            note(&format!("Removed {}.", count(items.len(), "item")));
            Ok(())
        }
        Library::Check(items) => {
            let items = given(&items.items)?;
            let saved = client.library().check_contains(&items).send()?;
            let mut table = Table::new(screen, &["URI", "Saved"]);
            for (uri, saved) in items.iter().zip(&saved) {
                if screen.json {
                    screen.json_line(&serde_json::json!({"uri": uri, "saved": saved}))?;
                } else {
                    table.row([uri.as_str(), if *saved { "yes" } else { "no" }]);
                }
            }
            table.print()
        }
    }
}

fn list(signed_in: &SignedIn<'_>, list: &LibraryList) -> Result<(), Failure> {
    let (client, screen) = (signed_in.client(), signed_in.screen());
    let most = most(list.limit);
    /// Prints the items of a list, as JSON or in rows.
    macro_rules! rows {
        ($headings:expr, $call:expr, |$item:ident| $row:expr) => {{
            let mut table = Table::new(screen, &$headings);
            for $item in $call.limit(page(most)).iter().take(most) {
                let $item = $item?;
                if screen.json {
                    screen.json_line(&$item)?;
                } else {
                    table.row($row);
                }
            }
            table.print()
        }};
    }
    let text = |text: Option<&dyn ToString>| text.map(ToString::to_string).unwrap_or_default();
    match given_kind(list.kind, list.of_type) {
        Kind::Track => {
            rows!(["URI", "Title", "Artists", ">Length"], client.tracks().get_saved(), |saved| track_row(&saved.track))
        }
        Kind::Album => rows!(["Released", "Album", "Artists", "URI"], client.albums().get_saved(), |saved| {
            [
                text(saved.album.release_date.as_ref().map(|date| date as &dyn ToString)),
                saved.album.name.to_string(),
                saved.album.artist_names(),
                text(saved.album.uri.as_ref().map(|uri| uri as &dyn ToString)),
            ]
        }),
        Kind::Episode => rows!(["URI", "Episode", "Show", ">Length"], client.episodes().get_saved(), |saved| [
            text(saved.episode.uri.as_ref().map(|uri| uri as &dyn ToString)),
            saved.episode.name.to_string(),
            saved.episode.show.name.to_string(),
            saved.episode.duration().map(clock).unwrap_or_default(),
        ]),
        Kind::Show => rows!(["URI", "Show", "Publisher"], client.shows().get_saved(), |saved| [
            text(saved.show.uri.as_ref().map(|uri| uri as &dyn ToString)),
            saved.show.name.to_string(),
            saved.show.publisher.as_deref().unwrap_or_default().to_owned(),
        ]),
        Kind::Audiobook => rows!(["URI", "Audiobook", "Authors"], client.audiobooks().get_saved(), |saved| [
            text(saved.audiobook.uri.as_ref().map(|uri| uri as &dyn ToString)),
            saved.audiobook.name.to_string(),
            saved.audiobook.author_names(),
        ]),
        Kind::Artist => following(signed_in, list.limit),
        Kind::Playlist => playlist::list(signed_in, most),
    }
}
