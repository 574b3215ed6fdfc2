//! What of a file can be in a playlist.

use std::collections::HashMap;

use spotify_sdk::ids::{ItemKind, SpotifyUri};
use spotify_sdk::playlist_sync::MAX_ITEMS;

use super::playlist::ImportPlaylist;
use super::read::Entry;
use super::{GONE, LOCAL, LeftOut, NO_URI};
use crate::output::{Failure, count};

/// The entries of a file: what can be added, and what cannot.
pub(super) struct Sorted {
    /// With their positions in the file.
    pub(super) wanted: Vec<(usize, SpotifyUri, String)>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Sorted {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut sorted = Self { wanted: Vec::new(), left_out: Vec::new() };
        for (at, Entry { uri, name, .. }) in entries.into_iter().enumerate() {
            let read = uri.as_deref().map(|uri| uri.parse::<SpotifyUri>().ok());
            let reason = match &read {
                None => GONE,
                Some(None) => NO_URI,
                // Kept for now: it can stay where it is already.
                Some(Some(uri)) if uri.is_local() => "",
                Some(Some(uri)) if matches!(uri.kind(), Some(ItemKind::Track | ItemKind::Episode)) => "",
                Some(Some(_)) => "neither track nor episode",
            };
            match read {
                Some(Some(uri)) if reason.is_empty() => sorted.wanted.push((at + 1, uri, name)),
                _ => sorted.left_out.push(LeftOut { position: at + 1, uri, name, reason }),
            }
        }
        sorted
    }

    /// Leaves out the local files that are not among `there`.
    pub(super) fn without_new_local_files(mut self, there: &[Option<SpotifyUri>]) -> Self {
        let mut free: HashMap<String, usize> = HashMap::new();
        for uri in there.iter().flatten().filter(|uri| uri.is_local()) {
            *free.entry(uri.to_string()).or_default() += 1;
        }
        self.wanted.retain(|(position, uri, name)| {
            if !uri.is_local() {
                return true;
            }
            match free.get_mut(&uri.to_string()) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => {
                    let (uri, name) = (Some(uri.to_string()), name.clone());
                    self.left_out.push(LeftOut { position: *position, uri, name, reason: LOCAL });
                    false
                }
            }
        });
        self.left_out.sort_by_key(|entry| entry.position);
        self
    }

    pub(super) fn uris(&self) -> Vec<SpotifyUri> {
        self.wanted.iter().map(|(_, uri, _)| uri.clone()).collect()
    }

    /// Whether there is a playlist of this.
    pub(super) fn check(&self, args: &ImportPlaylist) -> Result<(), Failure> {
        let (file, items) = (args.file.display(), self.wanted.len());
        if items > MAX_ITEMS {
            let what = format!("{file} has {}, and a playlist holds {MAX_ITEMS} at most", count(items, "item"));
            return Err(Failure::Failed(what, None));
        }
        // The export of an empty playlist has nothing in it; any other file is not what was meant, above all not for a
        // playlist that would lose everything.
        if items == 0 && (args.into.is_some() || !self.left_out.is_empty()) {
            self.report();
            return Err(Failure::Failed(format!("there is nothing in {file} that can be added"), None));
        }
        Ok(())
    }

    /// Says what is left out, on standard error.
    pub(super) fn report(&self) {
        super::report(&self.left_out, "which cannot be added");
    }
}
