//! Which page of a list to request next: pure decisions, without a clock or a network.

use std::collections::HashSet;
use std::ops::Range;

use crate::definition::{PageInfo, Slot};
use crate::text::Text;

/// The maximum number of consecutive positions without an item, after which a list ends, whatever its total: a total
/// can be wrong.
const MAX_GAP: u32 = 1_000;

/// The maximum number of consecutive positions on full pages that do not say whether there is another: a server that
/// sends more is sending the same page again and again. Spotify has no list of this length.
const MAX_UNREPORTED: u32 = 1_000_000;

/// The progress through a list.
#[derive(Debug)]
pub(super) enum Paginator {
    Offsets(Offsets),
    Cursors(Cursors),
}

impl Paginator {
    /// Creates a paginator that starts at `first`, and reads no further than `end`.
    pub(super) fn new(first: Slot, end: u32) -> Self {
        match first {
            Slot::Offset { offset, limit } => Self::Offsets(Offsets {
                next: offset,
                limit: limit.max(1),
                end,
                gap: 0,
                unreported: 0,
                known: KnownEnd::Nothing,
            }),
            cursor => Self::Cursors(Cursors { next: Some(cursor), ..Cursors::default() }),
        }
    }

    /// Returns the next slot to request while `in_flight` others are in flight; `None` if there is none, or it is not
    /// known yet.
    pub(super) fn next(&mut self, in_flight: usize) -> Option<Slot> {
        match self {
            Self::Offsets(offsets) => offsets.next(in_flight),
            Self::Cursors(cursors) => cursors.next.take(),
        }
    }

    /// Records the page at `slot`.
    pub(super) fn arrived(&mut self, slot: &Slot, info: &PageInfo) {
        match (self, slot) {
            (Self::Offsets(offsets), Slot::Offset { offset, limit }) => offsets.arrived(*offset, *limit, info),
            (Self::Cursors(cursors), slot) => cursors.arrived(slot, info),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `slot`, to request it and everything after it again.
    pub(super) fn rewind(&mut self, slot: Slot) {
        match (self, slot) {
            (Self::Offsets(offsets), Slot::Offset { offset, .. }) => offsets.next = offset,
            (Self::Cursors(cursors), slot) => cursors.next = Some(slot),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `slot`, and requests no more than `limit` items at a time from there on.
    pub(super) fn resize(&mut self, slot: Slot, limit: u32) {
        match (self, slot) {
            (Self::Offsets(offsets), Slot::Offset { offset, .. }) => {
                offsets.next = offset;
                offsets.limit = limit;
            }
            (Self::Cursors(cursors), slot) => cursors.next = Some(slot.with_limit(limit)),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Returns the part of these positions that is in the list, as far as is known.
    pub(super) fn within(&self, positions: Range<u32>) -> Range<u32> {
        let end = self.total().map_or(positions.end, |total| positions.end.min(total));
        positions.start..end.max(positions.start)
    }

    /// Creates a paginator at the end of its list.
    pub(super) fn over() -> Self {
        Self::Cursors(Cursors::default())
    }

    /// Returns the number of items in the whole list, as far as is known.
    pub(super) fn total(&self) -> Option<u32> {
        match self {
            Self::Offsets(Offsets { known: KnownEnd::Total(total), .. }) => Some(*total),
            _ => None,
        }
    }
}

/// A list that is read by offset.
#[derive(Debug)]
pub(super) struct Offsets {
    next: u32,
    limit: u32,
    /// The position at which the list ends for this reader.
    end: u32,
    /// The number of consecutive empty positions.
    gap: u32,
    /// The number of consecutive positions on full pages that did not say whether there is another.
    unreported: u32,
    known: KnownEnd,
}

/// What is known of the length of a list.
#[derive(Debug, PartialEq, Eq)]
enum KnownEnd {
    Nothing,
    /// The pages do not say; the last one named a next page, or said nothing about the end.
    MoreToCome,
    Total(u32),
}

impl Offsets {
    fn next(&mut self, in_flight: usize) -> Option<Slot> {
        let end = match self.known {
            // Only the page in flight can tell whether there is another.
            KnownEnd::Nothing | KnownEnd::MoreToCome if in_flight > 0 => return None,
            KnownEnd::Nothing | KnownEnd::MoreToCome => self.end,
            KnownEnd::Total(total) => total.min(self.end),
        };
        let limit = self.limit.min(self.end.saturating_sub(self.next));
        if self.next >= end || limit == 0 {
            // The first page is requested at any offset, so that the response is Spotify's.
            let first = self.known == KnownEnd::Nothing && in_flight == 0;
            return first.then(|| self.step(self.limit));
        }
        Some(self.step(limit))
    }

    fn step(&mut self, limit: u32) -> Slot {
        let offset = self.next;
        self.next = offset.saturating_add(limit);
        Slot::Offset { offset, limit }
    }

    fn arrived(&mut self, offset: u32, asked: u32, info: &PageInfo) {
        if self.known == KnownEnd::Nothing {
            self.learn_limit(offset, asked, info);
        }
        let places = asked.min(self.limit);
        let after = offset.saturating_add(places);
        self.gap = if info.entries == 0 { self.gap.saturating_add(places) } else { 0 };
        self.known = match (info.entries, info.total) {
            // An empty page that names no next one is the end, whatever the total.
            (0, _) if !info.has_next || self.gap >= MAX_GAP => KnownEnd::Total(offset),
            // Only pages with items can extend a list: otherwise a list of empty pages would never end.
            (0, total) => KnownEnd::Total(match self.known {
                KnownEnd::Total(known) => total.map_or(known, |total| known.min(total)),
                KnownEnd::Nothing | KnownEnd::MoreToCome => total.unwrap_or(offset),
            }),
            (_, total) => self.length(after, places, total, info),
        };
    }

    /// Returns what is known of the length of the list after a page with items that ends before `after`. A next page
    /// takes precedence over the total, which may be that of the page; a full page that says nothing about the end does
    /// not count as the last.
    fn length(&mut self, after: u32, places: u32, total: Option<u32>, info: &PageInfo) -> KnownEnd {
        let total = match self.known {
            KnownEnd::Total(known) => total.or(Some(known)),
            KnownEnd::Nothing | KnownEnd::MoreToCome => total,
        };
        if let Some(total) = total.filter(|total| *total > after) {
            self.unreported = 0;
            return KnownEnd::Total(total);
        }
        if info.has_next {
            self.unreported = 0;
            return KnownEnd::MoreToCome;
        }
        if !info.is_last && info.entries >= places && self.unreported < MAX_UNREPORTED {
            self.unreported = self.unreported.saturating_add(places);
            return KnownEnd::MoreToCome;
        }
        KnownEnd::Total(total.unwrap_or(after))
    }

    /// Lowers the page size if Spotify returned fewer items than requested.
    fn learn_limit(&mut self, offset: u32, asked: u32, info: &PageInfo) {
        let total_says_more = info.total.is_some_and(|total| total > offset.saturating_add(info.entries));
        let given = match info.limit {
            0 if info.entries > 0 && (info.has_next || total_says_more) => info.entries,
            0 => asked,
            limit => limit.max(info.entries),
        };
        // A request for part of a page says nothing about whole pages.
        if given < asked && asked >= self.limit {
            self.limit = given;
            self.next = offset.saturating_add(given);
        }
    }
}

/// A list in which each page has the cursor of the next one.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    next: Option<Slot>,
    /// The number of positions read.
    read: u32,
    /// The cursors so far: a repeated one means a cycle.
    met: HashSet<Text>,
}

impl Cursors {
    fn arrived(&mut self, slot: &Slot, info: &PageInfo) {
        let (cursor, limit) = match slot {
            Slot::After { limit, .. } => (&info.after, *limit),
            Slot::Before { limit, .. } => (&info.before, *limit),
            Slot::Offset { .. } => return,
        };
        self.read = self.read.saturating_add(info.entries);
        let may_go_on = info.has_next
            || info.total.is_some_and(|total| total > self.read)
            || (!info.is_last && info.entries >= limit);
        if info.entries == 0 || !may_go_on {
            return;
        }
        let Some(cursor) = cursor.clone().filter(|cursor| !cursor.is_empty() && self.met.insert(cursor.clone())) else {
            return;
        };
        self.next = Some(match slot {
            Slot::Before { .. } => Slot::Before { cursor: Some(cursor), limit },
            _ => Slot::After { cursor: Some(cursor), limit },
        });
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
