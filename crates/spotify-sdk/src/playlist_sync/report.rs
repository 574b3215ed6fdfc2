//! What a sync will do, and what it did: [`SyncPlan`], [`SyncStep`] and [`SyncReport`], as data and as text.

use std::fmt;

use super::MAX_PER_REQUEST;
use crate::api::playlists::{AddPlaylistItems, RemovePlaylistItems, ReorderPlaylistItems};
use crate::definition::OperationInfo;
use crate::ids::SpotifyUri;

/// How to bring a playlist to the wanted order, step by step. Each step is one request.
///
/// `Display` writes a line with the numbers, and a line for each step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncPlan {
    /// The version of the playlist that the steps start from.
    pub snapshot_id: String,
    /// The steps, in order; empty if the playlist already is as wanted.
    pub steps: Vec<SyncStep>,
    /// The number of entries that keep their order. They keep their `added_at`.
    pub kept: usize,
    /// The number of entries that move relative to the others. They keep their `added_at`.
    pub moved: usize,
    /// The number of new entries.
    pub added: usize,
    /// The number of entries that are removed.
    pub removed: usize,
    /// The number of removed entries that are [`added`](Self::added) again, and so lose their `added_at`: fewer entries
    /// of the same item are wanted than exist, and Spotify removes all of them or none.
    pub renewed: usize,
    /// Whether the playlist is rewritten: only if [`allow_rewrite`](super::PlaylistSync::allow_rewrite) allows it.
    pub rewrites: bool,
}

impl SyncPlan {
    /// Returns the number of entries in the playlist after the sync.
    pub fn entries(&self) -> usize {
        self.kept + self.moved + self.added
    }

    /// Returns whether there is nothing to do.
    pub fn is_done(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the number of requests that a replacement of the whole playlist would take, which loses every
    /// `added_at`: one to set the first 100 items, and one for each further 100.
    pub fn requests_of_replacement(&self) -> usize {
        self.entries().div_ceil(MAX_PER_REQUEST).max(1)
    }
}

impl fmt::Display for SyncPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kept, {} moved, {} added, {} removed", self.kept, self.moved, self.added, self.removed)?;
        if self.renewed > 0 {
            write!(f, ", {} of them added again", self.renewed)?;
        }
        match self.steps.len() {
            0 => f.write_str("; nothing to do")?,
            1 => f.write_str("; 1 step")?,
            steps => write!(f, "; {steps} steps")?,
        }
        for (number, step) in self.steps.iter().enumerate() {
            write!(f, "\n{:>4}. {step}", number + 1)?;
        }
        Ok(())
    }
}

/// One request that changes a playlist. Positions count from 0 and refer to the playlist after the steps before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncStep {
    /// Removes all entries of these items, at most 100 different ones.
    Remove {
        /// The items.
        uris: Vec<SpotifyUri>,
    },
    /// Adds these items, at most 100.
    Add {
        /// The items.
        uris: Vec<SpotifyUri>,
        /// The position of the first of them.
        position: u32,
    },
    /// Moves a range of entries.
    Move {
        /// The position of the first entry.
        range_start: u32,
        /// The number of entries.
        range_length: u32,
        /// The position of the entry before which they are inserted; the number of entries moves them to the end.
        insert_before: u32,
    },
}

impl SyncStep {
    /// Returns the operation whose request executes the step.
    pub(super) fn operation(&self) -> &'static OperationInfo {
        match self {
            Self::Remove { .. } => RemovePlaylistItems::INFO,
            Self::Add { .. } => AddPlaylistItems::INFO,
            Self::Move { .. } => ReorderPlaylistItems::INFO,
        }
    }

    /// Applies the step to a copy of the entries.
    pub(super) fn apply(&self, entries: &mut Vec<Option<SpotifyUri>>) {
        match self {
            Self::Remove { uris } => entries.retain(|entry| entry.as_ref().is_none_or(|uri| !uris.contains(uri))),
            Self::Add { uris, position } => {
                let position = (*position as usize).min(entries.len());
                entries.splice(position..position, uris.iter().cloned().map(Some));
            }
            Self::Move { range_start, range_length, insert_before } => {
                let (start, before) = (*range_start as usize, *insert_before as usize);
                let end = start + *range_length as usize;
                match before <= start {
                    true => entries[before..end].rotate_right(end - start),
                    false => entries[start..before].rotate_left(end - start),
                }
            }
        }
    }
}

impl fmt::Display for SyncStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remove { uris } => write!(f, "remove {}", Listed(uris)),
            Self::Add { uris, position } => write!(f, "add at {position}: {}", Listed(uris)),
            Self::Move { range_start, range_length: 1, insert_before } => {
                write!(f, "move the entry at {range_start} before the one at {insert_before}")
            }
            Self::Move { range_start, range_length, insert_before } => {
                write!(f, "move {range_length} entries from {range_start} on before the one at {insert_before}")
            }
        }
    }
}

/// Writes the first few items of a list, and the number of the others.
struct Listed<'a>(&'a [SpotifyUri]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        for (index, uri) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{uri}", if index == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// What a sync did.
///
/// `Display` writes a line with the number of requests, and then the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncReport {
    /// The version of the playlist after the sync.
    pub snapshot_id: String,
    /// What was done.
    pub plan: SyncPlan,
    /// The number of requests that read the playlist, without retries.
    pub reads: usize,
    /// The number of requests that changed the playlist: one for each step, and more if one had to be sent again.
    pub writes: usize,
}

impl SyncReport {
    /// Returns the number of requests that were sent, without retries by the client.
    pub fn requests(&self) -> usize {
        self.reads + self.writes
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { snapshot_id, plan, reads, writes } = self;
        writeln!(f, "{} requests: {reads} to read, {writes} to change; now at {snapshot_id}", self.requests())?;
        plan.fmt(f)
    }
}
