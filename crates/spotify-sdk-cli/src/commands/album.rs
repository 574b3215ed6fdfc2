//! `spotify-cli album`.

use std::time::Duration;

use serde_json::Value;
use spotify_sdk::models::{Album as AlbumModel, SimplifiedTrack};

use super::{SignedIn, given};
use crate::output::{Failure, Screen, Table, clock, count, hours_and_minutes};

#[derive(Debug, clap::Args)]
pub(crate) struct Album {
    /// Ids, URIs or links of albums; - to read them from standard input
    #[arg(required = true)]
    pub(crate) album: Vec<String>,

    /// A country code (ISO 3166-1 alpha-2), to show what is available there
    #[arg(long)]
    pub(crate) market: Option<String>,
}

pub(crate) fn run(signed_in: &SignedIn<'_>, args: &Album) -> Result<(), Failure> {
    let (client, screen) = (signed_in.client(), signed_in.screen());
    let market = signed_in.app.market(args.market.as_deref());
    let ids = given(&args.album)?;
    for (index, id) in ids.iter().enumerate() {
        let call = client.albums().get(id).maybe_market(market.as_ref());
        if screen.json {
            // What Spotify sent, and not what the model writes of it.
            screen.one_of(&call.send_as::<Value>()?, ids.len())?;
            continue;
        }
        let album = call.send()?;
        if index > 0 {
            screen.line("")?;
        }
        let tracks = all_tracks(signed_in, &album, market.as_deref())?;
        let heading = format!("{} by {}", album.name, album.artist_names());
        screen.line(screen.strong(&heading))?;
        screen.line(facts(&album, &tracks))?;
        screen.line("")?;
        table(screen, &tracks)?;
    }
    Ok(())
}

/// The album's tracks: an album carries the first 50, the rest comes in pages.
fn all_tracks(
    signed_in: &SignedIn<'_>,
    album: &AlbumModel,
    market: Option<&str>,
) -> Result<Vec<SimplifiedTrack>, Failure> {
    let mut tracks = album.tracks.items.to_vec();
    let taken = album.tracks.entries();
    if taken > 0 && (album.tracks.has_next() || album.tracks.total as usize > taken) {
        let offset = u32::try_from(taken).unwrap_or(u32::MAX);
        let call = signed_in.client().albums().get_tracks(&album.id).offset(offset).maybe_market(market);
        tracks.extend(call.collect_all()?);
    }
    Ok(tracks)
}

/// `2025-01-05 · Rimas Entertainment LLC · 17 tracks, 1 h 2 min`, as far as it is known.
fn facts(album: &AlbumModel, tracks: &[SimplifiedTrack]) -> String {
    let length: Duration = tracks.iter().filter_map(SimplifiedTrack::duration).sum();
    let date = album.release_date.as_ref().map(ToString::to_string).filter(|date| !date.is_empty());
    let label = album.label.as_ref().map(ToString::to_string);
    let size = format!("{}, {}", count(tracks.len(), "track"), hours_and_minutes(length));
    [date, label, Some(size)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn table(screen: &Screen, tracks: &[SimplifiedTrack]) -> Result<(), Failure> {
    let several_discs = tracks.iter().any(|track| track.disc_number.is_some_and(|disc| disc > 1));
    let mut table = Table::new(screen, &[">#", "Title", "Artists", ">Length", "URI"]);
    for track in tracks {
        let number = match (track.disc_number, track.track_number) {
            (Some(disc), Some(number)) if several_discs => format!("{disc}-{number}"),
            (_, Some(number)) => number.to_string(),
            (_, None) => String::new(),
        };
        let length = track.duration().map(clock).unwrap_or_default();
        let uri = track.uri.as_ref().map(ToString::to_string).unwrap_or_default();
        table.row([number, track.name.to_string(), track.artist_names(), length, uri]);
    }
    table.print()
}
