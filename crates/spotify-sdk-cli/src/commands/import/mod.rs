//! `spotify-cli import`: playlists and a library of files.

mod columns;
mod library;
mod playlist;
mod read;
mod sorted;

use clap::Subcommand;
use serde::Serialize;

use super::App;
use crate::output::{Failure, count, note, one_line};

/// How many of the entries that are left out are named one by one.
const NAMED: usize = 20;

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Create a playlist from a file, or update one to match a file
    Playlist(playlist::ImportPlaylist),
    /// Restore a library: save the items in a file, oldest first
    Library(library::ImportLibrary),
}

pub(crate) fn run(app: &App, import: &Import) -> Result<(), Failure> {
    match import {
        Import::Playlist(args) => playlist::run(app, args),
        Import::Library(args) => library::run(app, args),
    }
}

/// An entry of a file that is not imported.
#[derive(Serialize)]
struct LeftOut {
    /// In the file, from 1.
    position: usize,
    uri: Option<String>,
    name: String,
    reason: &'static str,
}

const GONE: &str = "no longer there";
const NO_URI: &str = "no URI";
const LOCAL: &str = "a local file";

/// Says what is left out, on standard error.
fn report(left_out: &[LeftOut], why: &str) {
    if left_out.is_empty() {
        return;
    }
    note(&format!("Left out {}, {why}:", count(left_out.len(), "item")));
    for LeftOut { position, uri, name, reason } in left_out.iter().take(NAMED) {
        let what = [name.as_str(), uri.as_deref().unwrap_or_default()];
        let what: Vec<&str> = what.into_iter().filter(|text| !text.is_empty()).collect();
        note(one_line(&format!("  {position}: {reason}: {}", what.join(" "))).trim_end_matches([':', ' ']));
    }
    if let Some(more) = left_out.len().checked_sub(NAMED).filter(|more| *more > 0) {
        note(&format!("  and {more} more; use --json to list all"));
    }
}
