//! `spotify-cli album`.

use std::io::{self, Write};
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use spotify_sdk::SpotifyClient;
use spotify_sdk::models::{Album, SimplifiedTrack};

use crate::args;
use crate::output::{Failure, clock, hours_and_minutes, one_line};

pub(crate) fn run(client: &SpotifyClient, args: &args::Album, json: bool) -> Result<(), Failure> {
    let mut call = client.albums().get(&args.album);
    if let Some(market) = &args.market {
        call = call.market(market);
    }
    let album = call.send()?;
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &album).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    let tracks = all_tracks(client, &album, args.market.as_deref())?;
    writeln!(out, "{} by {}", one_line(&album.name), one_line(&album.artist_names()))?;
    writeln!(out, "{}\n\n{}", facts(&album, &tracks), table(&tracks))?;
    out.flush()?;
    Ok(())
}

/// The album's tracks: an album carries the first 50, the rest comes in pages.
fn all_tracks(client: &SpotifyClient, album: &Album, market: Option<&str>) -> Result<Vec<SimplifiedTrack>, Failure> {
    let mut tracks = album.tracks.items.clone();
    let mut page_taken = album.tracks.items.len() + album.tracks.absent_items();
    let mut offset = 0_u32;
    let mut more = album.tracks.next.is_some();
    while more && page_taken > 0 {
        offset = offset.saturating_add(u32::try_from(page_taken).unwrap_or(u32::MAX));
        let mut call = client.albums().get_tracks(&album.id).limit(50).offset(offset);
        if let Some(market) = market {
            call = call.market(market);
        }
        let page = call.send()?;
        page_taken = page.items.len() + page.absent_items();
        more = page.next.is_some();
        tracks.extend(page);
    }
    Ok(tracks)
}

/// `2025-01-05 · Rimas Entertainment LLC · 17 tracks, 1 h 2 min`, as far as it is known.
fn facts(album: &Album, tracks: &[SimplifiedTrack]) -> String {
    let length: Duration = tracks.iter().filter_map(SimplifiedTrack::duration).sum();
    let count = match tracks.len() {
        1 => "1 track".to_owned(),
        count => format!("{count} tracks"),
    };
    let date = album.release_date.as_ref().map(ToString::to_string).filter(|date| !date.is_empty());
    let label = album.label.as_ref().map(|label| one_line(label));
    let size = format!("{count}, {}", hours_and_minutes(length));
    [date, label, Some(size)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn table(tracks: &[SimplifiedTrack]) -> String {
    let several_discs = tracks.iter().any(|track| track.disc_number.is_some_and(|disc| disc > 1));
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["#", "Title", "Artists", "Length"]);
    for track in tracks {
        let number = match (track.disc_number, track.track_number) {
            (Some(disc), Some(number)) if several_discs => format!("{disc}-{number}"),
            (_, Some(number)) => number.to_string(),
            (_, None) => String::new(),
        };
        let length = track.duration().map(clock).unwrap_or_default();
        table.add_row([number, one_line(&track.name), one_line(&track.artist_names()), length]);
    }
    for index in [0, 3] {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
