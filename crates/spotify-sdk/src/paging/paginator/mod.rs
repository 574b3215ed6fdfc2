//! Which page of a list to request next: pure decisions, without a clock or a network.

use std::collections::HashSet;
use std::ops::Range;

use crate::operation::{PageInfo, Slot};
use crate::text::Text;

/// So many places in a row without an item end a list, whatever its total says: a total can be wrong.
const MAX_GAP: u32 = 1_000;

/// So many places in a row of which each page is full and none says whether there is another end a list: such a
/// server sends the same page again and again. Spotify has no list as long.
const MAX_UNTOLD: u32 = 1_000_000;

/// The way through a list.
#[derive(Debug)]
pub(super) enum Paginator {
    Offsets(Offsets),
    Cursors(Cursors),
}

impl Paginator {
    /// Begins at `first`, and reads no further than `end`.
    pub(super) fn new(first: Slot, end: u32) -> Self {
        match first {
            Slot::Offset { offset, limit } => Self::Offsets(Offsets {
                next: offset,
                limit: limit.max(1),
                end,
                gap: 0,
                untold: 0,
                known: Known::Nothing,
            }),
            cursor => Self::Cursors(Cursors { next: Some(cursor), ..Cursors::default() }),
        }
    }

    /// The next place to ask for while `under_way` others are; `None` when there is none, or it is not yet known.
    pub(super) fn next(&mut self, under_way: usize) -> Option<Slot> {
        match self {
            Self::Offsets(offsets) => offsets.next(under_way),
            Self::Cursors(cursors) => cursors.next.take(),
        }
    }

    /// Takes in what the page at `slot` said.
    pub(super) fn arrived(&mut self, slot: &Slot, info: &PageInfo) {
        match (self, slot) {
            (Self::Offsets(offsets), Slot::Offset { offset, limit }) => offsets.arrived(*offset, *limit, info),
            (Self::Cursors(cursors), slot) => cursors.arrived(slot, info),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `slot`, to ask for it and what follows again.
    pub(super) fn rewind(&mut self, slot: Slot) {
        match (self, slot) {
            (Self::Offsets(offsets), Slot::Offset { offset, .. }) => offsets.next = offset,
            (Self::Cursors(cursors), slot) => cursors.next = Some(slot),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `slot`, and asks for no more than `limit` items at a time from there on.
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

    /// Of these positions those that are in the list, as far as is known.
    pub(super) fn within(&self, positions: Range<u32>) -> Range<u32> {
        let end = self.total().map_or(positions.end, |total| positions.end.min(total));
        positions.start..end.max(positions.start)
    }

    /// With nowhere left to go.
    pub(super) fn over() -> Self {
        Self::Cursors(Cursors::default())
    }

    /// How many items the whole list has, as far as is known.
    pub(super) fn total(&self) -> Option<u32> {
        match self {
            Self::Offsets(Offsets { known: Known::Total(total), .. }) => Some(*total),
            _ => None,
        }
    }
}

/// A list that is read by position.
#[derive(Debug)]
pub(super) struct Offsets {
    next: u32,
    limit: u32,
    /// Up to where the list can be read at all.
    end: u32,
    /// How many places in a row were empty.
    gap: u32,
    /// How many places in a row were full, of parts that did not say whether there is another.
    untold: u32,
    known: Known,
}

/// What is known of the length of a list.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    /// The parts do not say; the last one named a next one, or said nothing about the end.
    MoreToCome,
    Total(u32),
}

impl Offsets {
    fn next(&mut self, under_way: usize) -> Option<Slot> {
        let end = match self.known {
            // Only the part that is under way can tell whether there is another.
            Known::Nothing | Known::MoreToCome if under_way > 0 => return None,
            Known::Nothing | Known::MoreToCome => self.end,
            Known::Total(total) => total.min(self.end),
        };
        let limit = self.limit.min(self.end.saturating_sub(self.next));
        if self.next >= end || limit == 0 {
            // The first part is asked for whatever its place, so that the response is Spotify's.
            let first = self.known == Known::Nothing && under_way == 0;
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
        if self.known == Known::Nothing {
            self.learn_limit(offset, asked, info);
        }
        let places = asked.min(self.limit);
        let after = offset.saturating_add(places);
        self.gap = if info.entries == 0 { self.gap.saturating_add(places) } else { 0 };
        self.known = match (info.entries, info.total) {
            // An empty part that names no other is the end, whatever the total says.
            (0, _) if !info.has_next || self.gap >= MAX_GAP => Known::Total(offset),
            // Only parts that hold something can make a list longer: otherwise one of empty parts would never end.
            (0, total) => Known::Total(match self.known {
                Known::Total(known) => total.map_or(known, |total| known.min(total)),
                Known::Nothing | Known::MoreToCome => total.unwrap_or(offset),
            }),
            (_, total) => self.length(after, places, total, info),
        };
    }

    /// How long the list is, by a part that holds something and ends before `after`. A next part outranks the total, which may
    /// be that of the part alone; and a full part that says nothing about the end is not taken for the last.
    fn length(&mut self, after: u32, places: u32, total: Option<u32>, info: &PageInfo) -> Known {
        let total = match self.known {
            Known::Total(known) => total.or(Some(known)),
            Known::Nothing | Known::MoreToCome => total,
        };
        if let Some(total) = total.filter(|total| *total > after) {
            self.untold = 0;
            return Known::Total(total);
        }
        if info.has_next {
            self.untold = 0;
            return Known::MoreToCome;
        }
        if !info.is_last && info.entries >= places && self.untold < MAX_UNTOLD {
            self.untold = self.untold.saturating_add(places);
            return Known::MoreToCome;
        }
        Known::Total(total.unwrap_or(after))
    }

    /// Spotify may give less than it was asked for; then that is what parts are made of.
    fn learn_limit(&mut self, offset: u32, asked: u32, info: &PageInfo) {
        let total_says_more = info.total.is_some_and(|total| total > offset.saturating_add(info.entries));
        let given = match info.limit {
            0 if info.entries > 0 && (info.has_next || total_says_more) => info.entries,
            0 => asked,
            limit => limit.max(info.entries),
        };
        // What was asked for by a part of a page says nothing of whole ones.
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
    /// How many places were read.
    read: u32,
    /// The cursors so far: one that comes again leads in a circle.
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
