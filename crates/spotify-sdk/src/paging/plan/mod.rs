//! Which part of a list is asked for next: pure decisions, without a clock or a network.

use std::collections::HashSet;
use std::ops::Range;

use crate::operation::{Place, Seen};
use crate::text::Text;

/// So many places in a row without an item end a list, whatever its total says: a total can be wrong.
const LONGEST_GAP: u32 = 1_000;

/// So many places in a row of which each part is full and none says whether there is another end a list: whoever answers so
/// gives the same part again and again. Spotify has no list as long.
const MAX_UNTOLD: u32 = 1_000_000;

/// The way through a list.
#[derive(Debug)]
pub(super) enum Plan {
    Offsets(Offsets),
    Cursors(Cursors),
}

impl Plan {
    /// Begins at `first`, and reads no further than `end`.
    pub(super) fn new(first: Place, end: u32) -> Self {
        match first {
            Place::Offset { offset, limit } => Self::Offsets(Offsets {
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
    pub(super) fn next(&mut self, under_way: usize) -> Option<Place> {
        match self {
            Self::Offsets(offsets) => offsets.next(under_way),
            Self::Cursors(cursors) => cursors.next.take(),
        }
    }

    /// Takes in what the part at `place` said.
    pub(super) fn arrived(&mut self, place: &Place, seen: &Seen) {
        match (self, place) {
            (Self::Offsets(offsets), Place::Offset { offset, limit }) => offsets.arrived(*offset, *limit, seen),
            (Self::Cursors(cursors), place) => cursors.arrived(place, seen),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `place`, to ask for it and what follows again.
    pub(super) fn rewind(&mut self, place: Place) {
        match (self, place) {
            (Self::Offsets(offsets), Place::Offset { offset, .. }) => offsets.next = offset,
            (Self::Cursors(cursors), place) => cursors.next = Some(place),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `place`, and asks for no more than `limit` items at a time from there on.
    pub(super) fn resize(&mut self, place: Place, limit: u32) {
        match (self, place) {
            (Self::Offsets(offsets), Place::Offset { offset, .. }) => {
                offsets.next = offset;
                offsets.limit = limit;
            }
            (Self::Cursors(cursors), place) => cursors.next = Some(place.with_limit(limit)),
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
    fn next(&mut self, under_way: usize) -> Option<Place> {
        let end = match self.known {
            // Only the part that is under way can tell whether there is another.
            Known::Nothing | Known::MoreToCome if under_way > 0 => return None,
            Known::Nothing | Known::MoreToCome => self.end,
            Known::Total(total) => total.min(self.end),
        };
        let limit = self.limit.min(self.end.saturating_sub(self.next));
        if self.next >= end || limit == 0 {
            // The first part is asked for whatever its place, so that the answer is Spotify's.
            let first = self.known == Known::Nothing && under_way == 0;
            return first.then(|| self.step(self.limit));
        }
        Some(self.step(limit))
    }

    fn step(&mut self, limit: u32) -> Place {
        let offset = self.next;
        self.next = offset.saturating_add(limit);
        Place::Offset { offset, limit }
    }

    fn arrived(&mut self, offset: u32, asked: u32, seen: &Seen) {
        if self.known == Known::Nothing {
            self.learn_limit(offset, asked, seen);
        }
        let places = asked.min(self.limit);
        let after = offset.saturating_add(places);
        self.gap = if seen.entries == 0 { self.gap.saturating_add(places) } else { 0 };
        self.known = match (seen.entries, seen.total) {
            // An empty part that names no other is the end, whatever the total says.
            (0, _) if !seen.has_next || self.gap >= LONGEST_GAP => Known::Total(offset),
            // Only parts that hold something can make a list longer: otherwise one of empty parts would never end.
            (0, total) => Known::Total(match self.known {
                Known::Total(known) => total.map_or(known, |total| known.min(total)),
                Known::Nothing | Known::MoreToCome => total.unwrap_or(offset),
            }),
            (_, total) => self.length(after, places, total, seen),
        };
    }

    /// How long the list is, by a part that holds something and ends before `after`. A next part outranks the total, which may
    /// be that of the part alone; and a full part that says nothing about the end is not taken for the last.
    fn length(&mut self, after: u32, places: u32, total: Option<u32>, seen: &Seen) -> Known {
        let total = match self.known {
            Known::Total(known) => total.or(Some(known)),
            Known::Nothing | Known::MoreToCome => total,
        };
        if let Some(total) = total.filter(|total| *total > after) {
            self.untold = 0;
            return Known::Total(total);
        }
        if seen.has_next {
            self.untold = 0;
            return Known::MoreToCome;
        }
        if !seen.is_last && seen.entries >= places && self.untold < MAX_UNTOLD {
            self.untold = self.untold.saturating_add(places);
            return Known::MoreToCome;
        }
        Known::Total(total.unwrap_or(after))
    }

    /// Spotify may give less than it was asked for; then that is what parts are made of.
    fn learn_limit(&mut self, offset: u32, asked: u32, seen: &Seen) {
        let total_says_more = seen.total.is_some_and(|total| total > offset.saturating_add(seen.entries));
        let given = match seen.limit {
            0 if seen.entries > 0 && (seen.has_next || total_says_more) => seen.entries,
            0 => asked,
            limit => limit.max(seen.entries),
        };
        // What was asked for by a part of a page says nothing of whole ones.
        if given < asked && asked >= self.limit {
            self.limit = given;
            self.next = offset.saturating_add(given);
        }
    }
}

/// A list in which each part tells where the next one begins.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    next: Option<Place>,
    /// How many places were read.
    read: u32,
    /// The cursors so far: one that comes again leads in a circle.
    met: HashSet<Text>,
}

impl Cursors {
    fn arrived(&mut self, place: &Place, seen: &Seen) {
        let (cursor, limit) = match place {
            Place::After { limit, .. } => (&seen.after, *limit),
            Place::Before { limit, .. } => (&seen.before, *limit),
            Place::Offset { .. } => return,
        };
        self.read = self.read.saturating_add(seen.entries);
        let may_go_on = seen.has_next
            || seen.total.is_some_and(|total| total > self.read)
            || (!seen.is_last && seen.entries >= limit);
        if seen.entries == 0 || !may_go_on {
            return;
        }
        let Some(cursor) = cursor.clone().filter(|cursor| !cursor.is_empty() && self.met.insert(cursor.clone())) else {
            return;
        };
        self.next = Some(match place {
            Place::Before { .. } => Place::Before { cursor: Some(cursor), limit },
            _ => Place::After { cursor: Some(cursor), limit },
        });
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
