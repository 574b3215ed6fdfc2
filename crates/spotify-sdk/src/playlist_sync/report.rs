//! What a sync does, and what it did: [`SyncPlan`], [`SyncStep`] and [`SyncReport`], for programs and for people.

use std::fmt;

use super::MAX_PER_REQUEST;
use crate::api::playlists::{AddPlaylistItems, RemovePlaylistItems, ReorderPlaylistItems};
use crate::ids::SpotifyUri;
use crate::operation::{Operation, OperationInfo};

/// How a playlist is brought to the wanted order, one step after the other. Each step is one request.
///
/// Its text says so to people: a line with the numbers, and a line for each step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncPlan {
    /// The version of the playlist that the steps begin from.
    pub snapshot_id: String,
    /// The steps, in their order; none where the playlist is as wanted already.
    pub steps: Vec<SyncStep>,
    /// How many entries stay in their order. They keep their `added_at`.
    pub kept: usize,
    /// How many entries change their place among the others. They keep their `added_at`.
    pub moved: usize,
    /// How many entries are new.
    pub added: usize,
    /// How many entries go.
    pub removed: usize,
    /// How many of those removed are [`added`](Self::added) again, and so lose their `added_at`: fewer of the same item
    /// were wanted than there are, and Spotify removes all of them or none.
    pub renewed: usize,
    /// Whether the playlist is written anew: only where [`allow_rewrite`](super::PlaylistSync::allow_rewrite) lets it.
    pub rewrites: bool,
}

impl SyncPlan {
    /// How many entries the playlist has afterwards.
    pub fn entries(&self) -> usize {
        self.kept + self.moved + self.added
    }

    /// Whether there is nothing to do.
    pub fn is_done(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many requests it would take to replace whatever is in the playlist, its `added_at` and all: one to set the first
    /// 100 items, and one to add each further 100.
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

/// One request that changes a playlist. Positions count from 0, and are those that the steps before it have left.
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
        /// Where the first of them goes.
        position: u32,
    },
    /// Moves a range of entries.
    Move {
        /// The position of the first of them.
        range_start: u32,
        /// How many they are.
        range_length: u32,
        /// The position of the entry before which they go; one behind the last to move them to the end.
        insert_before: u32,
    },
}

impl SyncStep {
    /// The operation whose request takes the step.
    pub(super) fn operation(&self) -> &'static OperationInfo {
        match self {
            Self::Remove { .. } => RemovePlaylistItems::INFO,
            Self::Add { .. } => AddPlaylistItems::INFO,
            Self::Move { .. } => ReorderPlaylistItems::INFO,
        }
    }

    /// Does to a copy of the entries what the step does to the playlist.
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

/// The first few of many, and how many more there are.
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
/// Its text is that of the plan, after a line with the number of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncReport {
    /// The version that the playlist is at now.
    pub snapshot_id: String,
    /// What was done.
    pub plan: SyncPlan,
    /// How many requests read the playlist, retries not counted.
    pub reads: usize,
    /// How many requests changed the playlist: one for each step, and more where one had to be sent again.
    pub writes: usize,
}

impl SyncReport {
    /// How many requests were sent, retries by the client not counted.
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
